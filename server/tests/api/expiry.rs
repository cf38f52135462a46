//! Ends of clients and credentials: to the second, and recorded once.

use latchkey::clients::expiry::sweep;
use serde_json::{Value, json};

use crate::support::{Account, Actor, Server, client_path, on_both_databases};

on_both_databases! {
    a_client_works_to_its_last_second_and_its_tokens_die_with_it,
    a_secret_works_to_its_last_second,
    each_end_is_recorded_once_also_after_downtime,
    two_servers_record_an_end_once,
    an_end_that_was_moved_is_recorded_when_it_comes,
    a_deleted_client_and_a_revoked_secret_do_not_expire,
}

async fn actions(actor: &Actor, account: &Account) -> Vec<String> {
    let audit = actor
        .get(&format!("{}/audit?limit=200", client_path(account)))
        .await
        .is(200);
    let items = audit.json["items"].as_array().unwrap();
    items
        .iter()
        .map(|it| it["action"].as_str().unwrap().to_owned())
        .collect()
}

fn count(actions: &[String], action: &str) -> usize {
    actions.iter().filter(|it| *it == action).count()
}

async fn works(server: &Server, account: &Account) -> bool {
    let reply = server
        .ask_for_token(&account.client_id, &account.secret)
        .await;
    reply.status == 200
}

async fn a_client_works_to_its_last_second_and_its_tokens_die_with_it(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:10:00Z", "role": "admin" }))
        .await;
    server.clock.advance(600);
    assert!(works(&server, &account).await);
    let itself = server.sign_in(&account).await;
    itself.get("/api/v1/me").await.is(200);
    assert_eq!(
        server.introspect(&account, &itself.token).await["active"],
        true
    );
    server.clock.advance(1);
    assert!(!works(&server, &account).await);
    itself.get("/api/v1/me").await.is(401);
}

async fn a_secret_works_to_its_last_second(server: Server) {
    let admin = server.actor("admin").await;
    let account = admin
        .creates_with(json!({ "credential": { "expires_at": "2026-06-15T12:10:00Z" } }))
        .await;
    server.clock.advance(600);
    assert!(works(&server, &account).await);
    let itself = server.sign_in(&account).await;
    server.clock.advance(1);
    assert!(!works(&server, &account).await);
    // A token may outlive the secret that obtained it.
    itself.get("/api/v1/me").await.is(200);
}

async fn each_end_is_recorded_once_also_after_downtime(server: Server) {
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({
            "expires_at": "2026-06-17T00:00:00Z",
            "credential": { "expires_at": "2026-06-16T00:00:00Z" },
        }))
        .await;
    sweep(&server.app).await.unwrap();
    assert_eq!(
        count(&actions(&operator, &account).await, "client.expired"),
        0
    );
    // Nobody is there for five days.
    server.clock.advance(5 * 86_400);
    let server = server.restart().await;
    let operator = server.operator().await;
    for _ in 0..3 {
        sweep(&server.app).await.unwrap();
        server.clock.advance(30);
    }
    let seen = actions(&operator, &account).await;
    assert_eq!(count(&seen, "client.expired"), 1);
    assert_eq!(count(&seen, "credential.expired"), 1);
    let path = format!("{}/audit", client_path(&account));
    let audit = operator.get(&path).await;
    let ends: Vec<&Value> = audit.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["action"].as_str().unwrap().ends_with(".expired"))
        .collect();
    for event in &ends {
        assert_eq!(event["actor"]["kind"], "system");
        assert_eq!(event["at"], "2026-06-20T12:00:00Z");
    }
    let mut moments: Vec<&str> = ends
        .iter()
        .map(|it| it["changes"][0]["after"].as_str().unwrap())
        .collect();
    moments.sort_unstable();
    assert_eq!(moments, ["2026-06-16T00:00:00Z", "2026-06-17T00:00:00Z"]);
}

async fn two_servers_record_an_end_once(server: Server) {
    let operator = server.operator().await;
    let mut accounts = Vec::new();
    for _ in 0..5 {
        let end = json!({ "expires_at": "2026-06-15T12:05:00Z" });
        accounts.push(operator.creates_with(end).await);
    }
    server.clock.advance(600);
    let second = server.second_node_where_there_can_be_one().await;
    let other = second.as_ref().map_or(&server.app, |it| &it.app);
    let (one, two, three) = tokio::join!(sweep(&server.app), sweep(other), sweep(&server.app));
    for outcome in [one, two, three] {
        outcome.unwrap();
    }
    for account in &accounts {
        let seen = actions(&operator, account).await;
        assert_eq!(count(&seen, "client.expired"), 1);
    }
}

async fn an_end_that_was_moved_is_recorded_when_it_comes(server: Server) {
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({ "expires_at": "2026-06-15T12:05:00Z" }))
        .await;
    server.clock.advance(600);
    sweep(&server.app).await.unwrap();
    let later = json!({ "expires_at": "2026-06-15T13:00:00Z" });
    operator.patch(&client_path(&account), later).await.is(200);
    assert!(works(&server, &account).await);
    sweep(&server.app).await.unwrap();
    assert_eq!(
        count(&actions(&operator, &account).await, "client.expired"),
        1
    );
    server.clock.advance(3_600);
    sweep(&server.app).await.unwrap();
    assert_eq!(
        count(&actions(&operator, &account).await, "client.expired"),
        2
    );
}

async fn a_deleted_client_and_a_revoked_secret_do_not_expire(server: Server) {
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({ "credential": { "expires_at": "2026-06-15T12:05:00Z" } }))
        .await;
    let credential = format!(
        "{}/credentials/{}",
        client_path(&account),
        account.credential.unwrap()
    );
    operator.delete(&credential).await.is(204);
    server.clock.advance(600);
    sweep(&server.app).await.unwrap();
    let seen = actions(&operator, &account).await;
    assert_eq!(count(&seen, "credential.expired"), 0);
}
