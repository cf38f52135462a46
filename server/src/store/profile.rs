//! Profiles.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, sea_query::NullOrdering,
};
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, entity::profile};
use crate::domain::{profile::Profile, timestamp::Timestamp};

fn read(row: profile::Model) -> Result<Profile> {
    Ok(Profile {
        key: row.key,
        name: row.name,
        tenant_id: row.tenant_id,
        rules: serde_json::from_value(row.rules).map_err(|_| StoreError::unreadable("profile"))?,
    })
}

/// The profiles a tenant sees: its own and the built-in ones.
fn seen_by(tenant_id: Uuid) -> Condition {
    Condition::any()
        .add(profile::Column::TenantId.eq(tenant_id))
        .add(profile::Column::TenantId.is_null())
}

async fn one(tenant_id: Uuid, key: &str, on: &impl ConnectionTrait) -> Result<Option<Profile>> {
    profile::Entity::find()
        .filter(seen_by(tenant_id))
        .filter(profile::Column::Key.eq(key))
        .order_by_with_nulls(
            profile::Column::TenantId,
            sea_orm::Order::Asc,
            NullOrdering::Last,
        )
        .one(on)
        .await?
        .map(read)
        .transpose()
}

async fn all(tenant_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Profile>> {
    profile::Entity::find()
        .filter(seen_by(tenant_id))
        .order_by_asc(profile::Column::Key)
        .all(on)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

impl Store {
    /// The profile that `key` names in a tenant; its own goes before a built-in one.
    pub async fn find_profile(&self, tenant_id: Uuid, key: &str) -> Result<Option<Profile>> {
        one(tenant_id, key, &self.reads).await
    }

    /// All profiles that a tenant sees, by key.
    pub async fn list_profiles(&self, tenant_id: Uuid) -> Result<Vec<Profile>> {
        all(tenant_id, &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::find_profile`].
    pub async fn find_profile(&self, tenant_id: Uuid, key: &str) -> Result<Option<Profile>> {
        one(tenant_id, key, &self.inner).await
    }

    /// As [`Store::list_profiles`].
    pub async fn list_profiles(&self, tenant_id: Uuid) -> Result<Vec<Profile>> {
        all(tenant_id, &self.inner).await
    }

    /// The profiles of all tenants, and the built-in ones.
    pub async fn list_every_profile(&self) -> Result<Vec<Profile>> {
        let rows = profile::Entity::find().all(&self.inner).await?;
        rows.into_iter().map(read).collect()
    }

    /// Adds the built-in profiles that are missing, and gives those that are there the rules of this version.
    pub async fn insert_built_in_profiles(&self, now: Timestamp) -> Result<()> {
        let there = profile::Entity::find()
            .filter(profile::Column::TenantId.is_null())
            .all(&self.inner)
            .await?;
        for profile in Profile::built_in() {
            let rules = serde_json::to_value(profile.rules)
                .map_err(|_| StoreError::unreadable("profile"))?;
            if let Some(old) = there.iter().find(|it| it.key == profile.key) {
                if old.rules != rules {
                    let row = profile::ActiveModel {
                        id: Set(old.id),
                        rules: Set(rules),
                        version: Set(old.version + 1),
                        ..Default::default()
                    };
                    profile::Entity::update(row)
                        .validate()?
                        .exec_without_returning(&self.inner)
                        .await?;
                }
                continue;
            }
            let row = profile::ActiveModel {
                id: Set(Uuid::now_v7()),
                tenant_id: Set(None),
                key: Set(profile.key),
                name: Set(profile.name),
                rules: Set(rules),
                created_at: Set(now.unix()),
                version: Set(1),
            };
            profile::Entity::insert(row)
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }
}
