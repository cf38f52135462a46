//! Profiles: kinds of clients, and the credential policy of a tenant.
//!
//! A built-in profile is there for every tenant. What a tenant changes of it is its own: the changed row stands in the
//! place of the delivered one, for this tenant only.

use serde_json::{Value, json};
use uuid::Uuid;

use super::profile_form::{Fixed, ProfileDraft, Reading, read_names};
use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, Object, differences},
        caller::Caller,
        key::Key,
        permission::Access,
        profile::{ClientIdRule, LifetimeRule, MOST_PER_TENANT, Profile, RoleModel, Rules},
        refusal::{Conflict, Refusal},
        role::{COMMUNITY_RESOURCES, MANAGEMENT_RESOURCES, Role, RoleScope},
        version::{Expected, Version},
        violation::Violations,
    },
    error::{Error, Result},
    store::{RoleReach, StoreError},
};

/// The profiles that the caller may see: all, or those whose clients it may see.
///
/// # Errors
/// The database being away.
pub async fn list_profiles(app: &App, caller: &Caller) -> Result<Vec<Profile>> {
    let mut all = app.store.list_profiles(caller.tenant_id).await?;
    all.retain(|it| may_see(caller, &it.key));
    Ok(all)
}

/// One of them, by its key.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_profile(app: &App, caller: &Caller, key: &str) -> Result<Profile> {
    let found = app.store.find_profile(caller.tenant_id, key).await?;
    let found = found.filter(|it| may_see(caller, &it.key));
    Ok(found.ok_or(Refusal::NotFound("profile"))?)
}

fn may_see(caller: &Caller, key: &str) -> bool {
    caller.rights.allow("profiles", Access::View) || caller.may_reach_clients_of(key, Access::View)
}

