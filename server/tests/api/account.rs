//! The account page: applications that were allowed.

use serde_json::json;

use crate::{
    apis::registers,
    support::{Server, Visitor, on_both_databases},
};

on_both_databases! {
    the_account_lists_what_was_allowed_and_takes_it_back,
    nobody_takes_back_what_another_person_allowed,
    whoever_has_anything_to_administer_is_shown_the_way,
}

async fn the_account_lists_what_was_allowed_and_takes_it_back(server: Server) {
    let admin = server.actor("admin").await;
    let app = admin
        .registers_app(json!({ "name": "Timesheets & <Co>" }))
        .await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    let page = browser.get("/account").await.is(200);
    assert!(page.text.contains("None yet."));
    let scope = [("scope", "openid email")];
    let code = browser.allows(&app, &scope).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    let page = browser.get("/account").await.is(200);
    assert!(page.text.contains("Timesheets &#38; &#60;Co&#62;"));
    assert!(page.text.contains("see your e-mail address"));
    let path = "/account/applications/disconnect";
    let without_token = [("application", app.id.to_string())];
    let fields = [("application", without_token[0].1.as_str())];
    browser.post(path, &fields).await.is(403);
    assert!(server.is_alive(got["access_token"].as_str().unwrap()).await);
    let done = browser.submit(&page, path, &[]).await.is(303);
    assert_eq!(done.header("location"), "/account?done=application");
    assert!(!server.is_alive(got["access_token"].as_str().unwrap()).await);
    let refresh = got["refresh_token"].as_str().unwrap();
    server.refresh(&app, refresh).await.is(400);
    // Sent twice, or from a page that is open elsewhere: as good.
    browser.submit(&page, path, &[]).await.is(303);
    let page = browser.get("/account?done=application").await.is(200);
    assert!(page.text.contains("None yet.") && page.text.contains("will ask you again"));
    browser.authorize(&app, &scope).await.is(200);
    let trail = format!("/api/v1/clients/{}/audit", app.id);
    let trail = admin.get(&trail).await.is(200).json;
    assert_eq!(trail["items"][0]["action"], "consent.withdrawn");
    assert_eq!(trail["items"][0]["actor"]["id"], json!(person.user.id));
}

async fn nobody_takes_back_what_another_person_allowed(server: Server) {
    let app = server.actor("admin").await.registers_app(json!({})).await;
    let ada = server.somebody("ada@example.com", "member").await;
    let bea = server.somebody("bea@example.com", "member").await;
    let mut hers = server.visitor_of(&ada).await;
    let mut others = server.visitor_of(&bea).await;
    let code = hers.allows(&app, &[]).await.code();
    let got = server.redeem(&app, &code).await.is(200).json;
    others.allows(&app, &[]).await;
    let page = others.get("/account").await.is(200);
    let path = "/account/applications/disconnect";
    others.submit(&page, path, &[]).await.is(303);
    assert!(server.is_alive(got["access_token"].as_str().unwrap()).await);
    // A form of another browser is none of this one.
    others
        .submit(&hers.get("/account").await, path, &[])
        .await
        .is(403);
    assert!(server.is_alive(got["access_token"].as_str().unwrap()).await);
}

/// Whether the account page leads to the admin app, and the roles that it names.
async fn administers(browser: &mut Visitor) -> (bool, String) {
    let page = browser.get("/account").await.is(200).text;
    let (_, roles) = page.split_once("<dt>Roles</dt><dd>").unwrap();
    let roles = roles.split('<').next().unwrap().to_owned();
    (page.contains("href=\"/admin\""), roles)
}

async fn whoever_has_anything_to_administer_is_shown_the_way(server: Server) {
    let operator = server.operator().await;
    registers(&operator, json!({})).await.is(201);
    for (key, name, permission) in [
        ("support", "Support desk", "users:view"),
        ("clerk", "Clerk", "orders/invoices:change"),
    ] {
        let body = json!({ "key": key, "name": name, "permissions": [permission] });
        operator.post("/api/v1/roles", body).await.is(201);
    }
    let community = json!({ "key": "branches", "name": "All branches" });
    let path = "/api/v1/communities";
    operator.post(path, community).await.is(201);
    let joins = format!("{path}/branches/tenants/default");
    operator.put(&joins, json!({})).await.is(204);
    let group = operator.post("/api/v1/groups", json!({ "name": "Desk" }));
    let group = group.await.is(201).header("location").to_owned();
    let desk = json!({ "roles": ["support"] });
    operator.put(&format!("{group}/roles"), desk).await.is(200);

    let admin = server.somebody("admin@example.com", "admin").await;
    let mut browser = server.visitor_of(&admin).await;
    assert_eq!(administers(&mut browser).await, (true, "Admin".to_owned()));

    let ada = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&ada).await;
    let user = format!("/api/v1/users/{}", ada.user.id);
    let member = format!("{group}/members/{}", ada.user.id);
    let in_community = format!("{path}/branches/members/{}", ada.user.id);
    let nothing = (false, "Member".to_owned());
    assert_eq!(administers(&mut browser).await, nothing);
    // What opens another API only opens nothing here.
    let give = async |at: &str, roles: serde_json::Value| {
        operator.put(at, json!({ "roles": roles })).await.is(200);
    };
    give(&format!("{user}/roles"), json!(["clerk"])).await;
    let only_there = (false, "Member, Clerk".to_owned());
    assert_eq!(administers(&mut browser).await, only_there);
    give(&format!("{user}/roles"), json!(["support"])).await;
    let own = (true, "Member, Support desk".to_owned());
    assert_eq!(administers(&mut browser).await, own);
    give(&format!("{user}/roles"), json!([])).await;
    assert_eq!(administers(&mut browser).await, nothing);
    operator.put(&member, json!({})).await.is(204);
    assert_eq!(administers(&mut browser).await, own);
    operator.delete(&member).await.is(204);
    give(&in_community, json!(["community_administrator"])).await;
    let (shown, roles) = administers(&mut browser).await;
    assert!(shown, "{roles}");
    give(&in_community, json!([])).await;
    assert_eq!(administers(&mut browser).await, nothing);
}
