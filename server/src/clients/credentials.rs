//! Credentials of a client: add, change, end, and replace all secrets at once.

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use uuid::Uuid;

use super::{
    change::{find_for_change, find_for_control},
    snapshot,
};
use crate::{
    app::Change,
    crypto::{digest::Digest, signing::KeySet},
    domain::{
        audit::{Action, differences},
        auth_method::AuthMethod,
        client::Client,
        credential::{
            Credential, CredentialKind, MOST_LIVE, PublicKeys, Revoked, RevokedWhy, usable_until,
        },
        profile::{Profile, SecretExpiry},
        refusal::{Conflict, Refusal},
        secret::{GeneratedSecret, ImportedSecret, Made},
        text,
        timestamp::{DAY, Timestamp},
        version::{Expected, Version},
        violation::Violations,
    },
    error::Result,
    outbound::address::{self, AddressProblem, Reach},
    store::{StoredCredential, Verifier},
};

/// What a caller wrote about a new credential: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct CredentialDraft {
    /// `secret` or `public_key`; absent is a secret.
    pub kind: Option<String>,
    /// What to call it.
    pub description: Option<String>,
    /// When it ends; absent is the profile's default, `never` is never.
    pub expires_at: Option<String>,
    /// A secret brought along from another system; absent makes one.
    pub secret: Option<SecretString>,
    /// Public keys: PEM, a JWK or a JWK set.
    pub public_key: Option<String>,
    /// Where the client publishes its public keys.
    pub jwks_uri: Option<String>,
}

impl CredentialDraft {
    /// Whether the caller wrote anything at all.
    pub const fn is_given(&self) -> bool {
        self.description.is_some()
            || self.expires_at.is_some()
            || self.secret.is_some()
            || self.kind.is_some()
            || self.public_key.is_some()
            || self.jwks_uri.is_some()
    }

    /// Whether a public key is wanted.
    pub fn is_public_key(&self) -> bool {
        self.kind.as_deref() == Some(CredentialKind::PublicKey.as_str())
    }
}

/// What a new credential is to be.
pub struct CredentialForm {
    description: Option<String>,
    expires_at: Option<Timestamp>,
    material: Material,
    replaces: Option<Uuid>,
}

/// What a new credential is made of.
enum Material {
    /// A secret that is still to be made.
    Secret,
    /// A secret that was brought along.
    Imported(ImportedSecret),
    /// Public keys.
    Keys(KeySet),
    /// An address with public keys.
    KeysAt(Url),
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

/// A new credential.
pub enum Added {
    /// A secret.
    Secret(NewSecret),
    /// A public key, in which nothing is secret.
    PublicKey(StoredCredential),
}

impl Added {
    /// What is kept of it.
    pub const fn stored(&self) -> &StoredCredential {
        match self {
            Self::Secret(new) => &new.stored,
            Self::PublicKey(stored) => stored,
        }
    }

