//! What a token may do for a person, and says of them. An app that is part of Latchkey has all that the person has; any
//! other has, and is told, no more than the person allowed it.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{CommunityRoles, Standing};
use crate::{
    access::known_apis::KnownApi,
    clients::{cache::KnownClient, holding::Holding},
    domain::{
        assignment::Assignments,
        permission::{PermissionSet, Rights},
        role::Role,
        scope::Scope,
        user::User,
    },
    people::roles::rights_from,
};

/// What an app may do for a person who may do `person_may`, permission by permission.
pub(super) fn rights(known: &KnownClient, person_may: &Rights, allowed: &Scope) -> Rights {
    let rights = person_may.clone();
    if known.client.built_in {
        return rights;
    }
    rights.within(permissions_in(allowed))
}

fn permissions_in(scope: &Scope) -> PermissionSet {
    scope.iter().filter_map(|it| it.parse().ok()).collect()
}

/// An app at an API, and what a person allowed it.
pub struct ByApp<'a> {
    /// The app.
    pub known: &'a KnownClient,
    /// The API.
    pub api: &'a KnownApi,
    /// What the person allowed.
    pub allowed: &'a Scope,
}

impl ByApp<'_> {
    /// What the app is told of a person who holds `held`, acting in a tenant.
    ///
    /// A role is told where the person allowed all that it gives at the API: it cannot be narrowed, so else it would
    /// say more than was allowed. What the person is at Latchkey itself, by the ladder and in communities, nobody was
    /// asked for.
    pub fn standing(&self, user: &User, held: &Assignments, tenant_id: Uuid) -> Standing {
        let may = rights(
            self.known,
            &rights_from(user, held, tenant_id),
            self.allowed,
        );
        let permissions = self.api.permissions_of(&may);
        if self.known.client.built_in {
            let ladder = std::iter::once(user.form.role.to_string());
            let roles = ladder.chain(held.role_keys_in(tenant_id)).collect();
            return Standing {
                holding: Holding { roles, permissions },
                community_roles: held.community_role_keys_in(tenant_id),
            };
        }
        let allowed = permissions_in(self.allowed);
        let roles: BTreeSet<String> = held
            .roles_in(tenant_id)
            .filter(|it| self.is_allowed(it, &allowed))
            .map(|it| it.key.clone())
            .collect();
        Standing {
            holding: Holding {
                roles: roles.into_iter().collect(),
                permissions,
            },
            community_roles: CommunityRoles::new(),
        }
    }

    fn is_allowed(&self, role: &Role, allowed: &PermissionSet) -> bool {
        let mut here = self.api.permissions_in(&role.permissions).peekable();
        here.peek().is_some() && here.all(|it| allowed.contains(&it))
    }
}
