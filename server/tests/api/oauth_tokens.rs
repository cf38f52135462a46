//! Access tokens (RFC 9068): what they say, that others can verify them, and how long they work.

use figment::{Figment, providers::Serialized};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};

use crate::{
    forged_tokens::{parts, refused},
    support::{Account, Server, client_path, on_both_databases},
};

on_both_databases! {
    a_token_is_verified_by_others_through_the_key_set,
    every_algorithm_is_verified_by_others,
    a_token_says_what_the_standard_demands,
    no_two_tokens_are_the_same,
    a_service_user_is_never_a_client_id,
    the_key_set_is_public_and_cacheable,
    a_token_works_in_its_last_second_and_not_in_the_next,
    the_lifetime_of_a_profile_without_one_is_a_setting,
    whatever_ends_a_client_ends_its_tokens_at_once,
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
