//! Who holds which role in a community: clients by their service users, people, and groups.

use serde_json::json;
use uuid::Uuid;

use super::communities::{MEMBERS, Seen, find_for_change, get_community};
use crate::{
    app::{App, Change},
    clients::{ceiling, change as clients},
    domain::{
        audit::{Action, Object, differences},
        caller::Caller,
        community::{CommunityMember, Principal},
        page::{Limit, Page},
        permission::Access,
        refusal::{Conflict, Refusal},
        role::Role,
        tenant::Tenant,
        violation::Violations,
    },
    error::Result,
};

pub use crate::store::MemberKey;

/// A page of those who hold a role in a community.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub async fn list_members(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<&MemberKey>,
    limit: Limit,
) -> Result<Page<CommunityMember, MemberKey>> {
    let seen = get_community(app, caller, reference).await?;
    seen.needs(caller, MEMBERS, Access::View)?;
    let id = seen.community.id;
    Ok(app.store.list_community_members(id, after, limit).await?)
}

/// Somebody whose roles are to change.
struct Found {
    principal: Principal,
    name: String,
    tenant: Tenant,
    /// What is held in the community by way of the tenant.
    held: Vec<Role>,
}

/// Finds a client, person or group whose roles in the community the caller may change: of its own tenant, what it may
/// manage there; and whoever looks after the community, all who hold a role in it.
async fn find(change: &Change, seen: &Seen, id: Uuid) -> Result<Found> {
    let not_found = || Refusal::NotFound("client, user or group");
    let (caller, store) = (&change.caller, &change.store);
    let found = store.find_principal(id).await?;
    let (principal, name, tenant_id) = found.ok_or_else(not_found)?;
    let held = store.list_assignments(principal.id()).await?;
    let held: Vec<Role> = held
        .community_roles_in(tenant_id)
        .filter(|(community, _)| community.id == seen.community.id)
        .map(|(_, role)| role.clone())
        .collect();
    let own = tenant_id == caller.tenant_id;
    let looks_after = seen.permissions.allows(MEMBERS, Access::Change);
    if !(caller.operator || own || (looks_after && !held.is_empty())) {
        return Err(not_found().into());
    }
    if !caller.operator && !looks_after {
        manages(change, principal, tenant_id).await?;
    }
    let tenant = store.find_tenant(tenant_id).await?;
    Ok(Found {
        principal,
        name,
        tenant: tenant.ok_or_else(not_found)?,
        held,
    })
}

/// Refuses a caller who may not change this client, person or group in the tenant.
async fn manages(change: &Change, principal: Principal, tenant_id: Uuid) -> Result<()> {
    let caller = &change.caller;
    let resource = match principal {
        Principal::Client { client, .. } => {
            let reference = client.to_string();
            let found = change.store.find_client_for_change(tenant_id, &reference);
            let client = found.await?.ok_or(Refusal::NotFound("client"))?;
            return ceiling::may(caller, Access::Change, &client);
        }
        Principal::User(_) => "users",
        Principal::Group(_) => "groups",
    };
    if caller.rights.allow(resource, Access::Change) {
        Ok(())
    } else {
        Err(Refusal::MissingPermission(format!("{resource}:change")).into())
    }
}

/// Replaces the roles of a client, person or group in a community; no roles take it out. Live tokens follow with the
/// commit.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MissingPermission`], [`Refusal::RoleExceedsCaller`],
/// [`Conflict::NotInCommunity`], or everything that is wrong with `keys`.
pub async fn replace_roles(
    change: &Change,
    reference: &str,
    id: Uuid,
    keys: &[String],
) -> Result<CommunityMember> {
    let seen = find_for_change(change, reference).await?;
    let found = find(change, &seen, id).await?;
    let community_id = seen.community.id;
    let roles = read(change, &found, community_id, keys).await?;
    if !roles.is_empty() {
        let store = &change.store;
        if !store.is_in_community(community_id, found.tenant.id).await? {
            return Err(Conflict::NotInCommunity.into());
        }
    }
    for role in &roles {
        if !found.held.iter().any(|it| it.id == role.id) {
            let given = ceiling::may_give_in_community(change, community_id, role).await;
            ceiling::at("/roles", given)?;
        }
    }
    let (before, after) = (keys_of(&found.held), keys_of(&roles));
    if before != after {
        let ids: Vec<Uuid> = roles.iter().map(|it| it.id).collect();
        write(change, &found, community_id, &ids).await?;
        let object = Object {
            kind: found.principal.kind(),
            id: found.principal.shown_id(),
            name: found.name.clone(),
            client: match found.principal {
                Principal::Client { client, .. } => Some(client),
                _ => None,
            },
        };
        let said = |roles: &[String]| json!({ "community_roles": { &seen.community.key: roles } });
        let fields = differences(&said(&before), &said(&after));
        let action = Action::CommunityRolesChanged;
        if found.tenant.id != change.caller.tenant_id {
            change
                .record_in(found.tenant.id, action, object.clone(), fields.clone())
                .await?;
        }
        change.record(action, object, fields).await?;
    }
    Ok(CommunityMember {
        principal: found.principal,
        name: found.name,
        tenant: found.tenant,
        roles: after,
    })
}

fn keys_of(roles: &[Role]) -> Vec<String> {
    let mut keys: Vec<String> = roles.iter().map(|it| it.key.clone()).collect();
    keys.sort_unstable();
    keys
}

/// The roles of the community that `keys` name.
async fn read(
    change: &Change,
    found: &Found,
    community_id: Uuid,
    keys: &[String],
) -> Result<Vec<Role>> {
    let known = change.store.list_roles_of_community(community_id).await?;
    let mut wrong = Violations::none();
    let mut roles: Vec<Role> = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        match known.iter().find(|it| it.key == *key) {
            None => wrong.add(
                &format!("/roles/{index}"),
                "unknown_role",
                "is no role of this community: GET /api/v1/roles lists them",
            ),
            Some(role) if roles.iter().any(|it| it.id == role.id) => {}
            Some(role) => roles.push(role.clone()),
        }
    }
    if let Principal::Client { client, .. } = found.principal {
        let profile = clients::profile_of_id(change, found.tenant.id, client).await?;
        if profile.rules.roles.mandatory().is_none() && !keys.is_empty() {
            wrong.add(
                "/roles",
                "not_allowed",
                "are not part of this profile: its clients get their rights in another way",
            );
        }
    }
    Ok(wrong.or(roles)?)
}

/// Writes the roles, and counts the change of a client, whose version they are part of.
async fn write(change: &Change, found: &Found, community_id: Uuid, roles: &[Uuid]) -> Result<()> {
    let (store, tenant_id) = (&change.store, found.tenant.id);
    store
        .replace_community_roles(found.principal.id(), tenant_id, community_id, roles)
        .await?;
    if let Principal::Client { client, .. } = found.principal {
        clients::count_change(change, tenant_id, client).await?;
    }
    Ok(())
}
