//! How many of a kind there can be: what is listed whole is bounded, what is not has no end.

use latchkey::domain::role::RoleScope;
use serde_json::json;
use uuid::Uuid;

use crate::{
    profiles::{PROFILES, device},
    support::{Kind, Server, on_both_databases},
};

on_both_databases! {
    a_tenant_has_five_hundred_roles_of_its_own_at_most,
    a_tenant_has_a_hundred_profiles_of_its_own_at_most,
    a_tenant_may_be_in_more_communities_than_a_statement_has_values,
}

async fn tenant_id(server: &Server) -> Uuid {
    let tenant = server.app.store.find_tenant_by_key("default").await;
    tenant.unwrap().unwrap().id
}

async fn a_tenant_has_five_hundred_roles_of_its_own_at_most(server: Server) {
    let admin = server.actor("admin").await;
    let role = |key: &str| json!({ "key": key, "name": "Role", "permissions": ["users:view"] });
    admin.post("/api/v1/roles", role("first")).await.is(201);
    let tenant_id = tenant_id(&server).await;
    let transaction = server.app.store.begin().await.unwrap();
    let reach = latchkey::store::RoleReach::Tenant;
    let all = transaction.list_all_roles(tenant_id, reach).await.unwrap();
    let first = all.into_iter().find(|it| it.key == "first").unwrap();
    assert_eq!(first.scope, RoleScope::Tenant(Some(tenant_id)));
    for number in 1..499 {
        let mut role = first.clone();
        role.id = Uuid::now_v7();
        role.key = format!("role{number}");
        transaction.insert_role(&role).await.unwrap();
    }
    transaction.commit().await.unwrap();
    admin.post("/api/v1/roles", role("last")).await.is(201);
    let more = admin.post("/api/v1/roles", role("more")).await;
    let more = more.is_problem(409, "too_many_roles");
    assert!(more.text.contains("delete one"), "{}", more.text);
    // Another owner has its own.
    let stranger = server.super_admin_of("north", None).await;
    stranger.post("/api/v1/roles", role("more")).await.is(201);
    admin.delete("/api/v1/roles/last").await.is(204);
    admin.post("/api/v1/roles", role("more")).await.is(201);
}

async fn a_tenant_has_a_hundred_profiles_of_its_own_at_most(server: Server) {
    let admin = server.actor("admin").await;
    device(&admin, json!({})).await;
    // A credential policy for a built-in one is no profile more.
    let policy = json!({ "secret": { "longest_days": 90, "may_never_expire": false, "default_expiry": "days", "default_days": 90 } });
    let built_in = format!("{PROFILES}/service_account");
    admin.patch(&built_in, policy).await.is(200);
    let tenant_id = tenant_id(&server).await;
    let first = server.app.store.find_profile(tenant_id, "device").await;
    let first = first.unwrap().unwrap();
    let transaction = server.app.store.begin().await.unwrap();
    for number in 1..99 {
        let mut profile = first.clone();
        profile.id = Uuid::now_v7();
        profile.key = format!("device{number}");
        transaction.insert_profile(&profile).await.unwrap();
    }
    transaction.commit().await.unwrap();
    device(&admin, json!({ "key": "last" })).await;
    let more = json!({ "key": "more", "name": "More", "roles": { "kind": "grid" } });
    let more = admin.post(PROFILES, more).await;
    more.is_problem(409, "too_many_profiles");
}

async fn a_tenant_may_be_in_more_communities_than_a_statement_has_values(server: Server) {
    let admin = server.actor("admin").await;
    let id = server.database.uuid(tenant_id(&server).await);
    // PostgreSQL takes 65,535 values in one statement, SQLite 32,766.
    let numbers = server.database.numbers(1..70_001);
    let new = match server.database.kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    let communities = format!(
        "INSERT INTO community (id, key, name, created_at, version, updated_at) \
         SELECT {new}, 'c' || (100000 + i), 'Branch', 0, 1, 0 FROM {numbers}"
    );
    server.database.execute(&communities).await;
    let members = format!(
        "INSERT INTO community_tenant (community_id, tenant_id) SELECT id, {id} FROM community"
    );
    server.database.execute(&members).await;
    let page = admin.get("/api/v1/communities?limit=2").await.is(200);
    assert_eq!(page.each("key"), ["c100001", "c100002"]);
    let next = page.json["next"].as_str().unwrap();
    let path = format!("/api/v1/communities?limit=2&cursor={next}");
    let page = admin.get(&path).await.is(200);
    assert_eq!(page.each("key"), ["c100003", "c100004"]);
    admin.get("/api/v1/roles").await.is(200);
    let body = json!({ "profile": "short_lived", "name": "Robot", "roles": ["tenant_member"] });
    admin.post("/api/v1/clients", body).await.is(201);
}
