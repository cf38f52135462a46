//! The rules of a profile as a caller wrote them.

#[cfg(doc)]
use crate::domain::profile::{
    ClientIdRule, ExpiryRule, LifetimeRule, RoleModel, Rules, SecretExpiry, SecretRule,
};

/// The editable part of a profile as a caller wrote it: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct ProfileDraft {
    /// What a person reads.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// See [`Rules::grant_types`].
    pub grant_types: Option<Vec<String>>,
    /// See [`Rules::default_grant_types`].
    pub default_grant_types: Option<Vec<String>>,
    /// See [`Rules::client_id`].
    pub client_id: ClientIdDraft,
    /// See [`Rules::roles`].
    pub roles: RoleModelDraft,
    /// See [`Rules::redirect_uris`].
    pub redirect_uris: Option<String>,
    /// See [`Rules::token_lifetime`].
    pub token_lifetime: LifetimeDraft,
    /// See [`Rules::expiry`].
    pub expiry: ExpiryDraft,
    /// See [`Rules::secret`].
    pub secret: SecretDraft,
    /// See [`Rules::auth_methods`].
    pub auth_methods: Option<Vec<String>>,
}

/// See [`ClientIdRule`].
#[derive(Clone, Debug, Default)]
pub struct ClientIdDraft {
    /// `generated`, `preferred` or `chosen`.
    pub kind: Option<String>,
    /// See [`ClientIdRule::Chosen`].
    pub wire_pattern: Option<String>,
}

/// See [`RoleModel`].
#[derive(Clone, Debug, Default)]
pub struct RoleModelDraft {
    /// `user`, `ladder`, `grid` or `set`.
    pub kind: Option<String>,
    /// See [`RoleModel::Set`].
    pub mandatory: Option<Vec<String>>,
}

/// See [`LifetimeRule`].
#[derive(Clone, Debug, Default)]
pub struct LifetimeDraft {
    /// See [`LifetimeRule::default`].
    pub default: Option<i64>,
    /// See [`LifetimeRule::least`].
    pub least: Option<i64>,
    /// See [`LifetimeRule::most`].
    pub most: Option<i64>,
}

/// See [`ExpiryRule`].
#[derive(Clone, Debug, Default)]
pub struct ExpiryDraft {
    /// `optional` or `required`.
    pub kind: Option<String>,
    /// See [`ExpiryRule::Required`].
    pub fixed: Option<bool>,
    /// See [`ExpiryRule::Required`].
    pub default_days: Option<i64>,
}

/// See [`SecretRule`].
#[derive(Clone, Debug, Default)]
pub struct SecretDraft {
    /// See [`SecretRule::at_creation`].
    pub at_creation: Option<bool>,
    /// `never`, `one_year`, `with_client` or `days`.
    pub default_expiry: Option<String>,
    /// See [`SecretExpiry::Days`].
    pub default_days: Option<i64>,
    /// See [`SecretRule::may_never_expire`].
    pub may_never_expire: Option<bool>,
    /// See [`SecretRule::longest_days`].
    pub longest_days: Option<i64>,
}
