//! Changing the editable part of a client.

use uuid::Uuid;

use super::{
    ceiling,
    form::{ClientDraft, Reading},
    snapshot,
};
use crate::{
    app::Change,
    domain::{
        audit::{Action, FieldChange, differences},
        client::Client,
        credential::usable_until,
        permission::Access,
        profile::Profile,
        refusal::{Conflict, Refusal},
        version::Expected,
        violation::Violations,
    },
    error::{Error, Result},
};

/// What a caller wrote to replace the editable part of a client: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct Replacement {
    /// The wire id, which must be the one it has.
    pub client_id: Option<String>,
    /// The key of the profile, which must be the one it has.
    pub profile: Option<String>,
    /// The editable part.
    pub draft: ClientDraft,
}

/// A client that the caller may change, locked until the change ends, with its profile.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::MissingPermission`].
pub(super) async fn find_for_change(change: &Change, reference: &str) -> Result<(Client, Profile)> {
    let client = change
        .store
        .find_client_for_change(change.caller.tenant_id, reference)
        .await?
        .filter(|it| it.deleted_at.is_none())
        .ok_or(Refusal::NotFound("client"))?;
    ceiling::may(&change.caller, Access::Change, &client)?;
    if client.built_in {
        return Err(Conflict::ClientBuiltIn.into());
    }
    let profile = profile_of(change, &client).await?;
    Ok((client, profile))
}

/// As [`find_for_change`], for what would give the caller the client's rights: the ceiling rule holds.
///
/// # Errors
/// [`Refusal::RoleExceedsCaller`] besides.
pub(super) async fn find_for_control(
    change: &Change,
    reference: &str,
) -> Result<(Client, Profile)> {
    let (client, profile) = find_for_change(change, reference).await?;
    ceiling::covers_client(change, &client).await?;
    Ok((client, profile))
}

/// The profile of a stored client.
pub(super) async fn profile_of(change: &Change, client: &Client) -> Result<Profile> {
    change
        .store
        .find_profile(client.tenant_id, &client.profile)
        .await?
        .ok_or_else(|| Error::Unexpected(format!("the profile of client {} is missing", client.id)))
}

/// As [`profile_of`], for a client of a tenant by its uuid.
pub(crate) async fn profile_of_id(change: &Change, tenant_id: Uuid, id: Uuid) -> Result<Profile> {
    let client = lock(change, tenant_id, id).await?;
    if client.built_in {
        return Err(Conflict::ClientBuiltIn.into());
    }
    profile_of(change, &client).await
}

/// Counts a change of what a client holds, whose audit row is written elsewhere. Its live tokens follow.
pub(crate) async fn count_change(change: &Change, tenant_id: Uuid, id: Uuid) -> Result<()> {
    let mut client = lock(change, tenant_id, id).await?;
    client.version = client.version.next();
    client.updated_at = change.now;
    client.updated_by = change.caller.actor.clone();
    Ok(change.store.replace_client(&client).await?)
}

async fn lock(change: &Change, tenant_id: Uuid, id: Uuid) -> Result<Client> {
    let found = change
        .store
        .find_client_for_change(tenant_id, &id.to_string())
        .await?;
    Ok(found.ok_or(Refusal::NotFound("client"))?)
}

/// Replaces the editable part of a client by what `wanted` makes of it. A replacement that changes nothing writes
/// nothing.
///
/// # Errors
/// [`Refusal::Stale`] when the caller saw another version, the ceiling rule, or everything that is wrong with the
/// replacement.
pub async fn replace_client(
    change: &Change,
    reference: &str,
    expected: &Expected,
    wanted: impl FnOnce(&Client) -> Result<Replacement> + Send,
) -> Result<Client> {
    let (mut client, profile) = find_for_change(change, reference).await?;
    if !expected.admits(client.version) {
        return Err(Refusal::Stale.into());
    }
    let reading = Reading {
        profile: &profile,
        public: client.public,
        current: Some(&client.form),
        default_name: None,
        now: change.now,
    };
    let wanted = wanted(&client)?;
    let mut wrong = Violations::none();
    for (pointer, is_kept) in [
        (
            "/client_id",
            wanted.client_id.as_deref() == Some(client.client_id.as_str()),
        ),
        ("/profile", wanted.profile.as_ref() == Some(&client.profile)),
    ] {
        if !is_kept {
            wrong.add(
                pointer,
                "field_immutable",
                "cannot be changed after creation: create a new client instead",
            );
        }
    }
    let form = match reading.read(&wanted.draft) {
        Ok(form) => wrong.or(form)?,
        Err(more) => {
            wrong.append(more);
            return Err(wrong.into());
        }
    };
    if form.role != client.form.role {
        let held = change
            .store
            .list_assignments(client.service_user_id)
            .await?;
        for form in [&client.form, &form] {
            let covered = ceiling::covers(&change.caller, form, &held, client.operator);
            ceiling::at("/role", covered)?;
        }
    }
    let differing = differences(&snapshot::of_form(&client.form), &snapshot::of_form(&form));
    if differing.is_empty() {
        return Ok(client);
    }
    let before = client.form.token_endpoint_auth_method;
    client.form = form;
    let method = client.form.token_endpoint_auth_method;
    if method != before {
        let all = change.store.list_credentials(client.id).await?;
        client.credentials_until = usable_until(client.created_at, method, &all);
    }
    write(change, &mut client, Action::ClientUpdated, differing).await?;
    Ok(client)
}

/// Writes a changed client with its next version and its audit row.
pub(super) async fn write(
    change: &Change,
    client: &mut Client,
    action: Action,
    differing: Vec<FieldChange>,
) -> Result<()> {
    client.version = client.version.next();
    client.updated_at = change.now;
    client.updated_by = change.caller.actor.clone();
    change
        .store
        .replace_client(client)
        .await
        .map_err(super::create::taken)?;
    let object = snapshot::client_object(client);
    change.record(action, object, differing).await
}
