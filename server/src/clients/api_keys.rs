//! Client API keys: long-lived bearer keys of a client, for programs that cannot fetch a token first. A key may do
//! what its client may do at that moment, and dies with it.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    change::{find_for_change, find_for_control},
    credential_form::{self, CredentialDraft},
    credentials::revoke,
    new_credential::{self, NewSecret},
    read::get_client,
};
use crate::{
    app::{App, Change},
    crypto::digest::Digest,
    domain::{
        audit::Action,
        caller::Caller,
        client::Client,
        credential::{Credential, CredentialKind, MOST_LIVE, RevokedWhy},
        grant_type::GrantType,
        refusal::{Conflict, Refusal},
        secret::{GeneratedSecret, Made},
        text,
        version::Expected,
        violation::Violations,
    },
    error::Result,
    store::{StoredCredential, Verifier},
};

/// What a caller wrote about a new key: nothing is checked yet.
#[derive(Clone, Debug, Default)]
pub struct ApiKeyDraft {
    /// What to call it.
    pub label: String,
    /// The key of the tenant it acts in; absent is the client's own.
    pub tenant: Option<String>,
    /// When it ends; absent is the profile's default, `never` is never.
    pub expires_at: Option<String>,
}

/// A new key of a client: shown this once.
///
/// # Errors
/// [`Conflict::PublicClient`], [`Conflict::NotForItself`], [`Conflict::TooManyCredentials`] for the eleventh, the
/// ceiling rule, or what is wrong with the draft.
pub async fn create_api_key(
    change: &Change,
    reference: &str,
    draft: &ApiKeyDraft,
) -> Result<(Client, NewSecret)> {
    let (client, profile) = find_for_control(change, reference).await?;
    if client.public {
        return Err(Conflict::PublicClient.into());
    }
    let itself = GrantType::ClientCredentials;
    if !client.form.grant_types.contains(&itself) {
        return Err(Conflict::NotForItself.into());
    }
    let mut wrong = Violations::none();
    let label = wrong.take("/label", text::line(&draft.label, 255));
    let tenant_id = tenant_of_key(change, &client, draft, &mut wrong).await?;
    let dates = CredentialDraft {
        expires_at: draft.expires_at.clone(),
        ..CredentialDraft::default()
    };
    let form = credential_form::read(change, &dates, &profile, client.form.expires_at)
        .map_err(|more| wrong.append(more))
        .ok();
    let (Some(form), Some(label), true) = (form, label, wrong.is_empty()) else {
        return Err(wrong.into());
    };
    let live = live_keys(change, &client).await?;
    if live.len() >= MOST_LIVE {
        return Err(Conflict::TooManyCredentials.into());
    }
    let mut new = new_credential::make(change, &client, form).await?;
    let random = &change.app.random;
    let key = GeneratedSecret::from_random(Made::ApiKey, random.bytes()?, &*random.secret_bytes()?);
    let credential = &mut new.stored.credential;
    credential.kind = CredentialKind::ApiKey;
    credential.description = Some(label);
    credential.key_id = Some(key.key_id());
    credential.hint = key.hint();
    credential.tenant_id = Some(tenant_id);
    let digest = Digest::of(key.text().expose_secret().as_bytes());
    new.stored.verifier = Verifier::Digest(digest);
    new.text = SecretString::from(key.text().expose_secret());
    new_credential::insert(change, &new.stored).await?;
    Ok((client, new))
}

/// The tenant that a new key acts in: the client's own, unless it names one that the client is assigned to.
async fn tenant_of_key(
    change: &Change,
    client: &Client,
    draft: &ApiKeyDraft,
    wrong: &mut Violations,
) -> Result<Uuid> {
    let Some(key) = &draft.tenant else {
        return Ok(client.tenant_id);
    };
    let held = change
        .store
        .list_assignments(client.service_user_id)
        .await?;
    let found = change.store.find_tenant_by_key(key).await?;
    let assigned = found.filter(|it| it.id == client.tenant_id || held.tenants().contains(&it.id));
    if assigned.is_none() {
        wrong.add(
            "/tenant",
            "not_assigned",
            "names a tenant that the client is not assigned to",
        );
    }
    Ok(assigned.map_or(client.tenant_id, |it| it.id))
}

