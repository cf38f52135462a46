//! What is said before clients and credentials end: by mail and by webhook.

use aws_lc_rs::hmac;
use figment::{Figment, providers::Serialized};
use latchkey::{clients::expiry::sweep, jobs::send_due};
use serde_json::{Value, json};

use crate::support::{Account, Server, Sink, client_path, eventually, on_both_databases};

on_both_databases! {
    two_servers_say_an_end_once,
    notices_go_out_once_at_each_threshold_and_the_most_urgent_after_downtime,
    what_is_younger_than_a_notice_is_spared_it,
    mails_go_to_contacts_and_an_owner_with_an_address,
    a_webhook_is_signed_and_tried_again_until_it_arrives,
    a_webhook_into_the_own_network_is_refused,
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn two_servers_say_an_end_once(server: Server) {
    let (web, mail) = (Sink::http().await, Sink::smtp().await);
    let server = with_sinks(server, &web, &mail).await;
    let operator = server.operator().await;
    let mut accounts = Vec::new();
    for _ in 0..5 {
        let end = json!({ "expires_at": "2026-07-20T12:00:00Z", "contacts": ["one@example.org"] });
        accounts.push(operator.creates_with(end).await);
    }
    // Nobody was there when the notice was due.
    server.clock.advance(6 * 86_400);
    let second = server.second_node_where_there_can_be_one().await;
    let other = second.as_ref().unwrap_or(&server);
    tokio::join!(work(&server), work(other), work(&server), work(other));
    work(&server).await;
    // What one took is on its way.
    eventually(async || server.database.number("SELECT COUNT(*) FROM outbox").await == 0).await;
    for account in &accounts {
        let expected = [("client.expiring".to_owned(), 30)];
        assert_eq!(announced(&web, account), expected);
    }
    assert_eq!(mail.arrived().len(), accounts.len());
}

async fn with_sinks(server: Server, web: &Sink, mail: &Sink) -> Server {
    let settings = Figment::new()
        .merge(Serialized::default(
            "webhook_url",
            format!("http://127.0.0.1:{}/hook", web.port),
        ))
        .merge(Serialized::default("webhook_secret", SECRET))
        .merge(Serialized::default("webhook_allow_private", true))
        .merge(Serialized::default(
            "smtp_url",
            format!("smtp://127.0.0.1:{}", mail.port),
        ))
        .merge(Serialized::default(
            "smtp_from",
            "Latchkey <latchkey@example.org>",
        ));
    server.restart_with(settings).await
}

/// Sweeps and sends.
async fn work(server: &Server) {
    sweep(&server.app).await.unwrap();
    send_due(&server.app).await.unwrap();
}

/// What was announced about an account, as type and days left.
fn announced(sink: &Sink, account: &Account) -> Vec<(String, i64)> {
    let events = sink.arrived();
    events
        .iter()
        .map(|it| serde_json::from_str::<Value>(&it.body).unwrap())
        .filter(|it| it["data"]["client"]["id"] == json!(account.id))
        .map(|it| {
            let days = it["data"]["days_left"].as_i64().unwrap_or(0);
            (it["type"].as_str().unwrap().to_owned(), days)
        })
        .collect()
}

async fn notices_go_out_once_at_each_threshold_and_the_most_urgent_after_downtime(server: Server) {
    let (web, mail) = (Sink::http().await, Sink::smtp().await);
    let server = with_sinks(server, &web, &mail).await;
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({ "expires_at": "2026-12-31T12:00:00Z" }))
        .await;
    work(&server).await;
    assert!(announced(&web, &account).is_empty());
    // 199 days before the end is 2026-06-15: now 90 days before it, and a second too early.
    server.clock.advance((199 - 90) * 86_400 - 1);
    work(&server).await;
    assert!(announced(&web, &account).is_empty());
    server.clock.advance(1);
    for _ in 0..3 {
        work(&server).await;
    }
    let mut expected = vec![("client.expiring".to_owned(), 90)];
    assert_eq!(announced(&web, &account), expected);
    // Nobody is there until five days before: of 30 and 7 only the more urgent one is said.
    server.clock.advance(85 * 86_400);
    let server = server.restart().await;
    work(&server).await;
    work(&server).await;
    expected.push(("client.expiring".to_owned(), 7));
    assert_eq!(announced(&web, &account), expected);
    server.clock.advance(4 * 86_400);
    work(&server).await;
    expected.push(("client.expiring".to_owned(), 1));
    assert_eq!(announced(&web, &account), expected);
    server.clock.advance(86_401);
    work(&server).await;
    expected.push(("client.expired".to_owned(), 0));
    assert_eq!(announced(&web, &account), expected);
}

