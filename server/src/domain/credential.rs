//! Credentials: what a client proves itself by. A sub-resource of their own, never part of the client.

use std::fmt;

use serde_json::Value;
use uuid::Uuid;

use super::{
    auth_method::AuthMethod, caller::Actor, client::SOON, secret::KeyId, timestamp::Timestamp,
    version::Version,
};

/// How many live credentials a client may have.
pub const MOST_LIVE: usize = 10;

/// A credential without anything secret in it, so it may be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: Uuid,
    /// The client it belongs to.
    pub client: Uuid,
    /// What kind it is.
    pub kind: CredentialKind,
    /// What people call it.
    pub description: Option<String>,
    /// What it is recognised by: the last four characters of a secret, the `kid` of a public key.
    pub hint: String,
    /// The public keys, where it is of that kind.
    pub public_keys: Option<PublicKeys>,
    /// The key id within a generated secret; `None` for one brought along.
    pub key_id: Option<KeyId>,
    /// The last second in which it works, by its own date; `None` is for ever.
    pub expires_at: Option<Timestamp>,
    /// The last second in which it works, where a rotation ends it.
    pub retires_at: Option<Timestamp>,
    /// The tenant that an API key acts in.
    pub tenant_id: Option<Uuid>,
    /// The one it was made in place of.
    pub replaces: Option<Uuid>,
    /// The one that was made in its place, by a rotation that was not cancelled. Derived, and only where all
    /// credentials of a client are read.
    pub replaced_by: Option<Uuid>,
    /// When and by whom it was ended, if it was.
    pub revoked: Option<Revoked>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
    /// When it was last accepted, to the batch.
    pub last_used_at: Option<Timestamp>,
    /// From where it was last accepted.
    pub last_used_from: Option<String>,
    /// How often it was accepted.
    pub use_count: i64,
    /// Counts its changes.
    pub version: Version,
}

/// What kind of credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A client secret.
    Secret,
    /// The public half of a key pair, whose private half signs client assertions (RFC 7523, section 2.2).
    PublicKey,
    /// A client API key: a bearer key that needs no token.
    ApiKey,
}

/// Where the public keys of a credential are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKeys {
    /// Here: a JWK set (RFC 7517, section 5).
    Inline(Value),
    /// At this address, where the client publishes them as a JWK set.
    At(String),
}

impl CredentialKind {
    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::PublicKey => "public_key",
            Self::ApiKey => "api_key",
        }
    }

    /// Whether a client that is registered for `method` can prove itself by it at the token endpoint.
    pub fn serves(self, method: AuthMethod) -> bool {
        match self {
            Self::Secret => method.is_by_secret(),
            Self::PublicKey => method == AuthMethod::PrivateKeyJwt,
            Self::ApiKey => false,
        }
    }

    /// The kind a row names.
    pub fn from_row(text: &str) -> Option<Self> {
        [Self::Secret, Self::PublicKey, Self::ApiKey]
            .into_iter()
            .find(|it| it.as_str() == text)
    }
}

/// The end of a credential by somebody's hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Why.
    pub why: RevokedWhy,
}

/// Why a credential was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokedWhy {
    /// Somebody deleted it.
    Deleted,
    /// A regeneration replaced it.
    Regenerated,
    /// A rotation replaced it, completed before its grace was over.
    Rotated,
    /// The rotation that made it was cancelled.
    RotationCancelled,
}

impl RevokedWhy {
    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Regenerated => "regenerated",
            Self::Rotated => "rotated",
            Self::RotationCancelled => "rotation_cancelled",
        }
    }

    /// The reason a row names.
    pub fn from_row(text: &str) -> Self {
        match text {
            "regenerated" => Self::Regenerated,
            "rotated" => Self::Rotated,
            "rotation_cancelled" => Self::RotationCancelled,
            _ => Self::Deleted,
        }
    }
}

/// Whether a credential works, derived and never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialStatus {
    /// It works.
    Active,
    /// It works until its grace period ends.
    Retiring,
    /// Its date has come.
    Expired,
    /// Somebody ended it.
    Revoked,
}

impl CredentialStatus {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for CredentialStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Credential {
    /// The last second in which it works, by its own date or by a rotation; `None` is never.
    pub fn ends_at(&self) -> Option<Timestamp> {
        match (self.expires_at, self.retires_at) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// As [`ends_at`](Self::ends_at), or the second before somebody ended it.
    fn worked_until(&self) -> Option<Timestamp> {
        let ended = self.revoked.as_ref().map(|it| it.at.plus(-1));
        match (ended, self.ends_at()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// When it ends, where that is within 30 days, by its own date or by a rotation.
    pub fn ends_soon(&self, now: Timestamp) -> Option<Timestamp> {
        self.ends_at().filter(|end| *end <= now.plus(SOON))
    }

    /// What it is at `now`.
    pub fn status(&self, now: Timestamp) -> CredentialStatus {
        if self.revoked.is_some() {
            CredentialStatus::Revoked
        } else if self.ends_at().is_some_and(|end| end < now) {
            CredentialStatus::Expired
        } else if self.retires_at.is_some() {
            CredentialStatus::Retiring
        } else {
            CredentialStatus::Active
        }
    }

    /// Whether it works at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        matches!(
            self.status(now),
            CredentialStatus::Active | CredentialStatus::Retiring
        )
    }
}

/// The last second in which one of `credentials` works, or worked, for a client that was made at `made` and is
/// registered for `method`; `None` is for ever, as of a client that needs none. Where none ever did, it is the second before the client was made.
pub fn usable_until<'a>(
    made: Timestamp,
    method: AuthMethod,
    credentials: impl IntoIterator<Item = &'a Credential>,
) -> Option<Timestamp> {
    if method == AuthMethod::None {
        return None;
    }
    credentials
        .into_iter()
        .filter(|it| it.kind.serves(method))
        .map(|it| it.worked_until().unwrap_or(Timestamp::MAX))
        .max()
        .map_or(Some(made.plus(-1)), |end| {
            (end < Timestamp::MAX).then_some(end)
        })
}
