//! What a client assertion must say (RFC 7523, section 3): its claims, its life, its algorithm and its key.

use latchkey::crypto::signing::Algorithm;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::private_key_jwt::{reason, registered};
use crate::support::{KeyPair, Server, ask_by, on_both_databases};

on_both_databases! {
    every_algorithm_that_is_listed_works,
    an_assertion_works_once,
    what_an_assertion_must_say,
    an_assertion_lives_an_hour_at_most,
    clocks_may_differ_by_a_minute,
    a_key_that_is_not_the_clients_proves_nothing,
}

async fn every_algorithm_that_is_listed_works(server: Server) {
    let admin = server.actor("admin").await;
    let metadata = server
        .get("/.well-known/oauth-authorization-server")
        .await
        .is(200);
    let listed = &metadata.json["token_endpoint_auth_signing_alg_values_supported"];
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), Algorithm::ALL.len());
    for name in listed {
        let algorithm: Algorithm = name.as_str().unwrap().parse().unwrap();
        let key = KeyPair::of(algorithm);
        let account = registered(&admin, &key).await;
        key.asks(&server, &account.client_id).await.is(200);
    }
}

async fn an_assertion_works_once(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let account = registered(&admin, &key).await;
    let assertion = key.assertion(&server, &account.client_id);
    let (one, other) = tokio::join!(ask_by(&server, &assertion), ask_by(&server, &assertion));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    let again = ask_by(&server, &assertion).await.is(401);
    assert_eq!(again.json["error"], "invalid_client");
    assert_eq!(
        reason(&server, &admin, &account).await,
        "assertion_replayed"
    );
    // It does not become new by being kept until the note of it is gone.
    server.clock.advance(300 + 61);
    latchkey::jobs::purge_once(&server.app).await.unwrap();
    ask_by(&server, &assertion).await.is(401);
    assert_eq!(reason(&server, &admin, &account).await, "assertion_expired");
    // Of another client the same id is another assertion.
    let second = KeyPair::new();
    let neighbour = registered(&admin, &second).await;
    let mut claims = KeyPair::claims(&server, &account.client_id);
    claims["jti"] = json!("the same");
    ask_by(&server, &key.signs(&claims)).await.is(200);
    claims["iss"] = json!(neighbour.client_id);
    claims["sub"] = json!(neighbour.client_id);
    ask_by(&server, &second.signs(&claims)).await.is(200);
}

async fn what_an_assertion_must_say(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let account = registered(&admin, &key).await;
    let issuer = server.url.clone();
    let with = |name: &str, value: Value| {
        let mut claims = KeyPair::claims(&server, &account.client_id);
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        claims
    };
    for audience in [
        json!(issuer),
        json!(format!("{issuer}/oauth2/token")),
        json!([issuer, format!("{issuer}/oauth2/token")]),
    ] {
        let claims = with("aud", audience);
        ask_by(&server, &key.signs(&claims)).await.is(200);
    }
    for (name, value, because) in [
        ("iss", Value::Null, "wrong_assertion"),
        ("iss", json!("somebody else"), "wrong_assertion"),
        ("aud", Value::Null, "assertion_for_another"),
        (
            "aud",
            json!("https://elsewhere.example"),
            "assertion_for_another",
        ),
        ("aud", json!(format!("{issuer}/")), "assertion_for_another"),
        (
            "aud",
            json!(format!("{issuer}.evil.example")),
            "assertion_for_another",
        ),
        (
            "aud",
            json!([issuer, "https://elsewhere.example"]),
            "assertion_for_another",
        ),
        ("aud", json!([]), "assertion_for_another"),
        ("exp", Value::Null, "wrong_assertion"),
        ("exp", json!("tomorrow"), "wrong_assertion"),
        ("jti", Value::Null, "wrong_assertion"),
        ("jti", json!(7), "wrong_assertion"),
        ("jti", json!(""), "wrong_assertion"),
        ("jti", json!("x".repeat(256)), "wrong_assertion"),
        ("nbf", json!("now"), "wrong_assertion"),
    ] {
        let reply = ask_by(&server, &key.signs(&with(name, value.clone()))).await;
        assert_eq!(reply.status, 401, "{name} {value}: {}", reply.text);
        assert_eq!(reply.json["error"], "invalid_client");
        assert_eq!(
            reason(&server, &admin, &account).await,
            because,
            "{name} {value}"
        );
    }
    // Without sub, nobody knows whose it is; with another's, it is not theirs.
    for value in [Value::Null, json!("somebody else")] {
        let reply = ask_by(&server, &key.signs(&with("sub", value))).await;
        assert_eq!(reply.status, 401, "{}", reply.text);
    }
    for typ in ["JWT", "jwt", "client-authentication+jwt"] {
        let assertion = key.signs_as(typ, &with("jti", json!(Uuid::now_v7())));
        ask_by(&server, &assertion).await.is(200);
    }
    let assertion = key.signs_as("at+jwt", &with("jti", json!(Uuid::now_v7())));
    ask_by(&server, &assertion).await.is(401);
}

