//! Profiles: what a kind of client may and must have. A profile is a row, never a branch in code.

use std::ops::RangeInclusive;

use uuid::Uuid;

use super::{auth_method::AuthMethod, grant_type::GrantType, lifetime::TokenLifetime};

/// A kind of client, with its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The word in `client.profile`, and the resource of the permissions that open its clients.
    pub key: String,
    /// What a person reads.
    pub name: String,
    /// The tenant that made it; `None` for the built-in ones.
    pub tenant_id: Option<Uuid>,
    /// What its clients may and must have.
    pub rules: Rules,
}

/// The rules of a profile, as they are stored.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Grants its clients may use; the first are the ones a client gets when none are named.
    pub grant_types: Vec<GrantType>,
    /// Which of them a client has when it names none.
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
        wire_pattern: String,
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

    /// What it gets when it asks for nothing.
    pub fn default_or(&self, setting: TokenLifetime) -> TokenLifetime {
        self.default.map_or(setting, TokenLifetime::of_seconds)
    }
}

/// Whether and when a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ExpiryRule {
    /// An end may be given and changed.
    Optional,
    /// There is always an end, one year from today unless given.
    Required {
        /// Whether it stays as it was at creation.
        fixed: bool,
    },
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
}

impl Profile {
    /// The five built-in profiles.
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    pub fn built_in() -> [Self; 5] {
        use GrantType::{AuthorizationCode, ClientCredentials, RefreshToken};
        let base = Rules {
            grant_types: vec![ClientCredentials],
            default_grant_types: vec![ClientCredentials],
            client_id: ClientIdRule::Generated,
            roles: RoleModel::Ladder,
            redirect_uris: Presence::Forbidden,
            token_lifetime: LifetimeRule {
                default: Some(3_600),
                least: 60,
                most: 86_400,
            },
            expiry: ExpiryRule::Optional,
            secret: SecretRule {
                at_creation: true,
                default_expiry: SecretExpiry::Never,
                may_never_expire: true,
                longest_days: None,
            },
            auth_methods: vec![
                AuthMethod::Any,
                AuthMethod::ClientSecretBasic,
                AuthMethod::ClientSecretPost,
                AuthMethod::PrivateKeyJwt,
            ],
        };
        let built_in = |key: &str, name: &str, rules: Rules| Self {
            key: key.to_owned(),
            name: name.to_owned(),
            tenant_id: None,
            rules,
        };
        let lifetime = base.token_lifetime;
        let mut app_methods = base.auth_methods.clone();
        app_methods.push(AuthMethod::None);
        [
            built_in(
                "service_account",
                "Service account",
                Rules {
                    token_lifetime: LifetimeRule {
                        default: Some(86_400),
                        ..lifetime
                    },
                    ..base.clone()
                },
            ),
            built_in(
                "app",
                "App",
                Rules {
                    grant_types: vec![AuthorizationCode, RefreshToken],
                    default_grant_types: vec![AuthorizationCode, RefreshToken],
                    roles: RoleModel::User,
                    redirect_uris: Presence::Required,
                    auth_methods: app_methods,
                    ..base.clone()
                },
            ),
            built_in(
                "api_access",
                "API access",
                Rules {
                    client_id: ClientIdRule::Chosen {
                        wire_pattern: "wallet-{external_key}-{client_id}".to_owned(),
                    },
                    roles: RoleModel::Grid,
                    expiry: ExpiryRule::Required { fixed: true },
                    secret: SecretRule {
                        default_expiry: SecretExpiry::WithClient,
                        ..base.secret
                    },
                    ..base.clone()
                },
            ),
            built_in(
                "short_lived",
                "Short-lived client",
                Rules {
                    grant_types: vec![ClientCredentials, AuthorizationCode, RefreshToken],
                    client_id: ClientIdRule::Preferred,
                    roles: RoleModel::Set {
                        mandatory: Vec::new(),
                    },
                    redirect_uris: Presence::Optional,
                    token_lifetime: LifetimeRule {
                        default: None,
                        ..lifetime
                    },
                    ..base.clone()
                },
            ),
            built_in(
                "tenant_client",
                "Tenant client",
                Rules {
                    roles: RoleModel::Set {
                        mandatory: vec!["tenant_member".to_owned()],
                    },
                    token_lifetime: LifetimeRule {
                        most: 3_600,
                        ..lifetime
                    },
                    secret: SecretRule {
                        at_creation: false,
                        default_expiry: SecretExpiry::OneYear,
                        ..base.secret
                    },
                    ..base
                },
            ),
        ]
    }
}
