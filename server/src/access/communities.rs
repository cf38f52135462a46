//! Communities: groups of tenants that share roles. Operators make them; those who hold a role in one see it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    held,
    tenants::{self, operators_only, tenant_object},
};
use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, FieldChange, Object, differences},
        caller::Caller,
        community::Community,
        key::Key,
        page::{Limit, Page},
        permission::{Access, PermissionSet},
        refusal::Refusal,
        tenant::Tenant,
        text,
        version::{Expected, Version},
        violation::Violations,
    },
    error::Result,
};

/// The permission to see, and to give, the roles of a community.
pub const MEMBERS: &str = "community_members";

/// The permission to see, and to weed, what its tenants share.
pub const DIRECTORY: &str = "community_directory";

/// What a caller wrote to make a community: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct NewCommunity {
    /// Its short name.
    pub key: String,
    /// What people call it.
    pub name: String,
}

/// A community that the caller sees, and what it may do there.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The community.
    pub community: Community,
    /// What the roles of the caller there allow.
    pub permissions: PermissionSet,
}

impl Seen {
    /// Refuses whoever may not do this there; operators may do everything.
    ///
    /// # Errors
    /// [`Refusal::MissingPermission`].
    pub fn needs(&self, caller: &Caller, resource: &str, access: Access) -> Result<()> {
        if caller.operator || self.permissions.allows(resource, access) {
            return Ok(());
        }
        let needed = format!("{resource}:{}", access.as_str());
        Err(Refusal::MissingPermission(needed).into())
    }
}

/// Whether the caller sees a community of its tenant: by a role there, or since it gives roles in the tenant.
fn sees(caller: &Caller, permissions: &PermissionSet) -> bool {
    *permissions != PermissionSet::default() || caller.rights.allow("roles", Access::View)
}

fn not_found() -> Refusal {
    Refusal::NotFound("community")
}

/// A page of the communities that the caller sees, by key: all for operators, those of its tenant for everybody else.
///
/// # Errors
/// The database being away.
pub async fn list_communities(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: Limit,
) -> Result<Page<Community, String>> {
    let tenant_id = (!caller.operator).then_some(caller.tenant_id);
    let mut page = app.store.list_communities(tenant_id, after, limit).await?;
    if !caller.operator {
        let ids: Vec<Uuid> = page.items.iter().map(|it| it.id).collect();
        let held = held::permissions_in_communities(app, caller, &ids).await?;
        let all = page.items.into_iter().zip(held);
        let seen = all.filter(|(_, held)| sees(caller, held));
        page.items = seen.map(|(community, _)| community).collect();
    }
    Ok(page)
}

/// A community that the caller sees, by its uuid or its key.
///
/// # Errors
/// [`Refusal::NotFound`], also for what the caller may not see.
pub async fn get_community(app: &App, caller: &Caller, reference: &str) -> Result<Seen> {
    let found = match Uuid::try_parse(reference) {
        Ok(id) => app.store.find_community(id).await?,
        Err(_) => app.store.find_community_by_key(reference).await?,
    };
    let community = found.ok_or_else(not_found)?;
    let permissions = held::permissions_in_community(app, caller, community.id).await?;
    let id = community.id;
    let inside = || app.store.is_in_community(id, caller.tenant_id);
    if caller.operator || (sees(caller, &permissions) && inside().await?) {
        Ok(Seen {
            community,
            permissions,
        })
    } else {
        Err(not_found().into())
    }
}

/// As [`get_community`], locked until the change ends.
pub(super) async fn find_for_change(change: &Change, reference: &str) -> Result<Seen> {
    let (store, caller) = (&change.store, &change.caller);
    let found = match Uuid::try_parse(reference) {
        Ok(id) => store.find_community_for_change(id).await?,
        Err(_) => store.find_community_by_key_for_change(reference).await?,
    };
    let community = found.ok_or_else(not_found)?;
    let permissions = held::permissions_in_community_for_change(change, community.id).await?;
    let id = community.id;
    let inside = || store.is_in_community(id, caller.tenant_id);
    if caller.operator || (sees(caller, &permissions) && inside().await?) {
        Ok(Seen {
            community,
            permissions,
        })
    } else {
        Err(not_found().into())
    }
}

/// How the audit trail names a community.
pub(super) fn object(community: &Community) -> Object {
    Object {
        kind: "community",
        id: community.id,
        name: community.name.clone(),
        client: None,
    }
}

