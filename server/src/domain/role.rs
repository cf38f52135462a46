//! Roles: named sets of permissions. Here the ladder that every service account stands on.

use std::{fmt, str::FromStr};

use super::permission::{Permission, PermissionSet, Rights};

/// A row of the permission grid of the management API.
#[derive(Clone, Copy, Debug)]
pub struct ManagementResource {
    /// The word before the colon of its permissions.
    pub key: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// Whether the ladder's `admin` may change it, besides `super_admin`.
    pub admin: bool,
}

/// What the management API protects. The first rows open the clients of one profile each,
/// `clients` those of every profile.
pub const MANAGEMENT_RESOURCES: [ManagementResource; 17] = [
    row("clients", "All clients", true),
    row("service_account", "Service accounts", true),
    row("app", "Apps", true),
    row("api_access", "API access", true),
    row("short_lived", "Short-lived clients", true),
    row("tenant_client", "Tenant clients", true),
    row("users", "Users", true),
    row("groups", "Groups", true),
    row("roles", "Roles", true),
    row("apis", "APIs", true),
    row("profiles", "Profiles", true),
    row("identity_providers", "Identity providers", true),
    row("settings", "Settings", true),
    row("audit", "Activity", true),
    row("tenant", "The tenant itself", false),
    row("signing_keys", "Signing keys", false),
    row("anonymization", "Anonymization of users", false),
];

/// The rows that open the clients of one profile each.
pub const CLIENT_RESOURCES: [&str; 5] = [
    "service_account",
    "app",
    "api_access",
    "short_lived",
    "tenant_client",
];

const fn row(key: &'static str, label: &'static str, admin: bool) -> ManagementResource {
    ManagementResource { key, label, admin }
}

/// The built-in ladder: exactly one of these per service account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LadderRole {
    /// Reads its own profile and lists the applications it may use.
    Member,
    /// Manages users, groups, apps, service accounts, APIs, identity providers and settings.
    Admin,
    /// Everything in the tenant.
    SuperAdmin,
}

impl LadderRole {
    /// From the least to the greatest.
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::SuperAdmin];

    /// The word in requests and rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::SuperAdmin => "super_admin",
        }
    }

    /// What it allows. A member needs no permission for what is its own.
    pub fn rights(self) -> Rights {
        match self {
            Self::Member => Rights::none(),
            Self::Admin => Rights::Only(
                MANAGEMENT_RESOURCES
                    .iter()
                    .filter(|it| it.admin)
                    .map(|it| Permission::change(it.key))
                    .collect::<PermissionSet>(),
            ),
            Self::SuperAdmin => Rights::Everything,
        }
    }
}

impl fmt::Display for LadderRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a role of the ladder: use member, admin or super_admin")]
pub struct UnknownRole;

impl FromStr for LadderRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rung_covers_those_below_it_and_none_above() {
        for (index, lower) in LadderRole::ALL.iter().enumerate() {
            for higher in &LadderRole::ALL[index + 1..] {
                assert!(higher.rights().cover(&lower.rights()));
                assert!(!lower.rights().cover(&higher.rights()));
            }
        }
    }
}
