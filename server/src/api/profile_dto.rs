//! Profiles as they travel.

use poem_openapi::Object;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    paging::ListTotal,
    problem::{FieldProblem, field_problems},
};
use crate::{
    clients::breaking::Breaking,
    domain::{
        page::Page,
        profile::{self, Presence, RoleModel, SecretExpiry},
    },
};

/// A kind of client: what its clients may and must have.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct Profile {
    /// Its short name, in `profile` of its clients; fixed. It is also the resource of the permissions that open them.
    pub key: String,
    /// What people call clients of this kind.
    pub name: String,
    /// What it is for.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether every installation has it. Of such a profile the credential policy can be made stricter.
    pub built_in: bool,
    /// The grants its clients may use.
    pub grant_types: Vec<String>,
    /// Which of them a client has that names none.
    pub default_grant_types: Vec<String>,
    /// Where the wire id of a client comes from.
    pub client_id: ClientIdRule,
    /// How rights are given to its clients.
    pub roles: RoleRule,
    /// `required`, `optional` or `forbidden`.
    pub redirect_uris: String,
    /// How long access tokens live.
    pub token_lifetime: TokenLifetimeRule,
    /// Whether and when its clients end.
    pub expiry: ExpiryRule,
    /// How secrets and API keys of its clients live.
    pub secret: SecretRule,
    /// The ways to authenticate; the first is the one of a client that names none. `none` makes public clients.
    pub auth_methods: Vec<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// Counts its changes; the ETag.
    pub version: i64,
    /// In the answer to a change, or to one that is only tried: which clients break the new rules. They live on as
    /// they are.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub breaking: Option<BreakingClientList>,
}

/// Where the wire id of a client comes from.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct ClientIdRule {
    /// `generated` by the server, `preferred` by the caller who may name one, or `chosen` by the caller who must; fixed.
    pub kind: String,
    /// For `chosen`: the wire form in a tenant with an external key, such as `wallet-{external_key}-{client_id}`.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire_pattern: Option<String>,
}

/// How rights are given to the clients of a profile.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct RoleRule {
    /// `user`: none, they act as people; `ladder`: member, admin or `super_admin`; `grid`: single permissions; `set`: any
    /// roles of the tenant and its communities. Fixed.
    pub kind: String,
    /// For `set`: keys of roles that every client has.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandatory: Option<Vec<String>>,
}

/// How long access tokens live.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct TokenLifetimeRule {
    /// Seconds, unless a client says otherwise. Absent is the tenant's setting `client_credentials_lifetime`; of a
    /// built-in profile, what it is delivered with.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<i64>,
    /// The fewest seconds a client may set: from 60.
    pub least: i64,
    /// The most seconds a client may set: up to 86400.
    pub most: i64,
}

/// Whether and when the clients of a profile end.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct ExpiryRule {
    /// `optional` or `required`.
    pub kind: String,
    /// For `required`: whether the end stays as it was at creation.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<bool>,
    /// For `required`: how many days from creation a client ends that names no end, 1 to 3650. Absent is one year.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_days: Option<i64>,
}

/// How secrets and API keys of the clients of a profile live.
#[derive(Clone, Debug, Object, Serialize, Deserialize)]
pub struct SecretRule {
    /// Whether a client is made with its first secret; else a second step adds it.
    pub at_creation: bool,
    /// When a secret ends that names no end: `never`, `one_year`, `with_client`, or after so many `days`.
    pub default_expiry: String,
    /// For `days`: how many, 1 to 3650.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_days: Option<i64>,
    /// Whether a secret may live for ever.
    pub may_never_expire: bool,
    /// How many days a secret may live at most from its creation on, 1 to 3650. Absent is without bound.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_days: Option<i64>,
}

fn texts<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

impl From<&profile::ClientIdRule> for ClientIdRule {
    fn from(rule: &profile::ClientIdRule) -> Self {
        let (kind, pattern) = match rule {
            profile::ClientIdRule::Generated => ("generated", None),
            profile::ClientIdRule::Preferred => ("preferred", None),
            profile::ClientIdRule::Chosen { wire_pattern } => ("chosen", Some(wire_pattern)),
        };
        Self {
            kind: kind.to_owned(),
            wire_pattern: pattern.map(|it| it.as_str().to_owned()),
        }
    }
}

