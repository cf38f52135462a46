//! Rights that cannot be given, wherever they are written: the answer names the field and the rule. Those above one's
//! own are 403, those that there are not 422.

use serde_json::{Value, json};

use crate::support::{Account, Actor, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    rights_above_ones_own_are_refused_with_field_and_rule,
    rights_that_there_are_not_are_refused_with_field_and_rule,
}

const CLIENTS: &str = "/api/v1/clients";

/// What there is to give rights to, and who gives them.
struct Scene {
    admin: Actor,
    /// A client with a set of roles.
    roles: String,
    /// The same as a member of a community.
    member: String,
    /// A client with the grid.
    grid: String,
    /// A client with a rung of the ladder.
    ladder: String,
    person: String,
    group: String,
    /// A role that the admin made.
    own: String,
}

async fn scene(server: &Server) -> Scene {
    let (admin, operator) = (server.actor("admin").await, server.operator().await);
    let body = json!({ "key": "branches", "name": "All branches" });
    operator.post("/api/v1/communities", body).await.is(201);
    let joined = "/api/v1/communities/branches/tenants/default";
    operator.put(joined, json!({})).await.is(204);
    let strong =
        json!({ "key": "strong", "name": "Strong", "permissions": ["anonymization:change"] });
    operator.post("/api/v1/roles", strong).await.is(201);
    let own = json!({ "key": "own", "name": "Own", "permissions": ["users:view"] });
    admin.post("/api/v1/roles", own).await.is(201);
    let stranger = server.super_admin_of("north", None).await;
    let theirs = json!({ "key": "theirs", "name": "Theirs", "permissions": [] });
    stranger.post("/api/v1/roles", theirs).await.is(201);
    let makes = async |body: Value| {
        let made = admin.post(CLIENTS, body).await.is(201);
        Account::of(&made.json)
    };
    let with_roles = makes(client(&json!({}))).await;
    let with_grid = json!({ "profile": "api_access", "client_id": "partner" });
    let with_grid = makes(client(&with_grid)).await;
    let ladder = admin.creates("Robot", "member").await;
    let person = server.person("ada", "member").await;
    let group = admin.post("/api/v1/groups", json!({ "name": "Team" }));
    let group = group.await.is(201).json["id"].as_str().unwrap().to_owned();
    Scene {
        admin,
        member: format!("/api/v1/communities/branches/members/{}", with_roles.id),
        roles: format!("{}/roles", client_path(&with_roles)),
        grid: format!("{}/permissions", client_path(&with_grid)),
        ladder: client_path(&ladder),
        person: format!("/api/v1/users/{}", person.id),
        group: format!("/api/v1/groups/{group}"),
        own: "/api/v1/roles/own".to_owned(),
    }
}

