//! Public keys as credentials: how they are registered, where they are published, and how they end.

use figment::{Figment, providers::Serialized};
use latchkey::crypto::signing::Algorithm;
use serde_json::{Value, json};

use crate::support::{
    Account, Actor, KeyPair, Publisher, Reply, Server, client_path, on_both_databases,
};

on_both_databases! {
    a_key_is_given_as_a_jwk_a_set_or_in_pem,
    private_and_weak_keys_are_refused_and_not_repeated,
    what_does_not_go_together_is_refused,
    a_key_is_edited_ended_and_deleted_as_a_secret_is,
    keys_count_among_the_ten,
    nobody_adds_a_key_to_a_client_that_may_do_more,
    published_keys_are_fetched_and_fetched_again_for_an_unknown_kid,
    published_keys_survive_a_short_outage_of_their_publisher,
    what_is_published_is_taken_with_care,
    published_keys_are_not_fetched_from_private_addresses,
    a_token_by_a_key_that_ends_soon_says_so,
}

async fn adds(actor: &Actor, account: &Account, body: Value) -> Reply {
    let path = format!("{}/credentials", client_path(account));
    actor.post(&path, body).await
}

/// A client without a key that is to prove itself by one.
async fn keyless(actor: &Actor) -> Account {
    let fields = json!({ "token_endpoint_auth_method": "private_key_jwt" });
    actor.creates_with(fields).await
}

fn key(text: &str) -> Value {
    json!({ "kind": "public_key", "public_key": text })
}

fn at(url: &str) -> Value {
    json!({ "kind": "public_key", "jwks_uri": url })
}

async fn reason(server: &Server, actor: &Actor, account: &Account) -> Value {
    server.app.write_usage().await.unwrap();
    let path = format!("{}/requests", client_path(account));
    let seen = actor.get(&path).await.is(200);
    seen.json["items"][0]["reason"].clone()
}

const PEM: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7
6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END PUBLIC KEY-----
";

