//! Reading clients, their credentials and their history, within what the caller may see.

use uuid::Uuid;

use super::ceiling;
use crate::{
    app::App,
    domain::{
        assignment::Assignments,
        caller::Caller,
        client::Client,
        credential::{Credential, CredentialKind},
        page::{Limit, Page},
        permission::Access,
        profile::Profile,
        refusal::Refusal,
    },
    error::Result,
    store::{AuditFilter, AuditRow, ClientKey},
};

pub use crate::store::{ClientColumn, ClientFilter, ClientPage, ClientSort};

/// A client that the caller may see; a tombstone by its uuid only.
///
/// # Errors
/// [`Refusal::NotFound`], also for what the caller may not see.
pub async fn get_client(app: &App, caller: &Caller, reference: &str) -> Result<Client> {
    let found = app.store.find_client(caller.tenant_id, reference).await?;
    let client = found.ok_or(Refusal::NotFound("client"))?;
    ceiling::may(caller, Access::View, &client)?;
    Ok(client)
}

/// A page of the clients that the caller may see.
///
/// # Errors
/// The database being away.
pub async fn list_clients(
    app: &App,
    caller: &Caller,
    mut filter: ClientFilter,
    page: ClientPage<'_>,
) -> Result<Page<(Client, Assignments), ClientKey>> {
    narrow(app, caller, &mut filter).await?;
    let now = app.clock.now();
    Ok(app
        .store
        .list_clients(caller.tenant_id, &filter, page, now)
        .await?)
}

/// What the service user of a client holds.
///
/// # Errors
/// The database being away.
pub async fn list_assignments(app: &App, client: &Client) -> Result<Assignments> {
    Ok(app.store.list_assignments(client.service_user_id).await?)
}

/// Leaves only the profiles that the caller may see.
pub(super) async fn narrow(app: &App, caller: &Caller, filter: &mut ClientFilter) -> Result<()> {
    if caller.rights.allow("clients", Access::View) {
        return Ok(());
    }
    let all = app.store.list_profiles(caller.tenant_id).await?;
    let mut seen: Vec<String> = all.into_iter().map(|it: Profile| it.key).collect();
    seen.retain(|key| {
        let asked = filter.profiles.as_ref().is_none_or(|it| it.contains(key));
        asked && caller.rights.allow(key, Access::View)
    });
    filter.profiles = Some(seen);
    Ok(())
}

/// The credentials of a client, oldest first, dead ones too.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_credentials(
    app: &App,
    caller: &Caller,
    reference: &str,
) -> Result<Vec<Credential>> {
    let client = get_client(app, caller, reference).await?;
    let all = app.store.list_credentials(client.id).await?;
    // API keys are a resource of their own.
    let others = all.into_iter();
    Ok(others
        .filter(|it| it.kind != CredentialKind::ApiKey)
        .collect())
}

/// One credential of a client.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_credential(
    app: &App,
    caller: &Caller,
    reference: &str,
    id: Uuid,
) -> Result<Credential> {
    let all = list_credentials(app, caller, reference).await?;
    let found = all.into_iter().find(|it| it.id == id);
    Ok(found.ok_or(Refusal::NotFound("credential"))?)
}

/// What happened to a client, newest first.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_client_audit(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<Uuid>,
    limit: Limit,
) -> Result<Page<AuditRow, Uuid>> {
    let client = get_client(app, caller, reference).await?;
    let filter = AuditFilter {
        client: Some(client.id),
        ..AuditFilter::default()
    };
    let tenant_id = caller.tenant_id;
    Ok(app
        .store
        .list_audit(tenant_id, &filter, after, limit)
        .await?)
}
