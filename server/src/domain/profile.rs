//! Profiles: what a kind of client may and must have. A profile is a row, never a branch in code.

mod breach;
mod built_in;

use std::ops::RangeInclusive;

use uuid::Uuid;

use super::{
    auth_method::AuthMethod,
    client_id::WirePattern,
    grant_type::GrantType,
    lifetime::TokenLifetime,
    role::CLIENT_RESOURCES,
    timestamp::{DAY, Timestamp},
    version::Version,
};

/// How many profiles a tenant may have of its own: they are listed whole, and each is a row of the permission grid.
pub const MOST_PER_TENANT: usize = 100;

/// A kind of client, with its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The id of its row.
    pub id: Uuid,
    /// The word in `client.profile`, and the resource of the permissions that open its clients.
    pub key: String,
    /// What a person reads.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The tenant that made it, or that has a credential policy of its own for a built-in one; `None` is as delivered.
    pub tenant_id: Option<Uuid>,
    /// What its clients may and must have.
    pub rules: Rules,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

impl Profile {
    /// Whether it is one that every installation has.
    pub fn is_built_in(&self) -> bool {
        CLIENT_RESOURCES.contains(&self.key.as_str())
    }
}

/// The rules of a profile, as they are stored.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Grants its clients may use; the first are the ones a client gets when none are named.
    pub grant_types: Vec<GrantType>,
    /// Which of them a client has when it names none. Those by which people sign in come on top when it has redirect URIs.
    pub default_grant_types: Vec<GrantType>,
    /// Where the wire id comes from.
    pub client_id: ClientIdRule,
    /// How rights are given.
    pub roles: RoleModel,
    /// Whether redirect URIs are asked for.
    pub redirect_uris: Presence,
    /// Bounds of the access token's life, in seconds.
    pub token_lifetime: LifetimeRule,
    /// Whether and when a client ends.
    pub expiry: ExpiryRule,
    /// How its secrets live.
    pub secret: SecretRule,
    /// Ways to authenticate; the first is the default.
    pub auth_methods: Vec<AuthMethod>,
}

/// Where the wire id of a client comes from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ClientIdRule {
    /// Made by the server.
    Generated,
    /// The caller may choose one; else it is made.
    Preferred,
    /// The caller must choose one.
    Chosen {
        /// The wire form in a tenant with an external key: `{external_key}` and `{client_id}` are filled in.
        wire_pattern: WirePattern,
    },
}

/// How rights are given to the clients of a profile.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RoleModel {
    /// None: it acts as the user who consented.
    User,
    /// Exactly one rung of member, admin, super admin.
    Ladder,
    /// Single permissions.
    Grid,
    /// Any roles, of which some cannot be removed.
    Set {
        /// Roles every client of the profile has.
        mandatory: Vec<String>,
    },
}

/// Whether a field is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It must be given.
    Required,
    /// It may be given.
    Optional,
    /// It must not be given.
    Forbidden,
}

/// Bounds of an access token's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LifetimeRule {
    /// Seconds unless the client says otherwise; `None` takes the server's `client_credentials_lifetime`.
    pub default: Option<u32>,
    /// The shortest explicit lifetime in seconds.
    pub least: u32,
    /// The longest explicit lifetime in seconds.
    pub most: u32,
}

impl LifetimeRule {
    /// What a client may ask for.
    pub fn range(&self) -> RangeInclusive<u32> {
        self.least..=self.most
    }

    /// What it gets when it asks for nothing: `setting` where the profile leaves it open, but never more than the
    /// profile allows at most.
    pub fn default_or(&self, setting: TokenLifetime) -> TokenLifetime {
        let seconds = self.default.unwrap_or(setting.seconds()).min(self.most);
        TokenLifetime::of_seconds(seconds)
    }
}

/// Whether and when a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ExpiryRule {
    /// An end may be given and changed.
    Optional,
    /// There is always an end.
    Required {
        /// Whether it stays as it was at creation.
        fixed: bool,
        /// How many days from today it is unless given; `None` is one calendar year.
        #[serde(default)]
        default_days: Option<u32>,
    },
}

impl ExpiryRule {
    /// The end of a client that is made at `now` and names none: the last second of a day.
    pub fn default_end(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Optional => None,
            Self::Required { default_days, .. } => {
                let day =
                    default_days.map_or_else(|| now.plus_one_year(), |it| days_after(now, it));
                Some(day.end_of_day())
            }
        }
    }
}

/// How the secrets of a profile's clients live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SecretRule {
    /// Whether creating a client makes its first secret, or a second step does.
    pub at_creation: bool,
    /// When a new secret ends unless its maker says otherwise.
    pub default_expiry: SecretExpiry,
    /// Whether a secret may live for ever.
    pub may_never_expire: bool,
    /// The longest life of a secret in days, if bounded.
    pub longest_days: Option<u32>,
}

/// When a new secret ends unless its maker says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretExpiry {
    /// Not by itself.
    Never,
    /// One year on.
    OneYear,
    /// When its client ends.
    WithClient,
    /// So many days on.
    Days(u32),
}

impl SecretRule {
    /// The latest end of a secret that was made at `made`, if that is bounded.
    pub fn latest_end(&self, made: Timestamp) -> Option<Timestamp> {
        self.longest_days.map(|it| days_after(made, it))
    }

    /// The end of a secret that is made at `now` and names none. It breaks no rule of the profile.
    pub fn default_end(&self, now: Timestamp, client_end: Option<Timestamp>) -> Option<Timestamp> {
        let wanted = match self.default_expiry {
            SecretExpiry::Never => None,
            SecretExpiry::OneYear => Some(now.plus_one_year()),
            SecretExpiry::WithClient => client_end,
            SecretExpiry::Days(days) => Some(days_after(now, days)),
        };
        let latest = self.latest_end(now);
        if let (Some(wanted), Some(latest)) = (wanted, latest) {
            return Some(wanted.min(latest));
        }
        let must_end = wanted.is_none() && !self.may_never_expire;
        if must_end {
            return latest.or_else(|| Some(now.plus_one_year()));
        }
        wanted
    }

    /// Whether a secret that was made at `made` may end then.
    pub fn allows(&self, made: Timestamp, end: Option<Timestamp>) -> bool {
        match end {
            None => self.may_never_expire,
            Some(end) => self.latest_end(made).is_none_or(|it| end <= it),
        }
    }
}

fn days_after(moment: Timestamp, days: u32) -> Timestamp {
    moment.plus(i64::from(days) * DAY)
}
