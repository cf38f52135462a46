//! Switching a client off and on, ending its tokens, deleting and restoring it.

use serde_json::json;

use super::{
    ceiling,
    change::{find_for_change, find_for_control, write},
};
use crate::{
    app::Change,
    domain::{
        audit::{Action, differences},
        client::{Client, RESTORABLE_FOR, Status},
        permission::Access,
        refusal::Refusal,
        version::Expected,
    },
    error::Result,
    store::GrantFilter,
};

/// No new tokens, and every live one is dead with the commit; of an app also its codes, refresh tokens and consents,
/// so that people authorize it again. Deactivating twice changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn deactivate_client(change: &Change, reference: &str) -> Result<Client> {
    let (mut client, _) = find_for_change(change, reference).await?;
    if client.status == Status::Inactive {
        return Ok(client);
    }
    let before = state(&client);
    client.status = Status::Inactive;
    client.generation += 1;
    change.store.delete_what_people_allowed(client.id).await?;
    let differing = differences(&before, &state(&client));
    write(change, &mut client, Action::ClientDeactivated, differing).await?;
    Ok(client)
}

/// Brings a client back with its live secrets, and nothing else: tokens from before stay dead.
///
/// # Errors
/// [`Refusal::NotFound`], or the ceiling rule.
pub async fn reactivate_client(change: &Change, reference: &str) -> Result<Client> {
    let (mut client, _) = find_for_control(change, reference).await?;
    if client.status == Status::Active {
        return Ok(client);
    }
    let before = state(&client);
    client.status = Status::Active;
    let differing = differences(&before, &state(&client));
    write(change, &mut client, Action::ClientReactivated, differing).await?;
    Ok(client)
}

/// Ends every live token of a client, refresh tokens too; it may get new ones at once.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn revoke_client_tokens(change: &Change, reference: &str) -> Result<Client> {
    let (mut client, _) = find_for_change(change, reference).await?;
    client.generation += 1;
    let all = GrantFilter::Client(client.id);
    change.store.revoke_grants(all, change.now).await?;
    write(change, &mut client, Action::ClientTokensRevoked, Vec::new()).await?;
    Ok(client)
}

/// Ends a client for good, unless it is restored within 30 days.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::Stale`].
pub async fn delete_client(change: &Change, reference: &str, expected: &Expected) -> Result<()> {
    let (mut client, _) = find_for_change(change, reference).await?;
    if !expected.admits(client.version) {
        return Err(Refusal::Stale.into());
    }
    let before = state(&client);
    client.deleted_at = Some(change.now);
    client.generation += 1;
    change.store.delete_what_people_allowed(client.id).await?;
    let differing = differences(&before, &state(&client));
    write(change, &mut client, Action::ClientDeleted, differing).await
}

/// Makes a tombstone a client again, with the state it had; its tokens stay dead. Restoring a client that is not
/// deleted changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no tombstone any more, the ceiling rule, or
/// [`Conflict::ClientIdTaken`](crate::domain::refusal::Conflict::ClientIdTaken) when its wire id belongs to another
/// client now.
pub async fn restore_client(change: &Change, reference: &str) -> Result<Client> {
    let mut client = change
        .store
        .find_client_for_change(change.caller.tenant_id, reference)
        .await?
        .filter(|it| {
            it.deleted_at
                .is_none_or(|at| at.plus(RESTORABLE_FOR) > change.now)
        })
        .ok_or(Refusal::NotFound("client"))?;
    ceiling::may(&change.caller, Access::Change, &client)?;
    ceiling::covers_client(change, &client).await?;
    if client.deleted_at.is_none() {
        return Ok(client);
    }
    let before = state(&client);
    client.deleted_at = None;
    let differing = differences(&before, &state(&client));
    write(change, &mut client, Action::ClientRestored, differing).await?;
    Ok(client)
}

fn state(client: &Client) -> serde_json::Value {
    json!({ "status": client.status.as_str(), "deleted_at": client.deleted_at })
}
