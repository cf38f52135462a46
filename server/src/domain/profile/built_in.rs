//! The profiles that every installation has.

use uuid::Uuid;

use super::{
    ClientIdRule, ExpiryRule, LifetimeRule, Presence, Profile, RoleModel, Rules, SecretExpiry,
    SecretRule,
};
use crate::domain::{
    auth_method::AuthMethod, client_id::WirePattern, grant_type::GrantType, timestamp::Timestamp,
    version::Version,
};

impl Profile {
    /// The five built-in profiles, as delivered.
    #[expect(clippy::too_many_lines, reason = "it is a table")]
    pub fn built_in(now: Timestamp) -> [Self; 5] {
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
            id: Uuid::now_v7(),
            key: key.to_owned(),
            name: name.to_owned(),
            description: None,
            tenant_id: None,
            rules,
            created_at: now,
            updated_at: now,
            version: Version::FIRST,
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
                        wire_pattern: WirePattern::of_wallets(),
                    },
                    roles: RoleModel::Grid,
                    expiry: ExpiryRule::Required {
                        fixed: true,
                        default_days: None,
                    },
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
