//! Signing keys, sealed.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Kind, Result, Store, Transaction,
    entity::{signing_key, tenant_usage},
};
use crate::domain::{signing_key::KeyLife, timestamp::Timestamp, usage::Span, version::Version};

/// What stands for the signing keys among the changed clients that other nodes hear of: no client has this id, and it
/// is another one than that for all of them.
pub const SIGNING_KEYS: Uuid = Uuid::max();

/// A signing key as it is stored.
#[derive(Clone, Debug)]
pub struct StoredSigningKey {
    /// Its RFC 7638 thumbprint.
    pub kid: String,
    /// The JWS algorithm it is for.
    pub algorithm: String,
    /// The public half as a JWK.
    pub public_key: Value,
    /// The private half, sealed under the master key; nothing once it has stopped signing.
    pub sealed_private_key: Vec<u8>,
    /// When what happened to it.
    pub life: KeyLife,
    /// Counts its changes.
    pub version: Version,
}

impl From<signing_key::Model> for StoredSigningKey {
    fn from(row: signing_key::Model) -> Self {
        let time = |it: Option<i64>| it.map(Timestamp::from_unix_clamped);
        Self {
            kid: row.kid,
            algorithm: row.algorithm,
            public_key: row.public_key,
            sealed_private_key: row.sealed_private_key,
            life: KeyLife {
                created_at: Timestamp::from_unix_clamped(row.created_at),
                activated_at: time(row.activated_at),
                retired_at: time(row.retired_at),
                gone_at: time(row.gone_at),
            },
            version: Version(row.version),
        }
    }
}

impl From<&StoredSigningKey> for signing_key::ActiveModel {
    fn from(key: &StoredSigningKey) -> Self {
        let time = |it: Option<Timestamp>| Set(it.map(Timestamp::unix));
        Self {
            kid: Set(key.kid.clone()),
            algorithm: Set(key.algorithm.clone()),
            public_key: Set(key.public_key.clone()),
            sealed_private_key: Set(key.sealed_private_key.clone()),
            created_at: Set(key.life.created_at.unix()),
            activated_at: time(key.life.activated_at),
            retired_at: time(key.life.retired_at),
            gone_at: time(key.life.gone_at),
            version: Set(key.version.0),
        }
    }
}

/// Oldest first.
async fn all(on: &impl ConnectionTrait) -> Result<Vec<StoredSigningKey>> {
    let rows = signing_key::Entity::find()
        .order_by_asc(signing_key::Column::CreatedAt)
        .order_by_asc(signing_key::Column::Kid)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

impl Store {
    /// The keys that sign or will, or whose tokens may still live at `now`, oldest first.
    pub async fn list_signing_keys(&self, now: Timestamp) -> Result<Vec<StoredSigningKey>> {
        let there = Condition::any()
            .add(signing_key::Column::GoneAt.is_null())
            .add(signing_key::Column::GoneAt.gt(now.unix()));
        let rows = signing_key::Entity::find()
            .filter(there)
            .order_by_asc(signing_key::Column::CreatedAt)
            .order_by_asc(signing_key::Column::Kid)
            .all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// All keys that are remembered, oldest first.
    pub async fn list_all_signing_keys(&self) -> Result<Vec<StoredSigningKey>> {
        all(&self.reads).await
    }
}

impl Transaction {
    /// As [`Store::list_all_signing_keys`].
    pub async fn list_all_signing_keys(&self) -> Result<Vec<StoredSigningKey>> {
        all(&self.inner).await
    }

    /// Lets nobody else change a key until this ends.
    pub async fn lock_signing_keys(&self) -> Result<()> {
        if self.kind == Kind::Postgres {
            self.inner
                .execute_unprepared("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE")
                .await?;
        }
        Ok(())
    }

    /// Adds a key. Other nodes hear of it.
    pub async fn insert_signing_key(&self, key: &StoredSigningKey) -> Result<()> {
        signing_key::Entity::insert(signing_key::ActiveModel::from(key))
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(SIGNING_KEYS);
        Ok(())
    }

    /// Writes a changed key. Other nodes hear of it.
    pub async fn replace_signing_key(&self, key: &StoredSigningKey) -> Result<()> {
        signing_key::Entity::update(signing_key::ActiveModel::from(key))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(SIGNING_KEYS);
        Ok(())
    }

    /// Forgets the keys that were gone before `before`.
    pub async fn delete_old_signing_keys(&self, before: Timestamp) -> Result<u64> {
        Ok(signing_key::Entity::delete_many()
            .filter(signing_key::Column::GoneAt.lt(before.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }

    /// How many tokens all tenants got in the hours from `first` on, as far as is written down.
    pub async fn count_tokens_since(&self, first: Timestamp) -> Result<i64> {
        use tenant_usage::{Column, Entity};
        let accepted: Vec<i64> = Entity::find()
            .select_only()
            .column(Column::Accepted)
            .filter(Column::Span.eq(Span::Hour.as_str()))
            .filter(Column::Start.gt(first.unix() - 3_600))
            .into_tuple()
            .all(&self.inner)
            .await?;
        Ok(accepted.iter().sum())
    }
}
