//! The settings of the caller's tenant.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::{
    app::{App, Change},
    domain::{
        audit::{Action, FieldChange, Object, differences},
        caller::Caller,
        lifetime::TokenLifetime,
        notice::DAYS_BEFORE,
        refusal::Refusal,
        tenant_settings::{Notices, SealedWebhook, TenantSettings},
        version::Expected,
        violation::Violations,
    },
    error::{Error, Result},
    outbound::webhook::{Webhook, WebhookProblem},
};

/// The settings as a caller wrote them: nothing is checked yet. What is left out is as the server's configuration says.
#[derive(Clone, Debug, Default)]
pub struct SettingsDraft {
    /// See [`TenantSettings::client_credentials_lifetime`].
    pub client_credentials_lifetime: Option<String>,
    /// See [`Notices::mail`].
    pub mail_notices: Option<bool>,
    /// See [`Notices::days`].
    pub notice_days: Option<Vec<i64>>,
    /// Where the tenant's own webhook goes.
    pub webhook_url: Option<String>,
    /// What signs it; left out, the one that is there.
    pub webhook_secret: Option<SecretString>,
}

/// The settings of the caller's tenant.
///
/// # Errors
/// The database being away.
pub async fn get_settings(app: &App, caller: &Caller) -> Result<TenantSettings> {
    Ok(app.store.find_settings(caller.tenant_id).await?)
}

/// Replaces the settings of the caller's tenant. Clients follow with their next request.
///
/// # Errors
/// [`Refusal::Stale`], or everything that is wrong with the draft.
pub async fn replace_settings(
    change: &Change,
    expected: &Expected,
    draft: impl FnOnce(&TenantSettings) -> Result<SettingsDraft> + Send,
) -> Result<TenantSettings> {
    let tenant_id = change.caller.tenant_id;
    let current = change.store.find_settings_for_change(tenant_id).await?;
    if !expected.admits(current.version) {
        return Err(Refusal::Stale.into());
    }
    let draft = draft(&current)?;
    let mut next = read(change, &draft, &current)?;
    let differing = differences(&snapshot(&current), &snapshot(&next));
    if differing.is_empty() {
        return Ok(current);
    }
    next.version = current.version.next();
    next.updated_at = Some(change.now);
    change.store.replace_settings(tenant_id, &next).await?;
    let object = Object {
        kind: "settings",
        id: tenant_id,
        name: "Settings".to_owned(),
        client: None,
    };
    let masked = differing.into_iter().map(masked).collect();
    change
        .record(Action::SettingsUpdated, object, masked)
        .await?;
    Ok(next)
}

fn read(
    change: &Change,
    draft: &SettingsDraft,
    current: &TenantSettings,
) -> Result<TenantSettings> {
    let mut wrong = Violations::none();
    let lifetime = draft.client_credentials_lifetime.as_deref();
    let lifetime = wrong.take_optional(
        "/client_credentials_lifetime",
        lifetime,
        TokenLifetime::parse_duration,
    );
    let mut days = draft
        .notice_days
        .clone()
        .unwrap_or_else(|| DAYS_BEFORE.to_vec());
    for (index, day) in days.iter().enumerate() {
        if !DAYS_BEFORE.contains(day) {
            let pointer = format!("/notice_days/{index}");
            wrong.add(&pointer, "invalid", "must be 90, 30, 7 or 1");
        }
    }
    days.sort_unstable_by(|one, other| other.cmp(one));
    days.dedup();
    let kept = current.notices.webhook.as_ref();
    let secret = draft.webhook_secret.as_ref();
    let webhook = match (draft.webhook_url.as_deref(), secret) {
        (Some(url), secret) => webhook(change, url, secret, kept, &mut wrong)?,
        (None, Some(_)) => {
            let message = "belongs to a webhook_url: send that as well";
            wrong.add("/webhook_secret", "not_allowed", message);
            None
        }
        (None, None) => None,
    };
    let next = TenantSettings {
        client_credentials_lifetime: lifetime,
        notices: Notices {
            mail: draft.mail_notices.unwrap_or(true),
            days,
            webhook,
        },
        ..current.clone()
    };
    Ok(wrong.or(next)?)
}

