//! How a client proves who it is at the token endpoint (RFC 6749, section 2.3), and how guessing is slowed.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use figment::{Figment, providers::Serialized};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::support::{Account, Reply, Server, client_path, on_both_databases};

on_both_databases! {
    a_wrong_secret_is_invalid_client_with_a_challenge_where_basic_was_tried,
    a_client_that_authenticates_twice_is_refused,
    basic_credentials_are_form_decoded,
    an_unknown_client_and_a_wrong_secret_are_answered_alike,
    a_method_that_is_registered_is_demanded,
    a_state_is_said_only_after_the_right_secret,
    a_public_client_gets_no_token_for_itself,
    a_client_that_does_not_authenticate_is_refused_at_every_endpoint,
    guessing_is_slowed_and_the_real_client_goes_on_from_elsewhere,
    guessing_many_clients_from_one_address_is_slowed,
    a_source_is_not_believed_unless_a_trusted_proxy_says_it,
}

const ENDPOINTS: [&str; 3] = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"];

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

async fn by_basic(server: &Server, id: &str, secret: &str) -> Reply {
    server
        .request(Method::POST, "/oauth2/token")
        .header("Authorization", &basic(id, secret))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
}

fn is_invalid_client(reply: &Reply) {
    assert_eq!(reply.status, 401, "{}", reply.text);
    assert_eq!(reply.json["error"], "invalid_client");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("pragma"), "no-cache");
    assert_eq!(reply.header("content-type"), "application/json");
}

async fn a_wrong_secret_is_invalid_client_with_a_challenge_where_basic_was_tried(server: Server) {
    let account = server.actor("member").await.account;
    let reply = by_basic(&server, &account.client_id, "wrong").await;
    is_invalid_client(&reply);
    assert!(reply.header("www-authenticate").starts_with("Basic realm="));
    let reply = server.ask_for_token(&account.client_id, "wrong").await;
    is_invalid_client(&reply);
    for broken in [
        "Basic",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "Basic Og==",
        "Bearer x",
        "Negotiate x",
    ] {
        let reply = server
            .request(Method::POST, "/oauth2/token")
            .header("Authorization", broken)
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await;
        is_invalid_client(&reply);
        assert!(
            reply.header("www-authenticate").starts_with("Basic"),
            "{broken}"
        );
    }
    by_basic(&server, &account.client_id, &account.secret)
        .await
        .is(200);
}

async fn a_client_that_authenticates_twice_is_refused(server: Server) {
    let account = server.actor("member").await.account;
    let (id, secret) = (account.client_id.as_str(), account.secret.as_str());
    let grant = ("grant_type", "client_credentials");
    let asked = |headers: Vec<String>, fields: Vec<(&'static str, String)>| {
        let mut request = server.request(Method::POST, "/oauth2/token");
        for header in headers {
            request = request.header("Authorization", &header);
        }
        let fields: Vec<(&str, String)> = fields
            .into_iter()
            .chain([(grant.0, grant.1.to_owned())])
            .collect();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        request.form(&fields).send()
    };
    let with = |name: &'static str, value: &str| (name, value.to_owned());
    let header = basic(id, secret);
    let both = asked(
        vec![header.clone()],
        vec![with("client_id", id), with("client_secret", secret)],
    );
    assert_eq!(both.await.is(400).json["error"], "invalid_request");
    let two = asked(vec![header.clone(), header.clone()], vec![]);
    assert_eq!(two.await.is(400).json["error"], "invalid_request");
    let another = asked(vec![header.clone()], vec![with("client_id", "another")]);
    assert_eq!(another.await.is(400).json["error"], "invalid_request");
    let assertion = asked(
        vec![header.clone()],
        vec![with("client_assertion", "x.y.z")],
    );
    assert!(assertion.await.status >= 400);
    // Naming itself once more does no harm.
    asked(vec![header], vec![with("client_id", id)])
        .await
        .is(200);
}

