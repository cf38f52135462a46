//! The roles of people beside the ladder: given to a person, or to a group whose members all have them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{groups, lifecycle, read};
use crate::{
    access::held::list_held_by_person,
    app::{App, Change},
    clients::{ceiling, roles::find_roles},
    domain::{
        assignment::{Assigned, Assignment, Assignments},
        audit::{Action, differences},
        caller::Caller,
        permission::Rights,
        refusal::Refusal,
        role::Role,
        user::User,
        version::{Expected, Version},
        violation::Violations,
    },
    error::Result,
    store::RoleReach,
};

/// Who has roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person.
    User(Uuid),
    /// All members of a group.
    Group(Uuid),
}

impl Holder {
    const fn id(self) -> Uuid {
        match self {
            Self::User(id) | Self::Group(id) => id,
        }
    }
}

/// Roles that somebody has, and the version of who has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The version of the person or the group.
    pub version: Version,
    /// The keys of the roles, in order.
    pub roles: Vec<String>,
}

/// What `user` may do in this tenant at this moment: by the ladder, by roles of their own, and by their groups.
///
/// # Errors
/// The database being away.
pub async fn rights_of(app: &App, user: &User, tenant_id: Uuid) -> Result<Rights> {
    let ladder = user.rights();
    if !user.is_active() || ladder == Rights::Everything {
        return Ok(ladder);
    }
    let mut holders = app.store.list_group_ids_of(user.id).await?;
    holders.push(user.id);
    let held = app.store.list_assignments_of(holders).await?;
    Ok(with_held(ladder, held.into_values(), tenant_id))
}

/// As [`rights_of`], where what the user holds is known, with what their groups hold.
pub fn rights_from(user: &User, held: &Assignments, tenant_id: Uuid) -> Rights {
    if !user.is_active() {
        return user.rights();
    }
    user.rights().and(held.rights_in(tenant_id))
}

/// What a person is told of what they are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRoles {
    /// The names of the roles beside the ladder, in order, each once.
    pub names: Vec<String>,
    /// Whether there is anything that they may see or change as an administrator, here or in a community.
    pub administers: bool,
}

/// What `user` is at home beside the ladder, by roles of their own and of their groups, and in communities.
///
/// # Errors
/// The database being away.
pub async fn own_roles(app: &App, user: &User) -> Result<OwnRoles> {
    let home = user.tenant_id;
    let held = list_held_by_person(app, user).await?;
    let apis = app.known_apis(home).await?;
    let here = apis
        .management()
        .permissions_of(&rights_from(user, &held, home));
    let in_communities = || {
        let mut roles = held.community_roles_in(home).map(|(_, role)| role);
        roles.any(|it| it.permissions.iter().next().is_some())
    };
    let roles = held.roles_in(home);
    let roles = roles.chain(held.community_roles_in(home).map(|(_, role)| role));
    let names: BTreeSet<&str> = roles.map(|it| it.name.as_str()).collect();
    Ok(OwnRoles {
        administers: user.operator || !here.is_empty() || in_communities(),
        names: names.into_iter().map(str::to_owned).collect(),
    })
}

fn with_held(ladder: Rights, held: impl Iterator<Item = Assignments>, tenant_id: Uuid) -> Rights {
    held.fold(ladder, |rights, it| rights.and(it.rights_in(tenant_id)))
}

/// Refuses a caller who may not do all that `user` may by roles: whoever changes a person can become them.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub(super) async fn covers_user(change: &Change, user: &User) -> Result<()> {
    let mut holders = change.store.list_group_ids_of(user.id).await?;
    holders.push(user.id);
    let held = change.store.list_assignments_of(holders).await?;
    let rights = with_held(Rights::none(), held.into_values(), user.tenant_id);
    ceiling::may_give(&change.caller, &rights)
}

