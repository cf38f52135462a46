//! The tenants that a client may act in besides its own, with what it may do in each. One token acts in one of them,
//! which `scope=tenant:<key>` picks.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ceiling, change, read,
    roles::{self, RolesDraft},
    snapshot,
};
use crate::{
    app::{App, Change},
    domain::{
        assignment::{Assigned, Assignment, Assignments},
        audit::{Action, differences},
        caller::Caller,
        client::Client,
        permission::{Access, Rights},
        profile::{Profile, RoleModel},
        refusal::Refusal,
        tenant::Tenant,
        version::Expected,
        violation::Violations,
    },
    error::Result,
};

/// A tenant that a caller wrote, with the roles there: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct TenantRolesDraft {
    /// Its key.
    pub tenant: String,
    /// The roles there.
    pub roles: RolesDraft,
}

/// A tenant that a client may act in besides its own.
#[derive(Clone, Debug, PartialEq)]
pub struct FurtherTenant {
    /// The tenant.
    pub tenant: Tenant,
    /// What the client holds there.
    pub held: Assignments,
}

impl RoleModel {
    /// Whether clients of the profile can be assigned to further tenants.
    pub const fn reaches_further_tenants(&self) -> bool {
        matches!(self, Self::Set { .. })
    }
}

fn in_order(mut all: Vec<FurtherTenant>) -> Vec<FurtherTenant> {
    all.sort_unstable_by(|a, b| a.tenant.key.cmp(&b.tenant.key));
    all
}

/// The further tenants of a client that the caller may see, by key.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_further_tenants(
    app: &App,
    caller: &Caller,
    reference: &str,
) -> Result<(Client, Vec<FurtherTenant>)> {
    let client = read::get_client(app, caller, reference).await?;
    let held = app.store.list_assignments(client.service_user_id).await?;
    let mut ids = held.tenants();
    ids.retain(|it| *it != client.tenant_id);
    let tenants = app.store.list_tenants_by_id(ids).await?;
    let all = tenants.into_values().map(|tenant| FurtherTenant {
        held: held.only_in(tenant.id),
        tenant,
    });
    Ok((client, in_order(all.collect())))
}

/// Replaces the further tenants of a client. Tokens for a tenant that is taken away are dead on their next use.
///
/// # Errors
/// [`Refusal::Stale`]; [`Refusal::RoleExceedsCaller`] when more is given in a tenant than the caller may do there; or
/// everything that is wrong with `drafts`.
pub async fn replace_further_tenants(
    change: &Change,
    reference: &str,
    expected: &Expected,
    drafts: &[TenantRolesDraft],
) -> Result<(Client, Vec<FurtherTenant>)> {
    let (mut client, profile) = change::find_for_change(change, reference).await?;
    if !expected.admits(client.version) {
        return Err(Refusal::Stale.into());
    }
    let before = list_for_change(change, &client).await?;
    let mut wrong = Violations::none();
    if !profile.rules.roles.reaches_further_tenants() && !drafts.is_empty() {
        wrong.add(
            "/items",
            "not_allowed",
            "are not part of this profile: its clients act in their own tenant only",
        );
        return Err(wrong.into());
    }
    let mut wanted: Vec<FurtherTenant> = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.iter().enumerate() {
        let pointer = format!("/items/{index}");
        let mut found_wrong = Violations::none();
        let found = read_one(change, &client, &profile, &before, draft, &mut found_wrong).await?;
        wrong.append(found_wrong.within(&pointer));
        let Some(found) = found else { continue };
        if wanted.iter().any(|it| it.tenant.id == found.tenant.id) {
            let pointer = format!("{pointer}/tenant");
            wrong.add(&pointer, "duplicate", "is named twice: once is enough");
        }
        wanted.push(found);
    }
    let wanted = wrong.or(wanted)?;
    for (index, it) in wanted.iter().enumerate() {
        let given = may_give(change, &before, it).await;
        ceiling::at(&format!("/items/{index}"), given)?;
    }
    let wanted = in_order(wanted);
    let differing = differences(&said(&before), &said(&wanted));
    if differing.is_empty() {
        return Ok((client, before));
    }
    write(change, &client, &wanted).await?;
    change::write(
        change,
        &mut client,
        Action::ClientUpdated,
        differing.clone(),
    )
    .await?;
    tell_the_tenants(change, &client, &before, &wanted).await?;
    Ok((client, wanted))
}

