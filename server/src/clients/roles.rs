//! The roles of a client, where its profile has a set of roles: in its tenant and in the communities of that tenant.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{ceiling, change, read};
use crate::{
    app::{App, Change},
    domain::{
        assignment::{Assigned, Assignment, Assignments, CommunityName},
        audit::{Action, differences},
        caller::Caller,
        client::Client,
        profile::{Profile, RoleModel},
        refusal::Refusal,
        role::Role,
        version::Expected,
        violation::Violations,
    },
    error::Result,
    store::RoleReach,
};

/// The roles that a caller wrote: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct RolesDraft {
    /// Keys of roles of the tenant; absent is what the profile demands.
    pub roles: Option<Vec<String>>,
    /// Keys of communities, and of roles there.
    pub community_roles: Vec<(String, Vec<String>)>,
}

/// The roles of a client that the caller may see.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_roles(
    app: &App,
    caller: &Caller,
    reference: &str,
) -> Result<(Client, Assignments)> {
    let client = read::get_client(app, caller, reference).await?;
    let held = app.store.list_assignments(client.service_user_id).await?;
    Ok((client, held))
}

/// Replaces the roles of a client. Its live tokens follow with the commit.
///
/// # Errors
/// [`Refusal::Stale`], [`Refusal::RoleExceedsCaller`] when a role is given that may do more than the caller, or
/// everything that is wrong with `draft`.
pub async fn replace_roles(
    change: &Change,
    reference: &str,
    expected: &Expected,
    draft: &RolesDraft,
) -> Result<(Client, Assignments)> {
    let (mut client, profile) = change::find_for_change(change, reference).await?;
    if !expected.admits(client.version) {
        return Err(Refusal::Stale.into());
    }
    let mut wrong = Violations::none();
    let wanted = read_roles(change, &profile, draft, &mut wrong).await?;
    if profile.rules.roles.mandatory().is_none() && wrong.is_empty() {
        wrong.add(
            "/roles",
            "not_allowed",
            "are not part of this profile: its clients get their rights in another way",
        );
    }
    let wanted = wrong.or(wanted)?;
    let held = change
        .store
        .list_assignments(client.service_user_id)
        .await?;
    let (before, after) = (
        snapshot(&held, client.tenant_id),
        snapshot(&wanted, client.tenant_id),
    );
    let differing = differences(&before, &after);
    if differing.is_empty() {
        return Ok((client, held));
    }
    may_give(change, &held, &wanted).await?;
    write(change, &client, &wanted).await?;
    change::write(change, &mut client, Action::ClientUpdated, differing).await?;
    Ok((client, wanted))
}

/// Reads the roles that a caller wrote for a client of `profile` in the caller's tenant.
pub(super) async fn read_roles(
    change: &Change,
    profile: &Profile,
    draft: &RolesDraft,
    wrong: &mut Violations,
) -> Result<Assignments> {
    read_roles_in(change, profile, change.caller.tenant_id, draft, wrong).await
}

