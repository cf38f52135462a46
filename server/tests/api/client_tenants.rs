//! `/clients/{id}/tenants` and `scope=tenant:<key>`: a service user that acts in several tenants, one token at a time.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    roles_and_tenants_are_assigned_to_the_service_user_of_a_client,
    a_scope_picks_one_of_the_assigned_tenants_and_is_echoed,
    a_scope_with_two_tenants_is_invalid_even_if_both_are_the_clients,
    a_tenant_that_is_taken_away_ends_its_live_tokens_and_no_others,
    what_is_held_in_one_tenant_opens_nothing_in_another,
    a_token_follows_the_roles_in_its_tenant,
    only_profiles_with_roles_reach_further_tenants,
    a_mandatory_role_is_mandatory_in_every_tenant,
    nobody_assigns_a_tenant_that_they_do_not_manage,
    who_could_act_elsewhere_is_not_taken_over,
    wrong_tenants_are_told_by_field_and_rule,
    an_api_key_acts_in_the_tenant_it_was_made_for,
}

fn tenants_path(account: &Account) -> String {
    format!("{}/tenants", client_path(account))
}

async fn makes(actor: &Actor, fields: Value) -> Account {
    let mut body = json!({ "profile": "short_lived", "name": "Roaming" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    Account::of(&actor.post("/api/v1/clients", body).await.is(201).json)
}

/// A client of the first tenant with these roles in the tenant `north`.
async fn roaming(server: &Server, roles: &[&str]) -> (Actor, Actor, Account) {
    let stranger = server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let account = makes(&operator, json!({ "roles": ["tenant_member"] })).await;
    let items = json!({ "items": [{ "tenant": "north", "roles": roles }] });
    operator.put(&tenants_path(&account), items).await.is(200);
    (operator, stranger, account)
}

async fn roles_and_tenants_are_assigned_to_the_service_user_of_a_client(server: Server) {
    let (operator, _, account) = roaming(&server, &["tenant_administrator"]).await;
    let read = operator.get(&tenants_path(&account)).await.is(200);
    let expected = json!([{
        "tenant": "north", "roles": ["tenant_administrator"], "community_roles": [],
    }]);
    assert_eq!(read.json["items"], expected);
    let client = operator.get(&client_path(&account)).await.is(200);
    assert_eq!(client.json["roles"], json!(["tenant_member"]));
    assert_eq!(
        client.header("etag"),
        read.header("etag"),
        "they are one version"
    );
    let there = server.sign_in_to(&account, "north").await;
    there.creates("By the roaming one", "member").await;
    // It stands in both trails.
    let trail = server.operator_in("north").await;
    let trail = trail.get("/api/v1/audit?action=client.updated").await;
    assert_eq!(
        trail.is(200).json["items"][0]["changes"][0]["field"],
        "tenants"
    );
    let trail = operator.get("/api/v1/audit?action=client.updated").await;
    assert_eq!(
        trail.is(200).json["items"][0]["changes"][0]["field"],
        "tenants"
    );
    let before = operator.get(&tenants_path(&account)).await.is(200);
    let same = json!({ "items": before.json["items"] });
    let again = operator.put(&tenants_path(&account), same).await.is(200);
    assert_eq!(again.header("etag"), before.header("etag"));
}

async fn a_scope_picks_one_of_the_assigned_tenants_and_is_echoed(server: Server) {
    let (_, _, account) = roaming(&server, &["tenant_member"]).await;
    server.super_admin_of("south", None).await;
    let reply = server
        .ask_for_token_in(&account, "tenant:north")
        .await
        .is(200);
    assert_eq!(reply.json["scope"], "tenant:north");
    let token = reply.json["access_token"].as_str().unwrap();
    let said = server.introspect(&account, token).await;
    assert_eq!(said["tenant"], "north");
    assert_eq!(said["roles"], json!(["tenant_member"]));
    let home = server.token_of(&account).await;
    assert_eq!(
        server.introspect(&account, &home).await["tenant"],
        "default"
    );
    for scope in [
        "tenant:south",
        "tenant:nowhere",
        "tenant:north tenant:default",
        "tenant:NORTH",
        "tenant:",
    ] {
        let refused = server.ask_for_token_in(&account, scope).await.is(400);
        assert_eq!(refused.json["error"], "invalid_scope", "{scope}");
    }
}

async fn a_scope_with_two_tenants_is_invalid_even_if_both_are_the_clients(server: Server) {
    server.super_admin_of("south", None).await;
    let (operator, _, account) = roaming(&server, &["tenant_member"]).await;
    let both = json!({ "items": [{ "tenant": "north", "roles": [] }, { "tenant": "south", "roles": [] }] });
    operator.put(&tenants_path(&account), both).await.is(200);
    for one in ["default", "north", "south"] {
        let reply = server
            .ask_for_token_in(&account, &format!("tenant:{one}"))
            .await;
        assert_eq!(reply.is(200).json["scope"], format!("tenant:{one}"));
        for other in ["default", "north", "south"] {
            let scope = format!("tenant:{one} tenant:{other}");
            let reply = server.ask_for_token_in(&account, &scope).await;
            if one == other {
                // Said twice it is one.
                assert_eq!(reply.is(200).json["scope"], format!("tenant:{one}"));
            } else {
                assert_eq!(reply.is(400).json["error"], "invalid_scope", "{scope}");
            }
        }
    }
}

async fn a_tenant_that_is_taken_away_ends_its_live_tokens_and_no_others(server: Server) {
    let (operator, _, account) = roaming(&server, &["tenant_administrator"]).await;
    let home = server.sign_in(&account).await;
    let there = server.sign_in_to(&account, "north").await;
    there.get("/api/v1/clients").await.is(200);
    let none = json!({ "items": [] });
    operator.put(&tenants_path(&account), none).await.is(200);
    there
        .get("/api/v1/me")
        .await
        .is_problem(401, "unauthorized");
    let said = server.introspect(&account, &there.token).await;
    assert_eq!(said, json!({ "active": false }));
    home.get("/api/v1/me").await.is(200);
    let refused = server.ask_for_token_in(&account, "tenant:north").await;
    assert_eq!(refused.is(400).json["error"], "invalid_scope");
}

async fn what_is_held_in_one_tenant_opens_nothing_in_another(server: Server) {
    let (operator, stranger, account) = roaming(&server, &["tenant_administrator"]).await;
    let here = operator.creates("Robot here", "member").await;
    let there_account = stranger.creates("Robot there", "member").await;
    let home = server.sign_in(&account).await;
    home.get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    let there = server.sign_in_to(&account, "north").await;
    there.get(&client_path(&there_account)).await.is(200);
    there
        .get(&client_path(&here))
        .await
        .is_problem(404, "not-found");
    let all = there.get("/api/v1/clients?limit=200").await.is(200);
    assert!(!all.text.contains("Robot here"));
    // Not even itself: it belongs elsewhere.
    there
        .get(&client_path(&account))
        .await
        .is_problem(404, "not-found");
}

async fn a_token_follows_the_roles_in_its_tenant(server: Server) {
    let (operator, _, account) = roaming(&server, &["tenant_administrator"]).await;
    let there = server.sign_in_to(&account, "north").await;
    there.get("/api/v1/clients").await.is(200);
    let lowered = json!({ "items": [{ "tenant": "north", "roles": ["tenant_member"] }] });
    operator.put(&tenants_path(&account), lowered).await.is(200);
    there
        .get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    there.get("/api/v1/me").await.is(200);
}

async fn only_profiles_with_roles_reach_further_tenants(server: Server) {
    server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let account = operator.creates("Robot", "member").await;
    let items = json!({ "items": [{ "tenant": "north", "roles": [] }] });
    let refused = operator.put(&tenants_path(&account), items).await;
    assert_eq!(
        refused.is_problem(422, "invalid").errors(),
        [("/items".to_owned(), "not_allowed".to_owned())]
    );
    let none = json!({ "items": [] });
    operator.put(&tenants_path(&account), none).await.is(200);
}

async fn a_mandatory_role_is_mandatory_in_every_tenant(server: Server) {
    server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let account = makes(&operator, json!({ "profile": "tenant_client" })).await;
    let path = tenants_path(&account);
    let without = json!({ "items": [{ "tenant": "north", "roles": [] }] });
    let refused = operator.put(&path, without).await;
    assert_eq!(
        refused.is_problem(422, "invalid").errors(),
        [("/items/0/roles".to_owned(), "mandatory".to_owned())]
    );
    let unsaid = json!({ "items": [{ "tenant": "north" }] });
    let made = operator.put(&path, unsaid).await.is(200);
    assert_eq!(made.json["items"][0]["roles"], json!(["tenant_member"]));
}

async fn nobody_assigns_a_tenant_that_they_do_not_manage(server: Server) {
    server.super_admin_of("north", None).await;
    let admin = server.actor("super_admin").await;
    let account = makes(&admin, json!({})).await;
    let items = json!({ "items": [{ "tenant": "north", "roles": ["tenant_member"] }] });
    let refused = admin.put(&tenants_path(&account), items.clone()).await;
    assert_eq!(
        refused.is_problem(422, "invalid").errors(),
        [("/items/0/tenant".to_owned(), "unknown_tenant".to_owned())]
    );
    // One who is in the tenant, without the right to change clients there, neither.
    let operator = server.operator().await;
    let wanted = json!({ "roles": ["tenant_administrator"] });
    let go_between = makes(&operator, wanted).await;
    let path = tenants_path(&go_between);
    operator.put(&path, items.clone()).await.is(200);
    let actor = server.sign_in(&go_between).await;
    let refused = actor.put(&tenants_path(&account), items.clone()).await;
    assert_eq!(
        refused.is_problem(403, "role_exceeds_caller").errors(),
        [("/items/0".to_owned(), "role_exceeds_caller".to_owned())]
    );
    let more = json!({ "items": [{ "tenant": "north", "roles": ["tenant_administrator"] }] });
    operator.put(&path, more).await.is(200);
    actor.put(&tenants_path(&account), items).await.is(200);
}

async fn who_could_act_elsewhere_is_not_taken_over(server: Server) {
    let (_, _, account) = roaming(&server, &["tenant_administrator"]).await;
    let admin = server.actor("super_admin").await;
    for path in ["regenerate-secret", "credentials", "reactivate"] {
        let path = format!("{}/{path}", client_path(&account));
        admin
            .post(&path, json!({}))
            .await
            .is_problem(403, "role_exceeds_caller");
    }
    // To take it away needs nothing but the right to change the client.
    let none = json!({ "items": [] });
    admin.put(&tenants_path(&account), none).await.is(200);
}

async fn wrong_tenants_are_told_by_field_and_rule(server: Server) {
    let stranger = server.super_admin_of("north", None).await;
    let role = json!({ "key": "there", "name": "There", "permissions": [] });
    stranger.post("/api/v1/roles", role).await.is(201);
    let operator = server.operator().await;
    let role = json!({ "key": "here", "name": "Here", "permissions": [] });
    operator.post("/api/v1/roles", role).await.is(201);
    let account = makes(&operator, json!({})).await;
    let items = json!({ "items": [
        { "tenant": "default", "roles": [] },
        { "tenant": "nowhere", "roles": [] },
        { "tenant": "north", "roles": ["there", "here"] },
        { "tenant": "north", "roles": [] },
        { "tenant": "north", "roles": [], "community_roles": [{ "community": "none", "roles": [] }] },
    ] });
    let refused = operator.put(&tenants_path(&account), items).await;
    let expected = [
        ("/items/0/tenant", "own_tenant"),
        ("/items/1/tenant", "unknown_tenant"),
        ("/items/2/roles/1", "unknown_role"),
        ("/items/3/tenant", "duplicate"),
        ("/items/4/community_roles/0/community", "unknown_community"),
        ("/items/4/tenant", "duplicate"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(refused.is_problem(422, "invalid").errors(), expected);
}

async fn an_api_key_acts_in_the_tenant_it_was_made_for(server: Server) {
    let (operator, _, account) = roaming(&server, &["tenant_administrator"]).await;
    let path = format!("{}/api-keys", client_path(&account));
    let body = json!({ "label": "Probe", "tenant": "north" });
    let made = operator.post(&path, body).await.is(201).json;
    let key = made["key"].as_str().unwrap().to_owned();
    let probe = server.with_token(account.clone(), key);
    let me = probe.get("/api/v1/me").await.is(200);
    let north = operator.get("/api/v1/tenants/north").await.is(200);
    assert_eq!(me.json["tenant_id"], north.json["id"]);
    probe.get("/api/v1/clients").await.is(200);
    let none = json!({ "items": [] });
    operator.put(&tenants_path(&account), none).await.is(200);
    probe
        .get("/api/v1/me")
        .await
        .is_problem(401, "unauthorized");
    let body = json!({ "label": "Another", "tenant": "north" });
    let refused = operator.post(&path, body).await.is_problem(422, "invalid");
    assert_eq!(
        refused.errors(),
        [("/tenant".to_owned(), "not_assigned".to_owned())]
    );
}
