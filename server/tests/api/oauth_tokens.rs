//! Access tokens (RFC 9068): what they say, that others can verify them, and which are refused.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use figment::{Figment, providers::Serialized};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};

use crate::support::{Account, Server, client_path, on_both_databases};

on_both_databases! {
    a_token_is_verified_by_others_through_the_key_set,
    every_algorithm_is_verified_by_others,
    a_token_says_what_the_standard_demands,
    no_two_tokens_are_the_same,
    a_service_user_is_never_a_client_id,
    the_key_set_is_public_and_cacheable,
    a_token_of_another_kind_is_refused,
    a_token_with_an_odd_header_is_refused_and_nothing_is_fetched,
    a_token_works_in_its_last_second_and_not_in_the_next,
    the_lifetime_of_a_profile_without_one_is_a_setting,
    whatever_ends_a_client_ends_its_tokens_at_once,
    what_is_not_a_token_is_refused,
}

async fn verified(server: &Server, token: &str) -> Value {
    let keys: JwkSet =
        serde_json::from_value(server.get("/oauth2/jwks").await.is(200).json).unwrap();
    let header = decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).unwrap();
    let mut demands = Validation::new(header.alg);
    // The clock of these tests is not that of the machine.
    demands.validate_exp = false;
    demands.set_issuer(&[server.app.settings.issuer()]);
    demands.set_audience(&[format!("{}/api/v1", server.url)]);
    demands.set_required_spec_claims(&["iss", "exp", "aud", "sub"]);
    let key = DecodingKey::from_jwk(key).unwrap();
    decode::<Value>(token, &key, &demands).unwrap().claims
}

async fn a_token_is_verified_by_others_through_the_key_set(server: Server) {
    let actor = server.actor("member").await;
    let header = decode_header(&actor.token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(header.alg, Algorithm::ES256);
    let claims = verified(&server, &actor.token).await;
    assert_eq!(claims["client_id"], actor.account.client_id);
}

async fn every_algorithm_is_verified_by_others(server: Server) {
    for (name, algorithm) in [("EdDSA", Algorithm::EdDSA), ("RS256", Algorithm::RS256)] {
        let settings = Figment::new().merge(Serialized::default("signing_algorithm", name));
        let server = Server::start_with(server.database.kind, settings).await;
        let operator = server.operator().await;
        assert_eq!(decode_header(&operator.token).unwrap().alg, algorithm);
        verified(&server, &operator.token).await;
        operator.get("/api/v1/me").await.is(200);
    }
}

async fn a_token_says_what_the_standard_demands(server: Server) {
    let actor = server.actor("member").await;
    let now = server.clock.now().unix();
    let claims = verified(&server, &actor.token).await;
    assert_eq!(claims["iss"], server.url);
    assert_eq!(claims["aud"], format!("{}/api/v1", server.url));
    assert_eq!(claims["client_id"], actor.account.client_id);
    assert_eq!(claims["iat"], now);
    assert_eq!(claims["exp"], now + 86_400);
    assert!(claims["jti"].as_str().unwrap().len() >= 16);
    let me = server
        .operator()
        .await
        .get(&client_path(&actor.account))
        .await
        .is(200);
    assert_eq!(claims["sub"], me.json["service_user_id"]);
    assert!(!actor.token.contains(&actor.account.secret));
}

async fn no_two_tokens_are_the_same(server: Server) {
    let account = server.actor("member").await.account;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let token = server.token_of(&account).await;
        ids.push(verified(&server, &token).await["jti"].to_string());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

async fn a_service_user_is_never_a_client_id(server: Server) {
    let operator = server.operator().await;
    let victim = operator.creates("Victim", "member").await;
    let sub = operator.get(&client_path(&victim)).await.is(200).json["service_user_id"].clone();
    // A client whose chosen id is somebody's subject would be taken for them by an API that reads either claim.
    let body = json!({ "profile": "short_lived", "name": "Impostor", "client_id": sub });
    let reply = operator.post("/api/v1/clients", body).await.is(422);
    assert_eq!(reply.errors()[0].0, "/client_id", "{}", reply.text);
    let body = json!({ "profile": "short_lived", "name": "Honest", "client_id": "honest-id" });
    operator.post("/api/v1/clients", body).await.is(201);
}

async fn the_key_set_is_public_and_cacheable(server: Server) {
    let reply = server.get("/oauth2/jwks").await.is(200);
    assert!(reply.header("cache-control").contains("max-age="));
    let keys = reply.json["keys"].as_array().unwrap();
    assert!(!keys.is_empty());
    let mut ids = Vec::new();
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        for member in ["kty", "kid", "alg", "use"] {
            assert!(key[member].is_string(), "{member}: {key}");
        }
        assert_eq!(key["use"], "sig");
        ids.push(key["kid"].as_str().unwrap());
    }
    let number = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), number);
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

