//! The clients of other tenants that may act in a tenant: whoever looks after the tenant sees them, and takes it away
//! from them. What they are besides stays their own tenant's business.

use uuid::Uuid;

use super::tenants::{find_within, get_tenant};
use crate::{
    app::{App, Change},
    clients::tenants::leave_tenant,
    domain::{
        assignment::Assignments,
        caller::Caller,
        client::Client,
        page::{Limit, Page},
        permission::Access,
        refusal::Refusal,
        tenant::Tenant,
    },
    error::Result,
};

/// A client of another tenant that may act in this one.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignedClient {
    /// The client.
    pub client: Client,
    /// Whose it is.
    pub home: Tenant,
    /// Where it may act.
    pub tenant_id: Uuid,
    /// What it holds there.
    pub held: Assignments,
}

/// The right to see or change all clients, since those of others can be of kinds that this tenant does not know.
fn needs_clients(caller: &Caller, access: Access) -> Result<()> {
    if caller.rights.allow("clients", access) {
        Ok(())
    } else {
        let needed = format!("clients:{}", access.as_str());
        Err(Refusal::MissingPermission(needed).into())
    }
}

/// A page of the clients of other tenants that may act in a tenant that the caller sees, the one made first first.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub async fn list_assigned_clients(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<Uuid>,
    limit: Limit,
) -> Result<Page<AssignedClient, Uuid>> {
    let tenant = get_tenant(app, caller, reference).await?;
    needs_clients(caller, Access::View)?;
    let store = &app.store;
    let page = store.list_assigned_clients(tenant.id, after, limit).await?;
    let principals = page.items.iter().map(|it| it.service_user_id).collect();
    let mut held = store.list_assignments_of(principals).await?;
    let homes = page.items.iter().map(|it| it.tenant_id).collect();
    let homes = store.list_tenants_by_id(homes).await?;
    let assigned = |client: Client| {
        let held = held.remove(&client.service_user_id)?;
        Some(AssignedClient {
            home: homes.get(&client.tenant_id)?.clone(),
            tenant_id: tenant.id,
            held: held.only_in(tenant.id),
            client,
        })
    };
    Ok(Page {
        items: page.items.into_iter().filter_map(assigned).collect(),
        next: page.next,
        total: None,
    })
}

/// Takes a tenant away from a client of another one.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub async fn remove_assigned_client(change: &Change, reference: &str, client: &str) -> Result<()> {
    let tenant = find_within(change, reference).await?;
    needs_clients(&change.caller, Access::Change)?;
    leave_tenant(change, &tenant, client).await
}
