//! The ceiling rule: nobody makes, changes or takes over a client that may do more than they may.

use uuid::Uuid;

use crate::{
    access::held,
    app::Change,
    domain::{
        assignment::Assignments,
        caller::Caller,
        client::{Client, ClientForm},
        permission::{Access, PermissionSet, Rights},
        refusal::Refusal,
        role::{LadderRole, Role, RoleScope},
        violation::Violations,
    },
    error::{Error, Result},
};

/// Rights of a client with this form in its home tenant.
pub fn rights_of(form: &ClientForm, held: &Assignments, tenant_id: Uuid) -> Rights {
    let ladder = form.role.map_or_else(Rights::none, LadderRole::rights);
    ladder.and(held.rights_in(tenant_id))
}

/// Refuses a caller whose rights do not cover those of a client with `form`, which holds `held`. What it may do
/// beyond the caller's tenant, only operators cover.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub fn covers(
    caller: &Caller,
    form: &ClientForm,
    held: &Assignments,
    operator: bool,
) -> Result<()> {
    let tenant_id = caller.tenant_id;
    may_give(caller, &rights_of(form, held, tenant_id))?;
    let changes_communities = held
        .community_roles_in(tenant_id)
        .flat_map(|(_, role)| role.permissions.iter())
        .any(|it| it.access == Access::Change);
    let beyond =
        operator || changes_communities || held.tenants().iter().any(|it| *it != tenant_id);
    if beyond && !caller.operator {
        return Err(Refusal::RoleExceedsCaller.into());
    }
    Ok(())
}

/// As [`covers`], for a client that is there already.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub async fn covers_client(change: &Change, client: &Client) -> Result<()> {
    let held = change
        .store
        .list_assignments(client.service_user_id)
        .await?;
    covers(&change.caller, &client.form, &held, client.operator)
}

/// Says at which field of the request the ceiling rule is broken.
///
/// # Errors
/// That of `outcome`; [`Refusal::FieldExceedsCaller`] instead of [`Refusal::RoleExceedsCaller`].
pub fn at<T>(pointer: &str, outcome: Result<T>) -> Result<T> {
    outcome.map_err(|error| match error {
        Error::Refused(Refusal::RoleExceedsCaller) => {
            let mut wrong = Violations::none();
            let message = "gives rights that you do not have: ask someone who has them";
            wrong.add(pointer, "role_exceeds_caller", message);
            Refusal::FieldExceedsCaller(wrong).into()
        }
        other => other,
    })
}

/// Refuses a caller who would give rights that it does not have.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub fn may_give(caller: &Caller, rights: &Rights) -> Result<()> {
    if caller.rights.cover(rights) {
        Ok(())
    } else {
        Err(Refusal::RoleExceedsCaller.into())
    }
}

/// Refuses a caller who would give a role that may do more than the caller.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub fn may_give_role(caller: &Caller, role: &Role) -> Result<()> {
    may_give(caller, &Rights::Only(role.permissions.clone()))
}

/// Refuses a caller who would make a role of this scope that may do more than the caller. Roles of communities are
/// made by operators only, who stand above all communities.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub fn may_give_in(caller: &Caller, scope: RoleScope, permissions: &PermissionSet) -> Result<()> {
    match scope {
        RoleScope::Community(_) if caller.operator => Ok(()),
        _ => may_give(caller, &Rights::Only(permissions.clone())),
    }
}

/// Refuses a caller who would give a community role that may do more there than the caller. To look is open to the
/// clients of every member tenant; to change, only who may do so can give.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`].
pub async fn may_give_in_community(change: &Change, community_id: Uuid, role: &Role) -> Result<()> {
    let caller = &change.caller;
    let changes = role
        .permissions
        .iter()
        .any(|it| it.access == Access::Change);
    if caller.operator || !changes {
        return Ok(());
    }
    let own = held::permissions_in_community_for_change(change, community_id).await?;
    let covered = own.covers(&role.permissions);
    if covered {
        Ok(())
    } else {
        Err(Refusal::RoleExceedsCaller.into())
    }
}

/// Refuses a caller who may not do this to clients of `profile`. One who may not even see them gets the answer that
/// they do not exist.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub fn may(caller: &Caller, access: Access, client: &Client) -> Result<()> {
    if caller.may_reach_clients_of(&client.profile, access) {
        Ok(())
    } else if caller.may_reach_clients_of(&client.profile, Access::View) {
        let needed = format!("{}:{}", client.profile, access.as_str());
        Err(Refusal::MissingPermission(needed).into())
    } else {
        Err(Refusal::NotFound("client").into())
    }
}
