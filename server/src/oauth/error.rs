//! OAuth errors (RFC 6749, section 5.2, and its relatives), mapped to their HTTP status in one place.

use std::time::Duration;

use crate::{
    domain::{
        refusal::Refusal,
        token_request::{About, RefusedBecause},
    },
    error::Error,
};

/// The error codes of the token, introspection and revocation endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, doubled or malformed.
    InvalidRequest,
    /// The client could not be authenticated, or may not be served.
    InvalidClient,
    /// The client may not use this grant, or not on this token.
    UnauthorizedClient,
    /// This server has no such grant.
    UnsupportedGrantType,
    /// The scope is unknown, malformed or more than the client may have.
    InvalidScope,
    /// The `resource` names no API of this server (RFC 8707, section 2).
    InvalidTarget,
    /// This kind of token is not revoked here (RFC 7009, section 2.2.1).
    UnsupportedTokenType,
    /// The same request may work later.
    TemporarilyUnavailable,
    /// A fault of the server.
    ServerError,
}

impl ErrorCode {
    /// The word in the answer.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

/// Why an OAuth request is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct OAuthError {
    /// The code for programs.
    pub code: ErrorCode,
    /// The sentence for the people behind them. It says nothing that a stranger should not know.
    pub description: String,
    /// The HTTP status.
    pub status: u16,
    /// Whether the client tried Basic, and is to be told so (RFC 6749, section 5.2).
    pub challenge: bool,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// Precisely why, for the administrator; never sent. `None` says no more than the code does.
    pub because: Option<RefusedBecause>,
    /// Which client it is about, for the administrator; never sent.
    pub about: Option<About>,
}

impl OAuthError {
    /// An error with status 400.
    pub fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
            status: 400,
            challenge: false,
            retry_after: None,
            because: None,
            about: None,
        }
    }

    /// The same error, with what an administrator may know of it.
    #[must_use]
    pub const fn known_as(mut self, because: RefusedBecause, about: Option<About>) -> Self {
        self.because = Some(because);
        self.about = about;
        self
    }

    /// Precisely why, as far as is known.
    pub fn because(&self) -> RefusedBecause {
        self.because.unwrap_or(match self.code {
            ErrorCode::InvalidRequest
            | ErrorCode::InvalidClient
            | ErrorCode::UnsupportedTokenType => RefusedBecause::Malformed,
            ErrorCode::UnauthorizedClient => RefusedBecause::GrantNotAllowed,
            ErrorCode::UnsupportedGrantType => RefusedBecause::UnknownGrant,
            ErrorCode::InvalidScope => RefusedBecause::UnknownScope,
            ErrorCode::InvalidTarget => RefusedBecause::UnknownResource,
            ErrorCode::TemporarilyUnavailable | ErrorCode::ServerError => {
                RefusedBecause::ServerFault
            }
        })
    }

    /// `invalid_request`, 400.
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_client`, 401.
    pub fn invalid_client(description: impl Into<String>) -> Self {
        Self {
            status: 401,
            ..Self::new(ErrorCode::InvalidClient, description)
        }
    }

    /// `invalid_request`, 413.
    pub fn too_large() -> Self {
        Self {
            status: 413,
            ..Self::invalid_request("the request is larger than 64 KiB")
        }
    }

    /// `invalid_request`, 408.
    pub fn too_slow() -> Self {
        Self {
            status: 408,
            ..Self::invalid_request("the request took too long to arrive: send it again")
        }
    }

    /// `invalid_request`, 415.
    pub fn not_a_form() -> Self {
        Self {
            status: 415,
            ..Self::invalid_request(
                "send the parameters as application/x-www-form-urlencoded in the body",
            )
        }
    }

    /// Too many wrong secrets: 429.
    pub fn slow_down(wait: Duration) -> Self {
        Self {
            status: 429,
            retry_after: Some(wait),
            because: Some(RefusedBecause::SlowedDown),
            ..Self::new(
                ErrorCode::TemporarilyUnavailable,
                "too many failed attempts from this address: wait, check the secret, then try again",
            )
        }
    }
}

impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        match error {
            Error::Unavailable(why) => {
                tracing::warn!(%why, "the database is not available");
                Self {
                    status: 503,
                    retry_after: Some(Duration::from_secs(2)),
                    ..Self::new(
                        ErrorCode::TemporarilyUnavailable,
                        "the server cannot answer right now: try again in a moment",
                    )
                }
            }
            Error::Refused(Refusal::Invalid(_)) => {
                Self::invalid_request("the request breaks a rule")
            }
            error => {
                tracing::error!(%error, "an OAuth request failed");
                Self {
                    status: 500,
                    ..Self::new(
                        ErrorCode::ServerError,
                        "something went wrong here: quote the request id to the administrator",
                    )
                }
            }
        }
    }
}