    /// The secret, where it is one.
    pub const fn secret(&self) -> Option<&SecretString> {
        match self {
            Self::Secret(new) => Some(&new.text),
            Self::PublicKey(_) => None,
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

/// Longest address of published keys, in characters.
const LONGEST_ADDRESS: usize = 2000;

/// Reads what a caller wrote about a new credential, by the rules of the profile.
pub(super) fn read(
    change: &Change,
    draft: &CredentialDraft,
    profile: &Profile,
    client_end: Option<Timestamp>,
) -> std::result::Result<CredentialForm, Violations> {
    let mut wrong = Violations::none();
    let now = change.now;
    let description = draft.description.as_deref();
    let description = description
        .and_then(|it| wrong.take("/description", text::paragraph(it, 500)))
        .flatten();
    let expires_at = match draft.expires_at.as_deref() {
        None => match profile.rules.secret.default_expiry {
            SecretExpiry::Never => None,
            SecretExpiry::OneYear => Some(now.plus_one_year()),
            SecretExpiry::WithClient => client_end,
        },
        Some(text) => end(text, profile, now, &mut wrong),
    };
    let reach = change.app.settings.jwks_reach;
    let material = if draft.is_public_key() {
        read_keys(draft, profile, reach, &mut wrong)
    } else {
        read_secret(draft, &mut wrong)
    };
    let form = material.map(|material| CredentialForm {
        description,
        expires_at,
        material,
        replaces: None,
    });
    match form {
        Some(form) => wrong.or(form),
        None => Err(wrong),
    }
}

fn read_secret(draft: &CredentialDraft, wrong: &mut Violations) -> Option<Material> {
    if let Some(kind) = draft.kind.as_deref()
        && kind != CredentialKind::Secret.as_str()
    {
        wrong.add("/kind", "invalid", "must be secret or public_key");
        return None;
    }
    for (pointer, given) in [
        ("/public_key", &draft.public_key),
        ("/jwks_uri", &draft.jwks_uri),
    ] {
        if given.is_some() {
            let message = "belongs to the kind public_key: name that kind, or leave this out";
            wrong.add(pointer, "not_allowed", message);
        }
    }
    let Some(secret) = &draft.secret else {
        return Some(Material::Secret);
    };
    let imported = ImportedSecret::parse(secret.expose_secret());
    wrong.take("/secret", imported).map(Material::Imported)
}

fn read_keys(
    draft: &CredentialDraft,
    profile: &Profile,
    reach: Reach,
    wrong: &mut Violations,
) -> Option<Material> {
    let methods = &profile.rules.auth_methods;
    if !methods.contains(&AuthMethod::PrivateKeyJwt) {
        let message = "cannot be public_key: the profile does not allow private_key_jwt";
        wrong.add("/kind", "not_allowed", message);
    }
    if draft.secret.is_some() {
        let message = "does not go with a public key: leave it out";
        wrong.add("/secret", "not_allowed", message);
    }
    match (draft.public_key.as_deref(), draft.jwks_uri.as_deref()) {
        (Some(text), None) => wrong
            .take("/public_key", KeySet::parse(text))
            .map(Material::Keys),
        (None, Some(text)) => wrong
            .take("/jwks_uri", address_of_keys(text, reach))
            .map(Material::KeysAt),
        (None, None) => {
            let message = "is required: give the public key, or jwks_uri instead";
            wrong.add("/public_key", "required", message);
            None
        }
        (Some(_), Some(_)) => {
            let message = "does not go with public_key: keep one of the two";
            wrong.add("/jwks_uri", "not_allowed", message);
            None
        }
    }
}

fn address_of_keys(text: &str, reach: Reach) -> std::result::Result<Url, AddressProblem> {
    if text.len() > LONGEST_ADDRESS {
        return Err(AddressProblem::NotHttps);
    }
    let url = Url::parse(text).map_err(|_| AddressProblem::NotHttps)?;
    address::check(&url, reach)?;
    Ok(url)
}

fn end(text: &str, profile: &Profile, now: Timestamp, wrong: &mut Violations) -> Option<Timestamp> {
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
    let latest = rule
        .longest_days
        .map(|days| now.plus(i64::from(days) * DAY));
    if at <= now {
        wrong.add(
            "/expires_at",
            "past",
            "is in the past: choose a later moment",
        );
    } else if let Some(latest) = latest.filter(|it| at > *it) {
        let message = format!("is too late: secrets of this profile end by {latest}");
        wrong.add("/expires_at", "too_late", message);
    }
    Some(at)
}

/// Makes the credential that `form` describes, without writing anything.
pub(super) async fn make_any(
    change: &Change,
    client: &Client,
    form: CredentialForm,
) -> Result<Added> {
    let keys = match &form.material {
        Material::Secret | Material::Imported(_) => None,
        Material::Keys(set) => {
            let hint = set.kids().next().unwrap_or_default().to_owned();
            let shown = PublicKeys::Inline(set.jwks());
            Some((hint, shown, Verifier::Keys(set.clone())))
        }
        Material::KeysAt(url) => {
            let hint = url.host_str().unwrap_or_default().to_owned();
            let shown = PublicKeys::At(url.to_string());
            Some((hint, shown, Verifier::KeysAt(url.to_string())))
        }
    };
    let Some((hint, public_keys, verifier)) = keys else {
        return make(change, client, form).await.map(Added::Secret);
    };
    let mut credential = blank(change, client, form, hint);
    credential.kind = CredentialKind::PublicKey;
    credential.public_keys = Some(public_keys);
    Ok(Added::PublicKey(StoredCredential {
        credential,
        verifier,
    }))
}

/// Makes the secret that `form` describes, without writing anything.
pub(super) async fn make(
    change: &Change,
    client: &Client,
    form: CredentialForm,
) -> Result<NewSecret> {
    let (key_id, hint, verifier, text) = if let Material::Imported(imported) = &form.material {
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
    let mut credential = blank(change, client, form, hint);
    credential.key_id = key_id;
    Ok(NewSecret {
        stored: StoredCredential {
            credential,
            verifier,
        },
        text,
    })
}

/// A new credential that is a secret until it is said to be something else.
fn blank(change: &Change, client: &Client, form: CredentialForm, hint: String) -> Credential {
    Credential {
        id: Uuid::now_v7(),
        client: client.id,
        kind: CredentialKind::Secret,
        description: form.description,
        hint,
        public_keys: None,
        key_id: None,
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
    }
}

/// Writes a new credential down, with its audit row.
pub(super) async fn insert(change: &Change, new: &StoredCredential) -> Result<()> {
    let credential = &new.credential;
    change.store.insert_credential(new).await?;
    change
        .record(
            Action::CredentialCreated,
            snapshot::credential_object(credential),
            differences(
                &serde_json::Value::Null,
                &snapshot::of_new_credential(credential),
            ),
        )
        .await
}

/// Brings the client's own knowledge of its credentials up to date.
pub(super) async fn settle(change: &Change, client: &mut Client) -> Result<()> {
    let all = change.store.list_credentials(client.id).await?;
    client.credentials_until = usable_until(client.form.token_endpoint_auth_method, &all);
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
    let description = draft.description.as_deref();
    let mut after = before.clone();
    after.description = description
        .and_then(|it| wrong.take("/description", text::paragraph(it, 500)))
        .flatten();
    after.expires_at = match draft.expires_at.as_deref() {
        // An end that stays as it is was allowed when it was set.
        Some(text) if Timestamp::parse(text).ok() == before.expires_at => before.expires_at,
        text => end(text.unwrap_or(NEVER), &profile, change.now, &mut wrong),
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
