//! A key pair of a client, and what it signs.

use latchkey::crypto::{
    random::Random,
    signing::{Algorithm, SigningKey},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    server::Server,
    wire::{Reply, Wire},
};

/// The one `client_assertion_type` there is.
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key pair.
pub(crate) struct KeyPair(SigningKey);

impl KeyPair {
    /// A new one on P-256.
    pub(crate) fn new() -> Self {
        Self::of(Algorithm::Es256)
    }

    /// A new one that signs this way.
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        Self(SigningKey::generate(algorithm, &Random::system()).unwrap())
    }

    /// The public half as a JWK.
    pub(crate) fn jwk(&self) -> Value {
        Value::Object(self.0.verifying_key().jwk().clone())
    }

    /// Its id.
    pub(crate) fn kid(&self) -> &str {
        self.0.kid()
    }

    /// What is sent to register it.
    pub(crate) fn credential(&self) -> Value {
        json!({ "kind": "public_key", "public_key": self.jwk().to_string() })
    }

    /// Claims by which a client proves itself to a server now.
    pub(crate) fn claims(server: &Server, client_id: &str) -> Value {
        let now = server.clock.now().unix();
        json!({
            "iss": client_id,
            "sub": client_id,
            "aud": format!("{}/oauth2/token", server.url),
            "jti": Uuid::now_v7(),
            "iat": now,
            "exp": now + 300,
        })
    }

    /// An assertion of these claims.
    pub(crate) fn signs(&self, claims: &Value) -> String {
        self.signs_as("JWT", claims)
    }

    /// As [`signs`](Self::signs), with this `typ`.
    pub(crate) fn signs_as(&self, typ: &str, claims: &Value) -> String {
        self.0.sign_jwt(typ, claims).unwrap()
    }

    /// A fresh assertion.
    pub(crate) fn assertion(&self, server: &Server, client_id: &str) -> String {
        self.signs(&Self::claims(server, client_id))
    }

    /// Asks for a token by a fresh assertion.
    pub(crate) async fn asks(&self, server: &Server, client_id: &str) -> Reply {
        ask_by(server, &self.assertion(server, client_id)).await
    }
}

/// Asks for a token by this assertion.
pub(crate) async fn ask_by(server: &Server, assertion: &str) -> Reply {
    with_assertion(server, "/oauth2/token", assertion)
        .send()
        .await
}

/// A request to an endpoint by this assertion.
pub(crate) fn with_assertion(server: &Server, path: &str, assertion: &str) -> Wire {
    server.request(reqwest::Method::POST, path).form(&[
        ("grant_type", "client_credentials"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ])
}