/// Makes a community without members.
///
/// # Errors
/// [`Refusal::MissingPermission`] for all but operators,
/// [`Conflict::KeyTaken`](crate::domain::refusal::Conflict::KeyTaken), or everything that is wrong.
pub async fn create_community(change: &Change, new: &NewCommunity) -> Result<Community> {
    operators_only(&change.caller)?;
    let mut wrong = Violations::none();
    let key = wrong.take("/key", Key::parse(&new.key));
    let name = wrong.take("/name", text::line(&new.name, 255));
    let (Some(key), Some(name), true) = (key, name, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    let community = Community {
        id: Uuid::now_v7(),
        key: key.to_string(),
        name,
        created_at: change.now,
        updated_at: change.now,
        version: Version::FIRST,
    };
    change
        .store
        .insert_community(&community)
        .await
        .map_err(super::roles::taken_key)?;
    let said = json!({ "key": community.key, "name": community.name });
    let fields = differences(&Value::Null, &said);
    change
        .record(Action::CommunityCreated, object(&community), fields)
        .await?;
    Ok(community)
}

/// Gives a community another name.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MissingPermission`] for all but operators and those who look after it,
/// [`Refusal::Stale`], or everything that is wrong.
pub async fn replace_community(
    change: &Change,
    reference: &str,
    expected: &Expected,
    name: impl FnOnce(&Community) -> Result<Option<String>> + Send,
) -> Result<Community> {
    let seen = find_for_change(change, reference).await?;
    seen.needs(&change.caller, MEMBERS, Access::Change)?;
    let before = seen.community;
    if !expected.admits(before.version) {
        return Err(Refusal::Stale.into());
    }
    let mut wrong = Violations::none();
    let name = name(&before)?;
    let name = wrong.take(
        "/name",
        text::line(name.as_deref().unwrap_or_default(), 255),
    );
    let Some(name) = name else {
        return Err(wrong.into());
    };
    if name == before.name {
        return Ok(before);
    }
    let fields = differences(&json!({ "name": before.name }), &json!({ "name": name }));
    let community = Community {
        name,
        updated_at: change.now,
        version: before.version.next(),
        ..before
    };
    change.store.replace_community(&community).await?;
    change
        .record(Action::CommunityUpdated, object(&community), fields)
        .await?;
    Ok(community)
}

/// Ends a community with its roles, which are taken from everybody at once. Its tenants stay.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MissingPermission`] for all but operators, or [`Refusal::Stale`].
pub async fn delete_community(change: &Change, reference: &str, expected: &Expected) -> Result<()> {
    let community = find_for_change(change, reference).await?.community;
    operators_only(&change.caller)?;
    if !expected.admits(community.version) {
        return Err(Refusal::Stale.into());
    }
    change.store.delete_community(community.id).await?;
    let said = json!({ "key": community.key, "name": community.name });
    let fields = differences(&said, &Value::Null);
    change
        .record(Action::CommunityDeleted, object(&community), fields)
        .await
}

/// A page of the tenants of a community, by key.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub async fn list_tenants(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<&str>,
    limit: Limit,
) -> Result<Page<Tenant, String>> {
    let seen = get_community(app, caller, reference).await?;
    seen.needs(caller, MEMBERS, Access::View)?;
    let id = seen.community.id;
    Ok(app.store.list_tenants(Some(id), after, limit).await?)
}

/// Makes a tenant a member of a community. One that is a member stays one.
///
/// # Errors
/// [`Refusal::NotFound`], or [`Refusal::MissingPermission`] for all but operators.
pub async fn add_tenant(change: &Change, reference: &str, tenant: &str) -> Result<()> {
    let community = find_for_change(change, reference).await?.community;
    let tenant = tenants::find_for_change(change, tenant).await?;
    operators_only(&change.caller)?;
    let store = &change.store;
    if store
        .insert_community_tenant(community.id, tenant.id)
        .await?
    {
        let action = Action::CommunityTenantAdded;
        let fields = member(Value::Null, json!(tenant.key));
        record_for(change, &community, &tenant, action, fields).await?;
    }
    Ok(())
}

/// Takes a tenant out of a community. Everybody who reaches the community by way of it loses the roles there at once.
///
/// # Errors
/// [`Refusal::NotFound`], or [`Refusal::MissingPermission`] for all but operators.
pub async fn remove_tenant(change: &Change, reference: &str, tenant: &str) -> Result<()> {
    let community = find_for_change(change, reference).await?.community;
    let tenant = tenants::find_for_change(change, tenant).await?;
    operators_only(&change.caller)?;
    let store = &change.store;
    if store
        .delete_community_tenant(community.id, tenant.id)
        .await?
    {
        let action = Action::CommunityTenantRemoved;
        let fields = member(json!(tenant.key), Value::Null);
        record_for(change, &community, &tenant, action, fields).await?;
    }
    Ok(())
}

fn member(before: Value, after: Value) -> Vec<FieldChange> {
    vec![FieldChange {
        field: "tenant".to_owned(),
        before,
        after,
    }]
}

/// Writes what concerns a tenant of a community into its trail as well.
async fn record_for(
    change: &Change,
    community: &Community,
    tenant: &Tenant,
    action: Action,
    fields: Vec<FieldChange>,
) -> Result<()> {
    if tenant.id != change.caller.tenant_id {
        let about = vec![FieldChange {
            field: "community".to_owned(),
            before: Value::Null,
            after: json!(community.key),
        }];
        change
            .record_in(tenant.id, action, tenant_object(tenant), about)
            .await?;
    }
    change.record(action, object(community), fields).await
}