async fn basic_credentials_are_form_decoded(server: Server) {
    let account = server.actor("member").await.account;
    // Everything that can be, which no client does and every server must read.
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let (id, secret) = (encode(&account.client_id), encode(&account.secret));
    by_basic(&server, &id, &secret).await.is(200);
    // What is decoded is what is compared: these are other secrets, and not the server's fault.
    for secret in [
        "a%3Ab%25c%2Bd+e",
        "with:colon",
        "p%C3%A4ss",
        "%",
        "%zz",
        "%00",
        "%ff",
    ] {
        is_invalid_client(&by_basic(&server, &account.client_id, secret).await);
    }
}

async fn an_unknown_client_and_a_wrong_secret_are_answered_alike(server: Server) {
    let account = server.actor("member").await.account;
    let other = server.actor("member").await.account;
    let unknown = "lkc_aaaaaaaaaaaaaaaaaaaaaaaaaa";
    let mut damaged = account.secret.clone();
    let last = if damaged.pop() == Some('a') { 'b' } else { 'a' };
    damaged.push(last);
    let attempts = [
        (unknown, account.secret.as_str()),
        (unknown, "wrong"),
        (&account.client_id, "wrong"),
        (&account.client_id, &damaged),
        (&account.client_id, &other.secret),
    ];
    let mut answers = Vec::new();
    let mut quickest = vec![Duration::MAX; attempts.len()];
    // The quickest of several is that of a moment when the machine had nothing else to do, which may take a while. What
    // the server does for one and not for another is in every one of them.
    for round in 1..=60 {
        for ((id, secret), quickest) in attempts.iter().zip(&mut quickest) {
            let started = Instant::now();
            let reply = server.ask_for_token(id, secret).await;
            let took = started.elapsed();
            assert!(took >= Duration::from_millis(100), "{took:?} for {id}");
            *quickest = took.min(*quickest);
            is_invalid_client(&reply);
            answers.push(reply.text);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
        // Nobody has to wait for having guessed too often.
        server.clock.advance(15 * 60);
        let (least, most) = (quickest.iter().min(), quickest.iter().max());
        if round >= 7 && *most.unwrap() < *least.unwrap() + Duration::from_millis(10) {
            return;
        }
    }
    panic!("they take {quickest:?}");
}

async fn a_method_that_is_registered_is_demanded(server: Server) {
    let operator = server.operator().await;
    for (method, basic_works) in [("client_secret_basic", true), ("client_secret_post", false)] {
        let fields = json!({ "token_endpoint_auth_method": method });
        let account = operator.creates_with(fields).await;
        let by_basic = by_basic(&server, &account.client_id, &account.secret).await;
        let in_body = server
            .ask_for_token(&account.client_id, &account.secret)
            .await;
        let (right, wrong) = if basic_works {
            (by_basic, in_body)
        } else {
            (in_body, by_basic)
        };
        assert_eq!(right.status, 200, "{}", right.text);
        is_invalid_client(&wrong);
    }
}

async fn a_state_is_said_only_after_the_right_secret(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates("Switched off", "member").await;
    let wrong_before = server.ask_for_token(&account.client_id, "wrong").await;
    operator
        .does(&format!("{}/deactivate", client_path(&account)))
        .await
        .is(200);
    let wrong = server.ask_for_token(&account.client_id, "wrong").await;
    assert_eq!(wrong.text, wrong_before.text);
    let right = server
        .ask_for_token(&account.client_id, &account.secret)
        .await;
    is_invalid_client(&right);
    assert!(right.text.contains("deactivated"), "{}", right.text);
}

async fn a_public_client_gets_no_token_for_itself(server: Server) {
    let operator = server.operator().await;
    let body = json!({
        "profile": "app", "name": "On a phone", "public": true,
        "redirect_uris": ["https://app.example.org/callback"],
    });
    let made = operator.post("/api/v1/clients", body).await.is(201);
    let id = made.json["client"]["client_id"].as_str().unwrap();
    let fields = [("grant_type", "client_credentials"), ("client_id", id)];
    let reply = server.post_form("/oauth2/token", &fields).await.is(400);
    assert_eq!(reply.json["error"], "unauthorized_client");
    is_invalid_client(&server.ask_for_token(id, "anything").await);
    is_invalid_client(&by_basic(&server, id, "").await);
}

async fn a_client_that_does_not_authenticate_is_refused_at_every_endpoint(server: Server) {
    for path in ENDPOINTS {
        let fields = [("grant_type", "client_credentials"), ("token", "x")];
        is_invalid_client(&server.post_form(path, &fields).await);
        let fields = [fields[0], fields[1], ("client_id", "somebody")];
        is_invalid_client(&server.post_form(path, &fields).await);
    }
}

/// A server behind a proxy of ours, which says where requests come from.
async fn behind_a_proxy(server: &Server) -> Server {
    let settings = Figment::new().merge(Serialized::default("trusted_proxies", ["127.0.0.1"]));
    Server::start_with(server.database.kind, settings).await
}

async fn from(server: &Server, source: &str, path: &str, id: &str, secret: &str) -> Reply {
    server
        .request(Method::POST, path)
        .header("X-Forwarded-For", source)
        .form(&[
            ("grant_type", "client_credentials"),
            ("token", "x"),
            ("client_id", id),
            ("client_secret", secret),
        ])
        .send()
        .await
}

async fn guessing_is_slowed_and_the_real_client_goes_on_from_elsewhere(server: Server) {
    let server = behind_a_proxy(&server).await;
    let Account {
        client_id, secret, ..
    } = server.actor("member").await.account;
    let guess = |path| from(&server, "192.0.2.7", path, &client_id, "wrong");
    let guesses = (0..120).map(|number| guess(ENDPOINTS[number % ENDPOINTS.len()]));
    let replies = join_all(guesses).await;
    let refused = replies.iter().filter(|it| it.status == 401).count();
    assert!(refused >= 90, "{refused} of 120 were looked at");
    // All at once may overtake the count; from here on it is known.
    for path in ENDPOINTS {
        let slowed = guess(path).await.is(429);
        assert_eq!(slowed.json["error"], "temporarily_unavailable");
        assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert_eq!(slowed.header("cache-control"), "no-store");
        let right = from(&server, "192.0.2.7", path, &client_id, &secret).await;
        assert_eq!(right.status, 429, "or guessing goes on");
    }
    for path in ENDPOINTS {
        from(&server, "198.51.100.4", path, &client_id, &secret)
            .await
            .is(200);
    }
    // Another client behind the same address is not the one that was guessed at.
    let other = server.operator().await.account;
    from(
        &server,
        "192.0.2.7",
        "/oauth2/token",
        &other.client_id,
        &other.secret,
    )
    .await
    .is(200);
}

async fn guessing_many_clients_from_one_address_is_slowed(server: Server) {
    let server = behind_a_proxy(&server).await;
    let guesses = (0..200).map(|number| {
        let id = format!("nobody-{number}");
        let server = &server;
        async move { from(server, "192.0.2.8", "/oauth2/token", &id, "wrong").await }
    });
    join_all(guesses).await;
    from(&server, "192.0.2.8", "/oauth2/token", "nobody", "wrong")
        .await
        .is(429);
    from(&server, "192.0.2.9", "/oauth2/token", "nobody", "wrong")
        .await
        .is(401);
}

async fn a_source_is_not_believed_unless_a_trusted_proxy_says_it(server: Server) {
    let account = server.actor("member").await.account;
    let guesses = (0..100).map(|number| {
        let source = format!("192.0.2.{number}");
        let (server, account) = (&server, &account);
        async move {
            from(
                server,
                &source,
                "/oauth2/token",
                &account.client_id,
                "wrong",
            )
            .await
        }
    });
    join_all(guesses).await;
    let reply = from(
        &server,
        "203.0.113.1",
        "/oauth2/token",
        &account.client_id,
        "wrong",
    )
    .await;
    assert_eq!(
        reply.status, 429,
        "the header of a stranger changes nothing"
    );
}