/// Refuses a caller who may not do all that the members of a group may: whoever adds a member gives all that.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub(super) async fn covers_group(change: &Change, group: Uuid) -> Result<()> {
    let held = change.store.list_assignments(group).await?;
    ceiling::may_give(&change.caller, &held.rights_in(change.caller.tenant_id))
}

/// The roles of a person or a group of the caller's tenant.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_roles(app: &App, caller: &Caller, holder: Holder) -> Result<Held> {
    let version = match holder {
        Holder::User(id) => read::get_user(app, caller, id).await?.version,
        Holder::Group(id) => groups::get_group(app, caller, id).await?.version,
    };
    let held = app.store.list_assignments(holder.id()).await?;
    let roles = held.role_keys_in(caller.tenant_id);
    Ok(Held { version, roles })
}

/// Replaces the roles of a person or a group. Live tokens follow with the commit.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Stale`], [`Refusal::RoleExceedsCaller`] when a role is given that may do more than
/// the caller, or every key that is no role.
pub async fn replace_roles(
    change: &Change,
    holder: Holder,
    expected: &Expected,
    keys: &[String],
) -> Result<Held> {
    let tenant_id = change.caller.tenant_id;
    let (version, found) = match holder {
        Holder::User(id) => {
            let user = lifecycle::find_for_change(change, id).await?;
            lifecycle::not_anonymized(&user)?;
            (user.version, Found::User(user))
        }
        Holder::Group(id) => {
            let group = groups::find_for_change(change, id).await?;
            (group.version, Found::Group(group))
        }
    };
    if !expected.admits(version) {
        return Err(Refusal::Stale.into());
    }
    let known = change
        .store
        .list_all_roles(tenant_id, RoleReach::Tenant)
        .await?;
    let mut wrong = Violations::none();
    let wanted = find_roles("/roles", keys, &mut wrong, |key| {
        known
            .iter()
            .find(|it| it.key == key && it.scope.is_of_tenant(tenant_id))
    });
    let wanted = wrong.or(wanted)?;
    let held = change.store.list_assignments(holder.id()).await?;
    let before = snapshot(&held, tenant_id);
    let after = snapshot(&in_tenant(&wanted, tenant_id), tenant_id);
    let differing = differences(&before, &after);
    let mut roles: Vec<String> = wanted.iter().map(|it| it.key.clone()).collect();
    roles.sort_unstable();
    if differing.is_empty() {
        return Ok(Held { version, roles });
    }
    let had: Vec<Uuid> = held.roles_in(tenant_id).map(|it| it.id).collect();
    for role in wanted.iter().filter(|it| !had.contains(&it.id)) {
        ceiling::at("/roles", ceiling::may_give_role(&change.caller, role))?;
    }
    // What is held in communities is given there, and stays.
    let rows: Vec<(Option<Uuid>, Uuid)> = wanted
        .iter()
        .map(|it| (None, it.id))
        .chain(
            held.community_roles_in(tenant_id)
                .map(|(community, role)| (Some(community.id), role.id)),
        )
        .collect();
    change
        .store
        .replace_roles(holder.id(), tenant_id, &rows)
        .await?;
    let version = match found {
        Found::User(mut user) => {
            lifecycle::write(change, &mut user, Action::UserUpdated, differing).await?;
            user.version
        }
        Found::Group(mut group) => {
            groups::write(change, &mut group, differing).await?;
            group.version
        }
    };
    Ok(Held { version, roles })
}

/// Who has the roles, locked until the change ends.
enum Found {
    User(User),
    Group(crate::domain::group::Group),
}

fn in_tenant(roles: &[Role], tenant_id: Uuid) -> Assignments {
    roles
        .iter()
        .map(|role| Assignment {
            tenant_id,
            community: None,
            what: Assigned::Role(role.clone()),
        })
        .collect()
}

fn snapshot(held: &Assignments, tenant_id: Uuid) -> Value {
    json!({ "roles": held.role_keys_in(tenant_id) })
}
