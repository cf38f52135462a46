//! Rotating a secret without an outage: a new one is made, and the old one works on for a while.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    change::find_for_control,
    credential_form::{CredentialDraft, read},
    credentials::{find, most_live, revoke, settle},
    new_credential::{NewSecret, insert, make},
    snapshot,
};
use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, differences},
        caller::Caller,
        client::Client,
        credential::{Credential, CredentialKind, RevokedWhy},
        grace::Grace,
        refusal::{Conflict, InUse, Refusal},
    },
    error::Result,
};

/// A credential that was used within so many seconds is in use.
const IN_USE_FOR: i64 = 3_600;

/// What to do about a credential that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenInUse {
    /// Refuse, and say by whom.
    Refuse,
    /// End it all the same.
    Force,
}

/// A rotation that has begun.
pub struct Rotation {
    /// The client.
    pub client: Client,
    /// The old secret, which works until it retires.
    pub old: Credential,
    /// The new secret.
    pub new: NewSecret,
}

/// Makes a secret in place of `id`, which works on until its grace is over.
///
/// # Errors
/// [`Conflict::CredentialDead`], [`Conflict::RotationUnderWay`], [`Conflict::TooManyCredentials`], the ceiling rule, or
/// what is wrong with the draft.
pub async fn rotate_credential(
    change: &Change,
    reference: &str,
    id: Uuid,
    grace: Grace,
    draft: &CredentialDraft,
) -> Result<Rotation> {
    let (mut client, profile) = find_for_control(change, reference).await?;
    let before = find(change, &client, id).await?;
    if before.kind != CredentialKind::Secret {
        return Err(Conflict::NotASecret.into());
    }
    if !before.is_live(change.now) {
        return Err(Conflict::CredentialDead.into());
    }
    if before.retires_at.is_some() {
        return Err(Conflict::RotationUnderWay.into());
    }
    let mut form = read(change, draft, &profile, client.form.expires_at)?;
    form.replaces(&before);
    // Without a grace the old one makes room for the new one.
    let leaving = usize::from(grace.seconds() == 0);
    most_live(change, &client, leaving).await?;
    let mut old = before.clone();
    old.retires_at = Some(grace.last_second(change.now));
    old.version = old.version.next();
    change.store.replace_credential(&old).await?;
    let new = make(change, &client, form).await?;
    old.replaced_by = Some(new.stored.credential.id);
    record(change, &before, &old, Action::CredentialRotated).await?;
    insert(change, &new.stored).await?;
    settle(change, &mut client).await?;
    Ok(Rotation { client, old, new })
}

/// The two credentials of the rotation that `id`, old or new, is part of.
async fn rotation_of(
    change: &Change,
    client: &Client,
    id: Uuid,
) -> Result<(Credential, Option<Credential>)> {
    let named = find(change, client, id).await?;
    let old = match named.replaces {
        Some(old) if named.retires_at.is_none() => find(change, client, old).await?,
        _ => named,
    };
    if old.retires_at.is_none() {
        return Err(Conflict::NoRotation.into());
    }
    let new = match old.replaced_by {
        Some(new) => Some(find(change, client, new).await?),
        None => None,
    };
    Ok((old, new))
}

/// Ends the old secret of a rotation now instead of at the end of its grace. `id` is the old or the new one. Where the
/// grace is over already, nothing changes.
///
/// # Errors
/// [`Refusal::SecretInUse`] when the old one was used within the last hour, unless forced;
/// [`Conflict::NoRotation`]; the ceiling rule.
pub async fn complete_rotation(
    app: &App,
    caller: Caller,
    reference: String,
    id: Uuid,
    when_in_use: WhenInUse,
) -> Result<Credential> {
    // What was used a moment ago is in a buffer still.
    app.write_usage().await?;
    app.change(caller, move |change| {
        Box::pin(async move {
            let (mut client, _) = find_for_control(change, &reference).await?;
            let (old, _) = rotation_of(change, &client, id).await?;
            if !old.is_live(change.now) {
                return Ok(old);
            }
            refuse_in_use(change, &old, when_in_use)?;
            let action = Action::CredentialRotationCompleted;
            let old = revoke(change, old, RevokedWhy::Rotated, action).await?;
            settle(change, &mut client).await?;
            Ok(old)
        })
    })
    .await
}

/// Ends the new secret of a rotation; the old one lives on as before. `id` is the old or the new one.
///
/// # Errors
/// [`Refusal::SecretInUse`] when the new one was used within the last hour, unless forced;
/// [`Conflict::CredentialDead`] when the grace of the old one is over; [`Conflict::NoRotation`]; the ceiling rule.
pub async fn cancel_rotation(
    app: &App,
    caller: Caller,
    reference: String,
    id: Uuid,
    when_in_use: WhenInUse,
) -> Result<Credential> {
    app.write_usage().await?;
    app.change(caller, move |change| {
        Box::pin(async move {
            let (mut client, _) = find_for_control(change, &reference).await?;
            let (before, new) = rotation_of(change, &client, id).await?;
            if !before.is_live(change.now) {
                return Err(Conflict::CredentialDead.into());
            }
            if let Some(new) = new.filter(|it| it.is_live(change.now)) {
                refuse_in_use(change, &new, when_in_use)?;
                let why = RevokedWhy::RotationCancelled;
                revoke(change, new, why, Action::CredentialRevoked).await?;
            }
            let mut old = before.clone();
            old.retires_at = None;
            old.replaced_by = None;
            old.version = old.version.next();
            change.store.replace_credential(&old).await?;
            let action = Action::CredentialRotationCancelled;
            record(change, &before, &old, action).await?;
            settle(change, &mut client).await?;
            Ok(old)
        })
    })
    .await
}

fn refuse_in_use(change: &Change, credential: &Credential, when_in_use: WhenInUse) -> Result<()> {
    let recent = credential
        .last_used_at
        .filter(|it| it.plus(IN_USE_FOR) > change.now);
    match recent {
        Some(last_used_at) if when_in_use == WhenInUse::Refuse => {
            Err(Refusal::SecretInUse(Box::new(InUse {
                credential: credential.id,
                last_used_at,
                last_used_from: credential.last_used_from.clone(),
                use_count: credential.use_count,
            }))
            .into())
        }
        _ => Ok(()),
    }
}

async fn record(
    change: &Change,
    before: &Credential,
    after: &Credential,
    action: Action,
) -> Result<()> {
    let object = snapshot::credential_object(after);
    let differing = differences(&of_rotation(before), &of_rotation(after));
    change.record(action, object, differing).await
}

fn of_rotation(credential: &Credential) -> Value {
    json!({ "retires_at": credential.retires_at, "replaced_by": credential.replaced_by })
}
