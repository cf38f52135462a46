//! Roles of people beside the ladder: their own, and those of their groups.

use serde_json::json;

use crate::{
    apis::{ORDERS, registers},
    support::{Actor, Server, claims_of, on_both_databases},
};

on_both_databases! {
    a_role_of_a_person_acts_on_their_next_call,
    a_role_of_a_group_is_that_of_its_members,
    nobody_gives_people_more_than_they_may_themselves,
    an_app_has_of_a_role_what_the_person_allowed,
    tokens_of_a_person_name_all_their_roles,
    an_app_is_told_the_roles_of_which_the_person_allowed_all,
    roles_of_people_are_versioned_and_of_their_tenant,
}

async fn role(actor: &Actor, key: &str, permission: &str) {
    let body = json!({ "key": key, "name": key, "permissions": [permission] });
    actor.post("/api/v1/roles", body).await.is(201);
}

async fn group(actor: &Actor, name: &str) -> String {
    let made = actor.post("/api/v1/groups", json!({ "name": name })).await;
    made.is(201).header("location").to_owned()
}

async fn a_role_of_a_person_acts_on_their_next_call(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", "users:view").await;
    let ada = server.person("ada", "member").await;
    let acting = server.acting_for(&ada, None).await;
    acting.get("/api/v1/users").await.is(403);
    let roles = format!("/api/v1/users/{}/roles", ada.id);
    let given = admin.put(&roles, json!({ "roles": ["support"] })).await;
    assert_eq!(given.is(200).json["roles"], json!(["support"]));
    acting.get("/api/v1/users").await.is(200);
    acting.get("/api/v1/groups").await.is(403);
    let me = acting.get("/api/v1/me").await.is(200).json;
    assert_eq!(me["permissions"], json!(["users:view"]));
    admin.put(&roles, json!({ "roles": [] })).await.is(200);
    acting.get("/api/v1/users").await.is(403);
    admin
        .put(&roles, json!({ "roles": ["support"] }))
        .await
        .is(200);
    admin.delete("/api/v1/roles/support").await;
    let user = format!("/api/v1/users/{}", ada.id);
    admin.does(&format!("{user}/deactivate")).await.is(200);
    acting.get("/api/v1/users").await.is(401);
}

async fn a_role_of_a_group_is_that_of_its_members(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", "users:view").await;
    let ada = server.person("ada", "member").await;
    let bea = server.person("bea", "member").await;
    let (acting, other) = (
        server.acting_for(&ada, None).await,
        server.acting_for(&bea, None).await,
    );
    let path = group(&admin, "Desk").await;
    let member = format!("{path}/members/{}", ada.id);
    admin.put(&member, json!({})).await.is(204);
    acting.get("/api/v1/users").await.is(403);
    let roles = format!("{path}/roles");
    admin
        .put(&roles, json!({ "roles": ["support"] }))
        .await
        .is(200);
    acting.get("/api/v1/users").await.is(200);
    other.get("/api/v1/users").await.is(403);
    admin.delete(&member).await.is(204);
    acting.get("/api/v1/users").await.is(403);
    admin.put(&member, json!({})).await.is(204);
    acting.get("/api/v1/users").await.is(200);
    admin.delete(&path).await.is(204);
    acting.get("/api/v1/users").await.is(403);
    let left = server.database.number("SELECT COUNT(*) FROM assignment");
    assert_eq!(left.await, 0, "nothing of the group is left");
}

async fn nobody_gives_people_more_than_they_may_themselves(server: Server) {
    let admin = server.actor("admin").await;
    let operator = server.operator().await;
    role(&operator, "eraser", "anonymization:change").await;
    let ada = server.person("ada", "member").await;
    let (user, team) = (
        format!("/api/v1/users/{}", ada.id),
        group(&admin, "Team").await,
    );
    let eraser = json!({ "roles": ["eraser"] });
    for holder in [&user, &team] {
        let refused = admin.put(&format!("{holder}/roles"), eraser.clone()).await;
        refused.is_problem(403, "role_exceeds_caller");
    }
    // Nor by way of a group that may do more, nor by becoming one of its members.
    operator
        .put(&format!("{team}/roles"), eraser.clone())
        .await
        .is(200);
    let member = format!("{team}/members/{}", ada.id);
    let refused = admin.put(&member, json!({})).await;
    refused.is_problem(403, "role_exceeds_caller");
    operator.put(&member, json!({})).await.is(204);
    for verb in ["reset-password", "deactivate"] {
        let refused = admin.does(&format!("{user}/{verb}")).await;
        refused.is_problem(403, "role_exceeds_caller");
    }
    let taken_over = admin.patch(&user, json!({ "email": "me@example.org" }));
    taken_over.await.is_problem(403, "role_exceeds_caller");
    // To take rights away is open to whoever may change the group.
    admin.delete(&member).await.is(204);
    admin.does(&format!("{user}/reset-password")).await.is(201);
}

