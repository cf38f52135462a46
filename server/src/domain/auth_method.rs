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
    /// None: a public client.
    None,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Any,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::None,
    ];

    /// The word in requests, metadata and rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
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
    "is not an authentication method of this server: use any, client_secret_basic, client_secret_post or none"
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