async fn live_keys(change: &Change, client: &Client) -> Result<Vec<Credential>> {
    let all = change.store.list_credentials(client.id).await?;
    let key = |it: &Credential| it.kind == CredentialKind::ApiKey && it.is_live(change.now);
    Ok(all.into_iter().filter(key).collect())
}

/// The keys of a client, oldest first, dead ones too.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn list_api_keys(app: &App, caller: &Caller, reference: &str) -> Result<Vec<Credential>> {
    let client = get_client(app, caller, reference).await?;
    let all = app.store.list_credentials(client.id).await?;
    let keys = all.into_iter();
    Ok(keys
        .filter(|it| it.kind == CredentialKind::ApiKey)
        .collect())
}

/// One key of a client.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_api_key(
    app: &App,
    caller: &Caller,
    reference: &str,
    id: Uuid,
) -> Result<Credential> {
    let all = list_api_keys(app, caller, reference).await?;
    let found = all.into_iter().find(|it| it.id == id);
    Ok(found.ok_or(Refusal::NotFound("API key"))?)
}

/// Ends one key at once; the others live on. Ending a dead one changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`] or [`Refusal::Stale`].
pub async fn delete_api_key(
    change: &Change,
    reference: &str,
    id: Uuid,
    expected: &Expected,
) -> Result<()> {
    let (client, _) = find_for_change(change, reference).await?;
    let all = change.store.list_credentials(client.id).await?;
    let key = all
        .into_iter()
        .find(|it| it.id == id && it.kind == CredentialKind::ApiKey)
        .ok_or(Refusal::NotFound("API key"))?;
    if !expected.admits(key.version) {
        return Err(Refusal::Stale.into());
    }
    if key.is_live(change.now) {
        revoke(change, key, RevokedWhy::Deleted, Action::CredentialRevoked).await?;
    }
    Ok(())
}

/// Ends all live keys of a client at once, and gives them.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn revoke_api_keys(change: &Change, reference: &str) -> Result<Vec<Credential>> {
    let (client, _) = find_for_change(change, reference).await?;
    let mut ended = Vec::new();
    for key in live_keys(change, &client).await? {
        ended.push(revoke(change, key, RevokedWhy::Deleted, Action::CredentialRevoked).await?);
    }
    Ok(ended)
}

/// A key that was presented and is live, with its client.
pub struct PresentedKey {
    /// What is kept of it.
    pub key: StoredCredential,
    /// Its client.
    pub known: std::sync::Arc<super::cache::KnownClient>,
}

impl PresentedKey {
    /// The tenant it acts in.
    pub fn tenant_id(&self) -> Uuid {
        let own = self.known.tenant.id;
        self.key.credential.tenant_id.unwrap_or(own)
    }

    /// The key of that tenant; of one that the client is not assigned to any more, nothing.
    pub fn tenant_key(&self) -> &str {
        let id = self.tenant_id();
        let further = self.known.further_tenants.iter();
        std::iter::once(&self.known.tenant)
            .chain(further)
            .find(|it| it.id == id)
            .map_or("", |it| it.key.as_str())
    }
}

/// The live key that `text` is, if it is one. Whether its client may still act is not asked here.
///
/// # Errors
/// The database being away.
pub async fn find_presented(app: &App, text: &str) -> Result<Option<PresentedKey>> {
    let Ok(presented) = GeneratedSecret::parse(Made::ApiKey, text) else {
        return Ok(None);
    };
    let Some(client) = app.client_of_key(presented.key_id).await? else {
        return Ok(None);
    };
    let Some(known) = app.known_client_by_id(client).await? else {
        return Ok(None);
    };
    let digest = Digest::of(text.as_bytes());
    let now = app.clock.now();
    let found = known.credentials.iter().find(|it| {
        let one = &it.credential;
        one.kind == CredentialKind::ApiKey
            && one.key_id == Some(presented.key_id)
            && one.is_live(now)
            && matches!(&it.verifier, Verifier::Digest(kept) if kept.matches(&digest))
    });
    let key = found.cloned();
    Ok(key.map(|key| PresentedKey { key, known }))
}
