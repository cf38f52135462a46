//! The permissions given straight to a client: the grid.

use serde_json::{Value, json};

use super::{ceiling, change, read};
use crate::{
    access::grid,
    app::{App, Change},
    domain::{
        audit::{Action, differences},
        caller::Caller,
        client::Client,
        permission::{PermissionSet, Rights},
        profile::{Profile, RoleModel},
        refusal::Refusal,
        version::Expected,
        violation::Violations,
    },
    error::Result,
};

/// The permissions of a client that the caller may see.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_permissions(
    app: &App,
    caller: &Caller,
    reference: &str,
) -> Result<(Client, PermissionSet)> {
    let client = read::get_client(app, caller, reference).await?;
    let held = app.store.list_assignments(client.service_user_id).await?;
    let permissions = held.permissions_in(client.tenant_id);
    Ok((client, permissions))
}

/// Replaces the permissions of a client. Its live tokens follow with the commit.
///
/// # Errors
/// [`Refusal::Stale`], [`Refusal::RoleExceedsCaller`] when more is given than the caller has, or everything that is
/// wrong with `wanted`.
pub async fn replace_permissions(
    change: &Change,
    reference: &str,
    expected: &Expected,
    wanted: &[String],
) -> Result<(Client, PermissionSet)> {
    let (mut client, profile) = change::find_for_change(change, reference).await?;
    if !expected.admits(client.version) {
        return Err(Refusal::Stale.into());
    }
    let mut wrong = Violations::none();
    let wanted = read_permissions(change, &profile, wanted, &mut wrong).await?;
    let wanted = wrong.or(wanted)?;
    let held = change
        .store
        .list_assignments(client.service_user_id)
        .await?;
    let before = held.permissions_in(client.tenant_id);
    if before == wanted {
        return Ok((client, before));
    }
    let added: PermissionSet = wanted.iter().filter(|it| !before.contains(it)).collect();
    let given = ceiling::may_give(&change.caller, &Rights::Only(added));
    ceiling::at("/permissions", given)?;
    write(change, &client, &wanted).await?;
    let differing = differences(&snapshot(&before), &snapshot(&wanted));
    change::write(change, &mut client, Action::ClientUpdated, differing).await?;
    Ok((client, wanted))
}

/// Reads the permissions that a caller wrote for a client of `profile`.
pub(super) async fn read_permissions(
    change: &Change,
    profile: &Profile,
    texts: &[String],
    wrong: &mut Violations,
) -> Result<PermissionSet> {
    if !texts.is_empty() && profile.rules.roles != RoleModel::Grid {
        wrong.add(
            "/permissions",
            "not_allowed",
            "are not part of this profile: its clients get their rights in another way",
        );
        return Ok(PermissionSet::default());
    }
    let grid = grid::for_change(change).await?;
    Ok(grid.parse("/permissions", texts, wrong))
}

/// Writes the permissions of a client, and nothing else.
pub(super) async fn write(
    change: &Change,
    client: &Client,
    permissions: &PermissionSet,
) -> Result<()> {
    let (principal, tenant) = (client.service_user_id, client.tenant_id);
    let all = permissions.iter();
    Ok(change
        .store
        .replace_permissions(principal, tenant, all)
        .await?)
}

/// The permissions as the audit trail compares them.
pub(super) fn snapshot(permissions: &PermissionSet) -> Value {
    let texts: Vec<String> = permissions.iter().map(|it| it.to_string()).collect();
    json!({ "permissions": texts })
}
