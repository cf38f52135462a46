//! `/settings`: what a tenant sets for itself.

use aws_lc_rs::hmac;
use figment::{Figment, providers::Serialized};
use latchkey::{clients::expiry, jobs};
use serde_json::json;

use crate::support::{Account, Server, Sink, on_both_databases};

on_both_databases! {
    a_tenant_sets_how_long_short_lived_tokens_live,
    what_is_not_set_is_as_the_configuration_says,
    settings_are_replaced_only_from_the_state_that_was_read,
    what_is_wrong_with_settings_is_said_with_pointers,
    the_secret_of_a_webhook_is_written_and_never_read,
    what_ends_is_said_to_the_webhook_of_its_tenant,
    a_webhook_that_was_removed_gets_nothing_more,
    a_tenant_chooses_its_notices,
}

const PATH: &str = "/api/v1/settings";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn work(server: &Server) {
    expiry::sweep(&server.app).await.unwrap();
    jobs::send_due(&server.app).await.unwrap();
}

async fn with_private_webhooks(server: Server) -> Server {
    let settings = Figment::new().merge(Serialized::default("webhook_allow_private", true));
    server.restart_with(settings).await
}

async fn a_tenant_sets_how_long_short_lived_tokens_live(server: Server) {
    let admin = server.actor("admin").await;
    let body = json!({ "profile": "short_lived", "name": "Batch" });
    let batch = Account::of(&admin.post("/api/v1/clients", body).await.is(201).json);
    let life = async |account: &Account| {
        let token = server.ask_for_token(&account.client_id, &account.secret);
        token.await.is(200).json["expires_in"].clone()
    };
    assert_eq!(life(&batch).await, 180);
    let set = json!({ "client_credentials_lifetime": "10m" });
    let set = admin.patch(PATH, set).await.is(200);
    assert_eq!(set.json["client_credentials_seconds"], 600);
    assert_eq!(life(&batch).await, 600);
    // Another tenant's clients live by its own settings, other profiles by theirs.
    let other = server.super_admin_of("north", None).await;
    let body = json!({ "profile": "short_lived", "name": "Batch" });
    let theirs = Account::of(&other.post("/api/v1/clients", body).await.is(201).json);
    assert_eq!(life(&theirs).await, 180);
    assert_eq!(life(&admin.account).await, 86_400);
    // More than the profile allows is never given.
    let bounded = json!({ "token_lifetime": { "most": 300 } });
    admin
        .patch("/api/v1/profiles/short_lived", bounded)
        .await
        .is(200);
    assert_eq!(life(&batch).await, 300);
    let cleared = json!({ "client_credentials_lifetime": null });
    admin.patch(PATH, cleared).await.is(200);
    assert_eq!(life(&batch).await, 180);
}

async fn what_is_not_set_is_as_the_configuration_says(server: Server) {
    let settings = Figment::new().merge(Serialized::default("client_credentials_lifetime", "5m"));
    let server = server.restart_with(settings).await;
    let admin = server.actor("admin").await;
    let read = admin.get(PATH).await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    let expected = json!({
        "client_credentials_seconds": 300,
        "mail_notices": true,
        "mail_available": false,
        "notice_days": [90, 30, 7, 1],
        "version": 1,
    });
    assert_eq!(read.json, expected);
}

async fn settings_are_replaced_only_from_the_state_that_was_read(server: Server) {
    let admin = server.actor("admin").await;
    let put = |tag: Option<&str>| {
        let body = json!({ "client_credentials_lifetime": "2h" });
        let request = admin.request(reqwest::Method::PUT, PATH).json(&body);
        match tag {
            Some(tag) => request.header("If-Match", tag).send(),
            None => request.send(),
        }
    };
    put(None).await.is_problem(428, "precondition-required");
    let set = put(Some("\"1\"")).await.is(200);
    assert_eq!(set.header("etag"), "\"2\"");
    assert_eq!(set.json["client_credentials_lifetime"], "2h");
    put(Some("\"1\"")).await.is_problem(412, "stale");
    assert_eq!(put(Some("\"2\"")).await.is(200).header("etag"), "\"2\"");
    let audit = admin.get("/api/v1/audit?action=settings.updated").await;
    let audit = audit.is(200);
    assert_eq!(audit.json["items"].as_array().unwrap().len(), 1);
    let change = json!({ "field": "client_credentials_lifetime", "before": null, "after": "2h" });
    assert_eq!(audit.json["items"][0]["changes"], json!([change]));
}

async fn what_is_wrong_with_settings_is_said_with_pointers(server: Server) {
    let admin = server.actor("admin").await;
    for (body, pointer) in [
        (
            json!({ "client_credentials_lifetime": "0s" }),
            "/client_credentials_lifetime",
        ),
        (
            json!({ "client_credentials_lifetime": "25h" }),
            "/client_credentials_lifetime",
        ),
        (
            json!({ "client_credentials_lifetime": "1500ms" }),
            "/client_credentials_lifetime",
        ),
        (
            json!({ "client_credentials_lifetime": "soon" }),
            "/client_credentials_lifetime",
        ),
        (json!({ "notice_days": [30, 14] }), "/notice_days/1"),
        (
            json!({ "webhook_url": "https://hooks.example.org/" }),
            "/webhook_secret",
        ),
        (
            json!({ "webhook_url": "https://hooks.example.org/", "webhook_secret": "secret" }),
            "/webhook_secret",
        ),
        (
            json!({ "webhook_url": "http://hooks.example.org/", "webhook_secret": SECRET }),
            "/webhook_url",
        ),
        (
            json!({ "webhook_url": "https://127.0.0.1/", "webhook_secret": SECRET }),
            "/webhook_url",
        ),
        (
            json!({ "webhook_url": "nowhere", "webhook_secret": SECRET }),
            "/webhook_url",
        ),
    ] {
        let refused = admin.patch(PATH, body.clone()).await;
        let refused = refused.is_problem(422, "invalid");
        assert_eq!(refused.errors()[0].0, pointer, "{body}");
        assert!(!refused.text.contains(SECRET));
    }
    let refused = admin
        .patch(PATH, json!({ "smtp_url": "smtp://mail" }))
        .await;
    refused.is_problem(400, "malformed");
}

