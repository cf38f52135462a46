//! The shared directory of a community: the clients that its tenants show to each other.

use uuid::Uuid;

use super::communities::{self, DIRECTORY, find_for_change, get_community};
use crate::{
    app::{App, Change},
    clients::ceiling,
    domain::{
        audit::{Action, Object},
        caller::Caller,
        client::Client,
        community::{Community, SharedClient},
        page::{Limit, Page},
        permission::Access,
        refusal::{Conflict, Refusal},
    },
    error::Result,
};

/// A page of the directory.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub async fn list_directory(
    app: &App,
    caller: &Caller,
    reference: &str,
    after: Option<Uuid>,
    limit: Limit,
) -> Result<Page<SharedClient, Uuid>> {
    let seen = get_community(app, caller, reference).await?;
    seen.needs(caller, DIRECTORY, Access::View)?;
    let id = seen.community.id;
    Ok(app.store.list_shared_clients(id, after, limit).await?)
}

/// Puts a client of the caller's tenant into the directory: whoever may change the client decides. One that is there
/// stays there.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::MissingPermission`], or [`Conflict::NotInCommunity`].
pub async fn share_client(change: &Change, reference: &str, client: &str) -> Result<()> {
    let community = find_for_change(change, reference).await?.community;
    let client = find_own(change, client).await?;
    ceiling::may(&change.caller, Access::Change, &client)?;
    if client.built_in {
        return Err(Conflict::ClientBuiltIn.into());
    }
    let (store, tenant_id) = (&change.store, client.tenant_id);
    if !store.is_in_community(community.id, tenant_id).await? {
        return Err(Conflict::NotInCommunity.into());
    }
    if store
        .insert_shared_client(community.id, client.id, tenant_id, change.now)
        .await?
    {
        record(change, &community, &client, Action::DirectoryClientAdded).await?;
    }
    Ok(())
}

/// Takes a client out of the directory: one of the caller's tenant, or any by whoever looks after the directory. One
/// that is not there stays out of it.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub async fn unshare_client(change: &Change, reference: &str, client: &str) -> Result<()> {
    let seen = find_for_change(change, reference).await?;
    let caller = &change.caller;
    let weeds = caller.operator || seen.permissions.allows(DIRECTORY, Access::Change);
    let client = match (find_own(change, client).await, Uuid::try_parse(client)) {
        (Ok(client), _) => {
            if !weeds {
                ceiling::may(caller, Access::Change, &client)?;
            }
            client
        }
        (Err(_), Ok(id)) if weeds => {
            let found = change.store.find_client_to_rely_on(id).await?;
            let found = found.ok_or(Refusal::NotFound("client"))?;
            let community_id = seen.community.id;
            let store = &change.store;
            if !store.is_in_community(community_id, found.tenant_id).await? {
                return Err(Refusal::NotFound("client").into());
            }
            found
        }
        (Err(error), _) => return Err(error),
    };
    let store = &change.store;
    if store
        .delete_shared_client(seen.community.id, client.id)
        .await?
    {
        let action = Action::DirectoryClientRemoved;
        record(change, &seen.community, &client, action).await?;
    }
    Ok(())
}

async fn find_own(change: &Change, reference: &str) -> Result<Client> {
    let found = change
        .store
        .find_client_for_change(change.caller.tenant_id, reference)
        .await?
        .filter(|it| it.deleted_at.is_none());
    Ok(found.ok_or(Refusal::NotFound("client"))?)
}

/// Writes it into the trail of the caller, and into that of the client's tenant.
async fn record(
    change: &Change,
    community: &Community,
    client: &Client,
    action: Action,
) -> Result<()> {
    let object = Object {
        client: Some(client.id),
        ..communities::object(community)
    };
    if client.tenant_id != change.caller.tenant_id {
        change
            .record_in(client.tenant_id, action, object.clone(), Vec::new())
            .await?;
    }
    change.record(action, object, Vec::new()).await
}