async fn an_assertion_lives_an_hour_at_most(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let account = registered(&admin, &key).await;
    let now = server.clock.now().unix();
    for (ahead, good) in [
        (3_600, true),
        (3_661, false),
        (86_400, false),
        (10 * 365 * 86_400, false),
    ] {
        let mut claims = KeyPair::claims(&server, &account.client_id);
        claims["exp"] = json!(now + ahead);
        let reply = ask_by(&server, &key.signs(&claims)).await;
        assert_eq!(reply.status == 200, good, "{ahead}: {}", reply.text);
    }
    assert_eq!(
        reason(&server, &admin, &account).await,
        "assertion_too_long"
    );
}

async fn clocks_may_differ_by_a_minute(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let account = registered(&admin, &key).await;
    let now = server.clock.now().unix();
    for (name, at, good) in [
        ("exp", now - 59, true),
        ("exp", now - 60, false),
        ("iat", now + 60, true),
        ("iat", now + 61, false),
        ("nbf", now + 60, true),
        ("nbf", now + 61, false),
    ] {
        let mut claims = KeyPair::claims(&server, &account.client_id);
        claims[name] = json!(at);
        if name == "exp" {
            claims["iat"] = json!(at - 60);
        }
        let reply = ask_by(&server, &key.signs(&claims)).await;
        assert_eq!(
            reply.status == 200,
            good,
            "{name} {}: {}",
            at - now,
            reply.text
        );
    }
    assert_eq!(reason(&server, &admin, &account).await, "assertion_early");
}

async fn a_key_that_is_not_the_clients_proves_nothing(server: Server) {
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let account = registered(&admin, &key).await;
    let id = &account.client_id;
    let stranger = KeyPair::new();
    let wrong = stranger.asks(&server, id).await.is(401);
    let unknown = stranger.asks(&server, "nobody").await.is(401);
    assert_eq!(wrong.text, unknown.text);
    // Signed by another key in the name of the right one, or in no name, or by none at all.
    let good = key.assertion(&server, id);
    let parts: Vec<&str> = good.split('.').collect();
    let foreign = stranger.assertion(&server, id);
    let foreign: Vec<&str> = foreign.split('.').collect();
    let header =
        |header: Value| data_encoding::BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let kid = key.kid();
    let own = stranger.jwk();
    for (head, signature) in [
        (header(json!({ "alg": "ES256", "kid": kid })), foreign[2]),
        (header(json!({ "alg": "ES256" })), foreign[2]),
        (header(json!({ "alg": "none", "kid": kid })), ""),
        (header(json!({ "alg": "HS256", "kid": kid })), parts[2]),
        (header(json!({ "alg": "RS256", "kid": kid })), parts[2]),
        (
            header(json!({ "alg": "ES256", "kid": stranger.kid(), "jwk": own })),
            foreign[2],
        ),
        (
            header(json!({ "alg": "ES256", "kid": kid, "jku": "https://evil.example/jwks" })),
            foreign[2],
        ),
        (
            header(json!({ "alg": "ES256", "kid": kid, "crit": ["b64"] })),
            parts[2],
        ),
    ] {
        let reply = ask_by(&server, &format!("{head}.{}.{signature}", parts[1])).await;
        assert_eq!(reply.status, 401, "{head}: {}", reply.text);
        assert_eq!(reply.json["error"], "invalid_client");
    }
    for broken in ["x", "x.y.z", "..", &good[1..]] {
        ask_by(&server, broken).await.is(401);
    }
    // The key of a neighbour is as good as none.
    let neighbour = KeyPair::new();
    registered(&admin, &neighbour).await;
    neighbour.asks(&server, id).await.is(401);
    ask_by(&server, &good).await.is(200);
}
