//! The public keys of a client (RFC 7517, section 5), as somebody registers or publishes them.

use std::sync::Arc;

use openssl::{
    nid::Nid,
    pkey::{Id, PKey, Public},
    x509::X509,
};
use serde_json::{Map, Value, json};

use super::{
    Algorithm, JwkProblem,
    verifying_key::{VerifyingKey, encode},
};

/// Most keys in one set.
const MOST_KEYS: usize = 10;

/// Most keys that are looked at in a set that somebody publishes.
const MOST_PUBLISHED: usize = 50;

/// Public keys, parsed once.
///
/// An RSA key that names no `alg` may sign by RS256 and by PS256: nothing but the padding tells them apart, and many
/// key sets leave it out.
#[derive(Clone, Debug)]
pub struct KeySet {
    jwks: Vec<Map<String, Value>>,
    keys: Vec<Arc<VerifyingKey>>,
}

/// Why keys cannot be registered. Each message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetProblem {
    /// Neither PEM nor JSON.
    #[error(
        "is not a public key: give one in PEM (BEGIN PUBLIC KEY), a JWK, or a JWK set, as text"
    )]
    Unreadable,
    /// A private key.
    #[error(
        "holds a private key, which must never leave its owner: nothing was kept; \
         make a new pair and register the public half only"
    )]
    Private,
    /// No key, or too many.
    #[error("must hold 1 to {MOST_KEYS} keys")]
    Number,
    /// The same `kid` twice.
    #[error("names the kid of a key twice: each key needs its own")]
    RepeatedKid,
    /// One of the keys is wrong.
    #[error("holds a key that cannot be used: {0}")]
    Key(JwkProblem),
}

impl From<JwkProblem> for KeySetProblem {
    fn from(problem: JwkProblem) -> Self {
        match problem {
            JwkProblem::Private => Self::Private,
            other => Self::Key(other),
        }
    }
}

impl KeySet {
    /// Reads what somebody registers: a public key in PEM, a JWK, or a JWK set. Every key must be of use.
    ///
    /// # Errors
    /// The first [`KeySetProblem`] found.
    pub fn parse(text: &str) -> Result<Self, KeySetProblem> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            return Self::from_pem(text);
        }
        let json: Value = serde_json::from_str(text).map_err(|_| KeySetProblem::Unreadable)?;
        Self::from_json(&json)
    }

    /// As [`parse`](Self::parse), of a JWK or a JWK set.
    ///
    /// # Errors
    /// The first [`KeySetProblem`] found.
    pub fn from_json(json: &Value) -> Result<Self, KeySetProblem> {
        let one = std::slice::from_ref(json);
        let jwks = match json.get("keys") {
            Some(keys) => keys.as_array().ok_or(KeySetProblem::Unreadable)?,
            None => one,
        };
        if !(1..=MOST_KEYS).contains(&jwks.len()) {
            return Err(KeySetProblem::Number);
        }
        let mut set = Self::empty();
        for jwk in jwks {
            set.add(jwk)?;
        }
        let mut kids: Vec<&str> = set.kids().collect();
        kids.sort_unstable();
        if kids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(KeySetProblem::RepeatedKid);
        }
        Ok(set)
    }

    /// Reads a set that somebody publishes. Keys that are of no use here are passed over (RFC 7517, section 5), and so
    /// are private ones: whoever publishes one has lost it.
    ///
    /// # Errors
    /// [`KeySetProblem::Unreadable`] for what is no JWK set.
    pub fn from_published(bytes: &[u8]) -> Result<Self, KeySetProblem> {
        let json: Value = serde_json::from_slice(bytes).map_err(|_| KeySetProblem::Unreadable)?;
        let jwks = json.get("keys").and_then(Value::as_array);
        let jwks = jwks.ok_or(KeySetProblem::Unreadable)?;
        let mut set = Self::empty();
        for jwk in jwks.iter().take(MOST_PUBLISHED) {
            let _ = set.add(jwk);
        }
        Ok(set)
    }

    const fn empty() -> Self {
        Self {
            jwks: Vec::new(),
            keys: Vec::new(),
        }
    }

    fn add(&mut self, jwk: &Value) -> Result<(), JwkProblem> {
        if jwk["kty"] == "RSA" && jwk.get("alg").is_none() {
            let mut either = jwk.clone();
            let mut both = Vec::new();
            for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
                either["alg"] = json!(algorithm.name());
                both.push(Arc::new(VerifyingKey::from_jwk(&either)?));
            }
            let mut shown = both.first().map(|it| it.jwk().clone()).unwrap_or_default();
            shown.remove("alg");
            self.jwks.push(shown);
            self.keys.append(&mut both);
        } else {
            let key = VerifyingKey::from_jwk(jwk)?;
            self.jwks.push(key.jwk().clone());
            self.keys.push(Arc::new(key));
        }
        Ok(())
    }

    fn from_pem(text: &str) -> Result<Self, KeySetProblem> {
        if text.contains("PRIVATE KEY-----") {
            return Err(KeySetProblem::Private);
        }
        let bytes = text.as_bytes();
        let key = if text.starts_with("-----BEGIN CERTIFICATE") {
            X509::from_pem(bytes).and_then(|it| it.public_key())
        } else {
            PKey::public_key_from_pem(bytes)
        };
        let key = key.map_err(|_| KeySetProblem::Unreadable)?;
        let jwk = jwk_of(&key).ok_or(KeySetProblem::Key(JwkProblem::Unsupported))?;
        let mut set = Self::empty();
        set.add(&jwk)?;
        Ok(set)
    }

    /// The keys that a token may be signed by whose header names this `kid` and this `alg`.
    pub fn candidates<'a>(
        &'a self,
        kid: Option<&'a str>,
        alg: &'a str,
    ) -> impl Iterator<Item = &'a Arc<VerifyingKey>> {
        self.keys
            .iter()
            .filter(move |it| kid.is_none_or(|kid| it.kid() == kid))
            .filter(move |it| it.algorithm().name() == alg)
    }

    /// Their ids, in order.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.jwks.iter().filter_map(|it| it["kid"].as_str())
    }

    /// The JWK set (RFC 7517, section 5), which never has a private member.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.jwks })
    }
}

/// The public numbers of a key of a kind that is used here.
fn jwk_of(key: &PKey<Public>) -> Option<Value> {
    match key.id() {
        Id::RSA => {
            let rsa = key.rsa().ok()?;
            let (n, e) = (rsa.n().to_vec(), rsa.e().to_vec());
            Some(json!({ "kty": "RSA", "n": encode(&n), "e": encode(&e) }))
        }
        Id::EC => {
            let ec = key.ec_key().ok()?;
            let group = ec.group();
            if group.curve_name() != Some(Nid::X9_62_PRIME256V1) {
                return None;
            }
            let mut context = openssl::bn::BigNumContext::new().ok()?;
            let form = openssl::ec::PointConversionForm::UNCOMPRESSED;
            let point = ec.public_key().to_bytes(group, form, &mut context).ok()?;
            let (x, y) = point.get(1..)?.split_at_checked(32)?;
            Some(json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) }))
        }
        Id::ED25519 => {
            let x = key.raw_public_key().ok()?;
            Some(json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(&x) }))
        }
        _ => None,
    }
}
