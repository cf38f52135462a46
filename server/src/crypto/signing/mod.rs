//! Signing keys and signed tokens (RFC 7515, RFC 7517, RFC 7518, RFC 7519, RFC 8037).
//!
//! josekit writes the tokens, and aws-lc-rs signs them: an ES256 signature takes a third
//! of what josekit's own OpenSSL signer takes. Keys are parsed once and shared.
//!
//! * [`SigningKey`]: a private key of this server, and a signer for josekit.
//! * [`VerifyingKey`]: a public key, ours or a client's.
//! * [`SigningKey::sign_jwt`] and [`decode_verified`]: tokens in the compact form.
//!
//! Tokens are read here and not by josekit, which takes a header that names a member twice
//! (the last wins), an empty or misshapen `crit`, and headers of any size.

mod jose;
mod jws;
mod key;
mod key_set;
mod verifying_key;

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::rand::SystemRandom;

use super::random::{Random, RandomUnavailable};

pub use self::jws::{
    Header, TokenRejected, decode_verified, decode_verified_with, read_unverified,
};
pub use self::key::SigningKey;
pub use self::key_set::{KeySet, KeySetProblem};
pub use self::verifying_key::{JwkProblem, VerifyingKey};

/// How a token is signed: the registered `alg` values that are accepted here.
///
/// `none` and the symmetric ones are absent on purpose (RFC 8725, 3.1 and 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: the default.
    Es256,
    /// Ed25519 (RFC 8037).
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for resource servers that know nothing newer.
    Rs256,
    /// RSASSA-PSS with SHA-256, for the assertions of clients.
    Ps256,
}

impl Algorithm {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Es256, Self::EdDsa, Self::Ps256, Self::Rs256];

    /// The `alg` value (RFC 7518, 3.1).
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// An `alg` value that is not accepted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use one of the signature algorithms ES256, EdDSA, RS256 and PS256")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads an `alg` value; it is case-sensitive (RFC 7515, 4.1.1).
    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        match name {
            "ES256" => Ok(Self::Es256),
            "EdDSA" => Ok(Self::EdDsa),
            "RS256" => Ok(Self::Rs256),
            "PS256" => Ok(Self::Ps256),
            _ => Err(UnknownAlgorithm),
        }
    }
}

/// Why a signing key could not be made, stored, read or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningProblem {
    /// No random bytes for a new key.
    #[error(transparent)]
    Random(#[from] RandomUnavailable),
    /// The stored key is not a private key of its algorithm.
    #[error("the stored signing key is not a private key for {0}")]
    BadKey(Algorithm),
    /// The library failed to make a key, to write it out, or to sign with it.
    #[error("the signing library failed")]
    Failed,
    /// The claims cannot be written as JSON.
    #[error("the claims cannot be written as JSON")]
    Claims,
}

impl From<aws_lc_rs::error::Unspecified> for SigningProblem {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Failed
    }
}

/// Makes the first signature of the process, whose random generator takes some 100 ms
/// to get ready. Call it at start, on a blocking thread, beside other work.
///
/// # Errors
/// [`SigningProblem`] where not even that works: do not start then.
pub fn warm_up(random: &Random) -> Result<(), SigningProblem> {
    let key = SigningKey::generate(Algorithm::Es256, random)?;
    let signature = key.sign(b"warm up")?;
    let works = key.verifying_key().verify(b"warm up", &signature);
    works.then_some(()).ok_or(SigningProblem::Failed)
}

/// aws-lc-rs asks for a generator but draws from its own.
fn generator() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(test)]
mod tests;
