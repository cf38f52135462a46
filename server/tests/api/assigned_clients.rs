//! `/tenants/{id}/clients`: a tenant sees which clients of others act in it, and sends them away.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    a_tenant_sees_which_clients_of_others_act_in_it_and_nothing_else_about_them,
    a_tenant_sends_a_client_of_another_away_with_all_it_holds_there,
    both_tenants_have_the_removal_in_their_trails,
    only_who_sees_and_changes_all_clients_does_so_with_those_of_others,
    operators_see_and_send_away_in_every_tenant,
    clients_of_others_come_in_pages,
}

const NORTH: &str = "/api/v1/tenants/north/clients";

/// A client of the first tenant with notes of its own, which holds `fields` in the tenant `north`.
async fn guest(operator: &Actor, name: &str, fields: Value) -> Account {
    let body = json!({
        "profile": "short_lived", "name": name, "notes": "Ours alone", "owner": "Our team",
        "roles": ["tenant_administrator"],
    });
    let account = Account::of(&operator.post("/api/v1/clients", body).await.is(201).json);
    let mut there = json!({ "tenant": "north" });
    for (field, value) in fields.as_object().unwrap() {
        there[field] = value.clone();
    }
    let path = format!("{}/tenants", client_path(&account));
    let items = json!({ "items": [there] });
    operator.put(&path, items).await.is(200);
    account
}

async fn a_tenant_sees_which_clients_of_others_act_in_it_and_nothing_else_about_them(
    server: Server,
) {
    let north = server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let community = json!({ "key": "branches", "name": "Branches" });
    operator
        .post("/api/v1/communities", community)
        .await
        .is(201);
    let joined = "/api/v1/communities/branches/tenants/north";
    operator.put(joined, json!({})).await.is(204);
    north.creates("Their own", "member").await;
    assert_eq!(north.get(NORTH).await.is(200).json["items"], json!([]));
    let community_roles = json!([{ "community": "branches", "roles": ["community_member"] }]);
    let roles = json!({ "roles": ["tenant_member"], "community_roles": community_roles });
    let account = guest(&operator, "Guest", roles).await;
    let listed = north.get(NORTH).await.is(200);
    let home = operator.get("/api/v1/tenants/default").await.is(200).json;
    let expected = json!([{
        "id": account.id,
        "client_id": account.client_id,
        "name": "Guest",
        "tenant": { "id": home["id"], "key": "default", "name": home["name"] },
        "roles": ["tenant_member"],
        "community_roles": community_roles,
    }]);
    assert_eq!(listed.json["items"], expected);
    // The client itself stays out of reach, and home it is no guest.
    north
        .get(&client_path(&account))
        .await
        .is_problem(404, "not-found");
    let home = operator.get("/api/v1/tenants/default/clients").await;
    assert_eq!(home.is(200).json["items"], json!([]));
    operator.delete(&client_path(&account)).await.is(204);
    assert_eq!(north.get(NORTH).await.is(200).json["items"], json!([]));
}

async fn a_tenant_sends_a_client_of_another_away_with_all_it_holds_there(server: Server) {
    let north = server.super_admin_of("north", None).await;
    server.super_admin_of("south", None).await;
    let operator = server.operator().await;
    let account = guest(
        &operator,
        "Guest",
        json!({ "roles": ["tenant_administrator"] }),
    )
    .await;
    let path = format!("{}/tenants", client_path(&account));
    let items = json!({ "items": [
        { "tenant": "north", "roles": ["tenant_administrator"] },
        { "tenant": "south", "roles": ["tenant_member"] },
    ] });
    let before = operator.put(&path, items).await.is(200);
    let keys = format!("{}/api-keys", client_path(&account));
    let key = json!({ "label": "Probe", "tenant": "north" });
    let key = operator.post(&keys, key).await.is(201).json;
    let probe = server.with_token(account.clone(), key["key"].as_str().unwrap().to_owned());
    let (here, there) = (
        server.sign_in(&account).await,
        server.sign_in_to(&account, "north").await,
    );
    there.get("/api/v1/clients").await.is(200);
    probe.get("/api/v1/clients").await.is(200);

    let one = format!("{NORTH}/{}", account.client_id);
    north.delete(&one).await.is(204);
    for actor in [&there, &probe] {
        let refused = actor.get("/api/v1/me").await;
        refused.is_problem(401, "unauthorized");
    }
    let refused = server.ask_for_token_in(&account, "tenant:north").await;
    assert_eq!(refused.is(400).json["error"], "invalid_scope");
    // Elsewhere it is what it was.
    here.get("/api/v1/clients").await.is(200);
    server.sign_in_to(&account, "south").await;
    let after = operator.get(&path).await.is(200);
    let left = json!([{ "tenant": "south", "roles": ["tenant_member"], "community_roles": [] }]);
    assert_eq!(after.json["items"], left);
    assert_ne!(after.header("etag"), before.header("etag"));
    north.delete(&one).await.is_problem(404, "not-found");
    assert_eq!(north.get(NORTH).await.is(200).json["items"], json!([]));
}

