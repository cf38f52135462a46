//! Credentials of a client: add, change, end, and replace all secrets at once.

use uuid::Uuid;

use super::{
    change::{find_for_change, find_for_control},
    credential_form::{CredentialDraft, NEVER, end, read},
    new_credential::{Added, insert, make, make_any},
    snapshot,
};
use crate::{
    app::Change,
    domain::{
        audit::{Action, differences},
        client::Client,
        credential::{Credential, CredentialKind, MOST_LIVE, Revoked, RevokedWhy, usable_until},
        refusal::{Conflict, Refusal},
        text,
        timestamp::Timestamp,
        version::Expected,
        violation::Violations,
    },
    error::Result,
};

/// Brings the client's own knowledge of its credentials up to date.
pub(super) async fn settle(change: &Change, client: &mut Client) -> Result<()> {
    let all = change.store.list_credentials(client.id).await?;
    let method = client.form.token_endpoint_auth_method;
    client.credentials_until = usable_until(client.created_at, method, &all);
    change.store.replace_client(client).await?;
    Ok(())
}

/// Refuses one more where there are as many as there can be, of which `leaving` make room.
pub(super) async fn most_live(change: &Change, client: &Client, leaving: usize) -> Result<()> {
    let all = change.store.list_credentials(client.id).await?;
    let live = all
        .iter()
        .filter(|it| it.kind != CredentialKind::ApiKey && it.is_live(change.now))
        .count();
    if live >= MOST_LIVE + leaving {
        return Err(Conflict::TooManyCredentials.into());
    }
    Ok(())
}

/// One more credential beside the live ones.
///
/// # Errors
/// [`Conflict::TooManyCredentials`] for the eleventh, [`Conflict::PublicClient`], the ceiling rule, or what is wrong
/// with the draft.
pub async fn create_credential(
    change: &Change,
    reference: &str,
    draft: &CredentialDraft,
) -> Result<(Client, Added)> {
    let (mut client, profile) = find_for_control(change, reference).await?;
    if client.public {
        return Err(Conflict::PublicClient.into());
    }
    let form = read(change, draft, &profile, client.form.expires_at)?;
    most_live(change, &client, 0).await?;
    let new = make_any(change, &client, form).await?;
    insert(change, new.stored()).await?;
    settle(change, &mut client).await?;
    Ok((client, new))
}

/// Ends all live secrets and makes a new one. From the commit on only the new one works.
///
/// # Errors
/// [`Conflict::NotBySecret`], or as [`create_credential`].
pub async fn regenerate_secret(
    change: &Change,
    reference: &str,
    draft: &CredentialDraft,
) -> Result<(Client, Added)> {
    let (mut client, profile) = find_for_control(change, reference).await?;
    if client.public {
        return Err(Conflict::PublicClient.into());
    }
    if !client.form.token_endpoint_auth_method.is_by_secret() {
        return Err(Conflict::NotBySecret.into());
    }
    if draft.is_public_key() {
        let message = "must be secret here: add a public key as a credential of its own";
        return Err(Violations::one("/kind", message).into());
    }
    let form = read(change, draft, &profile, client.form.expires_at)?;
    for old in change.store.list_credentials(client.id).await? {
        if old.kind == CredentialKind::Secret && old.is_live(change.now) {
            revoke(
                change,
                old,
                RevokedWhy::Regenerated,
                Action::CredentialRevoked,
            )
            .await?;
        }
    }
    let new = make(change, &client, form).await?;
    insert(change, &new.stored).await?;
    settle(change, &mut client).await?;
    Ok((client, Added::Secret(new)))
}

pub(super) async fn revoke(
    change: &Change,
    mut credential: Credential,
    why: RevokedWhy,
    action: Action,
) -> Result<Credential> {
    credential.revoked = Some(Revoked {
        at: change.now,
        by: change.caller.actor.clone(),
        why,
    });
    credential.version = credential.version.next();
    change.store.replace_credential(&credential).await?;
    let before = serde_json::json!({ "revoked_why": null });
    let after = serde_json::json!({ "revoked_why": why.as_str() });
    let object = snapshot::credential_object(&credential);
    change
        .record(action, object, differences(&before, &after))
        .await?;
    Ok(credential)
}

pub(super) async fn find(change: &Change, client: &Client, id: Uuid) -> Result<Credential> {
    let all = change.store.list_credentials(client.id).await?;
    // API keys are a resource of their own.
    let found = all
        .into_iter()
        .find(|it| it.id == id && it.kind != CredentialKind::ApiKey);
    Ok(found.ok_or(Refusal::NotFound("credential"))?)
}

/// Changes description and end of a credential.
///
/// # Errors
/// [`Conflict::CredentialDead`] when it works no longer, [`Refusal::Stale`], or what is wrong with the draft.
pub async fn update_credential(
    change: &Change,
    reference: &str,
    id: Uuid,
    expected: &Expected,
    draft: impl FnOnce(&Credential) -> Result<CredentialDraft> + Send,
) -> Result<Credential> {
    let (mut client, profile) = find_for_change(change, reference).await?;
    let before = find(change, &client, id).await?;
    if !expected.admits(before.version) {
        return Err(Refusal::Stale.into());
    }
    if !before.is_live(change.now) {
        return Err(Conflict::CredentialDead.into());
    }
    let draft = draft(&before)?;
    let mut wrong = Violations::none();
    let mut after = before.clone();
    after.description = text::description(draft.description.as_deref(), &mut wrong);
    after.expires_at = match draft.expires_at.as_deref() {
        // An end that stays as it is was allowed when it was set.
        Some(text)
            if before.expires_at.is_some() && Timestamp::parse(text).ok() == before.expires_at =>
        {
            before.expires_at
        }
        None | Some(NEVER) if before.expires_at.is_none() => None,
        text => {
            let (made, now) = (before.created_at, change.now);
            end(text.unwrap_or(NEVER), &profile, made, now, &mut wrong)
        }
    };
    wrong.or(())?;
    let differing = differences(
        &snapshot::of_credential(&before),
        &snapshot::of_credential(&after),
    );
    if differing.is_empty() {
        return Ok(before);
    }
    after.version = after.version.next();
    change.store.replace_credential(&after).await?;
    let object = snapshot::credential_object(&after);
    change
        .record(Action::CredentialUpdated, object, differing)
        .await?;
    settle(change, &mut client).await?;
    Ok(after)
}

/// Ends one credential at once; the others live on. Ending a dead one changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::Stale`].
pub async fn delete_credential(
    change: &Change,
    reference: &str,
    id: Uuid,
    expected: &Expected,
) -> Result<()> {
    let (mut client, _) = find_for_change(change, reference).await?;
    let credential = find(change, &client, id).await?;
    if !expected.admits(credential.version) {
        return Err(Refusal::Stale.into());
    }
    if credential.is_live(change.now) {
        revoke(
            change,
            credential,
            RevokedWhy::Deleted,
            Action::CredentialRevoked,
        )
        .await?;
        settle(change, &mut client).await?;
    }
    Ok(())
}
