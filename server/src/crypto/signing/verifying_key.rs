//! Public keys and their JWK form.

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::Algorithm;
use crate::crypto::digest::Digest;

/// The members of a JWK that are secret (RFC 7518, 6.2.2, 6.3.2 and 6.4; RFC 8037, 2).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Shortest and longest RSA modulus, in bytes: 2048 and 8192 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;
/// Longer exponents serve only to slow verification down.
const LONGEST_EXPONENT: usize = 4;
/// Longest `kid` a client may register.
const LONGEST_KID: usize = 255;

/// A public key, parsed once, bound to one algorithm (RFC 8725, 3.1).
pub struct VerifyingKey {
    algorithm: Algorithm,
    jwk: Map<String, Value>,
    kid: String,
    key: ParsedPublicKey,
}

/// Why a JWK cannot be registered. Each message says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkProblem {
    /// Not a JSON object.
    #[error("a JWK is a JSON object with a member kty")]
    NotAnObject,
    /// A member that only a private or symmetric key has.
    #[error("this is a private or symmetric key; make a new one and register its public half only")]
    Private,
    /// Another key type, curve or algorithm.
    #[error(
        "use an EC key on P-256 (ES256), an Ed25519 key (EdDSA), or an RSA key whose alg is RS256 \
         or PS256"
    )]
    Unsupported,
    /// It is meant for encryption.
    #[error("this key is not for signatures; its use must be sig or absent")]
    NotForSignatures,
    /// The `kid` is not a text of 1 to 255 characters.
    #[error("kid must be a text of 1 to 255 characters")]
    BadKid,
    /// The numbers are missing, badly encoded, too short or not on the curve.
    #[error(
        "the key's numbers are missing, not base64url, or out of range (RSA: 2048 to 8192 bits)"
    )]
    BadNumbers,
}

impl VerifyingKey {
    /// Reads a client's public JWK (RFC 7517). Nothing it points to is fetched, and
    /// only the public numbers are kept.
    ///
    /// # Errors
    /// The first [`JwkProblem`] found.
    pub fn from_jwk(jwk: &Value) -> Result<Self, JwkProblem> {
        let jwk = jwk.as_object().ok_or(JwkProblem::NotAnObject)?;
        if PRIVATE_MEMBERS.iter().any(|name| jwk.contains_key(*name)) {
            return Err(JwkProblem::Private);
        }
        if jwk.get("use").is_some_and(|purpose| purpose != "sig") {
            return Err(JwkProblem::NotForSignatures);
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let number = |name: &str| {
            let encoded = text(name).ok_or(JwkProblem::BadNumbers)?;
            BASE64_URL_SAFE_NO_PAD
                .decode(encoded)
                .map_err(|_| JwkProblem::BadNumbers)
        };
        let alg = match jwk.get("alg") {
            None => None,
            Some(alg) => {
                let alg = alg.as_str().and_then(|alg| alg.parse::<Algorithm>().ok());
                Some(alg.ok_or(JwkProblem::Unsupported)?)
            }
        };
        let mut key = match (text("kty"), text("crv"), alg) {
            (Some("EC"), Some("P-256"), None | Some(Algorithm::Es256)) => {
                let (x, y) = (number("x")?, number("y")?);
                if x.len() != 32 || y.len() != 32 {
                    return Err(JwkProblem::BadNumbers);
                }
                Self::p256(&[&[4][..], &x, &y].concat())?
            }
            (Some("OKP"), Some("Ed25519"), None | Some(Algorithm::EdDsa)) => {
                Self::ed25519(&number("x")?)?
            }
            // Without alg nobody could say which of the two paddings is meant.
            (Some("RSA"), None, Some(alg @ (Algorithm::Rs256 | Algorithm::Ps256))) => {
                Self::rsa(alg, &number("n")?, &number("e")?)?
            }
            _ => return Err(JwkProblem::Unsupported),
        };
        if let Some(kid) = jwk.get("kid") {
            let kid = kid.as_str().ok_or(JwkProblem::BadKid)?;
            if kid.is_empty() || kid.len() > LONGEST_KID {
                return Err(JwkProblem::BadKid);
            }
            kid.clone_into(&mut key.kid);
            key.jwk.insert("kid".to_owned(), json!(kid));
        }
        Ok(key)
    }

    /// How signatures by this key are made; no other way is accepted.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its key id: the thumbprint (RFC 7638), unless a client chose another.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public JWK for a JWKS: `kty`, the public numbers, `kid`, `alg` and
    /// `use=sig`. It has never a private member.
    pub fn jwk(&self) -> &Map<String, Value> {
        &self.jwk
    }

    /// Whether `signature` is this key's signature of `message`.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }

    /// From an uncompressed point: 4, then x, then y.
    pub(super) fn p256(point: &[u8]) -> Result<Self, JwkProblem> {
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
            .map_err(|_| JwkProblem::BadNumbers)?;
        let (x, y) = point
            .get(1..)
            .and_then(|numbers| numbers.split_at_checked(32))
            .filter(|(_, y)| y.len() == 32)
            .ok_or(JwkProblem::BadNumbers)?;
        let numbers = json!({"crv": "P-256", "kty": "EC", "x": encode(x), "y": encode(y)});
        Self::new(Algorithm::Es256, numbers, key)
    }

    pub(super) fn ed25519(x: &[u8]) -> Result<Self, JwkProblem> {
        if x.len() != 32 {
            return Err(JwkProblem::BadNumbers);
        }
        let key = ParsedPublicKey::new(&ED25519, x).map_err(|_| JwkProblem::BadNumbers)?;
        let numbers = json!({"crv": "Ed25519", "kty": "OKP", "x": encode(x)});
        Self::new(Algorithm::EdDsa, numbers, key)
    }

    pub(super) fn rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Self, JwkProblem> {
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        let starts_plainly = |number: &[u8]| number.first().is_some_and(|first| *first != 0);
        let is_fit = MODULUS.contains(&n.len())
            && n.first()
                .is_some_and(|first| n.len() > 256 || *first >= 0x80)
            && e.len() <= LONGEST_EXPONENT
            && e != [1]
            && [n, e]
                .iter()
                .all(|number| is_odd(number) && starts_plainly(number));
        if !is_fit {
            return Err(JwkProblem::BadNumbers);
        }
        let parameters = if algorithm == Algorithm::Ps256 {
            &RSA_PSS_2048_8192_SHA256
        } else {
            &RSA_PKCS1_2048_8192_SHA256
        };
        let key = RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(parameters)
            .map_err(|_| JwkProblem::BadNumbers)?;
        let numbers = json!({"e": encode(e), "kty": "RSA", "n": encode(n)});
        Self::new(algorithm, numbers, key)
    }

    /// `numbers` holds exactly the members that the thumbprint covers (RFC 7638, 3.2).
    fn new(algorithm: Algorithm, numbers: Value, key: ParsedPublicKey) -> Result<Self, JwkProblem> {
        let Value::Object(mut jwk) = numbers else {
            return Err(JwkProblem::NotAnObject);
        };
        // In the order of their names, without spaces, whatever order the map keeps.
        jwk.sort_keys();
        let canonical = Value::Object(jwk.clone()).to_string();
        let kid = encode(Digest::of(canonical.as_bytes()).as_bytes());
        jwk.insert("kid".to_owned(), json!(kid));
        jwk.insert("alg".to_owned(), json!(algorithm.name()));
        jwk.insert("use".to_owned(), json!("sig"));
        Ok(Self {
            algorithm,
            jwk,
            kid,
            key,
        })
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VerifyingKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