/// As [`read_roles`], in any tenant.
pub(super) async fn read_roles_in(
    change: &Change,
    profile: &Profile,
    tenant_id: Uuid,
    draft: &RolesDraft,
    wrong: &mut Violations,
) -> Result<Assignments> {
    let Some(mandatory) = profile.rules.roles.mandatory() else {
        let given = draft.roles.as_ref().is_some_and(|it| !it.is_empty());
        if given || !draft.community_roles.is_empty() {
            wrong.add(
                "/roles",
                "not_allowed",
                "are not part of this profile: its clients get their rights in another way",
            );
        }
        return Ok(Assignments::default());
    };
    let known = change
        .store
        .list_all_roles(tenant_id, RoleReach::Tenant)
        .await?;
    let mut all = Vec::new();
    let keys = draft.roles.as_deref().unwrap_or(mandatory);
    for role in find_roles("/roles", keys, wrong, |key| {
        known
            .iter()
            .find(|it| it.key == key && it.scope.is_of_tenant(tenant_id))
    }) {
        all.push(Assignment {
            tenant_id,
            community: None,
            what: Assigned::Role(role),
        });
    }
    for missing in mandatory.iter().filter(|it| !keys.contains(it)) {
        wrong.add(
            "/roles",
            "mandatory",
            format!("must contain {missing}: every client of this profile has it"),
        );
    }
    let communities = change.store.list_communities(Some(tenant_id)).await?;
    for (index, (key, roles)) in draft.community_roles.iter().enumerate() {
        let pointer = format!("/community_roles/{index}");
        let Some(community) = communities.iter().find(|it| it.key == *key) else {
            wrong.add(
                &format!("{pointer}/community"),
                "unknown_community",
                "is no community that this tenant is a member of",
            );
            continue;
        };
        let found = find_roles(&format!("{pointer}/roles"), roles, wrong, |key| {
            known
                .iter()
                .find(|it| it.key == key && it.scope.is_of_community(community.id))
        });
        all.extend(found.into_iter().map(|role| Assignment {
            tenant_id,
            community: Some(CommunityName {
                id: community.id,
                key: community.key.clone(),
            }),
            what: Assigned::Role(role),
        }));
    }
    Ok(all.into_iter().collect())
}

/// The roles with these keys, as `find` finds them, each once.
pub(crate) fn find_roles<'a>(
    pointer: &str,
    keys: &[String],
    wrong: &mut Violations,
    find: impl Fn(&str) -> Option<&'a Role>,
) -> Vec<Role> {
    let mut found: Vec<Role> = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        match find(key) {
            None => wrong.add(
                &format!("{pointer}/{index}"),
                "unknown_role",
                "is no role that can be given here: GET /api/v1/roles lists them",
            ),
            Some(role) if found.iter().any(|it| it.id == role.id) => {}
            Some(role) => found.push(role.clone()),
        }
    }
    found
}

/// The ceiling rule for the roles in `after` that are not in `before`, by the field of the request that names them.
pub(super) async fn may_give(
    change: &Change,
    before: &Assignments,
    after: &Assignments,
) -> Result<()> {
    let caller = &change.caller;
    let tenant_id = caller.tenant_id;
    let had: Vec<Uuid> = before.roles_in(tenant_id).map(|it| it.id).collect();
    for role in after.roles_in(tenant_id).filter(|it| !had.contains(&it.id)) {
        ceiling::at("/roles", ceiling::may_give_role(caller, role))?;
    }
    let had: Vec<(Uuid, Uuid)> = before
        .community_roles_in(tenant_id)
        .map(|(community, role)| (community.id, role.id))
        .collect();
    for (community, role) in after.community_roles_in(tenant_id) {
        if !had.contains(&(community.id, role.id)) {
            let given = ceiling::may_give_in_community(change, community.id, role).await;
            ceiling::at("/community_roles", given)?;
        }
    }
    Ok(())
}

/// Writes the roles of a client in its tenant, and nothing else.
pub(super) async fn write(change: &Change, client: &Client, roles: &Assignments) -> Result<()> {
    let (principal, tenant_id) = (client.service_user_id, client.tenant_id);
    let mut rows: Vec<(Option<Uuid>, Uuid)> = roles
        .roles_in(tenant_id)
        .map(|role| (None, role.id))
        .collect();
    rows.extend(
        roles
            .community_roles_in(tenant_id)
            .map(|(community, role)| (Some(community.id), role.id)),
    );
    let store = &change.store;
    Ok(store.replace_roles(principal, tenant_id, &rows).await?)
}

/// The roles as the audit trail compares them.
pub(super) fn snapshot(held: &Assignments, tenant_id: Uuid) -> Value {
    json!({
        "roles": held.role_keys_in(tenant_id),
        "community_roles": held.community_role_keys_in(tenant_id),
    })
}

impl RoleModel {
    /// The roles that every client of the profile has, where clients have a set of roles.
    pub fn mandatory(&self) -> Option<&[String]> {
        match self {
            Self::Set { mandatory } => Some(mandatory),
            _ => None,
        }
    }
}