async fn an_app_has_of_a_role_what_the_person_allowed(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", "users:view").await;
    let app = admin.registers_app(json!({})).await;
    let person = server.somebody("ada@example.com", "member").await;
    let roles = format!("/api/v1/users/{}/roles", person.user.id);
    admin
        .put(&roles, json!({ "roles": ["support"] }))
        .await
        .is(200);
    let mut browser = server.visitor_of(&person).await;
    for (scope, status) in [("openid", 403), ("openid users:view", 200)] {
        let code = browser.allows(&app, &[("scope", scope)]).await.code();
        let got = server.redeem(&app, &code).await.is(200).json;
        let token = got["access_token"].as_str().unwrap().to_owned();
        let acting = server.with_token(app.clone(), token);
        acting.get("/api/v1/users").await.is(status);
    }
}

/// The roles that introspection names, which are those of this moment.
async fn introspected(actor: &Actor, server: &Server, token: &str) -> serde_json::Value {
    let said = server.introspect(&actor.account, token).await;
    assert_eq!(said["active"], true);
    said["roles"].clone()
}

async fn tokens_of_a_person_name_all_their_roles(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", "users:view").await;
    role(&admin, "reader", "apis:view").await;
    let ada = server.somebody("ada@example.com", "member").await;
    let user = format!("/api/v1/users/{}", ada.user.id);
    let put = async |holder: &str, roles: &[&str]| {
        let body = json!({ "roles": roles });
        admin.put(&format!("{holder}/roles"), body).await.is(200);
    };
    put(&user, &["support"]).await;
    let desk = group(&admin, "Desk").await;
    put(&desk, &["reader", "support"]).await;
    let member = format!("{desk}/members/{}", ada.user.id);
    admin.put(&member, json!({})).await.is(204);
    let mut browser = server.visitor_of(&ada).await;
    let screens = server.admin_screens(&mut browser).await;
    let named = json!(["member", "reader", "support"]);
    assert_eq!(claims_of(&screens.token)["roles"], named);
    let may = json!(["apis:view", "users:view"]);
    assert_eq!(claims_of(&screens.token)["permissions"], may);
    assert_eq!(introspected(&admin, &server, &screens.token).await, named);
    // Introspection tells the roles of the moment, and the next token those of its own.
    admin.delete(&member).await.is(204);
    let named = json!(["member", "support"]);
    assert_eq!(introspected(&admin, &server, &screens.token).await, named);
    let next = server.admin_screens(&mut browser).await;
    assert_eq!(claims_of(&next.token)["roles"], named);
}

async fn an_app_is_told_the_roles_of_which_the_person_allowed_all(server: Server) {
    let admin = server.actor("admin").await;
    registers(&admin, json!({})).await.is(201);
    // Of this one the app has nothing at the API, of the other two all or a part.
    role(&admin, "support", "users:view").await;
    for (key, permissions) in [
        ("clerk", json!(["orders/invoices:change", "users:view"])),
        (
            "auditor",
            json!(["orders/invoices:view", "orders/reports:view"]),
        ),
    ] {
        let body = json!({ "key": key, "name": key, "permissions": permissions });
        admin.post("/api/v1/roles", body).await.is(201);
    }
    let app = admin.registers_app(json!({})).await;
    let ada = server.somebody("ada@example.com", "admin").await;
    let held = json!({ "roles": ["support", "clerk", "auditor"] });
    let path = format!("/api/v1/users/{}/roles", ada.user.id);
    admin.put(&path, held).await.is(200);
    let mut browser = server.visitor_of(&ada).await;
    for (scope, named) in [
        ("openid", json!(null)),
        ("openid orders/invoices:view", json!(null)),
        ("openid orders/invoices:change", json!(["clerk"])),
        (
            "openid orders/invoices:change orders/reports:view",
            json!(["auditor", "clerk"]),
        ),
    ] {
        let wanted = [("resource", ORDERS), ("scope", scope)];
        let code = browser.allows(&app, &wanted).await.code();
        let got = server.redeem(&app, &code).await.is(200).json;
        let token = got["access_token"].as_str().unwrap();
        assert_eq!(claims_of(token)["roles"], named, "{scope}");
        assert_eq!(introspected(&admin, &server, token).await, named, "{scope}");
    }
}

async fn roles_of_people_are_versioned_and_of_their_tenant(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", "users:view").await;
    let path = group(&admin, "Desk").await;
    let roles = format!("{path}/roles");
    let tag = admin.get(&roles).await.is(200).header("etag").to_owned();
    assert_eq!(tag, admin.get(&path).await.is(200).header("etag"));
    let put = |tag: &str, keys: serde_json::Value| {
        let request = admin.request(reqwest::Method::PUT, &roles);
        let request = request.json(&json!({ "roles": keys }));
        request.header("If-Match", tag).send()
    };
    put(&tag, json!(["support"])).await.is(200);
    put(&tag, json!([])).await.is_problem(412, "stale");
    let unknown = put("*", json!(["support", "nothing", "community_member"])).await;
    let errors = unknown.is(422).errors();
    let pointers: Vec<&str> = errors.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(pointers, ["/roles/1", "/roles/2"]);
    let trail = admin.get("/api/v1/audit?limit=1").await.is(200).json;
    assert_eq!(trail["items"][0]["action"], "group.updated");
    assert_eq!(trail["items"][0]["changes"][0]["field"], "roles");
    let stranger = server.super_admin_of("other", None).await;
    stranger.get(&roles).await.is_problem(404, "not-found");
    let foreign = stranger.put(&roles, json!({ "roles": [] })).await;
    foreign.is_problem(404, "not-found");
}