async fn the_secret_of_a_webhook_is_written_and_never_read(server: Server) {
    let admin = server.actor("admin").await;
    let url = "https://hooks.example.org/latchkey/long-path";
    let webhook = json!({ "webhook_url": url, "webhook_secret": SECRET });
    let set = admin.patch(PATH, webhook).await.is(200);
    assert_eq!(set.json["webhook_url"], url);
    let read = admin.get(PATH).await.is(200);
    let audit = admin.get("/api/v1/audit").await.is(200);
    for reply in [&set, &read, &audit] {
        assert!(!reply.text.contains(SECRET) && !reply.text.contains("MfKQ9r8"));
    }
    // Of the address the trail has the server only.
    assert!(audit.text.contains("https://hooks.example.org/"));
    assert!(!audit.text.contains("long-path"));
    let rows = server
        .database
        .rows("SELECT webhook_secret FROM tenant_settings")
        .await;
    let sealed: Vec<u8> = rows[0].try_get_by_index(0).unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("MfKQ9r8"));
    // Without a new one the old one stays.
    let moved = json!({ "webhook_url": "https://hooks.example.org/other" });
    admin.patch(PATH, moved).await.is(200);
    let rows = server
        .database
        .rows("SELECT webhook_secret FROM tenant_settings")
        .await;
    let kept: Vec<u8> = rows[0].try_get_by_index(0).unwrap();
    assert_eq!(sealed, kept);
}

async fn what_ends_is_said_to_the_webhook_of_its_tenant(server: Server) {
    let server = with_private_webhooks(server).await;
    let (own, theirs) = (Sink::http().await, Sink::http().await);
    let admin = server.actor("admin").await;
    let other = server.super_admin_of("north", None).await;
    for (actor, sink) in [(&admin, &own), (&other, &theirs)] {
        let url = format!("http://127.0.0.1:{}/hook", sink.port);
        let webhook = json!({ "webhook_url": url, "webhook_secret": SECRET });
        actor.patch(PATH, webhook).await.is(200);
    }
    admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:05:00Z" }))
        .await;
    server.clock.advance(600);
    work(&server).await;
    work(&server).await;
    assert!(theirs.arrived().is_empty());
    let arrived = own.arrived();
    assert_eq!(arrived.len(), 1);
    let one = &arrived[0];
    assert!(one.body.contains("client.expired"), "{}", one.body);
    let (id, at) = (one.header("webhook-id"), one.header("webhook-timestamp"));
    let signed = format!("{id}.{at}.{}", one.body);
    let base64 = data_encoding::BASE64;
    let key = SECRET.trim_start_matches("whsec_");
    let key = hmac::Key::new(hmac::HMAC_SHA256, &base64.decode(key.as_bytes()).unwrap());
    let signature = one.header("webhook-signature");
    let tag = signature.trim_start_matches("v1,").as_bytes();
    hmac::verify(&key, signed.as_bytes(), &base64.decode(tag).unwrap()).unwrap();
}

async fn a_webhook_that_was_removed_gets_nothing_more(server: Server) {
    let server = with_private_webhooks(server).await;
    let sink = Sink::http().await;
    let admin = server.actor("admin").await;
    let url = format!("http://127.0.0.1:{}/hook", sink.port);
    let webhook = json!({ "webhook_url": url, "webhook_secret": SECRET });
    admin.patch(PATH, webhook).await.is(200);
    admin
        .creates_with(json!({ "expires_at": "2026-06-15T12:05:00Z" }))
        .await;
    server.clock.advance(600);
    sink.answers("500 Oh");
    work(&server).await;
    let tried = sink.arrived().len();
    assert_eq!(tried, 1);
    admin
        .patch(PATH, json!({ "webhook_url": null }))
        .await
        .is(200);
    server.clock.advance(60);
    work(&server).await;
    assert_eq!(sink.arrived().len(), tried);
    let left = "SELECT COUNT(*) FROM outbox";
    assert_eq!(server.database.number(left).await, 0);
}

async fn a_tenant_chooses_its_notices(server: Server) {
    let mail = Sink::smtp().await;
    let settings = Figment::new()
        .merge(Serialized::default("webhook_allow_private", true))
        .merge(Serialized::default(
            "smtp_url",
            format!("smtp://127.0.0.1:{}", mail.port),
        ))
        .merge(Serialized::default("smtp_from", "latchkey@example.org"));
    let server = server.restart_with(settings).await;
    let web = Sink::http().await;
    let admin = server.actor("admin").await;
    assert_eq!(admin.get(PATH).await.json["mail_available"], true);
    let url = format!("http://127.0.0.1:{}/hook", web.port);
    let chosen = json!({
        "mail_notices": false,
        "notice_days": [7],
        "webhook_url": url,
        "webhook_secret": SECRET,
    });
    admin.patch(PATH, chosen).await.is(200);
    admin
        .creates_with(
            json!({ "expires_at": "2026-07-20T12:00:00Z", "contacts": ["one@example.org"] }),
        )
        .await;
    for _ in 0..34 {
        server.clock.advance(86_400);
        work(&server).await;
    }
    assert!(mail.arrived().is_empty());
    let bodies: Vec<String> = web.arrived().into_iter().map(|it| it.body).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert!(bodies[0].contains("\"days_left\":7"));
}
