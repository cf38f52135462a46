//! `/settings`: what a tenant sets for itself.

use futures_util::{FutureExt, future::BoxFuture};
use poem_openapi::{Object, OpenApi, param::Header};
use serde::Serialize;

use super::{
    Tag,
    auth::{Authorized, ChangeSettings, ViewSettings},
    body::{Body, merged},
    etag,
    json::Json,
    problem::ApiError,
    reply::Found,
};
use crate::{
    access::settings::{self, SettingsDraft},
    app::{App, Change},
    domain::{
        caller::Caller, lifetime::TokenLifetime, tenant_settings::TenantSettings,
        timestamp::Timestamp,
    },
    error::Result,
};

type Answer<T> = std::result::Result<T, ApiError>;

/// The settings of the caller's tenant. What concerns the whole server stands in its configuration.
#[derive(Clone, Debug, Object, Serialize)]
pub struct Settings {
    /// How long access tokens live where neither the client nor its profile says so, as a duration such as `10m`. Absent
    /// is what the server's configuration says.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_credentials_lifetime: Option<String>,
    /// How many seconds that is, by this setting or by the server's configuration.
    pub client_credentials_seconds: u32,
    /// Whether contacts and owners get mails before something ends.
    pub mail_notices: bool,
    /// Whether the server is configured to send mails at all.
    pub mail_available: bool,
    /// How many days before an end something is said: some of 90, 30, 7 and 1.
    pub notice_days: Vec<i64>,
    /// Where it is said to programs, beside the webhook of the server. What signs it is never shown.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_url: Option<String>,
    /// When these settings were last changed; absent is never.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
    /// Counts the changes; the ETag.
    pub version: i64,
}

impl Settings {
    fn of(settings: &TenantSettings, app: &App) -> Self {
        let lifetime = settings.client_credentials_lifetime;
        let in_force = lifetime.unwrap_or(app.settings.client_credentials_lifetime);
        let form = SettingsForm::from(settings);
        Self {
            client_credentials_lifetime: form.client_credentials_lifetime,
            client_credentials_seconds: in_force.seconds(),
            mail_notices: settings.notices.mail,
            mail_available: app.settings.mail.is_some(),
            notice_days: settings.notices.days.clone(),
            webhook_url: form.webhook_url,
            updated_at: settings.updated_at.as_ref().map(Timestamp::to_string),
            version: settings.version.0,
        }
    }
}

/// The editable part of the settings.
#[derive(Clone, Debug, Default, Object)]
pub struct SettingsForm {
    /// A duration from 1s to 24h, such as `10m`. Left out, what the server's configuration says.
    #[oai(skip_serializing_if_is_none)]
    pub client_credentials_lifetime: Option<String>,
    /// Whether contacts and owners get mails before something ends; they do unless this is false.
    #[oai(skip_serializing_if_is_none)]
    pub mail_notices: Option<bool>,
    /// Some of 90, 30, 7 and 1; all of them unless given.
    #[oai(skip_serializing_if_is_none)]
    pub notice_days: Option<Vec<i64>>,
    /// Where what ends is said to programs, by the Standard Webhooks convention: an https address.
    #[oai(skip_serializing_if_is_none)]
    pub webhook_url: Option<String>,
    /// What signs it: `whsec_` and the Base64 of 24 to 64 random bytes. Left out, the one that is there stays as long as
    /// there is an address.
    #[oai(skip_serializing_if_is_none)]
    pub webhook_secret: Option<String>,
}

impl From<&TenantSettings> for SettingsForm {
    fn from(settings: &TenantSettings) -> Self {
        let notices = &settings.notices;
        Self {
            client_credentials_lifetime: settings
                .client_credentials_lifetime
                .map(TokenLifetime::duration),
            mail_notices: Some(notices.mail),
            notice_days: Some(notices.days.clone()),
            webhook_url: notices.webhook.as_ref().map(|it| it.url.clone()),
            webhook_secret: None,
        }
    }
}

impl From<SettingsForm> for SettingsDraft {
    fn from(form: SettingsForm) -> Self {
        Self {
            client_credentials_lifetime: form.client_credentials_lifetime,
            mail_notices: form.mail_notices,
            notice_days: form.notice_days,
            webhook_url: form.webhook_url,
            webhook_secret: form.webhook_secret.map(Into::into),
        }
    }
}

/// The routes of `/settings`.
pub struct SettingsApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Settings")]
impl SettingsApi {
    /// Read the settings
    ///
    /// Those of the caller's tenant.
    #[oai(path = "/settings", method = "get", operation_id = "get_settings")]
    async fn get_settings(&self, auth: Authorized<ViewSettings>) -> Answer<Found<Settings>> {
        let found = settings::get_settings(&auth.app, &auth.caller).await?;
        Ok(shown(&found, &auth.app))
    }

    /// Replace the settings
    ///
    /// What is left out is as the server's configuration says. Clients follow with their next token. `If-Match` is
    /// required.
    #[oai(path = "/settings", method = "put", operation_id = "replace_settings")]
    async fn replace_settings(
        &self,
        auth: Authorized<ChangeSettings>,
        /// The ETag of the state this replaces.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SettingsForm>,
    ) -> Answer<Found<Settings>> {
        let expected = etag::required(if_match.0.as_deref())?;
        let draft: SettingsDraft = body.value.into();
        changed(auth.app, auth.caller, move |change| {
            async move { settings::replace_settings(change, &expected, |_| Ok(draft)).await }
                .boxed()
        })
        .await
    }

    /// Change the settings
    ///
    /// A merge-patch (RFC 7396): what is left out stays, `null` clears. `If-Match` is honoured.
    #[oai(path = "/settings", method = "patch", operation_id = "update_settings")]
    async fn update_settings(
        &self,
        auth: Authorized<ChangeSettings>,
        /// The ETag of the state this was made for.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Body<SettingsForm>,
    ) -> Answer<Found<Settings>> {
        let expected = etag::honoured(if_match.0.as_deref())?;
        let patch = body.json;
        changed(auth.app, auth.caller, move |change| {
            async move {
                let merge = |current: &TenantSettings| {
                    Ok(merged(&SettingsForm::from(current), &patch)?.into())
                };
                settings::replace_settings(change, &expected, merge).await
            }
            .boxed()
        })
        .await
    }
}

fn shown(settings: &TenantSettings, app: &App) -> Found<Settings> {
    let tag = etag::of(settings.version);
    Found::Ok(Json(Settings::of(settings, app)), tag)
}

async fn changed<F>(app: App, caller: Caller, work: F) -> Answer<Found<Settings>>
where
    F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<TenantSettings>> + Send + 'static,
{
    let settings = app.change(caller, work).await?;
    Ok(shown(&settings, &app))
}
