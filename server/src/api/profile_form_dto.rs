//! What a caller writes about a profile.

use poem_openapi::Object;

use super::profile_dto::{
    ClientIdRule, ExpiryRule, Profile, RoleRule, SecretRule, TokenLifetimeRule,
};
use crate::{
    clients::profile_form::{
        ClientIdDraft, ExpiryDraft, LifetimeDraft, ProfileDraft, RoleModelDraft, SecretDraft,
    },
    domain::profile,
};

/// What a new profile is to be. What is left out is as in a plain client: it acts for itself by `client_credentials`, and
/// the server makes its id and its secret.
#[derive(Clone, Debug, Object)]
pub struct CreateProfile {
    /// Its short name: 2 to 64 characters of a-z, 0-9, hyphen and underscore, a letter first.
    pub key: String,
    /// What people call clients of this kind: 1 to 255 characters.
    pub name: Option<String>,
    /// What it is for, at most 500 characters.
    pub description: Option<String>,
    /// The grants its clients may use.
    pub grant_types: Option<Vec<String>>,
    /// Which of them a client has that names none.
    pub default_grant_types: Option<Vec<String>>,
    /// Where the wire id of a client comes from.
    pub client_id: Option<ClientIdRuleForm>,
    /// How rights are given to its clients.
    pub roles: RoleRuleForm,
    /// `required`, `optional` or `forbidden`.
    pub redirect_uris: Option<String>,
    /// How long access tokens live.
    pub token_lifetime: Option<TokenLifetimeRuleForm>,
    /// Whether and when its clients end.
    pub expiry: Option<ExpiryRuleForm>,
    /// How secrets and API keys of its clients live.
    pub secret: Option<SecretRuleForm>,
    /// The ways to authenticate, the default first.
    pub auth_methods: Option<Vec<String>>,
}

/// Where the wire id of a client is to come from.
#[derive(Clone, Debug, Default, Object)]
pub struct ClientIdRuleForm {
    /// `generated` by the server, `preferred` by the caller who may name one, or `chosen` by the caller who must; fixed.
    #[oai(skip_serializing_if_is_none)]
    pub kind: Option<String>,
    /// For `chosen`: the wire form in a tenant with an external key, such as `wallet-{external_key}-{client_id}`.
    #[oai(skip_serializing_if_is_none)]
    pub wire_pattern: Option<String>,
}

/// How rights are to be given to the clients of a profile.
#[derive(Clone, Debug, Default, Object)]
pub struct RoleRuleForm {
    /// `user`: none, they act as people; `ladder`: member, admin or `super_admin`; `grid`: single permissions; `set`: any
    /// roles of the tenant and its communities. Fixed.
    #[oai(skip_serializing_if_is_none)]
    pub kind: Option<String>,
    /// For `set`: keys of roles that every client has.
    #[oai(skip_serializing_if_is_none)]
    pub mandatory: Option<Vec<String>>,
}

/// How long access tokens are to live.
#[derive(Clone, Debug, Default, Object)]
pub struct TokenLifetimeRuleForm {
    /// Seconds, unless a client says otherwise. Absent is the tenant's setting `client_credentials_lifetime`; of a
    /// built-in profile, what it is delivered with.
    #[oai(skip_serializing_if_is_none)]
    pub default: Option<i64>,
    /// The fewest seconds a client may set: from 60.
    #[oai(skip_serializing_if_is_none)]
    pub least: Option<i64>,
    /// The most seconds a client may set: up to 86400.
    #[oai(skip_serializing_if_is_none)]
    pub most: Option<i64>,
}

/// Whether and when the clients of a profile are to end.
#[derive(Clone, Debug, Default, Object)]
pub struct ExpiryRuleForm {
    /// `optional` or `required`.
    #[oai(skip_serializing_if_is_none)]
    pub kind: Option<String>,
    /// For `required`: whether the end stays as it was at creation.
    #[oai(skip_serializing_if_is_none)]
    pub fixed: Option<bool>,
    /// For `required`: how many days from creation a client ends that names no end, 1 to 3650. Absent is one year.
    #[oai(skip_serializing_if_is_none)]
    pub default_days: Option<i64>,
}

/// How secrets and API keys of the clients of a profile are to live.
#[derive(Clone, Debug, Default, Object)]
pub struct SecretRuleForm {
    /// Whether a client is made with its first secret; else a second step adds it.
    #[oai(skip_serializing_if_is_none)]
    pub at_creation: Option<bool>,
    /// When a secret ends that names no end: `never`, `one_year`, `with_client`, or after so many `days`.
    #[oai(skip_serializing_if_is_none)]
    pub default_expiry: Option<String>,
    /// For `days`: how many, 1 to 3650.
    #[oai(skip_serializing_if_is_none)]
    pub default_days: Option<i64>,
    /// Whether a secret may live for ever.
    #[oai(skip_serializing_if_is_none)]
    pub may_never_expire: Option<bool>,
    /// How many days a secret may live at most from its creation on, 1 to 3650. Absent is without bound.
    #[oai(skip_serializing_if_is_none)]
    pub longest_days: Option<i64>,
}

