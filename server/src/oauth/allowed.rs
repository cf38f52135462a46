//! What people allowed apps: looking at it, and taking it back.

use serde_json::Value;
use uuid::Uuid;

use super::consent::grant_object;
use crate::{
    app::{App, Change},
    clients::{read::get_client, snapshot},
    domain::{
        audit::{Action, FieldChange},
        authorization::{Consent, Grant},
        caller::Caller,
        client::Client,
        page::{Limit, Page},
        permission::Access,
        refusal::Refusal,
        user::User,
    },
    error::Result,
    store::GrantFilter,
};

/// An app that a person allowed to act for them.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The app.
    pub client: Client,
    /// What was allowed.
    pub consent: Consent,
}

/// What the caller allowed, oldest first.
///
/// # Errors
/// The database being away.
pub async fn list_own(app: &App, caller: &Caller) -> Result<Vec<Allowed>> {
    let consents = app.store.list_consents(caller.subject).await?;
    let ids = consents.iter().map(|it| it.client).collect();
    let mut clients = app.store.list_clients_by_id(ids).await?;
    let allowed = |consent: Consent| {
        let client = clients.remove(&consent.client)?;
        Some(Allowed { client, consent })
    };
    Ok(consents.into_iter().filter_map(allowed).collect())
}

/// Takes back what the caller allowed an app: it is asked for again, and all tokens are dead with the commit.
///
/// # Errors
/// [`Refusal::NotFound`] when nothing was allowed.
pub async fn withdraw_own(change: &Change, client: Uuid) -> Result<()> {
    let found = change.store.find_client_to_rely_on(client).await?;
    let client = found.ok_or(Refusal::NotFound("application"))?;
    if withdraw(change, &client, change.caller.subject).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound("application").into())
    }
}

/// What people let a client do at this moment, newest first, each with the person where they are still there.
///
/// # Errors
/// [`Refusal::NotFound`] for a client that the caller may not see.
pub async fn list_grants(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<Uuid>,
    limit: Limit,
) -> Result<Page<(Grant, Option<User>), Uuid>> {
    let client = get_client(app, caller, reference).await?;
    let filter = GrantFilter::Client(client.id);
    let now = app.clock.now();
    let page = app.store.list_grants(filter, after, limit, now).await?;
    let ids = page.items.iter().map(|it| it.user).collect();
    let users = app.store.list_users_by_id(ids).await?;
    let with_user = |grant: Grant| {
        let user = users.get(&grant.user).cloned();
        (grant, user)
    };
    Ok(Page {
        items: page.items.into_iter().map(with_user).collect(),
        next: page.next,
        total: page.total,
    })
}

/// Ends a grant, and with it all that its person allowed the client: they are asked again.
///
/// # Errors
/// [`Refusal::NotFound`], or [`Refusal::MissingPermission`].
pub async fn revoke_grant(change: &Change, reference: &str, grant: Uuid) -> Result<()> {
    let tenant_id = change.caller.tenant_id;
    let found = change
        .store
        .find_client_for_change(tenant_id, reference)
        .await?;
    let client = found.ok_or(Refusal::NotFound("client"))?;
    crate::clients::ceiling::may(&change.caller, Access::Change, &client)?;
    let found = change.store.find_grant(grant).await?;
    let grant = found
        .filter(|it| it.client == client.id && it.is_live(change.now))
        .ok_or(Refusal::NotFound("grant"))?;
    let object = grant_object(&grant, &client);
    withdraw(change, &client, grant.user).await?;
    change
        .record(Action::GrantRevoked, object, Vec::new())
        .await
}

/// Forgets the consent of `user` and ends every grant; gives whether there was anything.
async fn withdraw(change: &Change, client: &Client, user: Uuid) -> Result<bool> {
    let before = change.store.find_consent(user, client.id).await?;
    let both = GrantFilter::Both {
        client: client.id,
        user,
    };
    let ended = change.store.revoke_grants(both, change.now).await?;
    let Some(before) = before else {
        return Ok(ended > 0);
    };
    change.store.delete_consent(user, client.id).await?;
    let changes = vec![FieldChange {
        field: "scope".to_owned(),
        before: Value::String(before.scope.to_string()),
        after: Value::Null,
    }];
    let object = snapshot::client_object(client);
    change
        .record(Action::ConsentWithdrawn, object, changes)
        .await?;
    Ok(true)
}
