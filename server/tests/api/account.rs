//! The account page: applications that were allowed.

use serde_json::json;

use crate::support::{Server, on_both_databases};

on_both_databases! {
    the_account_lists_what_was_allowed_and_takes_it_back,
    nobody_takes_back_what_another_person_allowed,
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
