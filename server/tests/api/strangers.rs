//! What anyone can make the server keep without signing in: bounded by source, and altogether.

use figment::{Figment, providers::Serialized};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Account, Browser, CALLBACK, Reply, Server, authorize_path, challenge, on_both_databases,
};

on_both_databases! {
    whoever_begins_too_many_sign_ins_has_to_wait_and_nothing_more_is_kept,
    a_posted_request_is_counted_whoever_sends_it,
    whoever_is_signed_in_is_not_counted,
    a_public_client_that_pushes_too_much_has_to_wait_and_one_with_a_secret_has_not,
    sources_that_fill_the_server_together_are_stopped,
}

/// So many from one source.
const MOST: i64 = 3;

/// So many from everywhere.
const MOST_OF_ALL: i64 = 5;

async fn behind_a_proxy(server: &Server) -> Server {
    let settings = Figment::new()
        .merge(Serialized::default("trusted_proxies", ["127.0.0.1"]))
        .merge(Serialized::default("throttle.source_requests", MOST))
        .merge(Serialized::default("throttle.all_requests", MOST_OF_ALL));
    Server::start_with(server.database.kind, settings).await
}

async fn app(server: &Server) -> Account {
    let admin = server.actor("admin").await;
    admin.registers_app(json!({})).await
}

async fn kept(server: &Server) -> i64 {
    let all = "SELECT COUNT(*) FROM authorization_request";
    server.database.number(all).await
}

async fn begins(server: &Server, app: &Account, source: &str) -> Reply {
    let browser = Browser::at(server, source);
    browser.get(&authorize_path(app, &[])).await
}

async fn whoever_begins_too_many_sign_ins_has_to_wait_and_nothing_more_is_kept(server: Server) {
    let server = behind_a_proxy(&server).await;
    let app = app(&server).await;
    // One customer of a provider has 2^64 addresses.
    for host in 1..=MOST {
        let reply = begins(&server, &app, &format!("2001:db8:0:1::{host}")).await;
        assert!(reply.is(303).header("location").starts_with("/sign-in"));
    }
    assert_eq!(kept(&server).await, MOST);
    let stopped = begins(&server, &app, "2001:db8:0:1::4").await.is(429);
    assert_eq!(stopped.header("retry-after"), "300");
    assert!(stopped.header("content-type").starts_with("text/html"));
    for word in ["Too many sign-ins at once", "Wait 5 minutes", "go back"] {
        assert!(stopped.text.contains(word), "{}", stopped.text);
    }
    assert_eq!(kept(&server).await, MOST);
    begins(&server, &app, "2001:db8:0:2::1").await.is(303);
    // To sign in without the app goes on.
    let browser = Browser::at(&server, "2001:db8:0:1::4");
    browser.get("/sign-in").await.is(200);
    server.clock.advance(299);
    begins(&server, &app, "2001:db8:0:1::4").await.is(429);
    server.clock.advance(1);
    begins(&server, &app, "2001:db8:0:1::4").await.is(303);
    begins(&server, &app, "2001:db8:0:1::4").await.is(429);
}

async fn a_posted_request_is_counted_whoever_sends_it(server: Server) {
    let server = behind_a_proxy(&server).await;
    let app = app(&server).await;
    let posts = async || {
        let fields = [
            ("client_id", app.client_id.as_str()),
            ("redirect_uri", CALLBACK),
        ];
        let request = server.request(Method::POST, "/oauth2/authorize");
        let request = request.header("X-Forwarded-For", "192.0.2.1");
        request.form(&fields).send().await
    };
    for _ in 0..MOST {
        posts().await.is(303);
    }
    posts().await.is(429);
    assert_eq!(kept(&server).await, MOST);
}

async fn whoever_is_signed_in_is_not_counted(server: Server) {
    let server = behind_a_proxy(&server).await;
    let app = app(&server).await;
    let person = server.somebody("ada@example.com", "member").await;
    let mut browser = server.visitor_of(&person).await;
    for _ in 0..MOST_OF_ALL * 2 {
        browser.authorize(&app, &[]).await.is(200);
    }
    begins(&server, &app, "127.0.0.1").await.is(303);
}

async fn a_public_client_that_pushes_too_much_has_to_wait_and_one_with_a_secret_has_not(
    server: Server,
) {
    let server = behind_a_proxy(&server).await;
    let confidential = app(&server).await;
    let admin = server.actor("admin").await;
    let public = admin.registers_app(json!({ "public": true })).await;
    let challenge = challenge();
    let push = async |app: &Account, source: &str| {
        let fields = [
            ("client_id", app.client_id.as_str()),
            ("client_secret", &app.secret),
            ("redirect_uri", CALLBACK),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let sent = fields.iter().filter(|(_, value)| !value.is_empty());
        let request = server.request(Method::POST, "/oauth2/par");
        let request = request.header("X-Forwarded-For", source);
        request
            .form(&sent.copied().collect::<Vec<_>>())
            .send()
            .await
    };
    for _ in 0..MOST {
        push(&public, "192.0.2.1").await.is(201);
    }
    let stopped = push(&public, "192.0.2.1").await.is(429);
    assert_eq!(stopped.json["error"], "temporarily_unavailable");
    assert_eq!(stopped.header("retry-after"), "300");
    assert_eq!(stopped.header("cache-control"), "no-store");
    assert_eq!(kept(&server).await, MOST);
    push(&public, "192.0.2.2").await.is(201);
    for _ in 0..MOST_OF_ALL * 2 {
        push(&confidential, "192.0.2.1").await.is(201);
    }
}

async fn sources_that_fill_the_server_together_are_stopped(server: Server) {
    let server = behind_a_proxy(&server).await;
    let app = app(&server).await;
    for host in 1..=MOST_OF_ALL {
        begins(&server, &app, &format!("192.0.2.{host}"))
            .await
            .is(303);
    }
    let stopped = begins(&server, &app, "198.51.100.1").await.is(503);
    assert_eq!(stopped.header("retry-after"), "180");
    assert!(stopped.text.contains("Wait 3 minutes"), "{}", stopped.text);
    assert_eq!(kept(&server).await, MOST_OF_ALL);
    server.clock.advance(180);
    begins(&server, &app, "198.51.100.1").await.is(303);
}
