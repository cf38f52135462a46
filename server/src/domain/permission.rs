//! Permissions: what a principal may do, as `<resource>:view` and `<resource>:change`.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::role::opens_clients;

/// How much of a resource a permission opens. `Change` always implies `View`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Read.
    View,
    /// Create, change and delete; and read.
    Change,
}

impl Access {
    /// The word after the colon.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Change => "change",
        }
    }
}

/// One permission, written `<resource>:view` or `<resource>:change`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// What it opens, such as `users` or `service_account`.
    pub resource: String,
    /// How far it opens it.
    pub access: Access,
}

impl Permission {
    /// `<resource>:view`
    pub fn view(resource: &str) -> Self {
        Self {
            resource: resource.to_owned(),
            access: Access::View,
        }
    }

    /// `<resource>:change`
    pub fn change(resource: &str) -> Self {
        Self {
            resource: resource.to_owned(),
            access: Access::Change,
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource, self.access.as_str())
    }
}

/// A text that is not a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a permission: write <resource>:view or <resource>:change")]
pub struct PermissionProblem;

impl FromStr for Permission {
    type Err = PermissionProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (resource, access) = text.rsplit_once(':').ok_or(PermissionProblem)?;
        let access = match access {
            "view" => Access::View,
            "change" => Access::Change,
            _ => return Err(PermissionProblem),
        };
        let fits = !resource.is_empty()
            && resource.len() <= 200
            && resource.bytes().all(|it| it.is_ascii_graphic());
        if !fits {
            return Err(PermissionProblem);
        }
        Ok(Self {
            resource: resource.to_owned(),
            access,
        })
    }
}

/// A set of permissions, closed under "change implies view".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(BTreeMap<String, Access>);

impl PermissionSet {
    /// Adds one; the wider of two for the same resource stays.
    pub fn insert(&mut self, permission: Permission) {
        let access = self
            .0
            .entry(permission.resource)
            .or_insert(permission.access);
        *access = (*access).max(permission.access);
    }

    /// Whether `permission` is in it, said or implied.
    pub fn contains(&self, permission: &Permission) -> bool {
        self.allows(&permission.resource, permission.access)
    }

    /// Whether `access` to `resource` is in it, said or implied.
    pub fn allows(&self, resource: &str, access: Access) -> bool {
        self.0.get(resource).is_some_and(|held| *held >= access)
    }

    /// Whether whoever has it may give everything in `other`: what is in it; clients of a profile to who has
    /// `clients`; permissions of a registered API to who may change APIs, since they decide what these mean.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|(resource, access)| {
            self.allows(resource, *access)
                || (opens_clients(resource) && self.allows("clients", *access))
                || (resource.contains('/') && self.allows("apis", Access::Change))
        })
    }

    /// Every permission in it, the implied ones too, in order.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().flat_map(|(resource, access)| {
            let change = (*access == Access::Change).then(|| Permission::change(resource));
            std::iter::once(Permission::view(resource)).chain(change)
        })
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::default();
        for permission in permissions {
            set.insert(permission);
        }
        set
    }
}

/// Everything a principal may do in one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rights {
    /// All there is, also what is added later: a super admin.
    Everything,
    /// These permissions.
    Only(PermissionSet),
}

impl Rights {
    /// No right at all.
    pub fn none() -> Self {
        Self::Only(PermissionSet::default())
    }

    /// Whether `access` to `resource` is among them.
    pub fn allow(&self, resource: &str, access: Access) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(set) => set.allows(resource, access),
        }
    }

    /// Whether `other` gives nothing that these do not give: the ceiling rule.
    pub fn cover(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everything, _) => true,
            (Self::Only(_), Self::Everything) => false,
            (Self::Only(mine), Self::Only(theirs)) => mine.covers(theirs),
        }
    }

    /// Those of these that are also among `allowed`.
    #[must_use]
    pub fn within(self, allowed: PermissionSet) -> Self {
        match self {
            Self::Everything => Self::Only(allowed),
            Self::Only(mine) => Self::Only(
                mine.iter()
                    .filter(|it| allowed.contains(it))
                    .collect::<PermissionSet>(),
            ),
        }
    }

    /// These and `other` together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(mut mine), Self::Only(theirs)) => {
                for permission in theirs.iter() {
                    mine.insert(permission);
                }
                Self::Only(mine)
            }
            _ => Self::Everything,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn permission() -> impl Strategy<Value = Permission> {
        ("[a-d]", proptest::bool::ANY).prop_map(|(resource, change)| Permission {
            resource,
            access: if change { Access::Change } else { Access::View },
        })
    }

    proptest! {
        #[test]
        fn change_implies_view_on_write_and_on_read_back(all in prop::collection::vec(permission(), 0..8)) {
            let set: PermissionSet = all.iter().cloned().collect();
            for one in &all {
                prop_assert!(set.contains(one));
                prop_assert!(set.allows(&one.resource, Access::View));
            }
            let again: PermissionSet = set.iter().collect();
            prop_assert_eq!(again, set);
        }

        #[test]
        fn covering_is_a_partial_order(
            a in prop::collection::vec(permission(), 0..6),
            b in prop::collection::vec(permission(), 0..6),
        ) {
            let (a, b): (PermissionSet, PermissionSet) = (a.into_iter().collect(), b.into_iter().collect());
            prop_assert!(a.covers(&a));
            if a.covers(&b) && b.covers(&a) {
                prop_assert_eq!(&a, &b);
            }
            let both = Rights::Only(a.clone()).and(Rights::Only(b.clone()));
            prop_assert!(both.cover(&Rights::Only(a)) && both.cover(&Rights::Only(b)));
        }

        #[test]
        fn text_round_trips(one in permission()) {
            prop_assert_eq!(one.to_string().parse::<Permission>().unwrap(), one);
        }
    }
}
