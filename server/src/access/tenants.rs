//! Tenants: operators make, change and end them; everybody else sees the one they act in.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, Object, differences},
        caller::Caller,
        key::Key,
        page::{Limit, Page},
        refusal::{Conflict, Refusal},
        tenant::{Tenant, TenantDraft, TenantForm},
        user::User,
        version::{Expected, Version},
        violation::Violations,
    },
    error::Result,
    people::{create, form::UserDraft, lifecycle},
};

/// What a caller wrote to make a tenant: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct NewTenant {
    /// Its short name.
    pub key: String,
    /// The editable part.
    pub draft: TenantDraft,
}

/// Refuses whoever may not manage tenants and communities.
///
/// # Errors
/// [`Refusal::MissingPermission`].
pub fn operators_only(caller: &Caller) -> Result<()> {
    if caller.operator {
        Ok(())
    } else {
        Err(Refusal::MissingPermission("operator".to_owned()).into())
    }
}

/// How the audit trail names a tenant.
pub(crate) fn tenant_object(tenant: &Tenant) -> Object {
    Object {
        kind: "tenant",
        id: tenant.id,
        name: tenant.form.name.clone(),
        client: None,
    }
}

fn snapshot(form: &TenantForm) -> Value {
    json!({ "name": form.name, "external_key": form.external_key })
}

/// A page of the tenants that the caller sees, by key: all for operators, the one they act in for everybody else.
///
/// # Errors
/// The database being away.
pub async fn list_tenants(
    app: &App,
    caller: &Caller,
    after: Option<&str>,
    limit: Limit,
) -> Result<Page<Tenant, String>> {
    if caller.operator {
        return Ok(app.store.list_tenants(None, after, limit).await?);
    }
    let own = app.store.find_tenant(caller.tenant_id).await?;
    Ok(Page {
        items: own
            .into_iter()
            .filter(|it| after.is_none_or(|after| it.key.as_str() > after))
            .collect(),
        next: None,
        total: None,
    })
}

fn seen(caller: &Caller, found: Option<Tenant>) -> Result<Tenant> {
    let tenant = found.filter(|it| caller.operator || it.id == caller.tenant_id);
    Ok(tenant.ok_or(Refusal::NotFound("tenant"))?)
}

/// A tenant that the caller sees, by its uuid or its key.
///
/// # Errors
/// [`Refusal::NotFound`], also for what the caller may not see.
pub async fn get_tenant(app: &App, caller: &Caller, reference: &str) -> Result<Tenant> {
    let found = match Uuid::try_parse(reference) {
        Ok(id) => app.store.find_tenant(id).await?,
        Err(_) => app.store.find_tenant_by_key(reference).await?,
    };
    seen(caller, found)
}

/// As [`get_tenant`], within a change.
pub(super) async fn find_within(change: &Change, reference: &str) -> Result<Tenant> {
    let store = &change.store;
    let found = match Uuid::try_parse(reference) {
        Ok(id) => store.find_tenant(id).await?,
        Err(_) => store.find_tenant_by_key(reference).await?,
    };
    seen(&change.caller, found)
}

/// As [`get_tenant`], locked until the change ends.
pub(super) async fn find_for_change(change: &Change, reference: &str) -> Result<Tenant> {
    let store = &change.store;
    let id = match Uuid::try_parse(reference) {
        Ok(id) => Some(id),
        Err(_) => store.find_tenant_by_key(reference).await?.map(|it| it.id),
    };
    let found = match id {
        Some(id) => store.find_tenant_for_change(id).await?,
        None => None,
    };
    seen(&change.caller, found)
}

