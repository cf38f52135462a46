//! How ID tokens are signed (OpenID Connect Dynamic Client Registration 1.0, `id_token_signed_response_alg`).

use std::{fmt, str::FromStr};

/// The algorithm that a client registered for its ID tokens.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum IdTokenAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for libraries that know nothing else.
    Rs256,
}

impl IdTokenAlgorithm {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// The word in requests, metadata and rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl fmt::Display for IdTokenAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no algorithm for ID tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an algorithm for ID tokens: use ES256 or RS256")]
pub struct UnknownIdTokenAlgorithm;

impl FromStr for IdTokenAlgorithm {
    type Err = UnknownIdTokenAlgorithm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(UnknownIdTokenAlgorithm)
    }
}
