//! A client, its state, and the form by which people change it.

use std::fmt;

use uuid::Uuid;

use super::{
    auth_method::AuthMethod,
    caller::Actor,
    client_id::ClientId,
    grant_type::GrantType,
    id_token::IdTokenAlgorithm,
    label::Labels,
    lifetime::TokenLifetime,
    redirect_uri::RedirectUri,
    role::LadderRole,
    timestamp::{DAY, Timestamp},
    version::Version,
};

/// How long a deleted client can be restored, in seconds.
pub const RESTORABLE_FOR: i64 = 30 * DAY;

/// How long before its end a client counts as expiring soon, in seconds.
pub const SOON: i64 = 30 * DAY;

/// A machine client.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// Its id for ever.
    pub id: Uuid,
    /// Its id on the wire.
    pub client_id: ClientId,
    /// The tenant that owns it.
    pub tenant_id: Uuid,
    /// The key of its profile.
    pub profile: String,
    /// The identity its tokens carry as `sub`, for grants without a user.
    pub service_user_id: Uuid,
    /// Whether that identity may manage tenants and communities.
    pub operator: bool,
    /// Whether it has no secret (RFC 6749, section 2.1).
    pub public: bool,
    /// Whether it is part of Latchkey: nobody changes it, and nobody is asked for consent.
    pub built_in: bool,
    /// What people may change.
    pub form: ClientForm,
    /// Switched on or off by people.
    pub status: Status,
    /// Counts up when all its tokens are ended at once.
    pub generation: i64,
    /// The last second in which one of its credentials works, or worked; `None` is for ever, the second before it was
    /// made is "it never had one".
    pub credentials_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: Actor,
    /// When it last got a token, to the batch.
    pub last_used_at: Option<Timestamp>,
    /// When it was deleted, while it can be restored.
    pub deleted_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: Version,
}

/// The editable part of a client: what `PUT` replaces and `PATCH` merges into.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientForm {
    /// What people call it.
    pub name: String,
    /// One or two sentences.
    pub description: Option<String>,
    /// Free text.
    pub notes: Option<String>,
    /// The last second in which it works.
    pub expires_at: Option<Timestamp>,
    /// How long its access tokens live; `None` is the profile's default.
    pub token_lifetime: Option<TokenLifetime>,
    /// Where a user may be sent back to.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a user may be sent after signing out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// How it authenticates.
    pub token_endpoint_auth_method: AuthMethod,
    /// How its ID tokens are signed.
    pub id_token_signed_response_alg: IdTokenAlgorithm,
    /// Its rung of the ladder, where the profile has one.
    pub role: Option<LadderRole>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Who is told before something expires.
    pub contacts: Vec<String>,
    /// By which people and scripts sort it.
    pub labels: Labels,
    /// The system that looks after it, if it is not people.
    pub managed_by: Option<String>,
}

/// Whether people switched it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// On.
    Active,
    /// Off: no tokens.
    Inactive,
}

impl Status {
    /// The word in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

/// What a client is at a moment, all things considered. Derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EffectiveStatus {
    /// It can get tokens.
    Active,
    /// Switched off.
    Inactive,
    /// Its end has passed.
    Expired,
    /// None of its credentials works.
    NoCredential,
    /// It, or the last of its credentials, ends within 30 days.
    ExpiringSoon,
}

impl EffectiveStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Inactive,
        Self::Expired,
        Self::NoCredential,
        Self::ExpiringSoon,
    ];

    /// The word in answers and filters.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Expired => "expired",
            Self::NoCredential => "no_credential",
            Self::ExpiringSoon => "expiring_soon",
        }
    }

    /// The status a word names.
    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl fmt::Display for EffectiveStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Client {
    /// The last second in which it can get a token, or could, by its own date or that of its credentials; `None` is
    /// for ever, the second before it was made is "never yet".
    pub fn usable_until(&self) -> Option<Timestamp> {
        match (self.form.expires_at, self.credentials_until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// What it is at `now`.
    pub fn effective_status(&self, now: Timestamp) -> EffectiveStatus {
        if self.status == Status::Inactive {
            return EffectiveStatus::Inactive;
        }
        if self.is_expired(now) {
            return EffectiveStatus::Expired;
        }
        match self.usable_until() {
            Some(end) if end < now => EffectiveStatus::NoCredential,
            Some(end) if end <= now.plus(SOON) => EffectiveStatus::ExpiringSoon,
            _ => EffectiveStatus::Active,
        }
    }

    /// When its own end comes, where that is within 30 days.
    pub fn ends_soon(&self, now: Timestamp) -> Option<Timestamp> {
        self.form.expires_at.filter(|end| *end <= now.plus(SOON))
    }

    /// Whether its own end has passed at `now`.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.form.expires_at.is_some_and(|end| end < now)
    }
}
