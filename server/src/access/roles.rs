//! Roles: what there is, and how custom ones are made, changed and ended.

use serde_json::{Value, json};
use uuid::Uuid;

use super::grid;
use crate::{
    app::{App, Change},
    clients::ceiling,
    domain::{
        audit::{Action, Object, differences},
        caller::Caller,
        grid::Grid,
        key::Key,
        page::{Limit, Page},
        permission::{Permission, PermissionSet},
        refusal::{Conflict, Refusal},
        role::{LadderRole, MOST_PER_OWNER, Role, RoleScope},
        text,
        version::{Expected, Version},
        violation::Violations,
    },
    error::{Error, Result},
    store::{RoleKey, RoleReach, StoreError},
};

/// What a caller wrote to make a role: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// `tenant`, `community` or `global`.
    pub scope: String,
    /// The key of the community, for a community role.
    pub community: Option<String>,
    /// Its short name.
    pub key: String,
    /// The editable part.
    pub draft: RoleDraft,
}

/// The editable part of a role as a caller wrote it.
#[derive(Clone, Debug, Default)]
pub struct RoleDraft {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows.
    pub permissions: Vec<String>,
}

/// The roles that the caller's tenant sees.
///
/// # Errors
/// The database being away.
pub async fn list_roles(
    app: &App,
    caller: &Caller,
    after: Option<&RoleKey>,
    limit: Limit,
) -> Result<Page<Role, RoleKey>> {
    let (tenant_id, reach) = (caller.tenant_id, reach(caller));
    Ok(app.store.list_roles(tenant_id, reach, after, limit).await?)
}

/// Operators stand above all communities.
const fn reach(caller: &Caller) -> RoleReach {
    if caller.operator {
        RoleReach::EveryCommunity
    } else {
        RoleReach::Tenant
    }
}

/// One of them, by its uuid, or by its key where the tenant itself gives it.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_role(app: &App, caller: &Caller, reference: &str) -> Result<Role> {
    let found = app
        .store
        .find_role(caller.tenant_id, reach(caller), reference)
        .await?;
    Ok(found.ok_or(Refusal::NotFound("role"))?)
}