/// Makes a profile in the caller's tenant.
///
/// # Errors
/// [`Conflict::KeyTaken`], [`Conflict::TooManyProfiles`], or everything that is wrong with it.
pub async fn create_profile(change: &Change, key: &str, draft: &ProfileDraft) -> Result<Profile> {
    let tenant_id = change.caller.tenant_id;
    let mut wrong = Violations::none();
    let parsed = wrong.take("/key", Key::parse(key));
    if draft.roles.kind.is_none() {
        let message = "is required: say how clients get their rights, by user, ladder, grid or set";
        wrong.add("/roles/kind", "required", message);
    }
    let (name, description) = read_names(draft, &mut wrong);
    let base = plain(draft);
    let known = change
        .store
        .list_all_roles(tenant_id, RoleReach::Tenant)
        .await?;
    let reading = Reading {
        base: &base,
        fixed: Fixed::Nothing,
        roles: &known,
        tenant_id,
    };
    let rules = reading.read(draft, &mut wrong);
    let (Some(key), true) = (parsed, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    // Permissions are named by it: `users:view` must never open clients.
    let mut reserved = MANAGEMENT_RESOURCES.iter().chain(&COMMUNITY_RESOURCES);
    if reserved.any(|it| it.key == key.as_str()) {
        return Err(Conflict::KeyTaken.into());
    }
    let all = change.store.list_profiles(tenant_id).await?;
    if all.iter().filter(|it| !it.is_built_in()).count() >= MOST_PER_TENANT {
        return Err(Conflict::TooManyProfiles.into());
    }
    let profile = Profile {
        id: Uuid::now_v7(),
        key: key.to_string(),
        name,
        description,
        tenant_id: Some(tenant_id),
        rules,
        created_at: change.now,
        updated_at: change.now,
        version: Version::FIRST,
    };
    let taken = |error| match error {
        StoreError::Taken => Error::from(Conflict::KeyTaken),
        other => other.into(),
    };
    change.store.insert_profile(&profile).await.map_err(taken)?;
    let differing = differences(&Value::Null, &snapshot(&profile));
    change
        .record(Action::ProfileCreated, object(&profile), differing)
        .await?;
    Ok(profile)
}

/// What a new profile is unless it says otherwise: clients that act for themselves, with ids and secrets of
/// the server's making.
fn plain(draft: &ProfileDraft) -> Rules {
    let [service_account, app, ..] = Profile::built_in(crate::domain::timestamp::Timestamp::MAX);
    let for_users = draft.roles.kind.as_deref() == Some("user");
    let base = if for_users { app } else { service_account };
    Rules {
        client_id: ClientIdRule::Generated,
        roles: RoleModel::Grid,
        token_lifetime: LifetimeRule {
            default: None,
            ..base.rules.token_lifetime
        },
        ..base.rules
    }
}

/// What `draft` makes of `current`, checked and not saved.
fn changed(
    current: &Profile,
    draft: &ProfileDraft,
    known: &[Role],
    tenant_id: Uuid,
) -> std::result::Result<Profile, Violations> {
    let mut wrong = Violations::none();
    let mut next = current.clone();
    let delivered = Profile::built_in(current.created_at);
    let delivered = delivered.iter().find(|it| it.key == current.key);
    let base = if let Some(delivered) = delivered {
        for (pointer, is_kept) in [
            (
                "/name",
                draft.name.as_ref().is_none_or(|it| *it == delivered.name),
            ),
            ("/description", draft.description == delivered.description),
        ] {
            if !is_kept {
                let message = "belongs to the built-in profile: make a profile of your own instead";
                wrong.add(pointer, "field_immutable", message);
            }
        }
        delivered.rules.clone()
    } else {
        (next.name, next.description) = read_names(draft, &mut wrong);
        Rules {
            client_id: current.rules.client_id.clone(),
            roles: match &current.rules.roles {
                RoleModel::Set { .. } => RoleModel::Set {
                    mandatory: Vec::new(),
                },
                other => other.clone(),
            },
            ..plain(draft)
        }
    };
    let fixed = if delivered.is_some() {
        Fixed::Structure(&base)
    } else {
        Fixed::Kind(&current.rules)
    };
    let reading = Reading {
        base: &base,
        fixed,
        roles: known,
        tenant_id,
    };
    next.rules = reading.read(draft, &mut wrong);
    wrong.or(next)
}

/// What a replacement would make of a profile: everything is checked and nothing is saved.
///
/// # Errors
/// As [`replace_profile`].
pub async fn try_profile(
    app: &App,
    caller: &Caller,
    key: &str,
    expected: &Expected,
    draft: impl FnOnce(&Profile) -> Result<ProfileDraft> + Send,
) -> Result<Profile> {
    let current = get_profile(app, caller, key).await?;
    if !expected.admits(current.version) {
        return Err(Refusal::Stale.into());
    }
    let known = app
        .store
        .list_all_roles(caller.tenant_id, RoleReach::Tenant)
        .await?;
    Ok(changed(
        &current,
        &draft(&current)?,
        &known,
        caller.tenant_id,
    )?)
}

/// Replaces the rules of a profile. They hold for what is written from then on; clients that break them live on as they
/// are until somebody writes what is broken. A replacement that changes nothing writes nothing.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Stale`], or everything that is wrong.
pub async fn replace_profile(
    change: &Change,
    key: &str,
    expected: &Expected,
    draft: impl FnOnce(&Profile) -> Result<ProfileDraft> + Send,
) -> Result<Profile> {
    let tenant_id = change.caller.tenant_id;
    let current = find_for_change(change, key, expected).await?;
    let known = change
        .store
        .list_all_roles(tenant_id, RoleReach::Tenant)
        .await?;
    let mut next = changed(&current, &draft(&current)?, &known, tenant_id)?;
    let differing = differences(&snapshot(&current), &snapshot(&next));
    if differing.is_empty() {
        return Ok(current);
    }
    next.version = next.version.next();
    next.updated_at = change.now;
    if current.tenant_id.is_some() {
        change.store.replace_profile(&next).await?;
    } else {
        next.id = Uuid::now_v7();
        next.tenant_id = Some(tenant_id);
        // Taken is: somebody else was the first to change it.
        let taken = |error| match error {
            StoreError::Taken => Error::from(Refusal::Stale),
            other => other.into(),
        };
        change.store.insert_profile(&next).await.map_err(taken)?;
    }
    change
        .record(Action::ProfileUpdated, object(&next), differing)
        .await?;
    Ok(next)
}

/// Deletes a profile of the tenant's own that no client has, with the permissions that opened its clients.
///
/// # Errors
/// [`Conflict::BuiltIn`], [`Conflict::ProfileInUse`], or [`Refusal::Stale`].
pub async fn delete_profile(change: &Change, key: &str, expected: &Expected) -> Result<()> {
    let tenant_id = change.caller.tenant_id;
    let profile = find_for_change(change, key, expected).await?;
    if profile.is_built_in() {
        return Err(Conflict::BuiltIn.into());
    }
    let users = change.store.count_users_of_profile(tenant_id, key).await?;
    if users != crate::store::Users::default() {
        let (live, deleted) = (users.live, users.deleted);
        return Err(Conflict::ProfileInUse { live, deleted }.into());
    }
    // A later profile of this key inherits nothing.
    let roles = change
        .store
        .list_all_roles(tenant_id, RoleReach::Tenant)
        .await?;
    let own = roles
        .into_iter()
        .filter(|it| it.scope == RoleScope::Tenant(Some(tenant_id)));
    for role in own {
        let (kept, gone): (Vec<_>, Vec<_>) = role
            .permissions
            .iter()
            .partition(|it| it.resource != profile.key);
        if !gone.is_empty() {
            let role = Role {
                permissions: kept.into_iter().collect(),
                updated_at: change.now,
                version: role.version.next(),
                ..role
            };
            change.store.replace_role(&role).await?;
        }
    }
    change.store.delete_profile(&profile).await?;
    let differing = differences(&snapshot(&profile), &Value::Null);
    change
        .record(Action::ProfileDeleted, object(&profile), differing)
        .await
}

async fn find_for_change(change: &Change, key: &str, expected: &Expected) -> Result<Profile> {
    let found = change
        .store
        .find_profile_for_change(change.caller.tenant_id, key)
        .await?;
    let profile = found.ok_or(Refusal::NotFound("profile"))?;
    if !expected.admits(profile.version) {
        return Err(Refusal::Stale.into());
    }
    Ok(profile)
}

fn object(profile: &Profile) -> Object {
    Object {
        kind: "profile",
        id: profile.id,
        name: profile.name.clone(),
        client: None,
    }
}

fn snapshot(profile: &Profile) -> Value {
    let mut all = json!({ "name": profile.name, "description": profile.description });
    let rules = serde_json::to_value(&profile.rules).unwrap_or_default();
    if let (Some(all), Value::Object(rules)) = (all.as_object_mut(), rules) {
        all.extend(rules);
    }
    all
}
