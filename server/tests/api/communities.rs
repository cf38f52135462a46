//! `/communities`: tenants that share roles, and what those roles open.

use serde_json::json;

use crate::support::{Account, Actor, Server, claims_of, client_path, listing, on_both_databases};

on_both_databases! {
    an_operator_makes_changes_and_ends_a_community,
    tenant_roles_and_community_roles_stand_apart_and_the_member_role_stays,
    a_community_role_is_in_the_token_and_opens_the_community,
    a_community_is_not_there_for_other_tenants,
    a_tenant_that_leaves_takes_its_roles_along,
    custom_roles_of_a_community_and_of_every_tenant_are_made_by_operators,
    roles_of_another_community_are_unknown,
    roles_are_listed_page_by_page_with_those_of_the_server_last,
}

/// A community of all branches with the tenant `north`: the operator, and a super admin from there.
pub(crate) async fn founded(server: &Server) -> (Actor, Actor) {
    let stranger = server.super_admin_of("north", None).await;
    let operator = server.operator().await;
    let body = json!({ "key": "branches", "name": "All branches" });
    operator.post("/api/v1/communities", body).await.is(201);
    joins(&operator, "north").await;
    (operator, stranger)
}

/// Takes a tenant into the community.
pub(crate) async fn joins(operator: &Actor, tenant: &str) {
    let path = format!("/api/v1/communities/branches/tenants/{tenant}");
    operator.put(&path, json!({})).await.is(204);
}

/// A short-lived client of the actor's tenant with these roles in the community.
pub(crate) async fn with_roles(actor: &Actor, name: &str, roles: &[&str]) -> Account {
    let body = json!({
        "profile": "short_lived",
        "name": name,
        "roles": [],
        "community_roles": [{ "community": "branches", "roles": roles }],
    });
    Account::of(&actor.post("/api/v1/clients", body).await.is(201).json)
}

async fn an_operator_makes_changes_and_ends_a_community(server: Server) {
    let (operator, stranger) = founded(&server).await;
    let path = "/api/v1/communities/branches";
    let read = operator.get(path).await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    let renamed = operator
        .patch(path, json!({ "name": "Every branch" }))
        .await;
    assert_eq!(renamed.is(200).header("etag"), "\"2\"");
    let tenants = operator.get(&format!("{path}/tenants")).await.is(200);
    assert_eq!(tenants.each("key"), ["north"]);
    let again = json!({ "key": "branches", "name": "Twice" });
    operator
        .post("/api/v1/communities", again.clone())
        .await
        .is_problem(409, "key_taken");
    stranger
        .post("/api/v1/communities", again.clone())
        .await
        .is_problem(403, "missing-permission");
    for (method, path) in [
        ("PUT", "/tenants/north"),
        ("DELETE", ""),
        ("DELETE", "/tenants/north"),
    ] {
        let path = format!("/api/v1/communities/branches{path}");
        let refused = if method == "PUT" {
            stranger.put(&path, json!({})).await
        } else {
            stranger.delete(&path).await
        };
        refused.is_problem(403, "missing-permission");
    }
    operator.delete(path).await.is(204);
    operator.get(path).await.is_problem(404, "not-found");
    let trail = operator.get("/api/v1/audit?limit=200").await.is(200);
    for action in ["created", "updated", "tenant_added", "deleted"] {
        assert!(
            trail.text.contains(&format!("community.{action}")),
            "{action}"
        );
    }
    operator.post("/api/v1/communities", again).await.is(201);
}