fn parts(token: &str) -> (Value, Value) {
    let mut parts = token
        .split('.')
        .map(|it| URL_SAFE_NO_PAD.decode(it).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

async fn refused(server: &Server, asking: &Account, token: &str, why: &str) {
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

async fn a_token_works_in_its_last_second_and_not_in_the_next(server: Server) {
    let operator = server.operator().await;
    let account = operator.creates_with(json!({ "token_lifetime": 60 })).await;
    let actor = server.sign_in(&account).await;
    server.clock.advance(59);
    actor.get("/api/v1/me").await.is(200);
    assert_eq!(
        server.introspect(&account, &actor.token).await["active"],
        true
    );
    server.clock.advance(1);
    refused(&server, &account, &actor.token, "expired").await;
}

async fn the_lifetime_of_a_profile_without_one_is_a_setting(server: Server) {
    let lifetime = async |server: &Server| {
        let operator = server.operator().await;
        let body = json!({ "profile": "short_lived", "name": "Quick" });
        let account = Account::of(&operator.post("/api/v1/clients", body).await.is(201).json);
        let reply = server
            .ask_for_token(&account.client_id, &account.secret)
            .await
            .is(200);
        reply.json["expires_in"].clone()
    };
    assert_eq!(lifetime(&server).await, 180);
    let settings = Serialized::default("client_credentials_lifetime", "10m");
    let server = Server::start_with(server.database.kind, Figment::new().merge(settings)).await;
    assert_eq!(lifetime(&server).await, 600);
    let operator = server.operator().await;
    let body = json!({ "profile": "short_lived", "name": "Own", "token_lifetime": 90 });
    let own = Account::of(&operator.post("/api/v1/clients", body).await.is(201).json);
    let reply = server
        .ask_for_token(&own.client_id, &own.secret)
        .await
        .is(200);
    assert_eq!(
        reply.json["expires_in"], 90,
        "a client's own lifetime goes before the setting"
    );
}

async fn whatever_ends_a_client_ends_its_tokens_at_once(server: Server) {
    let operator = server.operator().await;
    for verb in ["deactivate", "revoke-tokens", "delete", "expire"] {
        let fields = match verb {
            "expire" => json!({ "expires_at": "2026-06-16T12:00:00Z" }),
            _ => json!({}),
        };
        let account = operator.creates_with(fields).await;
        let actor = server.sign_in(&account).await;
        actor.get("/api/v1/me").await.is(200);
        assert_eq!(
            server.introspect(&operator.account, &actor.token).await["active"],
            true
        );
        let path = client_path(&account);
        match verb {
            "delete" => drop(operator.delete(&path).await.is(204)),
            "expire" => {
                let (_, claims) = parts(&actor.token);
                assert_eq!(
                    claims["exp"],
                    claims["iat"].as_i64().unwrap() + 86_400,
                    "not longer than its client"
                );
                server.clock.advance(86_400);
                let operator = server.operator().await;
                refused(&server, &operator.account, &actor.token, verb).await;
                return;
            }
            _ => drop(operator.does(&format!("{path}/{verb}")).await.is(200)),
        }
        refused(&server, &operator.account, &actor.token, verb).await;
    }
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
