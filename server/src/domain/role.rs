//! Roles: named sets of permissions; and the ladder that every service account stands on.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{
    permission::{Access, Permission, PermissionSet, Rights},
    timestamp::Timestamp,
    version::Version,
};

/// How many roles a tenant may have of its own, and a community, and all tenants together: all that can be given are read
/// where one is made or given, and shown where one is chosen.
pub const MOST_PER_OWNER: usize = 500;

/// A named set of permissions that principals can be given.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Where it can be given.
    pub scope: RoleScope,
    /// Its short name, fixed: it stands in tokens.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows.
    pub permissions: PermissionSet,
    /// Whether it belongs to Latchkey and cannot be changed.
    pub built_in: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts its changes.
    pub version: Version,
}

/// Where a role can be given, and whose it is. `None` is everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleScope {
    /// In this tenant, or in every one.
    Tenant(Option<Uuid>),
    /// In this community, or in every one.
    Community(Option<Uuid>),
    /// In every tenant; operators make such roles.
    Global,
}

impl RoleScope {
    /// The word in requests, answers and rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tenant(_) => "tenant",
            Self::Community(_) => "community",
            Self::Global => "global",
        }
    }

    /// Whether a key would name two roles where both can be given.
    pub fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::Community(a), Self::Community(b)) | (Self::Tenant(a), Self::Tenant(b)) => {
                a.is_none() || b.is_none() || a == b
            }
            (Self::Community(_), _) | (_, Self::Community(_)) => false,
            (Self::Global, _) | (_, Self::Global) => true,
        }
    }

    /// The one community that it belongs to.
    pub const fn community(self) -> Option<Uuid> {
        match self {
            Self::Community(owner) => owner,
            _ => None,
        }
    }

    /// Whether it can be given in this tenant itself.
    pub fn is_of_tenant(self, tenant_id: Uuid) -> bool {
        match self {
            Self::Global => true,
            Self::Tenant(owner) => owner.is_none_or(|it| it == tenant_id),
            Self::Community(_) => false,
        }
    }

    /// Whether it can be given in this community.
    pub fn is_of_community(self, community_id: Uuid) -> bool {
        match self {
            Self::Community(owner) => owner.is_none_or(|it| it == community_id),
            _ => false,
        }
    }
}

impl Role {
    /// The roles that every installation has, besides the ladder.
    pub fn built_in(now: Timestamp) -> [Self; 4] {
        let role =
            |number: u128, scope, key: &str, name: &str, description: &str, permissions| Self {
                // Fixed, so that two nodes that start at once cannot make a role twice.
                id: Uuid::from_u128(0x6c61_7463_686b_8079_8000_0000_0000_0000 + number),
                scope,
                key: key.to_owned(),
                name: name.to_owned(),
                description: Some(description.to_owned()),
                permissions,
                built_in: true,
                created_at: now,
                updated_at: now,
                version: Version::FIRST,
            };
        let community = |make: fn(&str) -> Permission| {
            COMMUNITY_RESOURCES
                .iter()
                .map(|it| make(it.key))
                .collect::<PermissionSet>()
        };
        [
            role(
                1,
                RoleScope::Tenant(None),
                "tenant_member",
                "Tenant member",
                "Belongs to the tenant, and may read what is its own.",
                PermissionSet::default(),
            ),
            role(
                2,
                RoleScope::Tenant(None),
                "tenant_administrator",
                "Tenant administrator",
                "Manages users, groups, clients, roles, APIs and settings of the tenant.",
                administration(),
            ),
            role(
                3,
                RoleScope::Community(None),
                "community_member",
                "Community member",
                "Reads the members and the shared directory of the community.",
                community(Permission::view),
            ),
            role(
                4,
                RoleScope::Community(None),
                "community_administrator",
                "Community administrator",
                "Looks after the community's name and gives its roles.",
                community(Permission::change),
            ),
        ]
    }
}

/// What administrators may do: everything but what is kept for super admins.
fn administration() -> PermissionSet {
    MANAGEMENT_RESOURCES
        .iter()
        .filter(|it| it.admin)
        .map(ManagementResource::permission)
        .collect()
}

/// What a community role can open in its community.
pub const COMMUNITY_RESOURCES: [ManagementResource; 2] = [
    row("community_members", "Members of the community", false),
    row("community_directory", "Shared directory", false),
];

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

impl ManagementResource {
    /// How far it can be opened at most: what happened can only be read.
    pub fn most(&self) -> Access {
        if self.key == "audit" {
            Access::View
        } else {
            Access::Change
        }
    }

    /// The permission that opens it as far as it can be.
    pub fn permission(&self) -> Permission {
        Permission {
            resource: self.key.to_owned(),
            access: self.most(),
        }
    }
}

/// Whether permissions for `resource` open the clients of one profile: a built-in one, or one that a tenant made.
pub fn opens_clients(resource: &str) -> bool {
    CLIENT_RESOURCES.contains(&resource)
        || !(resource.contains('/')
            || MANAGEMENT_RESOURCES.iter().any(|it| it.key == resource)
            || COMMUNITY_RESOURCES.iter().any(|it| it.key == resource))
}

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
            Self::Admin => Rights::Only(administration()),
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