/// Takes a further tenant away from a client of another: whoever looks after the tenant decides who acts in it. Both
/// tenants read it in their trails. Tokens for it are dead on their next use.
///
/// # Errors
/// [`Refusal::NotFound`] for a client that may not act in `tenant`.
pub async fn leave_tenant(change: &Change, tenant: &Tenant, reference: &str) -> Result<()> {
    let not_found = || Refusal::NotFound("client");
    let store = &change.store;
    let found = store.find_assigned_client_for_change(tenant.id, reference);
    let client = found.await?.ok_or_else(not_found)?;
    let before = list_for_change(change, &client).await?;
    let (left, after): (Vec<_>, Vec<_>) = before
        .iter()
        .cloned()
        .partition(|it| it.tenant.id == tenant.id);
    if left.is_empty() {
        return Err(not_found().into());
    }
    store
        .delete_assignments_in(client.service_user_id, tenant.id)
        .await?;
    change::count_change(change, client.tenant_id, client.id).await?;
    let (action, object) = (Action::ClientUpdated, snapshot::client_object(&client));
    let fields = differences(&said(&before), &said(&after));
    change
        .record_in(client.tenant_id, action, object.clone(), fields)
        .await?;
    let fields = differences(&one_said(&left[0]), &Value::Null);
    if change.caller.tenant_id != tenant.id && change.caller.tenant_id != client.tenant_id {
        change
            .record(action, object.clone(), fields.clone())
            .await?;
    }
    change.record_in(tenant.id, action, object, fields).await
}

/// Those whom it concerns read in their own trail who may act in their tenant, and who no longer.
async fn tell_the_tenants(
    change: &Change,
    client: &Client,
    before: &[FurtherTenant],
    after: &[FurtherTenant],
) -> Result<()> {
    let mut changes: BTreeMap<Uuid, (Value, Value)> = BTreeMap::new();
    for it in before {
        changes.entry(it.tenant.id).or_default().0 = one_said(it);
    }
    for it in after {
        changes.entry(it.tenant.id).or_default().1 = one_said(it);
    }
    for (tenant_id, (before, after)) in changes {
        let fields = differences(&before, &after);
        if !fields.is_empty() && tenant_id != change.caller.tenant_id {
            let object = snapshot::client_object(client);
            change
                .record_in(tenant_id, Action::ClientUpdated, object, fields)
                .await?;
        }
    }
    Ok(())
}

async fn list_for_change(change: &Change, client: &Client) -> Result<Vec<FurtherTenant>> {
    let held = change
        .store
        .list_assignments(client.service_user_id)
        .await?;
    let mut all = Vec::new();
    for id in held.tenants() {
        if id == client.tenant_id {
            continue;
        }
        if let Some(tenant) = change.store.find_tenant(id).await? {
            let held = held.only_in(id);
            all.push(FurtherTenant { tenant, held });
        }
    }
    Ok(in_order(all))
}

