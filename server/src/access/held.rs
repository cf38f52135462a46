//! What a principal holds by itself and, for a person, by way of their groups.

use uuid::Uuid;

use crate::{
    app::{App, Change},
    domain::{
        assignment::Assignments,
        caller::{ActorKind, Caller},
        permission::PermissionSet,
        user::User,
    },
    error::Result,
};

/// What a person holds, with what their groups hold.
///
/// # Errors
/// The database being away.
pub async fn list_held_by_person(app: &App, user: &User) -> Result<Assignments> {
    list_held(app, ActorKind::User, user.id).await
}

async fn list_held(app: &App, kind: ActorKind, subject: Uuid) -> Result<Assignments> {
    let mut principals = vec![subject];
    if kind == ActorKind::User {
        principals.extend(app.store.list_group_ids_of(subject).await?);
    }
    let all = app.store.list_assignments_of(principals).await?;
    let all = all.into_values();
    Ok(all.fold(Assignments::default(), Assignments::and))
}

/// Whether the caller acts as itself: an app that acts for a person has nothing of what they hold in communities, since
/// nobody was asked for that.
fn acts_as_itself(caller: &Caller) -> bool {
    caller.actor.kind != ActorKind::User || caller.session_id.is_some()
}

fn in_community(caller: &Caller, held: &Assignments, community_id: Uuid) -> PermissionSet {
    held.community_roles_in(caller.tenant_id)
        .filter(|(community, _)| community.id == community_id)
        .flat_map(|(_, role)| role.permissions.iter())
        .collect()
}

/// What the caller may do in a community, by the roles that it holds there by way of the tenant it acts in.
///
/// # Errors
/// The database being away.
pub async fn permissions_in_community(
    app: &App,
    caller: &Caller,
    community_id: Uuid,
) -> Result<PermissionSet> {
    let mut all = permissions_in_communities(app, caller, &[community_id]).await?;
    Ok(all.pop().unwrap_or_default())
}

/// As [`permissions_in_community`], in each of these, in their order.
///
/// # Errors
/// The database being away.
pub async fn permissions_in_communities(
    app: &App,
    caller: &Caller,
    communities: &[Uuid],
) -> Result<Vec<PermissionSet>> {
    if !acts_as_itself(caller) {
        return Ok(vec![PermissionSet::default(); communities.len()]);
    }
    let held = list_held(app, caller.actor.kind, caller.subject).await?;
    let communities = communities.iter();
    Ok(communities
        .map(|id| in_community(caller, &held, *id))
        .collect())
}

/// As [`permissions_in_community`], inside of a change.
///
/// # Errors
/// The database being away.
pub async fn permissions_in_community_for_change(
    change: &Change,
    community_id: Uuid,
) -> Result<PermissionSet> {
    let caller = &change.caller;
    if !acts_as_itself(caller) {
        return Ok(PermissionSet::default());
    }
    let mut principals = vec![caller.subject];
    if caller.actor.kind == ActorKind::User {
        principals.extend(change.store.list_group_ids_of(caller.subject).await?);
    }
    let all = change.store.list_assignments_of(principals).await?;
    let held = all
        .into_values()
        .fold(Assignments::default(), Assignments::and);
    Ok(in_community(caller, &held, community_id))
}