/// Makes a tenant. Built-in roles, profiles and the admin screens are there for it at once.
///
/// # Errors
/// [`Refusal::MissingPermission`] for all but operators, [`Conflict::KeyTaken`], also when a deleted tenant had the key,
/// or everything that is wrong.
pub async fn create_tenant(change: &Change, new: &NewTenant) -> Result<Tenant> {
    operators_only(&change.caller)?;
    let mut wrong = Violations::none();
    let key = wrong.take("/key", Key::parse(&new.key));
    let form = new.draft.read(&mut wrong);
    let (Some(key), true) = (key, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    let tenant = Tenant {
        id: Uuid::now_v7(),
        key: key.to_string(),
        form,
        created_at: change.now,
        updated_at: change.now,
        version: Version::FIRST,
    };
    change
        .store
        .insert_tenant(&tenant)
        .await
        .map_err(super::roles::taken_key)?;
    let mut said = snapshot(&tenant.form);
    said["key"] = json!(tenant.key);
    record(change, &tenant, Action::TenantCreated, &Value::Null, &said).await?;
    Ok(tenant)
}

/// Writes what happened to a tenant into the trail of whoever did it, and into its own.
async fn record(
    change: &Change,
    tenant: &Tenant,
    action: Action,
    before: &Value,
    after: &Value,
) -> Result<()> {
    let fields = differences(before, after);
    let object = tenant_object(tenant);
    if tenant.id != change.caller.tenant_id {
        change
            .record_in(tenant.id, action, object.clone(), fields.clone())
            .await?;
    }
    change.record(action, object, fields).await
}

/// Replaces the editable part of a tenant. What changes nothing writes nothing.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Stale`], [`Refusal::MissingPermission`] when anybody but an operator changes the
/// external key, or everything that is wrong.
pub async fn replace_tenant(
    change: &Change,
    reference: &str,
    expected: &Expected,
    draft: impl FnOnce(&TenantForm) -> Result<TenantDraft> + Send,
) -> Result<Tenant> {
    let before = find_for_change(change, reference).await?;
    if !expected.admits(before.version) {
        return Err(Refusal::Stale.into());
    }
    let mut wrong = Violations::none();
    let form = draft(&before.form)?.read(&mut wrong);
    let form = wrong.or(form)?;
    if form.external_key != before.form.external_key {
        operators_only(&change.caller)?;
    }
    if form == before.form {
        return Ok(before);
    }
    let tenant = Tenant {
        form,
        updated_at: change.now,
        version: before.version.next(),
        ..before.clone()
    };
    change.store.replace_tenant(&tenant).await?;
    let (before, after) = (snapshot(&before.form), snapshot(&tenant.form));
    record(change, &tenant, Action::TenantUpdated, &before, &after).await?;
    Ok(tenant)
}

/// Deletes a tenant that nothing depends on: all its clients are deleted, and its people deactivated, but for super
/// admins, whom this signs out and deactivates. Clients of others lose their assignments to it. Its key is never given
/// again, since it stands in tokens and audit trails.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MissingPermission`] for all but operators, [`Refusal::Stale`], or
/// [`Conflict::TenantInUse`].
pub async fn delete_tenant(
    change: &mut Change,
    reference: &str,
    expected: &Expected,
) -> Result<()> {
    let tenant = find_for_change(change, reference).await?;
    operators_only(&change.caller)?;
    if !expected.admits(tenant.version) {
        return Err(Refusal::Stale.into());
    }
    let store = &change.store;
    let clients = store.count_clients_of_tenant(tenant.id).await?;
    let people = store.count_active_users_of_tenant(tenant.id).await?;
    if clients + people > 0 || tenant.id == change.caller.tenant_id {
        return Err(Conflict::TenantInUse.into());
    }
    let home = change.caller.tenant_id;
    // What happens to its people belongs into its own trail.
    change.caller.tenant_id = tenant.id;
    for id in change.store.list_active_users_of_tenant(tenant.id).await? {
        lifecycle::switch_off(change, id).await?;
    }
    change.caller.tenant_id = home;
    change.store.delete_tenant(tenant.id, change.now).await?;
    let said = snapshot(&tenant.form);
    record(change, &tenant, Action::TenantDeleted, &said, &Value::Null).await
}

/// Makes a super admin of a tenant, who may then do everything else in it: the first one, or another when nobody can
/// get in any more. From here on the change goes on in that tenant.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MissingPermission`] for all but operators, [`Refusal::RoleExceedsCaller`] for an
/// operator who is no super admin, [`Conflict::EmailTaken`], or everything that is wrong with the draft.
pub async fn create_administrator(
    change: &mut Change,
    reference: &str,
    draft: &UserDraft,
) -> Result<User> {
    let tenant = find_for_change(change, reference).await?;
    operators_only(&change.caller)?;
    change.caller.tenant_id = tenant.id;
    create::create_user(change, draft, false).await
}
