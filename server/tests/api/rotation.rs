//! Rotating a secret: `/clients/{id}/credentials/{cid}/rotate`, `/complete`, `/cancel`.

use serde_json::{Value, json};

use crate::{
    credentials::credential_path,
    support::{Account, Actor, Server, client_path, on_both_databases},
};

on_both_databases! {
    a_retiring_secret_works_to_its_last_second_and_fails_from_the_next_on,
    a_grace_survives_a_restart_and_holds_on_every_node,
    a_rotation_without_a_grace_ends_the_old_secret_at_once,
    old_and_new_name_each_other,
    completing_ends_the_old_secret_now,
    a_secret_used_within_the_hour_is_ended_only_by_force,
    cancelling_brings_the_old_secret_back_as_it_was,
    a_new_secret_that_is_in_use_is_not_cancelled_away,
    a_repeated_rotation_with_the_same_key_is_one_rotation,
    a_rotation_is_in_the_audit_trail_without_its_secret,
    a_token_answer_says_when_its_credential_or_client_ends,
}

/// A rotation.
pub(crate) struct Rotated {
    old: String,
    new: Account,
    body: Value,
}

/// Rotates the secret that the client was made with.
pub(crate) async fn rotate(actor: &Actor, account: &Account, body: Value) -> Rotated {
    let old = credential_path(account);
    let reply = actor.post(&format!("{old}/rotate"), body).await.is(201);
    assert_eq!(reply.header("cache-control"), "no-store");
    let new = Account {
        secret: reply.json["client_secret"].as_str().unwrap().to_owned(),
        credential: reply.json["credential"]["id"]
            .as_str()
            .unwrap()
            .parse()
            .ok(),
        ..account.clone()
    };
    Rotated {
        old,
        new,
        body: reply.json,
    }
}

/// Whether the client gets a token.
pub(crate) async fn works(server: &Server, account: &Account) -> bool {
    let reply = server
        .ask_for_token(&account.client_id, &account.secret)
        .await;
    reply.status == 200
}

/// What a credential is.
pub(crate) async fn status(actor: &Actor, path: &str) -> String {
    let reply = actor.get(path).await.is(200);
    reply.json["status"].as_str().unwrap().to_owned()
}

async fn a_retiring_secret_works_to_its_last_second_and_fails_from_the_next_on(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let rotated = rotate(&admin, &account, json!({ "grace": "1h" })).await;
    assert_eq!(status(&admin, &rotated.old).await, "retiring");
    assert_eq!(
        rotated.body["replaced"]["retires_at"],
        "2026-06-15T13:00:00Z"
    );
    server.clock.advance(3_600);
    assert!(works(&server, &account).await && works(&server, &rotated.new).await);
    server.clock.advance(1);
    assert!(!works(&server, &account).await);
    assert!(works(&server, &rotated.new).await);
    assert_eq!(status(&admin, &rotated.old).await, "expired");
    server.app.write_usage().await.unwrap();
    let path = format!("{}/requests?outcome=refused", client_path(&account));
    let refused = admin.get(&path).await;
    assert_eq!(refused.json["items"][0]["reason"], "secret_retired");
}

async fn a_grace_survives_a_restart_and_holds_on_every_node(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let rotated = rotate(&admin, &account, json!({ "grace": 120 })).await;
    let server = server.restart().await;
    server.clock.advance(120);
    assert!(works(&server, &account).await);
    let second = server.second_node_where_there_can_be_one().await;
    if let Some(second) = &second {
        assert!(works(second, &account).await);
    }
    server.clock.advance(1);
    for node in [Some(&server), second.as_ref()].into_iter().flatten() {
        assert!(!works(node, &account).await);
        assert!(works(node, &rotated.new).await);
    }
}

async fn a_rotation_without_a_grace_ends_the_old_secret_at_once(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    assert!(works(&server, &account).await);
    let rotated = rotate(&admin, &account, json!({ "grace": 0 })).await;
    assert!(!works(&server, &account).await);
    assert!(works(&server, &rotated.new).await);
}

