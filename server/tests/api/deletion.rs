//! `/clients`: how a client ends, how long its tombstone stands, and what its successor does not inherit.

use serde_json::{Value, json};

use crate::support::{Account, Server, client_path, eventually, on_both_databases};

on_both_databases! {
    deleting_ends_everything_and_hides_the_client,
    a_deleted_client_is_restored_within_thirty_days_with_its_secrets,
    a_tombstone_is_purged_after_thirty_days_and_its_audit_trail_stays,
    an_ended_secret_is_forgotten_after_ninety_days_and_one_past_its_date_is_not,
    a_chosen_id_that_is_used_again_inherits_nothing,
    a_deleted_client_is_not_restored_over_its_successor,
}

async fn deleting_ends_everything_and_hides_the_client(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let robot = server.sign_in(&account).await;
    let id = account.id.to_string();
    admin.api().delete_client(&id, Some("\"1\"")).await.unwrap();
    robot.get("/api/v1/me").await.is(401);
    let refused = server
        .ask_for_token(&account.client_id, &account.secret)
        .await
        .is(401);
    assert_eq!(refused.json["error"], "invalid_client");
    let list = admin.get("/api/v1/clients").await.is(200);
    assert!(!list.text.contains(&id));
    let by_wire_id = format!("/api/v1/clients/{}", account.client_id);
    admin.get(&by_wire_id).await.is_problem(404, "not-found");
    // As a tombstone it is there, for whoever wants it back.
    let tombstone = admin.get(&client_path(&account)).await.is(200);
    assert_eq!(tombstone.json["deleted_at"], "2026-06-15T12:00:00Z");
    assert_eq!(tombstone.json["restorable_until"], "2026-07-15T12:00:00Z");
    let deleted = admin.get("/api/v1/clients?deleted=true").await.is(200);
    assert_eq!(deleted.json["items"][0]["id"], id);
    for change in [
        "deactivate",
        "reactivate",
        "revoke-tokens",
        "regenerate-secret",
    ] {
        let path = format!("{}/{change}", client_path(&account));
        admin.does(&path).await.is_problem(404, "not-found");
    }
    let patch = json!({ "name": "Ghost" });
    let patched = admin.patch(&client_path(&account), patch).await;
    patched.is_problem(404, "not-found");
}

async fn a_deleted_client_is_restored_within_thirty_days_with_its_secrets(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let robot = server.sign_in(&account).await;
    admin.delete(&client_path(&account)).await.is(204);
    server.clock.advance(30 * 86_400 - 1);
    let admin = server.sign_in(&admin.account).await;
    let restore = format!("{}/restore", client_path(&account));
    let restored = admin.does(&restore).await.is(200);
    assert!(restored.json.get("deleted_at").is_none());
    robot.get("/api/v1/me").await.is(401);
    server.token_of(&account).await;

    admin.delete(&client_path(&account)).await.is(204);
    server.clock.advance(30 * 86_400);
    let admin = server.sign_in(&admin.account).await;
    admin.does(&restore).await.is_problem(404, "not-found");
}

async fn a_tombstone_is_purged_after_thirty_days_and_its_audit_trail_stays(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "labels": { "team": "billing" } }))
        .await;
    admin.delete(&client_path(&account)).await.is(204);
    server.clock.advance(30 * 86_400 - 1);
    let server = server.restart().await;
    assert_eq!(server.rows_of("client", "id", account.id).await, 1);
    server.clock.advance(1);
    // What is purged goes soon after the start.
    let server = server.restart().await;
    eventually(async || server.rows_of("client", "id", account.id).await == 0).await;
    assert_eq!(server.rows_of("credential", "client", account.id).await, 0);
    assert_eq!(
        server.rows_of("client_label", "client", account.id).await,
        0
    );
    let admin = server.sign_in(&admin.account).await;
    admin.get(&client_path(&account)).await.is(404);
    let trail = format!("/api/v1/audit?client={}", account.id);
    let trail = admin.get(&trail).await.is(200);
    let expected = ["client.deleted", "credential.created", "client.created"];
    assert_eq!(trail.each("action"), expected);
}

