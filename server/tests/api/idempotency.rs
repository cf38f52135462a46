//! `Idempotency-Key`: a request that is repeated does nothing twice and gets the same answer.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    a_repeated_create_gives_the_same_answer_and_one_object,
    the_key_for_another_body_or_address_is_refused,
    a_repeated_rotation_gives_the_same_secret_once,
    a_key_belongs_to_its_caller,
    a_key_is_forgotten_after_a_day,
    a_refused_request_does_not_use_its_key_up,
    a_key_that_is_no_key_is_refused,
    ten_creates_at_once_with_one_key_make_one_client,
    the_kept_answer_cannot_be_read_in_the_database,
    a_replay_survives_a_restart,
}

async fn send(actor: &Actor, path: &str, key: &str, body: &Value) -> Reply {
    let wire = actor
        .request(Method::POST, path)
        .header("Idempotency-Key", key);
    wire.json(body).send().await
}

fn robot() -> Value {
    json!({ "profile": "service_account", "name": "Robot", "role": "member" })
}

async fn robots(actor: &Actor) -> usize {
    let list = actor.get("/api/v1/clients?q=Robot").await.is(200);
    list.each("id").len()
}

async fn a_repeated_create_gives_the_same_answer_and_one_object(server: Server) {
    let admin = server.actor("admin").await;
    let first = send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    server.clock.advance(3600);
    let again = send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    assert_eq!(first.json, again.json);
    for header in ["location", "etag", "cache-control"] {
        assert_eq!(first.header(header), again.header(header));
    }
    assert_eq!(robots(&admin).await, 1);
    let trail = format!(
        "/api/v1/audit?action=client.created&client={}",
        first.json["client"]["id"].as_str().unwrap()
    );
    assert_eq!(admin.get(&trail).await.is(200).each("id").len(), 1);
}

async fn the_key_for_another_body_or_address_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    let mut other = robot();
    other["name"] = json!("Robot 2");
    let reply = send(&admin, "/api/v1/clients", "once", &other).await;
    reply.is_problem(422, "idempotency-key-reused");
    let path = format!("{}/regenerate-secret", client_path(&admin.account));
    let reply = send(&admin, &path, "once", &robot()).await;
    assert!(matches!(reply.status, 400 | 422));
    let reply = send(&admin, &path, "once", &json!({})).await;
    reply.is_problem(422, "idempotency-key-reused");
    assert_eq!(robots(&admin).await, 1);
}

async fn a_repeated_rotation_gives_the_same_secret_once(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin.creates("Robot", "member").await;
    for verb in ["regenerate-secret", "credentials"] {
        let path = format!("{}/{verb}", client_path(&account));
        let first = send(&admin, &path, verb, &json!({})).await.is(201);
        let again = send(&admin, &path, verb, &json!({})).await.is(201);
        assert_eq!(first.json, again.json);
        let secret = first.json["client_secret"].as_str().unwrap();
        server
            .ask_for_token(&account.client_id, secret)
            .await
            .is(200);
    }
    let path = format!("{}/credentials", client_path(&account));
    let list = admin.get(&path).await.is(200);
    assert_eq!(list.each("status"), ["revoked", "active", "active"]);
}

async fn a_key_belongs_to_its_caller(server: Server) {
    let admin = server.actor("admin").await;
    let operator = server.operator().await;
    let mine = send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    let theirs = send(&operator, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    assert_ne!(mine.json["client"]["id"], theirs.json["client"]["id"]);
    assert_eq!(robots(&admin).await, 2);
}

async fn a_key_is_forgotten_after_a_day(server: Server) {
    let operator = server.operator().await;
    let first = send(&operator, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    server.clock.advance(86_399);
    let operator = server.operator().await;
    let again = send(&operator, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    assert_eq!(first.json, again.json);
    server.clock.advance(1);
    let operator = server.operator().await;
    let later = send(&operator, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    assert_ne!(first.json["client"]["id"], later.json["client"]["id"]);
}

async fn a_refused_request_does_not_use_its_key_up(server: Server) {
    let admin = server.actor("admin").await;
    let mut wrong = robot();
    wrong["role"] = json!("king");
    send(&admin, "/api/v1/clients", "once", &wrong)
        .await
        .is(422);
    send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
}

async fn a_key_that_is_no_key_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    for key in ["", "with space", &"k".repeat(256)] {
        let reply = send(&admin, "/api/v1/clients", key, &robot()).await;
        reply.is_problem(400, "malformed");
    }
    send(&admin, "/api/v1/clients", &"k".repeat(255), &robot())
        .await
        .is(201);
}

async fn ten_creates_at_once_with_one_key_make_one_client(server: Server) {
    let admin = server.actor("admin").await;
    let (path, body) = ("/api/v1/clients", robot());
    let replies = (0..10).map(|_| send(&admin, path, "once", &body));
    let replies = futures_util::future::join_all(replies).await;
    for reply in &replies {
        assert_eq!(reply.status, 201, "{}", reply.text);
        assert_eq!(reply.json, replies[0].json);
    }
    assert_eq!(robots(&admin).await, 1);
}

async fn the_kept_answer_cannot_be_read_in_the_database(server: Server) {
    let admin = server.actor("admin").await;
    let made = send(&admin, "/api/v1/clients", "a-key-of-the-caller", &robot())
        .await
        .is(201);
    let secret = made.json["client_secret"].as_str().unwrap();
    let rows = server
        .database
        .rows("SELECT sealed_answer, key_digest FROM idempotent_request")
        .await;
    assert_eq!(rows.len(), 1);
    for column in 0..2 {
        let bytes: Vec<u8> = rows[0].try_get_by_index(column).unwrap();
        assert!(!bytes.is_empty());
        for hidden in [secret, "a-key-of-the-caller", "client_secret", "Robot"] {
            let found = bytes
                .windows(hidden.len())
                .any(|it| it == hidden.as_bytes());
            assert!(!found, "{hidden}");
        }
    }
}

async fn a_replay_survives_a_restart(server: Server) {
    let admin = server.actor("admin").await;
    let first = send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    let server = server.restart().await;
    // Another port is another issuer, so the token is a new one; the caller is the same.
    let admin = server.sign_in(&admin.account).await;
    let again = send(&admin, "/api/v1/clients", "once", &robot())
        .await
        .is(201);
    assert_eq!(first.json, again.json);
}
