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
    pub client_id: Option<ClientIdRule>,
    /// How rights are given to its clients.
    pub roles: RoleRule,
    /// `required`, `optional` or `forbidden`.
    pub redirect_uris: Option<String>,
    /// How long access tokens live.
    pub token_lifetime: Option<TokenLifetimeRule>,
    /// Whether and when its clients end.
    pub expiry: Option<ExpiryRule>,
    /// How secrets and API keys of its clients live.
    pub secret: Option<SecretRule>,
    /// The ways to authenticate, the default first.
    pub auth_methods: Option<Vec<String>>,
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
    pub client_id: Option<ClientIdRule>,
    /// How rights are given to its clients.
    #[oai(skip_serializing_if_is_none)]
    pub roles: Option<RoleRule>,
    /// `required`, `optional` or `forbidden`.
    #[oai(skip_serializing_if_is_none)]
    pub redirect_uris: Option<String>,
    /// How long access tokens live.
    #[oai(skip_serializing_if_is_none)]
    pub token_lifetime: Option<TokenLifetimeRule>,
    /// Whether and when its clients end.
    #[oai(skip_serializing_if_is_none)]
    pub expiry: Option<ExpiryRule>,
    /// How secrets and API keys of its clients live.
    #[oai(skip_serializing_if_is_none)]
    pub secret: Option<SecretRule>,
    /// The ways to authenticate, the default first.
    #[oai(skip_serializing_if_is_none)]
    pub auth_methods: Option<Vec<String>>,
}

impl From<&profile::Profile> for ProfileForm {
    fn from(profile: &profile::Profile) -> Self {
        let shown = Profile::from(profile);
        Self {
            name: Some(shown.name),
            description: shown.description,
            grant_types: Some(shown.grant_types),
            default_grant_types: Some(shown.default_grant_types),
            client_id: Some(shown.client_id),
            roles: Some(shown.roles),
            redirect_uris: Some(shown.redirect_uris),
            token_lifetime: Some(shown.token_lifetime),
            expiry: Some(shown.expiry),
            secret: Some(shown.secret),
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