async fn both_tenants_have_the_removal_in_their_trails(server: Server) {
    let north = server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let account = guest(&operator, "Guest", json!({ "roles": ["tenant_member"] })).await;
    north
        .delete(&format!("{NORTH}/{}", account.id))
        .await
        .is(204);
    let held = json!({ "north": { "roles": ["tenant_member"], "community_roles": {} } });
    for (actor, after) in [(&operator, json!({})), (&north, Value::Null)] {
        let trail = format!("/api/v1/audit?action=client.updated&client={}", account.id);
        let trail = actor.get(&trail).await.is(200);
        let event = &trail.json["items"][0];
        assert_eq!(event["actor"]["id"], json!(north.account.id));
        let changes = json!([{ "field": "tenants", "before": held, "after": after }]);
        assert_eq!(event["changes"], changes);
    }
}

async fn only_who_sees_and_changes_all_clients_does_so_with_those_of_others(server: Server) {
    let north = server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let account = guest(&operator, "Guest", json!({ "roles": ["tenant_member"] })).await;
    let one = format!("{NORTH}/{}", account.id);
    let role = json!({ "key": "kind", "name": "One kind", "permissions": ["short_lived:change"] });
    north.post("/api/v1/roles", role).await.is(201);
    let role = json!({ "key": "viewer", "name": "Viewer", "permissions": ["clients:view"] });
    north.post("/api/v1/roles", role).await.is(201);
    let with_role = async |role: &str| {
        let body = json!({ "profile": "short_lived", "name": role, "roles": [role] });
        let made = north.post("/api/v1/clients", body).await.is(201);
        server.sign_in(&Account::of(&made.json)).await
    };
    let (kind, viewer) = (with_role("kind").await, with_role("viewer").await);
    for reply in [
        kind.get(NORTH).await,
        kind.delete(&one).await,
        viewer.delete(&one).await,
    ] {
        reply.is_problem(403, "missing-permission");
    }
    assert_eq!(viewer.get(NORTH).await.is(200).each("name"), ["Guest"]);
    // Whoever is in another tenant finds neither.
    let south = server.super_admin_of("south", None).await;
    south.get(NORTH).await.is_problem(404, "not-found");
    south.delete(&one).await.is_problem(404, "not-found");
    let own = format!("/api/v1/tenants/south/clients/{}", account.id);
    south.delete(&own).await.is_problem(404, "not-found");
    server.sign_in_to(&account, "north").await;
}

async fn operators_see_and_send_away_in_every_tenant(server: Server) {
    server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let account = guest(&operator, "Guest", json!({ "roles": ["tenant_member"] })).await;
    assert_eq!(operator.get(NORTH).await.is(200).each("name"), ["Guest"]);
    operator
        .delete(&format!("{NORTH}/{}", account.id))
        .await
        .is(204);
    let north = server.operator_in("north").await;
    assert_eq!(north.get(NORTH).await.is(200).json["items"], json!([]));
}

async fn clients_of_others_come_in_pages(server: Server) {
    let north = server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    for name in ["First", "Second", "Third"] {
        guest(&operator, name, json!({ "roles": ["tenant_member"] })).await;
        north.creates("Between", "member").await;
    }
    let first = north.get(&format!("{NORTH}?limit=2")).await.is(200);
    assert_eq!(first.each("name"), ["First", "Second"]);
    let next = first.json["next"].as_str().unwrap();
    let second = format!("{NORTH}?limit=2&cursor={next}");
    let second = north.get(&second).await.is(200);
    assert_eq!(second.each("name"), ["Third"]);
    assert!(second.json["next"].is_null());
}
