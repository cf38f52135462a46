//! Token requests as they are remembered for the administrator: who asked, how it ended, and precisely why.

use std::net::IpAddr;

use uuid::Uuid;

use super::timestamp::Timestamp;

/// How many token requests are remembered of each client.
pub const REMEMBERED: usize = 200;

/// A token request and its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// When it was answered.
    pub at: Timestamp,
    /// Whose it was; `None` where no client of this server was named.
    pub about: Option<About>,
    /// How it ended.
    pub outcome: Outcome,
    /// The address it came from.
    pub source: Option<IpAddr>,
    /// What the program says it is.
    pub user_agent: Option<String>,
    /// The id of the request, which the caller can quote.
    pub request_id: String,
}

/// Which client a token request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The tenant of the client.
    pub tenant: Uuid,
    /// The client.
    pub client: Uuid,
    /// The credential that was used, where one was recognised.
    pub credential: Option<Uuid>,
}

/// How a token request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By a token.
    Accepted,
    /// By an error.
    Refused(RefusedBecause),
}

impl Outcome {
    /// The word in rows, answers and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(_) => "refused",
        }
    }
}

/// Precisely why a token request was refused. The caller is told less: the standard's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedBecause {
    /// No client has this wire id.
    UnknownClient,
    /// The secret is none that the client ever had, as far as can be told.
    WrongSecret,
    /// The secret was right, and its date has come.
    SecretExpired,
    /// The secret was right, and a rotation retired it.
    SecretRetired,
    /// The secret was right, and somebody ended it.
    SecretRevoked,
    /// The assertion does not prove who the client is.
    WrongAssertion,
    /// The assertion was right, and its time has passed.
    AssertionExpired,
    /// The assertion was right, and is to live longer than an hour.
    AssertionTooLong,
    /// The assertion was right, and its time has not come: the client's clock is wrong.
    AssertionEarly,
    /// The assertion was right, and meant for another server.
    AssertionForAnother,
    /// The assertion was right, and was used before.
    AssertionReplayed,
    /// The assertion was signed by a key whose date has come.
    KeyExpired,
    /// The assertion was signed by a key that somebody ended.
    KeyRevoked,
    /// The keys that the client publishes could not be fetched.
    KeysUnreachable,
    /// The client is switched off.
    ClientDeactivated,
    /// The client's own end has passed.
    ClientExpired,
    /// The client is registered for another way to authenticate.
    WrongMethod,
    /// Too many failures before.
    SlowedDown,
    /// The client may not use this grant.
    GrantNotAllowed,
    /// The code or refresh token is unknown, used, expired or revoked, or what goes with it does not fit.
    GrantOver,
    /// The server has no such grant.
    UnknownGrant,
    /// The scope is unknown, or more than the client may have.
    UnknownScope,
    /// The resource is no API of this server.
    UnknownResource,
    /// The request breaks a rule of the protocol.
    Malformed,
    /// The server could not do it.
    ServerFault,
}

impl RefusedBecause {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::UnknownClient,
        Self::WrongSecret,
        Self::SecretExpired,
        Self::SecretRetired,
        Self::SecretRevoked,
        Self::WrongAssertion,
        Self::AssertionExpired,
        Self::AssertionTooLong,
        Self::AssertionEarly,
        Self::AssertionForAnother,
        Self::AssertionReplayed,
        Self::KeyExpired,
        Self::KeyRevoked,
        Self::KeysUnreachable,
        Self::ClientDeactivated,
        Self::ClientExpired,
        Self::WrongMethod,
        Self::SlowedDown,
        Self::GrantNotAllowed,
        Self::GrantOver,
        Self::UnknownGrant,
        Self::UnknownScope,
        Self::UnknownResource,
        Self::Malformed,
        Self::ServerFault,
    ];

    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownClient => "unknown_client",
            Self::WrongSecret => "wrong_secret",
            Self::SecretExpired => "secret_expired",
            Self::SecretRetired => "secret_retired",
            Self::SecretRevoked => "secret_revoked",
            Self::WrongAssertion => "wrong_assertion",
            Self::AssertionExpired => "assertion_expired",
            Self::AssertionTooLong => "assertion_too_long",
            Self::AssertionEarly => "assertion_early",
            Self::AssertionForAnother => "assertion_for_another",
            Self::AssertionReplayed => "assertion_replayed",
            Self::KeyExpired => "key_expired",
            Self::KeyRevoked => "key_revoked",
            Self::KeysUnreachable => "keys_unreachable",
            Self::ClientDeactivated => "client_deactivated",
            Self::ClientExpired => "client_expired",
            Self::WrongMethod => "wrong_method",
            Self::SlowedDown => "slowed_down",
            Self::GrantNotAllowed => "grant_not_allowed",
            Self::GrantOver => "grant_over",
            Self::UnknownGrant => "unknown_grant",
            Self::UnknownScope => "unknown_scope",
            Self::UnknownResource => "unknown_resource",
            Self::Malformed => "malformed",
            Self::ServerFault => "server_fault",
        }
    }
}