async fn a_key_is_given_as_a_jwk_a_set_or_in_pem(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let (one, other) = (KeyPair::new(), KeyPair::of(Algorithm::EdDsa));
    let mut named = other.jwk();
    named["kid"] = json!("my key");
    let set = json!({ "keys": [one.jwk(), named] });
    let added = adds(&admin, &account, key(&set.to_string())).await.is(201);
    assert!(added.json.get("client_secret").is_none());
    assert_eq!(added.json["credential"]["hint"], one.kid());
    let kept = &added.json["credential"]["jwks"]["keys"];
    assert_eq!(kept[1]["kid"], "my key");
    one.asks(&server, &account.client_id).await.is(200);
    let added = adds(&admin, &account, key(PEM)).await.is(201);
    let kept = &added.json["credential"]["jwks"]["keys"][0];
    assert_eq!(kept["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    assert_eq!(kept["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    // An RSA key that does not name its algorithm may use either.
    let rsa = KeyPair::of(Algorithm::Ps256);
    let mut open = rsa.jwk();
    open.as_object_mut().unwrap().remove("alg");
    adds(&admin, &account, key(&open.to_string())).await.is(201);
    rsa.asks(&server, &account.client_id).await.is(200);
}

async fn private_and_weak_keys_are_refused_and_not_repeated(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let pair = KeyPair::new();
    let mut private = pair.jwk();
    private["d"] = json!("870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE");
    let mut weak = KeyPair::of(Algorithm::Rs256).jwk();
    weak["n"] = json!("A".repeat(171));
    let symmetric = json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256" });
    let encryption = {
        let mut jwk = pair.jwk();
        jwk["use"] = json!("enc");
        jwk
    };
    let twice = json!({ "keys": [pair.jwk(), pair.jwk()] });
    for (text, said) in [
        (private.to_string(), "private"),
        (json!({ "keys": [private] }).to_string(), "private"),
        (symmetric.to_string(), "private"),
        (
            "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----".to_owned(),
            "private",
        ),
        (weak.to_string(), "2048"),
        (encryption.to_string(), "use"),
        (twice.to_string(), "kid"),
        (json!({ "keys": [] }).to_string(), "1 to 10"),
        ("-----BEGIN PUBLIC KEY-----\nx".to_owned(), "PEM"),
        ("ssh-ed25519 AAAA".to_owned(), "PEM"),
        ("{}".to_owned(), "P-256"),
    ] {
        let refused = adds(&admin, &account, key(&text)).await;
        let refused = refused.is_problem(422, "invalid");
        assert!(refused.text.contains(said), "{said}: {}", refused.text);
        assert_eq!(refused.json["errors"][0]["pointer"], "/public_key");
        assert!(!refused.text.contains("870MB6gfuTJ4"));
    }
}

async fn what_does_not_go_together_is_refused(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let jwk = KeyPair::new().jwk().to_string();
    for (body, pointer) in [
        (json!({ "kind": "password" }), "/kind"),
        (json!({ "kind": "public_key" }), "/public_key"),
        (json!({ "public_key": jwk }), "/public_key"),
        (
            json!({ "jwks_uri": "https://example.org/jwks" }),
            "/jwks_uri",
        ),
        (
            json!({ "kind": "public_key", "public_key": jwk, "jwks_uri": "https://example.org" }),
            "/jwks_uri",
        ),
        (
            json!({ "kind": "public_key", "public_key": jwk, "secret": "0123456789abcdef" }),
            "/secret",
        ),
        (at("http://example.org/jwks"), "/jwks_uri"),
        (at("https://user@example.org/jwks"), "/jwks_uri"),
        (at("https://10.0.0.1/jwks"), "/jwks_uri"),
        (at("https://[::1]/jwks"), "/jwks_uri"),
        (at("file:///etc/passwd"), "/jwks_uri"),
        (at("no address"), "/jwks_uri"),
    ] {
        let refused = adds(&admin, &account, body).await;
        let refused = refused.is_problem(422, "invalid");
        assert_eq!(
            refused.json["errors"][0]["pointer"], pointer,
            "{}",
            refused.text
        );
    }
    let new = json!({
        "profile": "service_account",
        "name": "Robot",
        "role": "member",
        "token_endpoint_auth_method": "private_key_jwt",
        "credential": { "description": "A secret" },
    });
    let refused = admin.post("/api/v1/clients", new).await;
    let refused = refused.is_problem(422, "invalid");
    assert_eq!(refused.json["errors"][0]["pointer"], "/credential/kind");
    let public = json!({
        "profile": "app",
        "name": "App",
        "public": true,
        "redirect_uris": ["https://app.example.org/"],
        "token_endpoint_auth_method": "private_key_jwt",
    });
    let refused = admin.post("/api/v1/clients", public).await;
    refused.is_problem(422, "invalid");
}

async fn a_key_is_edited_ended_and_deleted_as_a_secret_is(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let (one, other) = (KeyPair::new(), KeyPair::new());
    let added = adds(&admin, &account, one.credential()).await.is(201);
    adds(&admin, &account, other.credential()).await.is(201);
    let id = added.json["credential"]["id"].as_str().unwrap();
    let path = format!("{}/credentials/{id}", client_path(&account));
    let end = json!({ "description": "Old", "expires_at": "2026-06-15T12:10:00Z" });
    let changed = admin.patch(&path, end).await.is(200);
    assert_eq!(changed.json["description"], "Old");
    assert_eq!(changed.json["jwks"], added.json["credential"]["jwks"]);
    let rotate = admin.post(&format!("{path}/rotate"), json!({})).await;
    rotate.is_problem(409, "not_a_secret");
    server.clock.advance(600);
    one.asks(&server, &account.client_id).await.is(200);
    server.clock.advance(1);
    one.asks(&server, &account.client_id).await.is(401);
    assert_eq!(reason(&server, &admin, &account).await, "key_expired");
    other.asks(&server, &account.client_id).await.is(200);
    let all = admin
        .get(&format!("{}/credentials", client_path(&account)))
        .await
        .is(200);
    let second = all.json["items"][1]["id"].as_str().unwrap().to_owned();
    let path = format!("{}/credentials/{second}", client_path(&account));
    admin.delete(&path).await.is(204);
    other.asks(&server, &account.client_id).await.is(401);
    assert_eq!(reason(&server, &admin, &account).await, "key_revoked");
    let read = admin.get(&client_path(&account)).await.is(200);
    assert_eq!(read.json["effective_status"], "no_credential");
}

async fn keys_count_among_the_ten(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    for number in 0..10 {
        let body = if number % 2 == 0 {
            json!({})
        } else {
            KeyPair::new().credential()
        };
        adds(&admin, &account, body).await.is(201);
    }
    let refused = adds(&admin, &account, KeyPair::new().credential()).await;
    refused.is_problem(409, "too_many_credentials");
}

async fn nobody_adds_a_key_to_a_client_that_may_do_more(server: Server) {
    let operator = server.operator().await;
    let admin = server.actor("admin").await;
    let strong = operator
        .creates_with(json!({
            "role": "super_admin", "token_endpoint_auth_method": "private_key_jwt",
        }))
        .await;
    let refused = adds(&admin, &strong, KeyPair::new().credential()).await;
    refused.is_problem(403, "role_exceeds_caller");
}

/// A server that may fetch from this machine.
async fn open(server: &Server) -> Server {
    let settings = Serialized::default("jwks_allow_private", true);
    Server::start_with(server.database.kind, Figment::new().merge(settings)).await
}

async fn published_keys_are_fetched_and_fetched_again_for_an_unknown_kid(server: Server) {
    let server = open(&server).await;
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let (first, second) = (KeyPair::new(), KeyPair::new());
    let publisher = Publisher::of(&[first.jwk()]).await;
    let added = adds(&admin, &account, at(&publisher.url)).await.is(201);
    assert_eq!(added.json["credential"]["jwks_uri"], publisher.url);
    assert_eq!(added.json["credential"]["hint"], "127.0.0.1");
    assert_eq!(publisher.asked(), 0);
    let id = &account.client_id;
    for _ in 0..3 {
        first.asks(&server, id).await.is(200);
    }
    assert_eq!(publisher.asked(), 1);
    // An unknown key is asked for, but not each time.
    publisher.shows(&[second.jwk()]);
    second.asks(&server, id).await.is(401);
    assert_eq!(publisher.asked(), 1, "it was asked a moment ago");
    server.clock.advance(30);
    second.asks(&server, id).await.is(200);
    assert_eq!(publisher.asked(), 2);
    for _ in 0..3 {
        KeyPair::new().asks(&server, id).await.is(401);
    }
    assert_eq!(publisher.asked(), 2);
    // What is published no longer is good no longer.
    first.asks(&server, id).await.is(401);
    second.asks(&server, id).await.is(200);
}

async fn published_keys_survive_a_short_outage_of_their_publisher(server: Server) {
    let server = open(&server).await;
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let key = KeyPair::new();
    let publisher = Publisher::of(&[key.jwk()]).await;
    adds(&admin, &account, at(&publisher.url)).await.is(201);
    let id = &account.client_id;
    key.asks(&server, id).await.is(200);
    publisher.answers("500 Internal Server Error", "");
    server.clock.advance(1_800);
    key.asks(&server, id).await.is(200);
    server.clock.advance(1_800);
    key.asks(&server, id).await.is(401);
    let admin = server.actor("admin").await;
    assert_eq!(reason(&server, &admin, &account).await, "keys_unreachable");
    publisher.shows(&[key.jwk()]);
    server.clock.advance(30);
    key.asks(&server, id).await.is(200);
}

async fn what_is_published_is_taken_with_care(server: Server) {
    let server = open(&server).await;
    let admin = server.actor("admin").await;
    let key = KeyPair::new();
    let mut private = key.jwk();
    private["d"] = json!("870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE");
    let odd = json!({ "kty": "unheard-of" });
    let large = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(70_000));
    let good = json!({ "keys": [odd, key.jwk()] }).to_string();
    for (status, body, works) in [
        ("200 OK", good.as_str(), true),
        ("200 OK", &json!({ "keys": [private] }).to_string(), false),
        ("200 OK", "no JSON", false),
        ("200 OK", "[]", false),
        ("200 OK", &large, false),
        // No redirect is followed.
        ("302 Found", &good, false),
        ("404 Not Found", &good, false),
    ] {
        let account = keyless(&admin).await;
        let publisher = Publisher::of(&[]).await;
        publisher.answers(status, body);
        adds(&admin, &account, at(&publisher.url)).await.is(201);
        let reply = key.asks(&server, &account.client_id).await;
        assert_eq!(reply.status == 200, works, "{status}: {}", reply.text);
        assert_eq!(publisher.asked(), 1);
    }
}

async fn published_keys_are_not_fetched_from_private_addresses(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    // The name is fine; where it leads is seen when it is looked up.
    let added = adds(&admin, &account, at("https://localhost:1/jwks")).await;
    added.is(201);
    let key = KeyPair::new();
    key.asks(&server, &account.client_id).await.is(401);
    assert_eq!(reason(&server, &admin, &account).await, "keys_unreachable");
}

async fn a_token_by_a_key_that_ends_soon_says_so(server: Server) {
    let admin = server.actor("admin").await;
    let account = keyless(&admin).await;
    let key = KeyPair::new();
    let mut body = key.credential();
    body["expires_at"] = json!("2026-07-01T00:00:00Z");
    adds(&admin, &account, body).await.is(201);
    let reply = key.asks(&server, &account.client_id).await.is(200);
    assert_eq!(
        reply.header("latchkey-credential-expires"),
        "2026-07-01T00:00:00Z"
    );
}
