//! `/roles` and `/clients/{id}/roles`: the roles of the documents 003 Client credentials flow and 004
//! Client-credentials client.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Reply, Server, client_path, listing, on_both_databases};

on_both_databases! {
    a_tenant_client_is_made_with_the_role_tenant_member_that_cannot_be_removed,
    tenant_administrators_manage_tenant_clients,
    the_token_lifetime_of_a_tenant_client_is_60_to_3600_seconds,
    a_custom_role_gives_its_permissions_to_live_tokens_and_takes_them_back,
    a_deleted_role_is_taken_from_everybody,
    nobody_makes_or_gives_a_role_that_may_do_more_than_they_may,
    built_in_roles_cannot_be_changed,
    roles_of_another_tenant_are_unknown,
    a_role_key_is_taken_once_and_has_a_form,
    roles_have_versions_and_an_audit_trail,
    who_has_a_role_is_listed_page_by_page_for_those_who_may_view_them,
}

async fn makes(actor: &Actor, fields: Value) -> Reply {
    let mut body = json!({ "profile": "tenant_client", "name": "Field gateway" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    actor.post("/api/v1/clients", body).await
}

async fn role(actor: &Actor, key: &str, permissions: &[&str]) -> Reply {
    let body = json!({ "key": key, "name": key, "permissions": permissions });
    actor.post("/api/v1/roles", body).await
}

/// A client of the profile `short_lived` with these roles.
async fn short_lived(actor: &Actor, name: &str, roles: &[&str]) -> Account {
    let body = json!({ "profile": "short_lived", "name": name, "roles": roles });
    Account::of(&actor.post("/api/v1/clients", body).await.is(201).json)
}

fn roles_path(account: &Account) -> String {
    format!("{}/roles", client_path(account))
}

fn errors(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect()
}

async fn a_tenant_client_is_made_with_the_role_tenant_member_that_cannot_be_removed(
    server: Server,
) {
    let admin = server.actor("admin").await;
    let made = makes(&admin, json!({})).await.is(201);
    assert_eq!(made.json["client"]["roles"], json!(["tenant_member"]));
    assert!(
        made.json.get("client_secret").is_none(),
        "a second step makes it"
    );
    let client = Account::of(&made.json);
    let path = roles_path(&client);
    let refused = admin
        .put(&path, json!({ "roles": [] }))
        .await
        .is_problem(422, "invalid");
    assert_eq!(refused.errors(), errors(&[("/roles", "mandatory")]));
    let refused = makes(&admin, json!({ "roles": ["tenant_administrator"] }))
        .await
        .is_problem(422, "invalid");
    assert_eq!(refused.errors(), errors(&[("/roles", "mandatory")]));

    let both = json!(["tenant_administrator", "tenant_member"]);
    let changed = admin.put(&path, json!({ "roles": both })).await.is(200);
    assert_eq!(changed.json["roles"], both);
    let read = admin.get(&client_path(&client)).await.is(200);
    assert_eq!(read.json["roles"], both);
}

async fn tenant_administrators_manage_tenant_clients(server: Server) {
    let admin = server.actor("admin").await;
    let wanted = json!({ "roles": ["tenant_member", "tenant_administrator"] });
    let administrator = makes(&admin, wanted).await.is(201);
    let mut account = Account::of(&administrator.json);
    let secret = admin
        .post(
            &format!("{}/credentials", client_path(&account)),
            json!({ "description": "First" }),
        )
        .await
        .is(201);
    assert_eq!(
        secret.json["credential"]["expires_at"],
        "2027-06-15T12:00:00Z"
    );
    account.secret = secret.json["client_secret"].as_str().unwrap().to_owned();
    let administrator = server.sign_in(&account).await;
    let made = makes(&administrator, json!({})).await.is(201);
    let other = Account::of(&made.json);
    administrator
        .patch(&client_path(&other), json!({ "notes": "checked" }))
        .await
        .is(200);
    administrator.delete(&client_path(&other)).await.is(204);

    let member = short_lived(&admin, "Member", &["tenant_member"]).await;
    let member = server.sign_in(&member).await;
    makes(&member, json!({}))
        .await
        .is_problem(403, "missing-permission");
}

async fn the_token_lifetime_of_a_tenant_client_is_60_to_3600_seconds(server: Server) {
    let admin = server.actor("admin").await;
    for good in [60, 3_600] {
        makes(&admin, json!({ "token_lifetime": good }))
            .await
            .is(201);
    }
    for bad in [59, 3_601, 0, -1] {
        let refused = makes(&admin, json!({ "token_lifetime": bad }))
            .await
            .is_problem(422, "invalid");
        assert_eq!(refused.errors(), errors(&[("/token_lifetime", "invalid")]));
    }
}

async fn a_custom_role_gives_its_permissions_to_live_tokens_and_takes_them_back(server: Server) {
    let admin = server.actor("admin").await;
    let made = role(&admin, "support", &["service_account:change"])
        .await
        .is(201);
    let implied = json!(["service_account:view", "service_account:change"]);
    assert_eq!(made.json["permissions"], implied);
    let account = short_lived(&admin, "Desk", &["support"]).await;
    let desk = server.sign_in(&account).await;
    desk.creates("By the desk", "member").await;

    let narrowed = json!({ "permissions": ["service_account:view"] });
    admin.patch("/api/v1/roles/support", narrowed).await.is(200);
    desk.get("/api/v1/clients").await.is(200);
    desk.post(
        "/api/v1/clients",
        json!({ "profile": "service_account", "name": "More", "role": "member" }),
    )
    .await
    .is_problem(403, "missing-permission");

    admin
        .put(&roles_path(&account), json!({ "roles": [] }))
        .await
        .is(200);
    desk.get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
}

async fn a_deleted_role_is_taken_from_everybody(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", &["service_account:view"])
        .await
        .is(201);
    let account = short_lived(&admin, "Desk", &["support"]).await;
    let desk = server.sign_in(&account).await;
    desk.get("/api/v1/clients").await.is(200);
    admin.delete("/api/v1/roles/support").await.is(204);
    desk.get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    role(&admin, "support", &["service_account:view"])
        .await
        .is(201);
    let read = admin.get(&roles_path(&account)).await.is(200);
    assert_eq!(
        read.json["roles"],
        json!([]),
        "a new role of the name is another role"
    );
}

async fn nobody_makes_or_gives_a_role_that_may_do_more_than_they_may(server: Server) {
    let admin = server.actor("admin").await;
    let operator = server.operator().await;
    role(&admin, "eraser", &["anonymization:change"])
        .await
        .is_problem(403, "role_exceeds_caller");
    role(&operator, "eraser", &["anonymization:change"])
        .await
        .is(201);
    let body = json!({ "profile": "short_lived", "name": "Eraser", "roles": ["eraser"] });
    admin
        .post("/api/v1/clients", body)
        .await
        .is_problem(403, "role_exceeds_caller");
    let plain = short_lived(&admin, "Plain", &[]).await;
    admin
        .put(&roles_path(&plain), json!({ "roles": ["eraser"] }))
        .await
        .is_problem(403, "role_exceeds_caller");
    let stronger = short_lived(&operator, "Eraser", &["eraser"]).await;
    admin
        .does(&format!("{}/regenerate-secret", client_path(&stronger)))
        .await
        .is_problem(403, "role_exceeds_caller");
    role(&admin, "narrow", &["users:view"]).await.is(201);
    admin
        .patch(
            "/api/v1/roles/narrow",
            json!({ "permissions": ["signing-keys:view", "tenant:change"] }),
        )
        .await
        .is_problem(422, "invalid");
    admin
        .patch(
            "/api/v1/roles/narrow",
            json!({ "permissions": ["tenant:change"] }),
        )
        .await
        .is_problem(403, "role_exceeds_caller");
    let global = json!({ "scope": "global", "key": "auditor", "name": "Auditor", "permissions": ["audit:view"] });
    admin
        .post("/api/v1/roles", global.clone())
        .await
        .is_problem(403, "missing-permission");
    operator.post("/api/v1/roles", global).await.is(201);
}

async fn built_in_roles_cannot_be_changed(server: Server) {
    let operator = server.operator().await;
    let all = operator.get("/api/v1/roles").await.is(200);
    let keys: Vec<&str> = all.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["key"].as_str().unwrap())
        .collect();
    for key in [
        "tenant_member",
        "tenant_administrator",
        "community_member",
        "community_administrator",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
    operator
        .patch("/api/v1/roles/tenant_member", json!({ "name": "Mine" }))
        .await
        .is_problem(409, "built_in");
    operator
        .delete("/api/v1/roles/tenant_member")
        .await
        .is_problem(409, "built_in");
}

async fn roles_of_another_tenant_are_unknown(server: Server) {
    let admin = server.actor("admin").await;
    let stranger = server.super_admin_of("other", None).await;
    let theirs = role(&stranger, "support", &["users:view"]).await.is(201);
    let path = format!("/api/v1/roles/{}", theirs.json["id"].as_str().unwrap());
    stranger.get(&path).await.is(200);
    for reply in [
        admin.get(&path).await,
        admin.get("/api/v1/roles/support").await,
        admin.patch(&path, json!({ "name": "Mine" })).await,
        admin.delete(&path).await,
    ] {
        reply.is_problem(404, "not-found");
    }
    let refused = makes(&admin, json!({ "roles": ["tenant_member", "support"] }))
        .await
        .is_problem(422, "invalid");
    assert_eq!(refused.errors(), errors(&[("/roles/1", "unknown_role")]));
    let plain = short_lived(&admin, "Plain", &[]).await;
    let refused = admin
        .put(
            &roles_path(&plain),
            json!({ "roles": ["community_member", "nobody"], "community_roles": [{ "community": "none", "roles": [] }] }),
        )
        .await
        .is_problem(422, "invalid");
    let expected = [
        ("/community_roles/0/community", "unknown_community"),
        ("/roles/0", "unknown_role"),
        ("/roles/1", "unknown_role"),
    ];
    assert_eq!(refused.errors(), errors(&expected));
    let ladder = admin.creates("Nightly export", "member").await;
    let refused = admin
        .put(&roles_path(&ladder), json!({ "roles": ["tenant_member"] }))
        .await
        .is_problem(422, "invalid");
    assert_eq!(refused.errors(), errors(&[("/roles", "not_allowed")]));
}

async fn a_role_key_is_taken_once_and_has_a_form(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", &[]).await.is(201);
    for taken in ["support", "tenant_member", "admin"] {
        role(&admin, taken, &[]).await.is_problem(409, "key_taken");
    }
    for bad in ["Support", "s", "ｓupport", "sup port", "1st"] {
        let refused = role(&admin, bad, &["nothing:view"])
            .await
            .is_problem(422, "invalid");
        let expected = [
            ("/key", "invalid"),
            ("/permissions/0", "unknown_permission"),
        ];
        assert_eq!(refused.errors(), errors(&expected), "{bad}");
    }
}

async fn roles_have_versions_and_an_audit_trail(server: Server) {
    let admin = server.actor("admin").await;
    let made = role(&admin, "support", &["users:view"]).await.is(201);
    let path = made.header("location").to_owned();
    let form = json!({ "name": "Desk", "permissions": ["users:view"] });
    let put = |tag: &str| {
        let request = admin.request(reqwest::Method::PUT, &path).json(&form);
        request.header("If-Match", tag)
    };
    admin
        .request(reqwest::Method::PUT, &path)
        .json(&form)
        .send()
        .await
        .is_problem(428, "precondition-required");
    put(made.header("etag")).send().await.is(200);
    put(made.header("etag"))
        .send()
        .await
        .is_problem(412, "stale");
    let events = admin.get("/api/v1/audit?action=role.updated").await.is(200);
    assert_eq!(
        events.json["items"][0]["changes"],
        json!([{ "field": "name", "before": "support", "after": "Desk" }])
    );
}

async fn who_has_a_role_is_listed_page_by_page_for_those_who_may_view_them(server: Server) {
    let admin = server.actor("admin").await;
    role(&admin, "support", &["users:view"]).await.is(201);
    let holders = "/api/v1/roles/support/holders";
    assert_eq!(admin.get(holders).await.is(200).json["items"], json!([]));
    let robot = short_lived(&admin, "Robot", &["support"]).await;
    let ada = server.person("ada", "member").await;
    let given = json!({ "roles": ["support"] });
    let path = format!("/api/v1/users/{}/roles", ada.id);
    admin.put(&path, given.clone()).await.is(200);
    let group = admin
        .post("/api/v1/groups", json!({ "name": "Desk" }))
        .await
        .is(201);
    let path = format!("{}/roles", group.header("location"));
    admin.put(&path, given).await.is(200);

    let mut found = listing::each_of(&admin, holders, "kind").await;
    found.sort_unstable();
    assert_eq!(found, ["client", "group", "user"]);

    role(&admin, "roles-only", &["roles:view", "groups:view"])
        .await
        .is(201);
    let reader = short_lived(&admin, "Reader", &["roles-only"]).await;
    let reader = server.sign_in(&reader).await;
    let seen = reader.get(holders).await.is(200);
    assert_eq!(seen.each("name"), ["Desk"], "of the kinds it may view");
    admin.delete(&client_path(&robot)).await.is(204);
    let left = admin.get(holders).await.is(200);
    assert_eq!(left.json["items"].as_array().unwrap().len(), 2);
    let unknown = admin.get("/api/v1/roles/nothing/holders").await;
    unknown.is_problem(404, "not-found");
}