async fn what_is_younger_than_a_notice_is_spared_it(server: Server) {
    let (web, mail) = (Sink::http().await, Sink::smtp().await);
    let server = with_sinks(server, &web, &mail).await;
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({ "credential": { "expires_at": "2026-06-25T12:00:00Z" } }))
        .await;
    work(&server).await;
    assert!(announced(&web, &account).is_empty());
    server.clock.advance(3 * 86_400);
    work(&server).await;
    let expected = [("credential.expiring".to_owned(), 7)];
    assert_eq!(announced(&web, &account), expected);
    // One that is being rotated is known to end.
    let operator = server.operator().await;
    let path = format!(
        "{}/credentials/{}/rotate",
        client_path(&account),
        account.credential.unwrap()
    );
    operator
        .post(&path, json!({ "grace": "30d" }))
        .await
        .is(201);
    server.clock.advance(6 * 86_400);
    work(&server).await;
    assert_eq!(announced(&web, &account), expected);
}

async fn mails_go_to_contacts_and_an_owner_with_an_address(server: Server) {
    let (web, mail) = (Sink::http().await, Sink::smtp().await);
    let server = with_sinks(server, &web, &mail).await;
    let operator = server.operator().await;
    let told = json!({
        "name": "Export",
        "expires_at": "2026-07-20T12:00:00Z",
        "contacts": ["one@example.org", "two@example.org"],
        "owner": "two@example.org",
    });
    let account = operator.creates_with(told).await;
    let other = json!({ "expires_at": "2026-07-20T12:00:00Z", "owner": "Billing team" });
    operator.creates_with(other).await;
    server.clock.advance(6 * 86_400);
    work(&server).await;
    work(&server).await;
    let mails = mail.arrived();
    let mut to: Vec<String> = mails
        .iter()
        .flat_map(|it| it.head.iter().filter(|it| it.starts_with("RCPT")).cloned())
        .collect();
    to.sort();
    assert_eq!(
        to,
        ["RCPT TO:<one@example.org>", "RCPT TO:<two@example.org>"]
    );
    for mail in &mails {
        let text = mail.body.replace("=\r\n", "");
        assert!(
            text.contains("The client Export ends on 2026-07-20T12:00:00Z"),
            "{text}"
        );
        assert!(text.contains("From: Latchkey <latchkey@example.org>"));
        assert!(text.contains(&account.client_id) && !text.contains(&account.secret));
    }
    let left = "SELECT COUNT(*) FROM outbox";
    assert_eq!(server.database.number(left).await, 0);
}

async fn a_webhook_is_signed_and_tried_again_until_it_arrives(server: Server) {
    let (web, mail) = (Sink::http().await, Sink::smtp().await);
    let server = with_sinks(server, &web, &mail).await;
    let operator = server.operator().await;
    let account = operator
        .creates_with(json!({ "expires_at": "2026-06-15T12:05:00Z" }))
        .await;
    // What the server itself took a moment before is on its way.
    let arrived = async |times: usize| eventually(async || web.arrived().len() >= times).await;
    web.answers("500 Oh");
    server.clock.advance(600);
    work(&server).await;
    arrived(1).await;
    // Not before a minute has passed.
    work(&server).await;
    let tried = web.arrived();
    assert_eq!(tried.len(), 1);
    server.clock.advance(60);
    web.answers("307 Elsewhere\r\nlocation: http://127.0.0.1:1/");
    work(&server).await;
    arrived(2).await;
    server.clock.advance(300);
    web.answers("204 Taken");
    work(&server).await;
    arrived(3).await;
    server.clock.advance(86_400);
    work(&server).await;
    let tried = web.arrived();
    assert_eq!(tried.len(), 3);
    let key = data_encoding::BASE64
        .decode(SECRET.trim_start_matches("whsec_").as_bytes())
        .unwrap();
    for one in &tried {
        let (id, at) = (one.header("webhook-id"), one.header("webhook-timestamp"));
        assert_eq!(id, tried[0].header("webhook-id"));
        let signed = format!("{id}.{at}.{}", one.body);
        let tag = data_encoding::BASE64
            .decode(
                one.header("webhook-signature")
                    .trim_start_matches("v1,")
                    .as_bytes(),
            )
            .unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
        assert_eq!(one.body, tried[0].body);
    }
    assert_eq!(announced(&web, &account).len(), 3);
}

async fn a_webhook_into_the_own_network_is_refused(server: Server) {
    let web = Sink::http().await;
    let settings = Figment::new()
        .merge(Serialized::default(
            "webhook_url",
            format!("https://localhost:{}/hook", web.port),
        ))
        .merge(Serialized::default("webhook_secret", SECRET));
    let server = server.restart_with(settings).await;
    let operator = server.operator().await;
    operator
        .creates_with(json!({ "expires_at": "2026-06-15T12:05:00Z" }))
        .await;
    server.clock.advance(600);
    work(&server).await;
    assert!(web.arrived().is_empty());
    let waiting = "SELECT COUNT(*) FROM outbox WHERE attempts = 1";
    assert_eq!(server.database.number(waiting).await, 1);
}
