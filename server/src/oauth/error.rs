//! OAuth errors (RFC 6749, section 5.2, and its relatives), mapped to their HTTP status in one place.

use std::time::Duration;

use super::throttle::TooMany;
use crate::{
    domain::{
        refusal::Refusal,
        token_request::{About, RefusedBecause},
    },
    error::Error,
};

/// The error codes of the authorization, token, introspection and revocation endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter is missing, doubled or malformed.
    InvalidRequest,
    /// The client could not be authenticated, or may not be served.
    InvalidClient,
    /// The client may not use this grant, or not on this token.
    UnauthorizedClient,
    /// The code or refresh token is unknown, used, expired, revoked, or another client's (RFC 6749, section 5.2).
    InvalidGrant,
    /// This server has no such grant.
    UnsupportedGrantType,
    /// This server has no such response type (RFC 6749, section 4.1.2.1).
    UnsupportedResponseType,
    /// The person said no, or may not use this client (RFC 6749, section 4.1.2.1).
    AccessDenied,
    /// Nobody is signed in, and nobody may be asked to (OpenID Connect Core 1.0, section 3.1.2.6).
    LoginRequired,
    /// Consent is missing, and nobody may be asked for it (OpenID Connect Core 1.0, section 3.1.2.6).
    ConsentRequired,
    /// Request objects are not read (OpenID Connect Core 1.0, section 3.1.2.6).
    RequestNotSupported,
    /// Only requests that were pushed to this server can be named (OpenID Connect Core 1.0, section 3.1.2.6).
    RequestUriNotSupported,
    /// The pushed request is unknown, used, expired, or another client's (RFC 9101, section 7).
    InvalidRequestUri,
    /// The scope is unknown, malformed or more than the client may have.
    InvalidScope,
    /// The `resource` names no API of this server (RFC 8707, section 2).
    InvalidTarget,
    /// This kind of token is not revoked here (RFC 7009, section 2.2.1).
    UnsupportedTokenType,
    /// The access token is malformed, expired or revoked (RFC 6750, section 3.1).
    InvalidToken,
    /// The access token may not do this (RFC 6750, section 3.1).
    InsufficientScope,
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
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

/// The scheme of a `WWW-Authenticate` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// None: the client did not try a header.
    None,
    /// The client tried Basic (RFC 6749, section 5.2).
    Basic,
    /// A bearer token is needed, and none was sent (RFC 6750, section 3).
    Bearer,
    /// A bearer token is needed, and the one that was sent will not do (RFC 6750, section 3.1).
    BetterBearer,
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
    /// How the caller is asked to authenticate.
    pub challenge: Challenge,
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
            challenge: Challenge::None,
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
            | ErrorCode::UnsupportedTokenType
            | ErrorCode::UnsupportedResponseType
            | ErrorCode::AccessDenied
            | ErrorCode::LoginRequired
            | ErrorCode::ConsentRequired
            | ErrorCode::RequestNotSupported
            | ErrorCode::RequestUriNotSupported
            | ErrorCode::InvalidRequestUri
            | ErrorCode::InvalidToken
            | ErrorCode::InsufficientScope => RefusedBecause::Malformed,
            ErrorCode::UnauthorizedClient => RefusedBecause::GrantNotAllowed,
            ErrorCode::UnsupportedGrantType => RefusedBecause::UnknownGrant,
            ErrorCode::InvalidScope => RefusedBecause::UnknownScope,
            ErrorCode::InvalidGrant => RefusedBecause::GrantOver,
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

    /// `invalid_grant`, 400.
    pub fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// `invalid_client`, 401.
    pub fn invalid_client(description: impl Into<String>) -> Self {
        Self {
            status: 401,
            ..Self::new(ErrorCode::InvalidClient, description)
        }
    }

    /// A bearer token is needed: 401.
    pub fn no_token() -> Self {
        Self {
            status: 401,
            challenge: Challenge::Bearer,
            ..Self::invalid_request("send the access token as Authorization: Bearer")
        }
    }

    /// `invalid_token`, 401.
    pub fn invalid_token() -> Self {
        Self {
            status: 401,
            challenge: Challenge::BetterBearer,
            ..Self::new(
                ErrorCode::InvalidToken,
                "the access token is malformed, expired or revoked",
            )
        }
    }

    /// `insufficient_scope`, 403.
    pub fn insufficient_scope() -> Self {
        Self {
            status: 403,
            challenge: Challenge::BetterBearer,
            ..Self::new(
                ErrorCode::InsufficientScope,
                "the access token needs the scope openid, from a person",
            )
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

    /// Too many requests that anyone could have sent: 429, or 503 where others sent them.
    pub fn too_many(why: TooMany) -> Self {
        let (status, wait, who) = match why {
            TooMany::FromSource(wait) => (429, wait, "from this address"),
            TooMany::FromAll(wait) => (503, wait, "to this server"),
        };
        Self {
            status,
            retry_after: Some(wait),
            ..Self::new(
                ErrorCode::TemporarilyUnavailable,
                format!("too many authorization requests {who}: wait, then push it again"),
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