async fn an_ended_secret_is_forgotten_after_ninety_days_and_one_past_its_date_is_not(
    server: Server,
) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    let path = format!("{}/credentials", client_path(&account));
    let adds = async |body: Value| {
        let made = admin.post(&path, body).await.is(201);
        made.json["credential"]["id"].as_str().unwrap().to_owned()
    };
    let deleted = adds(json!({ "description": "Deleted" })).await;
    let soon = json!({ "description": "Past its date", "expires_at": "2026-06-16T12:00:00Z" });
    let past = adds(soon).await;
    let retired = adds(json!({ "description": "Retired" })).await;
    let rotate = json!({ "grace": 0 });
    let rotated = admin
        .post(&format!("{path}/{retired}/rotate"), rotate)
        .await
        .is(201);
    admin.delete(&format!("{path}/{deleted}")).await.is(204);
    let listed = async |server: &Server| {
        let admin = server.sign_in(&admin.account).await;
        let list = admin.get(&path).await.is(200);
        let ours = [deleted.as_str(), &past, &retired];
        let listed = list.each("id").into_iter().filter(|it| ours.contains(it));
        listed.map(str::to_owned).collect::<Vec<_>>()
    };
    server.clock.advance(90 * 86_400);
    let server = server.restart().await;
    let all = [&*deleted, &*past, &*retired];
    assert_eq!(listed(&server).await, all);
    server.clock.advance(2);
    // What is purged goes soon after the start.
    let server = server.restart().await;
    eventually(async || listed(&server).await == [&*past]).await;
    server.token_of(&account).await;
    let new = rotated.json["client_secret"].as_str().unwrap();
    server.ask_for_token(&account.client_id, new).await.is(200);
    let admin = server.sign_in(&admin.account).await;
    let trail = format!("{}/audit", client_path(&account));
    let trail = admin.get(&trail).await.is(200);
    assert!(trail.text.contains(&deleted) && trail.text.contains(&retired));
}

async fn a_chosen_id_that_is_used_again_inherits_nothing(server: Server) {
    let admin = server.actor("admin").await;
    let chosen = json!({ "profile": "short_lived", "name": "First", "client_id": "reporting" });
    let first = Account::of(
        &admin
            .post("/api/v1/clients", chosen.clone())
            .await
            .is(201)
            .json,
    );
    let robot = server.sign_in(&first).await;
    admin
        .post("/api/v1/clients", chosen.clone())
        .await
        .is_problem(409, "client_id_taken");
    admin.delete(&client_path(&first)).await.is(204);
    let second = Account::of(&admin.post("/api/v1/clients", chosen).await.is(201).json);
    assert_eq!(first.client_id, second.client_id);
    assert_ne!(first.id, second.id);
    // Neither secret nor token nor history passes on.
    server
        .ask_for_token("reporting", &first.secret)
        .await
        .is(401);
    robot.get("/api/v1/me").await.is(401);
    let seen = server.introspect(&admin.account, &robot.token).await;
    assert_eq!(seen, json!({ "active": false }));
    let trail = format!("{}/audit", client_path(&second));
    let trail = admin.get(&trail).await.is(200);
    assert_eq!(trail.json["items"].as_array().unwrap().len(), 2);
    server.token_of(&second).await;
}

async fn a_deleted_client_is_not_restored_over_its_successor(server: Server) {
    let admin = server.actor("admin").await;
    let chosen = json!({ "profile": "short_lived", "name": "First", "client_id": "reporting" });
    let first = Account::of(
        &admin
            .post("/api/v1/clients", chosen.clone())
            .await
            .is(201)
            .json,
    );
    admin.delete(&client_path(&first)).await.is(204);
    let second = Account::of(&admin.post("/api/v1/clients", chosen).await.is(201).json);
    let restore = format!("{}/restore", client_path(&first));
    admin
        .does(&restore)
        .await
        .is_problem(409, "client_id_taken");
    server.token_of(&second).await;
    admin.delete(&client_path(&second)).await.is(204);
    admin.does(&restore).await.is(200);
    server.token_of(&first).await;
}