/// Reads one tenant with its roles. Which tenants there are is not told to those who are not there: they can name one
/// that they act in themselves, or that the client has already.
async fn read_one(
    change: &Change,
    client: &Client,
    profile: &Profile,
    before: &[FurtherTenant],
    draft: &TenantRolesDraft,
    wrong: &mut Violations,
) -> Result<Option<FurtherTenant>> {
    let caller = &change.caller;
    let mut found = change.store.find_tenant_by_key(&draft.tenant).await?;
    if let Some(tenant) = &found
        && !caller.operator
        && tenant.id != client.tenant_id
        && !before.iter().any(|it| it.tenant.id == tenant.id)
    {
        let own = change.store.list_assignments(caller.subject).await?;
        found = found.filter(|it| own.tenants().contains(&it.id));
    }
    let Some(tenant) = found else {
        wrong.add(
            "/tenant",
            "unknown_tenant",
            "is no tenant that you could assign: use the key of one that you may act in",
        );
        return Ok(None);
    };
    if tenant.id == client.tenant_id {
        wrong.add(
            "/tenant",
            "own_tenant",
            "is the client's own: its roles there are set by /clients/{id}/roles",
        );
        return Ok(None);
    }
    let mut held = roles::read_roles_in(change, profile, tenant.id, &draft.roles, wrong).await?;
    if held.tenants().is_empty() {
        held = Assignments::from_iter([Assignment {
            tenant_id: tenant.id,
            community: None,
            what: Assigned::Tenant,
        }]);
    }
    Ok(Some(FurtherTenant { tenant, held }))
}

/// The ceiling rule for what is new in a tenant: operators give what they may do themselves; everybody else what they
/// may do in that very tenant, if they may change clients there.
async fn may_give(change: &Change, before: &[FurtherTenant], wanted: &FurtherTenant) -> Result<()> {
    let caller = &change.caller;
    let tenant_id = wanted.tenant.id;
    let had = before.iter().find(|it| it.tenant.id == tenant_id);
    if had.is_some_and(|it| said_of(it) == said_of(wanted)) {
        return Ok(());
    }
    let there = if caller.operator {
        caller.rights.clone()
    } else {
        let own = change.store.list_assignments(caller.subject).await?;
        own.rights_in(tenant_id)
    };
    if !there.allow("clients", Access::Change) {
        return Err(Refusal::RoleExceedsCaller.into());
    }
    let had_role =
        |id: Uuid| had.is_some_and(|it| it.held.roles_in(tenant_id).any(|it| it.id == id));
    for role in wanted.held.roles_in(tenant_id) {
        if !had_role(role.id) && !there.cover(&Rights::Only(role.permissions.clone())) {
            return Err(Refusal::RoleExceedsCaller.into());
        }
    }
    for (community, role) in wanted.held.community_roles_in(tenant_id) {
        let had = had.is_some_and(|it| {
            it.held
                .community_roles_in(tenant_id)
                .any(|(there, had)| there.id == community.id && had.id == role.id)
        });
        if !had {
            ceiling::may_give_in_community(change, community.id, role).await?;
        }
    }
    Ok(())
}

async fn write(change: &Change, client: &Client, wanted: &[FurtherTenant]) -> Result<()> {
    let mut rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = Vec::new();
    for it in wanted {
        let id = it.tenant.id;
        // The tenant itself, so that it stays when its last role is deleted.
        rows.push((id, None, None));
        rows.extend(it.held.roles_in(id).map(|role| (id, None, Some(role.id))));
        rows.extend(
            it.held
                .community_roles_in(id)
                .map(|(community, role)| (id, Some(community.id), Some(role.id))),
        );
    }
    let store = &change.store;
    Ok(store
        .replace_further_tenants(client.service_user_id, client.tenant_id, &rows)
        .await?)
}

fn said_of(it: &FurtherTenant) -> Value {
    roles::snapshot(&it.held, it.tenant.id)
}

fn one_said(it: &FurtherTenant) -> Value {
    json!({ "tenants": { &it.tenant.key: said_of(it) } })
}

/// The further tenants as the audit trail compares them.
fn said(all: &[FurtherTenant]) -> Value {
    let tenants: BTreeMap<&str, Value> = all
        .iter()
        .map(|it| (it.tenant.key.as_str(), said_of(it)))
        .collect();
    json!({ "tenants": tenants })
}