fn webhook(
    change: &Change,
    url: &str,
    secret: Option<&SecretString>,
    current: Option<&SealedWebhook>,
    wrong: &mut Violations,
) -> Result<Option<SealedWebhook>> {
    let tenant_id = change.caller.tenant_id;
    let kept = current
        .map(|it| open(&change.app, tenant_id, it))
        .transpose()?;
    let Some(secret) = secret.or(kept.as_ref()) else {
        let message = "is required: send whsec_ and the Base64 of 24 to 64 random bytes";
        wrong.add("/webhook_secret", "required", message);
        return Ok(None);
    };
    let reach = change.app.settings.webhook_reach;
    if let Err(problem) = Webhook::parse(url, secret.expose_secret(), reach) {
        let field = match problem {
            WebhookProblem::Address => "/webhook_url",
            WebhookProblem::Secret => "/webhook_secret",
        };
        wrong.add(field, "invalid", format!("must be {problem}"));
        return Ok(None);
    }
    let is_kept = kept.as_ref().map(ExposeSecret::expose_secret) == Some(secret.expose_secret());
    let sealed = match current {
        Some(current) if is_kept => current.secret.clone(),
        _ => {
            let text = secret.expose_secret().as_bytes();
            let sealer = &change.app.webhook_secrets;
            sealer.seal(tenant_id.as_bytes(), text)?
        }
    };
    Ok(Some(SealedWebhook {
        url: url.to_owned(),
        secret: sealed,
    }))
}

fn open(app: &App, tenant_id: Uuid, webhook: &SealedWebhook) -> Result<SecretString> {
    let opened = app
        .webhook_secrets
        .open(tenant_id.as_bytes(), &webhook.secret)
        .map_err(|it| Error::Unexpected(it.to_string()))?;
    let text = std::str::from_utf8(&opened).map_err(|it| Error::Unexpected(it.to_string()))?;
    Ok(SecretString::from(text))
}

/// The webhook of a tenant, if it has one.
///
/// # Errors
/// The database being away, or the secret not being readable with the master key.
pub async fn find_webhook(app: &App, tenant_id: Uuid) -> Result<Option<Webhook>> {
    let Some(webhook) = app.store.find_settings(tenant_id).await?.notices.webhook else {
        return Ok(None);
    };
    let secret = open(app, tenant_id, &webhook)?;
    Webhook::parse(
        &webhook.url,
        secret.expose_secret(),
        app.settings.webhook_reach,
    )
    .map(Some)
    .map_err(|it| Error::Unexpected(format!("the webhook of tenant {tenant_id}: {it}")))
}

fn snapshot(settings: &TenantSettings) -> Value {
    let notices = &settings.notices;
    let lifetime = settings.client_credentials_lifetime;
    json!({
        "client_credentials_lifetime": lifetime.map(TokenLifetime::duration),
        "mail_notices": notices.mail,
        "notice_days": notices.days,
        "webhook_url": notices.webhook.as_ref().map(|it| &it.url),
        "webhook_secret": notices.webhook.as_ref().map(|it| &it.secret),
    })
}

/// A change as the audit trail may have it: no secret, and of an address only the server, since what follows it is how
/// many receivers know their senders.
fn masked(change: FieldChange) -> FieldChange {
    let mask = |value: Value| match (change.field.as_str(), &value) {
        (_, Value::Null) => value,
        ("webhook_secret", _) => json!("…"),
        ("webhook_url", Value::String(url)) => {
            let origin = Url::parse(url).map(|it| it.origin().ascii_serialization());
            json!(format!("{}/…", origin.unwrap_or_default()))
        }
        _ => value,
    };
    FieldChange {
        before: mask(change.before),
        after: mask(change.after),
        field: change.field.clone(),
    }
}