impl From<&RoleModel> for RoleRule {
    fn from(model: &RoleModel) -> Self {
        let kind = match model {
            RoleModel::User => "user",
            RoleModel::Ladder => "ladder",
            RoleModel::Grid => "grid",
            RoleModel::Set { .. } => "set",
        };
        Self {
            kind: kind.to_owned(),
            mandatory: model.mandatory().map(<[String]>::to_vec),
        }
    }
}

impl From<profile::LifetimeRule> for TokenLifetimeRule {
    fn from(rule: profile::LifetimeRule) -> Self {
        Self {
            default: rule.default.map(Into::into),
            least: rule.least.into(),
            most: rule.most.into(),
        }
    }
}

impl From<profile::ExpiryRule> for ExpiryRule {
    fn from(rule: profile::ExpiryRule) -> Self {
        match rule {
            profile::ExpiryRule::Optional => Self {
                kind: "optional".to_owned(),
                fixed: None,
                default_days: None,
            },
            profile::ExpiryRule::Required {
                fixed,
                default_days,
            } => Self {
                kind: "required".to_owned(),
                fixed: Some(fixed),
                default_days: default_days.map(Into::into),
            },
        }
    }
}

impl From<profile::SecretRule> for SecretRule {
    fn from(rule: profile::SecretRule) -> Self {
        let (expiry, days) = match rule.default_expiry {
            SecretExpiry::Never => ("never", None),
            SecretExpiry::OneYear => ("one_year", None),
            SecretExpiry::WithClient => ("with_client", None),
            SecretExpiry::Days(days) => ("days", Some(days)),
        };
        Self {
            at_creation: rule.at_creation,
            default_expiry: expiry.to_owned(),
            default_days: days.map(Into::into),
            may_never_expire: rule.may_never_expire,
            longest_days: rule.longest_days.map(Into::into),
        }
    }
}

impl From<&profile::Profile> for Profile {
    fn from(profile: &profile::Profile) -> Self {
        let rules = &profile.rules;
        let presence = match rules.redirect_uris {
            Presence::Required => "required",
            Presence::Optional => "optional",
            Presence::Forbidden => "forbidden",
        };
        Self {
            key: profile.key.clone(),
            name: profile.name.clone(),
            description: profile.description.clone(),
            built_in: profile.is_built_in(),
            grant_types: texts(&rules.grant_types),
            default_grant_types: texts(&rules.default_grant_types),
            client_id: (&rules.client_id).into(),
            roles: (&rules.roles).into(),
            redirect_uris: presence.to_owned(),
            token_lifetime: rules.token_lifetime.into(),
            expiry: rules.expiry.into(),
            secret: rules.secret.into(),
            auth_methods: texts(&rules.auth_methods),
            created_at: profile.created_at.to_string(),
            updated_at: profile.updated_at.to_string(),
            version: profile.version.0,
            breaking: None,
        }
    }
}

/// The profiles that the caller may see.
#[derive(Clone, Debug, Object, Serialize)]
pub struct ProfileList {
    /// The profiles, by key.
    pub items: Vec<Profile>,
}

/// A client that would not be accepted as it is if it were written today, and why.
#[derive(Clone, Debug, Object, Serialize)]
pub struct BreakingClient {
    /// Its uuid.
    pub id: Uuid,
    /// Its wire id.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// Each broken rule, with a pointer into the client.
    pub broken: Vec<FieldProblem>,
}

/// A page of the clients that break the rules of a profile, the oldest first.
#[derive(Clone, Debug, Object, Serialize)]
pub struct BreakingClientList {
    /// The clients.
    pub items: Vec<BreakingClient>,
    /// The cursor of the next page, when more follow.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many there were in all when the first page was read.
    pub total: ListTotal,
}

impl BreakingClientList {
    /// A page, and the cursor of the next.
    pub fn of<K>(page: &Page<Breaking, K>, next: Option<String>) -> Self {
        let shown = |it: &Breaking| BreakingClient {
            id: it.client.id,
            client_id: it.client.client_id.to_string(),
            name: it.client.form.name.clone(),
            broken: field_problems(&it.broken),
        };
        let total = page.total.map_or(
            ListTotal {
                count: 0,
                exact: true,
            },
            Into::into,
        );
        Self {
            items: page.items.iter().map(shown).collect(),
            next,
            total,
        }
    }
}
