//! What a principal holds, and where: permissions given straight to it, roles, and the tenants it is assigned to.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    permission::{Permission, PermissionSet, Rights},
    role::Role,
};

/// One thing that a principal holds in a tenant, or in a community by way of a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// In which tenant.
    pub tenant_id: Uuid,
    /// In which community, for a community role.
    pub community: Option<CommunityName>,
    /// What.
    pub what: Assigned,
}

/// How a community is named in tokens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommunityName {
    /// Its id.
    pub id: Uuid,
    /// Its key.
    pub key: String,
}

/// What is held.
#[derive(Clone, Debug, PartialEq)]
pub enum Assigned {
    /// The tenant itself: the principal may pick it, without any right yet.
    Tenant,
    /// One permission.
    Permission(Permission),
    /// A role with all its permissions.
    Role(Role),
}

/// Everything that a principal holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignments(Vec<Assignment>);

impl Assignments {
    /// All there is in one tenant, without its communities.
    fn within(&self, tenant_id: Uuid) -> impl Iterator<Item = &Assigned> {
        self.0
            .iter()
            .filter(move |it| it.tenant_id == tenant_id && it.community.is_none())
            .map(|it| &it.what)
    }

    /// The permissions given straight to the principal in a tenant.
    pub fn permissions_in(&self, tenant_id: Uuid) -> PermissionSet {
        self.within(tenant_id)
            .filter_map(|it| match it {
                Assigned::Permission(permission) => Some(permission.clone()),
                _ => None,
            })
            .collect()
    }

    /// The roles of the principal in a tenant.
    pub fn roles_in(&self, tenant_id: Uuid) -> impl Iterator<Item = &Role> {
        self.within(tenant_id).filter_map(|it| match it {
            Assigned::Role(role) => Some(role),
            _ => None,
        })
    }

    /// The roles of the principal in the communities that it reaches by way of a tenant.
    pub fn community_roles_in(
        &self,
        tenant_id: Uuid,
    ) -> impl Iterator<Item = (&CommunityName, &Role)> {
        self.0
            .iter()
            .filter(move |it| it.tenant_id == tenant_id)
            .filter_map(|it| match (&it.community, &it.what) {
                (Some(community), Assigned::Role(role)) => Some((community, role)),
                _ => None,
            })
    }

    /// The keys of the roles in a tenant, in order, each once.
    pub fn role_keys_in(&self, tenant_id: Uuid) -> Vec<String> {
        let mut keys: Vec<String> = self.roles_in(tenant_id).map(|it| it.key.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The keys of the communities that are reached by way of a tenant, each with the keys of the roles there.
    pub fn community_role_keys_in(&self, tenant_id: Uuid) -> BTreeMap<String, Vec<String>> {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (community, role) in self.community_roles_in(tenant_id) {
            let roles = keys.entry(community.key.clone()).or_default();
            roles.push(role.key.clone());
            roles.sort_unstable();
            roles.dedup();
        }
        keys
    }

    /// These, and those of `more`.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// Permissions given straight to a principal in a tenant.
    pub fn of_permissions(tenant_id: Uuid, permissions: &PermissionSet) -> Self {
        permissions
            .iter()
            .map(|permission| Assignment {
                tenant_id,
                community: None,
                what: Assigned::Permission(permission),
            })
            .collect()
    }

    /// What the principal may do in a tenant by all it holds there.
    pub fn rights_in(&self, tenant_id: Uuid) -> Rights {
        let mut set = self.permissions_in(tenant_id);
        for role in self.roles_in(tenant_id) {
            for permission in role.permissions.iter() {
                set.insert(permission);
            }
        }
        Rights::Only(set)
    }

    /// What is held in one tenant, and in communities by way of it.
    #[must_use]
    pub fn only_in(&self, tenant_id: Uuid) -> Self {
        let there = |it: &&Assignment| it.tenant_id == tenant_id;
        self.0.iter().filter(there).cloned().collect()
    }

    /// The tenants in which the principal holds anything, each once.
    pub fn tenants(&self) -> Vec<Uuid> {
        let mut tenants: Vec<Uuid> = self.0.iter().map(|it| it.tenant_id).collect();
        tenants.sort_unstable();
        tenants.dedup();
        tenants
    }
}

impl FromIterator<Assignment> for Assignments {
    fn from_iter<I: IntoIterator<Item = Assignment>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}