/// A client with a set of roles, unless `fields` say otherwise.
fn client(fields: &Value) -> Value {
    let mut body = json!({ "profile": "short_lived", "name": "Some client" });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn ladder(role: &str) -> Value {
    client(&json!({ "profile": "service_account", "role": role }))
}

fn person(role: &str) -> Value {
    json!({ "email": "eve@example.org", "name": "Eve", "role": role })
}

fn in_community(roles: &[&str]) -> Value {
    json!([{ "community": "branches", "roles": roles }])
}

#[track_caller]
fn names(reply: &Reply, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(reply.errors(), expected, "{}", reply.text);
}

async fn rights_above_ones_own_are_refused_with_field_and_rule(server: Server) {
    let it = scene(&server).await;
    let admin = &it.admin;
    let above = json!({ "permissions": ["users:view", "anonymization:change"] });
    let strong = json!({ "roles": ["strong"] });
    let grid = json!({ "profile": "api_access", "client_id": "second", "permissions": ["anonymization:change"] });
    let role = json!({ "key": "mine", "name": "Mine", "permissions": ["anonymization:change"] });
    let looks_after = in_community(&["community_administrator"]);
    let both = json!({ "roles": [], "community_roles": looks_after });
    for (reply, pointer) in [
        (admin.post(CLIENTS, ladder("super_admin")).await, "/role"),
        (
            admin
                .patch(&it.ladder, json!({ "role": "super_admin" }))
                .await,
            "/role",
        ),
        (admin.post(CLIENTS, client(&strong)).await, "/roles"),
        (admin.put(&it.roles, strong.clone()).await, "/roles"),
        (admin.post(CLIENTS, client(&both)).await, "/community_roles"),
        (admin.put(&it.roles, both).await, "/community_roles"),
        (
            admin
                .put(&it.member, json!({ "roles": ["community_administrator"] }))
                .await,
            "/roles",
        ),
        (admin.post(CLIENTS, client(&grid)).await, "/permissions"),
        (admin.put(&it.grid, above.clone()).await, "/permissions"),
        (admin.post("/api/v1/roles", role).await, "/permissions"),
        (admin.patch(&it.own, above).await, "/permissions"),
        (
            admin.post("/api/v1/users", person("super_admin")).await,
            "/role",
        ),
        (
            admin
                .patch(&it.person, json!({ "role": "super_admin" }))
                .await,
            "/role",
        ),
        (
            admin
                .put(&format!("{}/roles", it.person), strong.clone())
                .await,
            "/roles",
        ),
        (
            admin.put(&format!("{}/roles", it.group), strong).await,
            "/roles",
        ),
    ] {
        names(
            &reply.is_problem(403, "role_exceeds_caller"),
            &[(pointer, "role_exceeds_caller")],
        );
    }
}

async fn rights_that_there_are_not_are_refused_with_field_and_rule(server: Server) {
    let it = scene(&server).await;
    let admin = &it.admin;
    // One that nobody has, and one that only another tenant has.
    let roles = json!({ "roles": ["nobody", "theirs"] });
    let expected = [("/roles/0", "unknown_role"), ("/roles/1", "unknown_role")];
    for reply in [
        admin.post(CLIENTS, client(&roles)).await,
        admin.put(&it.roles, roles.clone()).await,
        admin.put(&it.member, roles.clone()).await,
        admin
            .put(&format!("{}/roles", it.person), roles.clone())
            .await,
        admin.put(&format!("{}/roles", it.group), roles).await,
    ] {
        names(&reply.is_problem(422, "invalid"), &expected);
    }
    let both = json!({ "roles": [], "community_roles": in_community(&["nobody", "theirs"]) });
    for reply in [
        admin.post(CLIENTS, client(&both)).await,
        admin.put(&it.roles, both).await,
    ] {
        let expected = [
            ("/community_roles/0/roles/0", "unknown_role"),
            ("/community_roles/0/roles/1", "unknown_role"),
        ];
        names(&reply.is_problem(422, "invalid"), &expected);
    }
    for rung in ["king", "strong", "theirs"] {
        for reply in [
            admin.post(CLIENTS, ladder(rung)).await,
            admin.patch(&it.ladder, json!({ "role": rung })).await,
            admin.post("/api/v1/users", person(rung)).await,
            admin.patch(&it.person, json!({ "role": rung })).await,
        ] {
            names(&reply.is_problem(422, "invalid"), &[("/role", "invalid")]);
        }
    }
    let rows = json!(["users:view", "wallets:view"]);
    let grid = json!({ "profile": "api_access", "client_id": "second", "permissions": rows });
    let role = json!({ "key": "mine", "name": "Mine", "permissions": rows });
    for reply in [
        admin.post(CLIENTS, client(&grid)).await,
        admin.put(&it.grid, json!({ "permissions": rows })).await,
        admin.post("/api/v1/roles", role).await,
        admin.patch(&it.own, json!({ "permissions": rows })).await,
    ] {
        let expected = [("/permissions/1", "unknown_permission")];
        names(&reply.is_problem(422, "invalid"), &expected);
    }
}