async fn tenant_roles_and_community_roles_stand_apart_and_the_member_role_stays(server: Server) {
    let (_, stranger) = founded(&server).await;
    let body = json!({
        "profile": "tenant_client",
        "name": "Gateway",
        "roles": ["tenant_member"],
        "community_roles": [{ "community": "branches", "roles": ["community_member"] }],
    });
    let made = stranger.post("/api/v1/clients", body).await.is(201);
    let account = Account::of(&made.json);
    let path = format!("{}/roles", client_path(&account));
    let read = stranger.get(&path).await.is(200);
    assert_eq!(read.json["roles"], json!(["tenant_member"]));
    let in_community = json!([{ "community": "branches", "roles": ["community_member"] }]);
    assert_eq!(read.json["community_roles"], in_community);
    let refused = stranger
        .put(&path, json!({ "roles": [], "community_roles": [] }))
        .await;
    assert_eq!(
        refused.is_problem(422, "invalid").errors(),
        [("/roles".to_owned(), "mandatory".to_owned())]
    );
    // A role of the one list is none of the other.
    let crossed = json!({
        "roles": ["tenant_member", "community_member"],
        "community_roles": [{ "community": "branches", "roles": ["tenant_member"] }],
    });
    let refused = stranger
        .put(&path, crossed)
        .await
        .is_problem(422, "invalid");
    let expected = [
        ("/community_roles/0/roles/0", "unknown_role"),
        ("/roles/1", "unknown_role"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(refused.errors(), expected);
    let later =
        json!({ "roles": ["tenant_administrator", "tenant_member"], "community_roles": [] });
    let changed = stranger.put(&path, later).await.is(200);
    assert_eq!(changed.json["community_roles"], json!([]));
}

async fn a_community_role_is_in_the_token_and_opens_the_community(server: Server) {
    let (operator, stranger) = founded(&server).await;
    joins(&operator, "default").await;
    let account = with_roles(&stranger, "Reader", &["community_member"]).await;
    let reader = server.sign_in(&account).await;
    let in_token = json!({ "branches": ["community_member"] });
    assert_eq!(claims_of(&reader.token)["community_roles"], in_token);
    let said = server.introspect(&account, &reader.token).await;
    assert_eq!(said["community_roles"], in_token);
    let path = "/api/v1/communities/branches";
    reader.get(path).await.is(200);
    let members = reader.get(&format!("{path}/members")).await.is(200);
    assert_eq!(members.each("name"), ["Reader"]);
    assert_eq!(members.json["items"][0]["tenant"]["key"], "north");
    let tenants = reader.get(&format!("{path}/tenants")).await.is(200);
    assert_eq!(tenants.each("key"), ["default", "north"]);
    reader.get(&format!("{path}/directory")).await.is(200);
    reader
        .patch(path, json!({ "name": "Mine" }))
        .await
        .is_problem(403, "missing-permission");
    // It is in no tenant by that.
    reader
        .get("/api/v1/clients")
        .await
        .is_problem(403, "missing-permission");
    // Taken away, the live token sees nothing any more.
    let set = format!("{path}/members/{}", account.id);
    stranger.put(&set, json!({ "roles": [] })).await.is(200);
    reader.get(path).await.is_problem(404, "not-found");
    let said = server.introspect(&account, &reader.token).await;
    assert!(said.get("community_roles").is_none());
}

async fn a_community_is_not_there_for_other_tenants(server: Server) {
    founded(&server).await;
    let outsider = server.super_admin_of("south", None).await;
    let read = outsider.get("/api/v1/communities").await.is(200);
    assert_eq!(read.json["items"], json!([]));
    for path in ["", "/members", "/tenants", "/directory"] {
        outsider
            .get(&format!("/api/v1/communities/branches{path}"))
            .await
            .is_problem(404, "not-found");
    }
    let roles = json!({ "profile": "short_lived", "name": "A", "community_roles": [
        { "community": "branches", "roles": ["community_member"] },
    ] });
    let refused = outsider.post("/api/v1/clients", roles).await;
    assert_eq!(
        refused.is_problem(422, "invalid").errors(),
        [(
            "/community_roles/0/community".to_owned(),
            "unknown_community".to_owned()
        )]
    );
}

async fn a_tenant_that_leaves_takes_its_roles_along(server: Server) {
    let (operator, stranger) = founded(&server).await;
    let account = with_roles(&stranger, "Reader", &["community_member"]).await;
    let reader = server.sign_in(&account).await;
    let share = format!("/api/v1/communities/branches/directory/{}", account.id);
    stranger.put(&share, json!({})).await.is(204);
    reader.get("/api/v1/communities/branches").await.is(200);
    let path = "/api/v1/communities/branches/tenants/north";
    operator.delete(path).await.is(204);
    reader
        .get("/api/v1/communities/branches")
        .await
        .is_problem(404, "not-found");
    let token = server.token_of(&account).await;
    assert!(claims_of(&token).get("community_roles").is_none());
    joins(&operator, "north").await;
    let all = operator
        .get("/api/v1/communities/branches/directory")
        .await
        .is(200);
    assert_eq!(all.json["items"], json!([]));
    let all = operator
        .get("/api/v1/communities/branches/members")
        .await
        .is(200);
    assert_eq!(all.json["items"], json!([]), "it comes back without them");
}

async fn custom_roles_of_a_community_and_of_every_tenant_are_made_by_operators(server: Server) {
    let (operator, stranger) = founded(&server).await;
    let of_community = json!({
        "scope": "community",
        "community": "branches",
        "key": "librarian",
        "name": "Librarian",
        "permissions": ["community_directory:view"],
    });
    let everywhere = json!({
        "scope": "global", "key": "watcher", "name": "Watcher", "permissions": ["audit:view"],
    });
    let refused = stranger.post("/api/v1/roles", everywhere.clone()).await;
    refused.is_problem(403, "missing-permission");
    assert!(
        stranger
            .post("/api/v1/roles", of_community.clone())
            .await
            .status
            >= 400
    );
    let made = operator.post("/api/v1/roles", of_community).await.is(201);
    let branches = operator.get("/api/v1/communities/branches").await.is(200);
    assert_eq!(made.json["community_id"], branches.json["id"]);
    operator.post("/api/v1/roles", everywhere).await.is(201);
    // The operator's own tenant is not in the community, and the operator sees its roles nevertheless.
    let id = made.json["id"].as_str().unwrap();
    let path = format!("/api/v1/roles/{id}");
    operator.get(&path).await.is(200);
    let librarian = with_roles(&stranger, "Librarian", &["librarian"]).await;
    let librarian = server.sign_in(&librarian).await;
    librarian
        .get("/api/v1/communities/branches/directory")
        .await
        .is(200);
    librarian
        .get("/api/v1/communities/branches/members")
        .await
        .is_problem(403, "missing-permission");
    let body = json!({ "profile": "short_lived", "name": "Watch", "roles": ["watcher"] });
    let watcher = Account::of(&stranger.post("/api/v1/clients", body).await.is(201).json);
    let watcher = server.sign_in(&watcher).await;
    watcher.get("/api/v1/audit").await.is(200);
    // Whoever may not change a role beyond the tenant, sees it.
    stranger.get(&path).await.is(200);
    stranger
        .delete(&path)
        .await
        .is_problem(403, "missing-permission");
    operator.delete(&path).await.is(204);
    librarian
        .get("/api/v1/communities/branches/directory")
        .await
        .is_problem(404, "not-found");
}

async fn roles_of_another_community_are_unknown(server: Server) {
    let (operator, stranger) = founded(&server).await;
    let body = json!({ "key": "harbours", "name": "Harbours" });
    operator.post("/api/v1/communities", body).await.is(201);
    let role = json!({
        "scope": "community",
        "community": "harbours",
        "key": "pilot",
        "name": "Pilot",
        "permissions": [],
    });
    operator.post("/api/v1/roles", role).await.is(201);
    let body = json!({ "profile": "short_lived", "name": "A", "community_roles": [
        { "community": "branches", "roles": ["pilot"] },
        { "community": "harbours", "roles": ["pilot"] },
    ] });
    let refused = stranger.post("/api/v1/clients", body).await;
    let expected = [
        ("/community_roles/0/roles/0", "unknown_role"),
        ("/community_roles/1/community", "unknown_community"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(refused.is_problem(422, "invalid").errors(), expected);
}

async fn roles_are_listed_page_by_page_with_those_of_the_server_last(server: Server) {
    let (operator, stranger) = founded(&server).await;
    let shops = json!({ "key": "shops", "name": "All shops" });
    operator.post("/api/v1/communities", shops).await.is(201);
    for (community, key) in [
        ("branches", "clerk"),
        ("shops", "clerk"),
        ("shops", "buyer"),
    ] {
        let body = json!({ "scope": "community", "community": community, "key": key, "name": key, "permissions": [] });
        operator.post("/api/v1/roles", body).await.is(201);
    }
    let everywhere = json!({ "scope": "global", "key": "auditor", "name": "Auditor", "permissions": ["audit:view"] });
    operator.post("/api/v1/roles", everywhere).await.is(201);
    for (actor, key) in [(&operator, "support"), (&stranger, "helper")] {
        let body = json!({ "key": key, "name": key, "permissions": ["users:view"] });
        actor.post("/api/v1/roles", body).await.is(201);
    }
    let ours = [
        "community_administrator",
        "community_member",
        "tenant_administrator",
        "tenant_member",
    ];
    let all = listing::each_of(&stranger, "/api/v1/roles", "key").await;
    assert_eq!(all, [&["clerk", "auditor", "helper"][..], &ours].concat());
    // Of every community, for an operator.
    let all = listing::each_of(&operator, "/api/v1/roles", "key").await;
    let made = ["buyer", "clerk", "clerk", "auditor", "support"];
    assert_eq!(all, [&made[..], &ours].concat());
    operator
        .delete("/api/v1/communities/branches/tenants/north")
        .await
        .is(204);
    let all = listing::each_of(&stranger, "/api/v1/roles", "key").await;
    assert_eq!(all, [&["auditor", "helper"][..], &ours].concat());

    let first = stranger.get("/api/v1/roles?limit=1").await.is(200);
    assert!(
        first
            .header("link")
            .contains("/api/v1/roles?limit=1&cursor=")
    );
    for query in ["limit=0", "limit=201", "cursor=AAAA", "q=help"] {
        let wrong = stranger.get(&format!("/api/v1/roles?{query}")).await;
        wrong.is_problem(400, "malformed");
    }
    // The key names a role of the tenant, and never one of a community.
    stranger.get("/api/v1/roles/helper").await.is(200);
    stranger.get("/api/v1/roles/auditor").await.is(200);
    for key in ["support", "clerk", "community_member"] {
        stranger.get(&format!("/api/v1/roles/{key}")).await.is(404);
    }
}
