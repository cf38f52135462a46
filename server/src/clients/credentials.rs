//! Credentials of a client: add, change, end, and replace all at once.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    change::{find_for_change, find_for_control},
    snapshot,
};
use crate::{
    app::Change,
    crypto::digest::Digest,
    domain::{
        audit::{Action, differences},
        client::Client,
        credential::{Credential, CredentialKind, MOST_LIVE, Revoked, RevokedWhy, usable_until},
        profile::Profile,
        refusal::{Conflict, Refusal},
        secret::{GeneratedSecret, ImportedSecret, Made},
        text,
        timestamp::Timestamp,
        version::{Expected, Version},
        violation::Violations,
    },
    error::Result,
    store::{StoredCredential, Verifier},
};

/// What a caller wrote about a new secret: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct CredentialDraft {
    /// What to call it.
    pub description: Option<String>,
    /// When it ends; absent is the profile's default, `never` is never.
    pub expires_at: Option<String>,
    /// A secret brought along from another system; absent makes one.
    pub secret: Option<SecretString>,
}

impl CredentialDraft {
    /// Whether the caller wrote anything at all.
    pub const fn is_given(&self) -> bool {
        self.description.is_some() || self.expires_at.is_some() || self.secret.is_some()
    }
}

/// What a new secret is to be.
pub struct CredentialForm {
    description: Option<String>,
    expires_at: Option<Timestamp>,
    imported: Option<ImportedSecret>,
    replaces: Option<Uuid>,
}

impl CredentialForm {
    /// Makes it a successor of `old`, whose description it takes where it has none.
    pub(super) fn replaces(&mut self, old: &Credential) {
        self.replaces = Some(old.id);
        if self.description.is_none() {
            self.description.clone_from(&old.description);
        }
    }
}

/// A new secret: the only time it is seen.
pub struct NewSecret {
    /// What is kept of it.
    pub stored: StoredCredential,
    /// The secret itself.
    pub text: SecretString,
}

/// The word by which a caller asks for a secret that never expires.
const NEVER: &str = "never";

/// Reads what a caller wrote about a new secret, by the rules of the profile.
pub(super) fn read(
    draft: &CredentialDraft,
    profile: &Profile,
    client_end: Option<Timestamp>,
    now: Timestamp,
) -> std::result::Result<CredentialForm, Violations> {
    let mut wrong = Violations::none();
    let description = draft.description.as_deref();
    let form = CredentialForm {
        description: description
            .and_then(|it| wrong.take("/description", text::paragraph(it, 500)))
            .flatten(),
        expires_at: match draft.expires_at.as_deref() {
            None => profile.rules.secret.default_end(now, client_end),
            Some(text) => end(text, profile, now, now, &mut wrong),
        },
        imported: draft
            .secret
            .as_ref()
            .and_then(|it| wrong.take("/secret", ImportedSecret::parse(it.expose_secret()))),
        replaces: None,
    };
    wrong.or(form)
}

/// The end that a caller wrote for a secret that was made at `made`.
fn end(
    text: &str,
    profile: &Profile,
    made: Timestamp,
    now: Timestamp,
    wrong: &mut Violations,
) -> Option<Timestamp> {
    let rule = profile.rules.secret;
    if text == NEVER {
        if !rule.may_never_expire {
            wrong.add(
                "/expires_at",
                "not_allowed",
                "secrets of this profile must have an end",
            );
        }
        return None;
    }
    let at = wrong.take("/expires_at", Timestamp::parse(text))?;
    if at <= now {
        wrong.add(
            "/expires_at",
            "past",
            "is in the past: choose a later moment",
        );
    } else if let Some(latest) = rule.latest_end(made).filter(|it| at > *it) {
        let message = format!("is too late: secrets of this profile end by {latest}");
        wrong.add("/expires_at", "too_late", message);
    }
    Some(at)
}

/// Makes the secret that `form` describes, without writing anything.
pub(super) async fn make(
    change: &Change,
    client: &Client,
    form: CredentialForm,
) -> Result<NewSecret> {
    let (key_id, hint, verifier, text) = if let Some(imported) = form.imported {
        let hash = change.app.passwords.hash(imported.text()).await?;
        let text = imported.text().clone();
        (None, imported.hint(), Verifier::PasswordHash(hash), text)
    } else {
        let random = &change.app.random;
        let secret =
            GeneratedSecret::from_random(Made::Secret, random.bytes()?, &*random.secret_bytes()?);
        let digest = Digest::of(secret.text().expose_secret().as_bytes());
        let text = secret.text().clone();
        (
            Some(secret.key_id()),
            secret.hint(),
            Verifier::Digest(digest),
            text,
        )
    };
    let credential = Credential {
        id: Uuid::now_v7(),
        client: client.id,
        kind: CredentialKind::Secret,
        description: form.description,
        hint,
        key_id,
        expires_at: form.expires_at,
        retires_at: None,
        tenant_id: None,
        replaces: form.replaces,
        replaced_by: None,
        revoked: None,
        created_at: change.now,
        created_by: change.caller.actor.clone(),
        last_used_at: None,
        last_used_from: None,
        use_count: 0,
        version: Version::FIRST,
    };
    Ok(NewSecret {
        stored: StoredCredential {
            credential,
            verifier,
        },
        text,
    })
}

/// Writes a new secret down, with its audit row.
pub(super) async fn insert(change: &Change, new: &NewSecret) -> Result<()> {
    let credential = &new.stored.credential;
    change.store.insert_credential(&new.stored).await?;
    change
        .record(
            Action::CredentialCreated,
            snapshot::credential_object(credential),
            differences(
                &serde_json::Value::Null,
                &snapshot::of_credential(credential),
            ),
        )
        .await
}

/// Brings the client's own knowledge of its credentials up to date.
pub(super) async fn settle(change: &Change, client: &mut Client) -> Result<()> {
    let all = change.store.list_credentials(client.id).await?;
    client.credentials_until = usable_until(&all);
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

/// One more secret beside the live ones.
///
/// # Errors
/// [`Conflict::TooManyCredentials`] for the eleventh, [`Conflict::PublicClient`], the ceiling rule, or what is wrong
/// with the draft.
pub async fn create_credential(
    change: &Change,
    reference: &str,
    draft: &CredentialDraft,
) -> Result<(Client, NewSecret)> {
    let (mut client, profile) = find_for_control(change, reference).await?;
    if client.public {
        return Err(Conflict::PublicClient.into());
    }
    let form = read(draft, &profile, client.form.expires_at, change.now)?;
    most_live(change, &client, 0).await?;
    let new = make(change, &client, form).await?;
    insert(change, &new).await?;
    settle(change, &mut client).await?;
    Ok((client, new))
}

/// Ends all live secrets and makes a new one. From the commit on only the new one works.
///
/// # Errors
/// As [`create_credential`].
pub async fn regenerate_secret(
    change: &Change,
    reference: &str,
    draft: &CredentialDraft,
) -> Result<(Client, NewSecret)> {
    let (mut client, profile) = find_for_control(change, reference).await?;
    if client.public {
        return Err(Conflict::PublicClient.into());
    }
    let form = read(draft, &profile, client.form.expires_at, change.now)?;
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
    insert(change, &new).await?;
    settle(change, &mut client).await?;
    Ok((client, new))
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

/// Changes description and end of a secret.
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
    let description = draft.description.as_deref();
    let mut after = before.clone();
    after.description = description
        .and_then(|it| wrong.take("/description", text::paragraph(it, 500)))
        .flatten();
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

/// Ends one secret at once; the others live on. Ending a dead one changes nothing.
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