impl CreateProfile {
    /// The key, and the rest.
    pub fn into_parts(self) -> (String, ProfileDraft) {
        let form = ProfileForm {
            name: self.name,
            description: self.description,
            grant_types: self.grant_types,
            default_grant_types: self.default_grant_types,
            client_id: self.client_id,
            roles: Some(self.roles),
            redirect_uris: self.redirect_uris,
            token_lifetime: self.token_lifetime,
            expiry: self.expiry,
            secret: self.secret,
            auth_methods: self.auth_methods,
        };
        (self.key, form.into())
    }
}

/// The editable part of a profile. Of a built-in one that is `token_lifetime`, `expiry`, `secret` and `auth_methods`;
/// the rest may be repeated, but not changed.
#[derive(Clone, Debug, Default, Object)]
pub struct ProfileForm {
    /// What people call clients of this kind: 1 to 255 characters.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<String>,
    /// What it is for, at most 500 characters.
    #[oai(skip_serializing_if_is_none)]
    pub description: Option<String>,
    /// The grants its clients may use.
    #[oai(skip_serializing_if_is_none)]
    pub grant_types: Option<Vec<String>>,
    /// Which of them a client has that names none.
    #[oai(skip_serializing_if_is_none)]
    pub default_grant_types: Option<Vec<String>>,
    /// Where the wire id of a client comes from.
    #[oai(skip_serializing_if_is_none)]
    pub client_id: Option<ClientIdRuleForm>,
    /// How rights are given to its clients.
    #[oai(skip_serializing_if_is_none)]
    pub roles: Option<RoleRuleForm>,
    /// `required`, `optional` or `forbidden`.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uris: Option<String>,
    /// How long access tokens live.
    #[oai(skip_serializing_if_is_none)]
    pub token_lifetime: Option<TokenLifetimeRuleForm>,
    /// Whether and when its clients end.
    #[oai(skip_serializing_if_is_none)]
    pub expiry: Option<ExpiryRuleForm>,
    /// How secrets and API keys of its clients live.
    #[oai(skip_serializing_if_is_none)]
    pub secret: Option<SecretRuleForm>,
    /// The ways to authenticate, the default first.
    #[oai(skip_serializing_if_is_none)]
    pub auth_methods: Option<Vec<String>>,
}

impl From<ClientIdRule> for ClientIdRuleForm {
    fn from(rule: ClientIdRule) -> Self {
        Self {
            kind: Some(rule.kind),
            wire_pattern: rule.wire_pattern,
        }
    }
}

impl From<RoleRule> for RoleRuleForm {
    fn from(rule: RoleRule) -> Self {
        Self {
            kind: Some(rule.kind),
            mandatory: rule.mandatory,
        }
    }
}

impl From<TokenLifetimeRule> for TokenLifetimeRuleForm {
    fn from(rule: TokenLifetimeRule) -> Self {
        Self {
            default: rule.default,
            least: Some(rule.least),
            most: Some(rule.most),
        }
    }
}

impl From<ExpiryRule> for ExpiryRuleForm {
    fn from(rule: ExpiryRule) -> Self {
        Self {
            kind: Some(rule.kind),
            fixed: rule.fixed,
            default_days: rule.default_days,
        }
    }
}

impl From<SecretRule> for SecretRuleForm {
    fn from(rule: SecretRule) -> Self {
        Self {
            at_creation: Some(rule.at_creation),
            default_expiry: Some(rule.default_expiry),
            default_days: rule.default_days,
            may_never_expire: Some(rule.may_never_expire),
            longest_days: rule.longest_days,
        }
    }
}

impl From<&profile::Profile> for ProfileForm {
    fn from(profile: &profile::Profile) -> Self {
        let shown = Profile::from(profile);
        Self {
            name: Some(shown.name),
            description: shown.description,
            grant_types: Some(shown.grant_types),
            default_grant_types: Some(shown.default_grant_types),
            client_id: Some(shown.client_id.into()),
            roles: Some(shown.roles.into()),
            redirect_uris: Some(shown.redirect_uris),
            token_lifetime: Some(shown.token_lifetime.into()),
            expiry: Some(shown.expiry.into()),
            secret: Some(shown.secret.into()),
            auth_methods: Some(shown.auth_methods),
        }
    }
}

impl From<ProfileForm> for ProfileDraft {
    fn from(form: ProfileForm) -> Self {
        let client_id = form.client_id.unwrap_or_default();
        let roles = form.roles.unwrap_or_default();
        let lifetime = form.token_lifetime.unwrap_or_default();
        let expiry = form.expiry.unwrap_or_default();
        let secret = form.secret.unwrap_or_default();
        Self {
            name: form.name,
            description: form.description,
            grant_types: form.grant_types,
            default_grant_types: form.default_grant_types,
            client_id: ClientIdDraft {
                kind: client_id.kind,
                wire_pattern: client_id.wire_pattern,
            },
            roles: RoleModelDraft {
                kind: roles.kind,
                mandatory: roles.mandatory,
            },
            redirect_uris: form.redirect_uris,
            token_lifetime: LifetimeDraft {
                default: lifetime.default,
                least: lifetime.least,
                most: lifetime.most,
            },
            expiry: ExpiryDraft {
                kind: expiry.kind,
                fixed: expiry.fixed,
                default_days: expiry.default_days,
            },
            secret: SecretDraft {
                at_creation: secret.at_creation,
                default_expiry: secret.default_expiry,
                default_days: secret.default_days,
                may_never_expire: secret.may_never_expire,
                longest_days: secret.longest_days,
            },
            auth_methods: form.auth_methods,
        }
    }
}
