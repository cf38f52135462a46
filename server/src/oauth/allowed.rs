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
    let mut all = Vec::new();
    for consent in app.store.list_consents(caller.subject).await? {
        let found = app.store.find_client_by_id(consent.client).await?;
        all.extend(found.map(|client| Allowed { client, consent }));
    }
    Ok(all)
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
    let mut items = Vec::with_capacity(page.items.len());
    for grant in page.items {
        let user = app.store.find_user_by_id(grant.user).await?;
        items.push((grant, user));
    }
    Ok(Page {
        items,
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
