//! How a client proves who it is at the token endpoint (RFC 7591, `token_endpoint_auth_method`).

use std::{fmt, str::FromStr};

/// The authentication method a client is registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// `client_secret_basic` or `client_secret_post`, as the client likes.
    Any,
    /// HTTP Basic (RFC 6749, section 2.3.1).
    ClientSecretBasic,
    /// The secret in the form (RFC 6749, section 2.3.1).
    ClientSecretPost,
    /// An assertion that the client signed (RFC 7523, section 2.2).
    PrivateKeyJwt,
    /// None: a public client.
    None,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Any,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::PrivateKeyJwt,
        Self::None,
    ];

    /// The word in requests, metadata and rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// Whether it takes a secret.
    pub const fn is_by_secret(self) -> bool {
        matches!(
            self,
            Self::Any | Self::ClientSecretBasic | Self::ClientSecretPost
        )
    }

    /// Whether a client that is registered for this may authenticate by `used`.
    pub fn admits(self, used: Self) -> bool {
        self == used || (self == Self::Any && used.is_by_secret())
    }
}

impl fmt::Display for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no authentication method of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not an authentication method of this server: use any, client_secret_basic, client_secret_post, private_key_jwt or none"
)]
pub struct UnknownAuthMethod;

impl FromStr for AuthMethod {
    type Err = UnknownAuthMethod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(UnknownAuthMethod)
    }
}
