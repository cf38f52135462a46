//! Access tokens that somebody made up or bent: which are refused, although their signature may be right.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{Account, Server, on_both_databases};

on_both_databases! {
    a_token_of_another_kind_is_refused,
    a_token_with_an_odd_header_is_refused_and_nothing_is_fetched,
    what_is_not_a_token_is_refused,
}

/// A token of this header and these claims, with a right signature by this server's own key.
fn signed(server: &Server, header: &Value, claims: &Value) -> String {
    let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = server
        .app
        .keys
        .current()
        .signer
        .sign(message.as_bytes())
        .unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Header and claims of a token.
pub(crate) fn parts(token: &str) -> (Value, Value) {
    let mut parts = token
        .split('.')
        .map(|it| URL_SAFE_NO_PAD.decode(it).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

/// Holds that nobody accepts a token, and that `asking` is told nothing about it.
pub(crate) async fn refused(server: &Server, asking: &Account, token: &str, why: &str) {
    let reply = server
        .request(reqwest::Method::GET, "/api/v1/me")
        .header("Authorization", &format!("Bearer {token}"))
        .send()
        .await;
    assert_eq!(reply.status, 401, "{why}: {}", reply.text);
    assert!(
        reply.header("www-authenticate").contains("invalid_token"),
        "{why}"
    );
    assert_eq!(
        server.introspect(asking, token).await,
        json!({ "active": false }),
        "{why}"
    );
}

fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut changed = object.clone();
    changed[name] = value;
    changed
}

fn without(object: &Value, name: &str) -> Value {
    let mut changed = object.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

async fn a_token_of_another_kind_is_refused(server: Server) {
    let operator = server.operator().await;
    let (header, claims) = parts(&operator.token);
    // The means are right: what is signed unchanged is accepted.
    let same = signed(&server, &header, &claims);
    server
        .with_token(operator.account.clone(), same)
        .get("/api/v1/me")
        .await
        .is(200);
    for (why, claims) in [
        (
            "another issuer",
            with(&claims, "iss", json!("https://elsewhere.example.org")),
        ),
        (
            "the issuer and a slash",
            with(&claims, "iss", json!(format!("{}/", server.url))),
        ),
        (
            "another audience",
            with(&claims, "aud", json!("https://elsewhere.example.org")),
        ),
        (
            "the issuer as audience",
            with(&claims, "aud", json!(server.url)),
        ),
        (
            "another client",
            with(&claims, "client", json!(uuid::Uuid::nil())),
        ),
        ("another generation", with(&claims, "generation", json!(99))),
        ("expired", with(&claims, "exp", json!(claims["iat"]))),
        ("exp is text", with(&claims, "exp", json!("9999999999"))),
        ("no exp", without(&claims, "exp")),
        ("no aud", without(&claims, "aud")),
        ("no iss", without(&claims, "iss")),
        ("no sub", without(&claims, "sub")),
        ("no jti", without(&claims, "jti")),
    ] {
        refused(
            &server,
            &operator.account,
            &signed(&server, &header, &claims),
            why,
        )
        .await;
    }
    for kind in [
        json!("JWT"),
        json!("id+jwt"),
        json!("logout+jwt"),
        json!(null),
        json!(""),
    ] {
        let token = signed(&server, &with(&header, "typ", kind.clone()), &claims);
        refused(&server, &operator.account, &token, &format!("typ {kind}")).await;
    }
    refused(
        &server,
        &operator.account,
        &signed(&server, &without(&header, "typ"), &claims),
        "no typ",
    )
    .await;
}

async fn a_token_with_an_odd_header_is_refused_and_nothing_is_fetched(server: Server) {
    let operator = server.operator().await;
    let (header, claims) = parts(&operator.token);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let trap = format!("http://{}/keys", listener.local_addr().unwrap());
    let visits = Arc::new(AtomicUsize::new(0));
    std::thread::spawn({
        let visits = visits.clone();
        move || {
            for _ in listener.incoming() {
                visits.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    for (why, odd) in [
        ("unknown kid", with(&header, "kid", json!("somebody"))),
        ("no kid", without(&header, "kid")),
        (
            "kid is a path",
            with(&header, "kid", json!("../../etc/passwd")),
        ),
        ("crit", with(&header, "crit", json!(["exp"]))),
        ("empty crit", with(&header, "crit", json!([]))),
        ("none", with(&header, "alg", json!("none"))),
        ("None", with(&header, "alg", json!("None"))),
        ("HS256", with(&header, "alg", json!("HS256"))),
        ("RS256", with(&header, "alg", json!("RS256"))),
        ("ES384", with(&header, "alg", json!("ES384"))),
        ("no alg", without(&header, "alg")),
    ] {
        refused(
            &server,
            &operator.account,
            &signed(&server, &odd, &claims),
            why,
        )
        .await;
    }
    // Signed by a stranger, whose key the header offers.
    let forged = |header: &Value| {
        let token = signed(&server, header, &claims);
        let (message, _) = token.rsplit_once('.').unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode([7; 64]))
    };
    for member in ["jku", "x5u"] {
        let odd = with(&without(&header, "kid"), member, json!(trap));
        refused(&server, &operator.account, &forged(&odd), member).await;
        refused(
            &server,
            &operator.account,
            &forged(&with(&header, member, json!(trap))),
            member,
        )
        .await;
    }
    let key = server.get("/oauth2/jwks").await.json["keys"][0].clone();
    refused(
        &server,
        &operator.account,
        &forged(&with(&header, "jwk", key)),
        "jwk",
    )
    .await;
    // The public key as the secret of an HMAC, and no signature at all.
    let none = forged(&with(&header, "alg", json!("none")));
    let (message, _) = none.rsplit_once('.').unwrap();
    refused(
        &server,
        &operator.account,
        &format!("{message}."),
        "none, unsigned",
    )
    .await;
    assert_eq!(visits.load(Ordering::SeqCst), 0, "nothing is fetched");
}

async fn what_is_not_a_token_is_refused(server: Server) {
    let operator = server.operator().await;
    let long = "a".repeat(20_000);
    let (message, signature) = operator.token.rsplit_once('.').unwrap();
    let mut flipped = URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped[10] ^= 1;
    let flipped = format!("{message}.{}", URL_SAFE_NO_PAD.encode(flipped));
    for token in [
        "x",
        "..",
        "a.b.c",
        "a.b.c.d",
        "e30.e30.",
        "e30.e30.e30",
        &long,
        message,
        &flipped,
        &format!("{}=", operator.token),
        &format!("{}.x", operator.token),
    ] {
        refused(&server, &operator.account, token, token).await;
    }
}