async fn old_and_new_name_each_other(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let body = json!({ "description": "Autumn", "expires_at": "2027-01-01T00:00:00Z" });
    let rotated = rotate(&admin, &account, body).await;
    let old = admin.get(&rotated.old).await.is(200);
    let new = admin.get(&credential_path(&rotated.new)).await.is(200);
    assert_eq!(old.json["replaced_by"], new.json["id"]);
    assert_eq!(new.json["replaces"], old.json["id"]);
    assert_eq!(new.json["description"], "Autumn");
    assert_eq!(new.json["expires_at"], "2027-01-01T00:00:00Z");
    // A day, unless asked for.
    assert_eq!(old.json["retires_at"], "2026-06-16T12:00:00Z");
    assert!(!old.text.contains(&account.secret) && !new.text.contains(&rotated.new.secret));
}

async fn completing_ends_the_old_secret_now(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let rotated = rotate(&admin, &account, json!({ "grace": "7d" })).await;
    let complete = format!("{}/complete", rotated.old);
    let done = admin.does(&complete).await.is(200);
    assert_eq!(done.json["status"], "revoked");
    assert_eq!(done.json["revoked_why"], "rotated");
    assert!(!works(&server, &account).await);
    assert!(works(&server, &rotated.new).await);
    // Once more changes nothing.
    let again = admin.does(&complete).await.is(200);
    assert_eq!(again.header("etag"), done.header("etag"));
}

async fn a_secret_used_within_the_hour_is_ended_only_by_force(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let rotated = rotate(&admin, &account, json!({ "grace": "7d" })).await;
    // Still in the buffer when the question comes.
    assert!(works(&server, &account).await);
    assert!(works(&server, &account).await);
    let complete = format!("{}/complete", rotated.old);
    let refused = admin.does(&complete).await.is_problem(409, "secret_in_use");
    assert_eq!(
        refused.json["in_use"],
        json!({
            "credential": account.credential.unwrap(),
            "last_used_at": "2026-06-15T12:00:00Z",
            "last_used_from": "127.0.0.1",
            "use_count": 2,
        })
    );
    assert!(works(&server, &account).await);
    server.clock.advance(3_599);
    admin.does(&complete).await.is_problem(409, "secret_in_use");
    let by_new = format!("{}/complete", credential_path(&rotated.new));
    admin.post(&by_new, json!({ "force": true })).await.is(200);
    assert!(!works(&server, &account).await);

    // An hour later nobody needs to force anything.
    let rotated = rotate(&admin, &rotated.new, json!({ "grace": "7d" })).await;
    assert!(works(&server, &rotated.new).await);
    server.clock.advance(3_600);
    admin
        .does(&format!("{}/complete", rotated.old))
        .await
        .is(200);
}

async fn cancelling_brings_the_old_secret_back_as_it_was(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let rotated = rotate(&admin, &account, json!({ "grace": "1h" })).await;
    let cancelled = admin.does(&format!("{}/cancel", rotated.old)).await.is(200);
    assert_eq!(cancelled.json["status"], "active");
    assert!(cancelled.json.get("retires_at").is_none());
    assert!(cancelled.json.get("replaced_by").is_none());
    server.clock.advance(3_601);
    assert!(works(&server, &account).await);
    assert!(!works(&server, &rotated.new).await);
    let new = admin.get(&credential_path(&rotated.new)).await;
    assert_eq!(new.json["revoked_why"], "rotation_cancelled");
    let nothing = admin.does(&format!("{}/cancel", rotated.old)).await;
    nothing.is_problem(409, "no_rotation");
    // It can be rotated again.
    rotate(&admin, &account, json!({})).await;
}

