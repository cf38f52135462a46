//! What each tenant set for itself.

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect, Select, sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Result, Store, StoreError, Transaction,
    entity::{
        tenant,
        tenant_settings::{self, Column, Entity},
    },
};
use crate::domain::{
    lifetime::TokenLifetime,
    tenant_settings::{Notices, SealedWebhook, TenantSettings},
    timestamp::Timestamp,
    version::Version,
};

fn read(row: tenant_settings::Model) -> Result<TenantSettings> {
    let days = serde_json::from_value(row.notice_days);
    let seconds = row
        .client_credentials_lifetime
        .and_then(|it| u32::try_from(it).ok());
    Ok(TenantSettings {
        client_credentials_lifetime: seconds.map(TokenLifetime::of_seconds),
        notices: Notices {
            mail: row.mail_notices,
            days: days.map_err(|_| StoreError::unreadable("settings"))?,
            webhook: row
                .webhook_url
                .zip(row.webhook_secret)
                .map(|(url, secret)| SealedWebhook { url, secret }),
        },
        updated_at: Some(Timestamp::from_unix_clamped(row.updated_at)),
        version: Version(row.version),
    })
}

/// Where nothing was set, everything is as the server's configuration says.
async fn one(query: Select<Entity>, on: &impl ConnectionTrait) -> Result<TenantSettings> {
    let found = query.one(on).await?.map(read).transpose()?;
    Ok(found.unwrap_or_default())
}

impl Store {
    /// The settings of a tenant.
    pub async fn find_settings(&self, tenant_id: Uuid) -> Result<TenantSettings> {
        one(Entity::find_by_id(tenant_id), &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::find_settings`].
    pub async fn find_settings(&self, tenant_id: Uuid) -> Result<TenantSettings> {
        one(Entity::find_by_id(tenant_id), &self.inner).await
    }

    /// As [`Store::find_settings`]; nobody else changes them until the transaction ends, also where there is no row yet.
    pub async fn find_settings_for_change(&self, tenant_id: Uuid) -> Result<TenantSettings> {
        tenant::Entity::find_by_id(tenant_id)
            .lock_exclusive()
            .one(&self.inner)
            .await?;
        self.find_settings(tenant_id).await
    }

    /// Writes the settings of a tenant.
    pub async fn replace_settings(&self, tenant_id: Uuid, settings: &TenantSettings) -> Result<()> {
        let notices = &settings.notices;
        let (url, secret) = notices
            .webhook
            .clone()
            .map(|it| (it.url, it.secret))
            .unzip();
        let row = tenant_settings::ActiveModel {
            tenant_id: Set(tenant_id),
            client_credentials_lifetime: Set(settings
                .client_credentials_lifetime
                .and_then(|it| i32::try_from(it.seconds()).ok())),
            mail_notices: Set(notices.mail),
            notice_days: Set(json!(notices.days)),
            webhook_url: Set(url),
            webhook_secret: Set(secret),
            updated_at: Set(settings.updated_at.map_or(0, Timestamp::unix)),
            version: Set(settings.version.0),
        };
        let update = OnConflict::column(Column::TenantId)
            .update_columns([
                Column::ClientCredentialsLifetime,
                Column::MailNotices,
                Column::NoticeDays,
                Column::WebhookUrl,
                Column::WebhookSecret,
                Column::UpdatedAt,
                Column::Version,
            ])
            .to_owned();
        Entity::insert(row)
            .on_conflict(update)
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }
}