/// Makes a role.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`] when it would allow more than the caller may, [`Conflict::KeyTaken`],
/// [`Conflict::TooManyRoles`], or everything that is wrong.
pub async fn create_role(change: &Change, new: &NewRole) -> Result<Role> {
    let caller = &change.caller;
    let mut wrong = Violations::none();
    let scope = scope(change, new, &mut wrong).await?;
    let key = wrong.take("/key", Key::parse(&new.key));
    let grid = grid_of(change, scope).await?;
    let (name, description, permissions) = read(&new.draft, &grid, &mut wrong);
    let (Some(key), true) = (key, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    owns(caller, scope)?;
    let given = ceiling::may_give_in(caller, scope, &permissions);
    ceiling::at("/permissions", given)?;
    let known = change
        .store
        .list_all_roles(caller.tenant_id, reach(caller))
        .await?;
    let ladder = LadderRole::ALL.iter().any(|it| it.as_str() == key.as_str());
    let taken = known
        .iter()
        .any(|it| it.key == key.as_str() && it.scope.overlaps(scope));
    if ladder || taken {
        return Err(Conflict::KeyTaken.into());
    }
    let own = known.iter().filter(|it| it.scope == scope && !it.built_in);
    if own.count() >= MOST_PER_OWNER {
        return Err(Conflict::TooManyRoles.into());
    }
    let role = Role {
        id: Uuid::now_v7(),
        scope,
        key: key.to_string(),
        name,
        description,
        permissions,
        built_in: false,
        created_at: change.now,
        updated_at: change.now,
        version: Version::FIRST,
    };
    change.store.insert_role(&role).await.map_err(taken_key)?;
    let differing = differences(&Value::Null, &snapshot(&role));
    change
        .record(Action::RoleCreated, object(&role), differing)
        .await?;
    Ok(role)
}

/// Replaces the editable part of a role. Whoever has it follows at once.
///
/// # Errors
/// [`Conflict::BuiltIn`], [`Refusal::Stale`], [`Refusal::RoleExceedsCaller`] when it would allow more than the caller
/// may, or everything that is wrong.
pub async fn replace_role(
    change: &Change,
    reference: &str,
    expected: &Expected,
    draft: impl FnOnce(&Role) -> Result<RoleDraft> + Send,
) -> Result<Role> {
    let before = find_for_change(change, reference, expected).await?;
    let mut wrong = Violations::none();
    let grid = grid_of(change, before.scope).await?;
    let (name, description, permissions) = read(&draft(&before)?, &grid, &mut wrong);
    wrong.or(())?;
    let added: PermissionSet = permissions
        .iter()
        .filter(|it| !before.permissions.contains(it))
        .collect();
    let given = ceiling::may_give_in(&change.caller, before.scope, &added);
    ceiling::at("/permissions", given)?;
    let mut role = Role {
        name,
        description,
        permissions,
        ..before.clone()
    };
    let differing = differences(&snapshot(&before), &snapshot(&role));
    if differing.is_empty() {
        return Ok(before);
    }
    role.updated_at = change.now;
    role.version = role.version.next();
    change.store.replace_role(&role).await?;
    change
        .record(Action::RoleUpdated, object(&role), differing)
        .await?;
    Ok(role)
}

/// Ends a role, and takes it from everybody who has it.
///
/// # Errors
/// [`Conflict::BuiltIn`], [`Conflict::RoleMandatory`], or [`Refusal::Stale`].
pub async fn delete_role(change: &Change, reference: &str, expected: &Expected) -> Result<()> {
    let role = find_for_change(change, reference, expected).await?;
    let profiles = change.store.list_profiles(change.caller.tenant_id).await?;
    let demanded = |it: &[String]| it.contains(&role.key);
    if profiles
        .iter()
        .any(|it| it.rules.roles.mandatory().is_some_and(demanded))
    {
        return Err(Conflict::RoleMandatory.into());
    }
    change.store.delete_role(role.id).await?;
    let differing = differences(&snapshot(&role), &Value::Null);
    change
        .record(Action::RoleDeleted, object(&role), differing)
        .await
}

/// Takes permissions that are no more from the roles of the caller's tenant.
pub(super) async fn withdraw_permissions(change: &Change, gone: &[Permission]) -> Result<()> {
    let tenant_id = change.caller.tenant_id;
    let all = change.store.list_all_roles(tenant_id, RoleReach::Tenant);
    for before in all.await? {
        let left: PermissionSet = before
            .permissions
            .iter()
            .filter(|it| !gone.contains(it))
            .collect();
        if left == before.permissions {
            continue;
        }
        let mut role = before.clone();
        role.permissions = left;
        role.updated_at = change.now;
        role.version = role.version.next();
        change.store.replace_role(&role).await?;
        let differing = differences(&snapshot(&before), &snapshot(&role));
        change
            .record(Action::RoleUpdated, object(&role), differing)
            .await?;
    }
    Ok(())
}

async fn find_for_change(change: &Change, reference: &str, expected: &Expected) -> Result<Role> {
    let caller = &change.caller;
    let found = change
        .store
        .find_role(caller.tenant_id, reach(caller), reference)
        .await?;
    let role = found.ok_or(Refusal::NotFound("role"))?;
    if role.built_in {
        return Err(Conflict::BuiltIn.into());
    }
    owns(caller, role.scope)?;
    if !expected.admits(role.version) {
        return Err(Refusal::Stale.into());
    }
    Ok(role)
}

/// Roles beyond one tenant belong to the operators.
fn owns(caller: &Caller, scope: RoleScope) -> Result<()> {
    if matches!(scope, RoleScope::Tenant(Some(_))) || caller.operator {
        Ok(())
    } else {
        Err(Refusal::MissingPermission("operator".to_owned()).into())
    }
}

async fn scope(change: &Change, new: &NewRole, wrong: &mut Violations) -> Result<RoleScope> {
    let own = RoleScope::Tenant(Some(change.caller.tenant_id));
    if new.scope != "community" && new.community.is_some() {
        wrong.add(
            "/community",
            "not_allowed",
            "belongs to a role of the scope community",
        );
    }
    match new.scope.as_str() {
        "tenant" => Ok(own),
        "global" => Ok(RoleScope::Global),
        "community" => {
            let key = new.community.as_deref().unwrap_or_default();
            let all = change.store.list_communities(None).await?;
            let found = all.iter().find(|it| it.key == key).map(|it| it.id);
            if found.is_none() || !change.caller.operator {
                wrong.add(
                    "/community",
                    "unknown_community",
                    "names no community: use its key",
                );
            }
            Ok(RoleScope::Community(found))
        }
        _ => {
            wrong.add("/scope", "invalid", "must be tenant, community or global");
            Ok(own)
        }
    }
}

async fn grid_of(change: &Change, scope: RoleScope) -> Result<Grid> {
    match scope {
        RoleScope::Community(_) => Ok(Grid::of_community()),
        RoleScope::Global => Ok(Grid::of_management(&[])),
        RoleScope::Tenant(_) => grid::for_change(change).await,
    }
}

fn read(
    draft: &RoleDraft,
    grid: &Grid,
    wrong: &mut Violations,
) -> (String, Option<String>, PermissionSet) {
    let name = wrong.take("/name", text::line(&draft.name, 255));
    let description = text::description(draft.description.as_deref(), wrong);
    let permissions = grid.parse("/permissions", &draft.permissions, wrong);
    (name.unwrap_or_default(), description, permissions)
}

/// A taken key is a conflict that the caller can solve.
pub(super) fn taken_key(error: StoreError) -> Error {
    match error {
        StoreError::Taken => Conflict::KeyTaken.into(),
        other => other.into(),
    }
}

fn object(role: &Role) -> Object {
    Object {
        kind: "role",
        id: role.id,
        name: role.name.clone(),
        client: None,
    }
}

fn snapshot(role: &Role) -> Value {
    let permissions: Vec<String> = role.permissions.iter().map(|it| it.to_string()).collect();
    json!({
        "scope": role.scope.as_str(),
        "key": role.key,
        "name": role.name,
        "description": role.description,
        "permissions": permissions,
    })
}