async fn a_new_secret_that_is_in_use_is_not_cancelled_away(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let rotated = rotate(&admin, &account, json!({ "grace": "1d" })).await;
    assert!(works(&server, &rotated.new).await);
    let cancel = format!("{}/cancel", credential_path(&rotated.new));
    let refused = admin.does(&cancel).await.is_problem(409, "secret_in_use");
    assert_eq!(
        refused.json["in_use"]["credential"],
        json!(rotated.new.credential.unwrap())
    );
    assert!(works(&server, &rotated.new).await);
    admin.post(&cancel, json!({ "force": true })).await.is(200);
    assert!(!works(&server, &rotated.new).await);
    assert!(works(&server, &account).await);

    let rotated = rotate(&admin, &account, json!({ "grace": 60 })).await;
    server.clock.advance(61);
    let late = admin.does(&format!("{}/cancel", rotated.old)).await;
    late.is_problem(409, "credential_dead");
}

async fn a_repeated_rotation_with_the_same_key_is_one_rotation(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let path = format!("{}/rotate", credential_path(&account));
    let ask = || {
        admin
            .request(reqwest::Method::POST, &path)
            .header("Idempotency-Key", "rotation-1")
            .json(&json!({ "grace": "1h" }))
            .send()
    };
    let first = ask().await.is(201);
    let second = ask().await.is(201);
    assert_eq!(first.json["client_secret"], second.json["client_secret"]);
    let list = admin
        .get(&format!("{}/credentials", client_path(&account)))
        .await;
    assert_eq!(list.json["items"].as_array().unwrap().len(), 2);
}

async fn a_rotation_is_in_the_audit_trail_without_its_secret(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Rotating", "member").await;
    let first = rotate(&admin, &account, json!({ "grace": "1h" })).await;
    admin.does(&format!("{}/cancel", first.old)).await.is(200);
    let second = rotate(&admin, &account, json!({ "grace": "1h" })).await;
    admin
        .does(&format!("{}/complete", second.old))
        .await
        .is(200);
    let audit = admin
        .get(&format!("{}/audit", client_path(&account)))
        .await
        .is(200);
    let actions: Vec<&str> = audit.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "credential.rotation_completed",
            "credential.created",
            "credential.rotated",
            "credential.rotation_cancelled",
            "credential.revoked",
            "credential.created",
            "credential.rotated",
            "credential.created",
            "client.created",
        ]
    );
    for secret in [&account.secret, &first.new.secret, &second.new.secret] {
        assert!(!audit.text.contains(secret));
    }
}

async fn a_token_answer_says_when_its_credential_or_client_ends(server: Server) {
    let admin = server.actor("admin").await;
    let (credential, client) = ("latchkey-credential-expires", "latchkey-client-expires");
    let account = admin.creates("Endless", "member").await;
    let ask = async |it: &Account| {
        server
            .ask_for_token(&it.client_id, &it.secret)
            .await
            .is(200)
    };
    let reply = ask(&account).await;
    assert_eq!((reply.header(credential), reply.header(client)), ("", ""));
    let rotated = rotate(&admin, &account, json!({ "grace": "2d" })).await;
    assert_eq!(
        ask(&account).await.header(credential),
        "2026-06-17T12:00:00Z"
    );
    assert_eq!(ask(&rotated.new).await.header(credential), "");

    let account = admin
        .creates_with(json!({
            "expires_at": "2026-07-20T12:00:00Z",
            "credential": { "expires_at": "2026-07-15T12:00:01Z" },
        }))
        .await;
    // Thirty days and a second before the end nothing is said.
    assert_eq!(ask(&account).await.header(credential), "");
    server.clock.advance(1);
    let reply = ask(&account).await;
    assert_eq!(reply.header(credential), "2026-07-15T12:00:01Z");
    assert_eq!(reply.header(client), "");
    server.clock.advance(5 * 86_400);
    assert_eq!(ask(&account).await.header(client), "2026-07-20T12:00:00Z");
}
