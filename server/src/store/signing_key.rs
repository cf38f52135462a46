//! Signing keys, sealed.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::Value;
use uuid::Uuid;

use super::{Kind, Result, Store, Transaction, entity::signing_key};
use crate::domain::timestamp::Timestamp;

/// What stands for the signing keys among the changed clients that other nodes hear of.
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
    /// The private half, sealed under the master key.
    pub sealed_private_key: Vec<u8>,
    /// When it was made; the youngest signs.
    pub created_at: Timestamp,
    /// When it stopped signing.
    pub retired_at: Option<Timestamp>,
    /// When the last token that it signed has expired, and it leaves the key set.
    pub gone_at: Option<Timestamp>,
}

impl From<signing_key::Model> for StoredSigningKey {
    fn from(row: signing_key::Model) -> Self {
        Self {
            kid: row.kid,
            algorithm: row.algorithm,
            public_key: row.public_key,
            sealed_private_key: row.sealed_private_key,
            created_at: Timestamp::from_unix_clamped(row.created_at),
            retired_at: row.retired_at.map(Timestamp::from_unix_clamped),
            gone_at: row.gone_at.map(Timestamp::from_unix_clamped),
        }
    }
}

fn there_at(now: Timestamp) -> Condition {
    Condition::any()
        .add(signing_key::Column::GoneAt.is_null())
        .add(signing_key::Column::GoneAt.gt(now.unix()))
}

impl Store {
    /// Whether a key is there that signs by `algorithm`.
    pub async fn has_signing_key(&self, algorithm: &str) -> Result<bool> {
        has(algorithm, &self.reads).await
    }

    /// The keys that sign, or whose tokens may still live, oldest first.
    pub async fn list_signing_keys(&self, now: Timestamp) -> Result<Vec<StoredSigningKey>> {
        let rows = signing_key::Entity::find()
            .filter(there_at(now))
            .order_by_asc(signing_key::Column::CreatedAt)
            .order_by_asc(signing_key::Column::Kid)
            .all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

async fn has(algorithm: &str, on: &impl ConnectionTrait) -> Result<bool> {
    let row = signing_key::Entity::find()
        .filter(signing_key::Column::RetiredAt.is_null())
        .filter(signing_key::Column::Algorithm.eq(algorithm))
        .one(on)
        .await?;
    Ok(row.is_some())
}

impl Transaction {
    /// As [`Store::has_signing_key`].
    pub async fn has_signing_key(&self, algorithm: &str) -> Result<bool> {
        has(algorithm, &self.inner).await
    }

    /// Lets nobody else add a key until this ends.
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
        let row = signing_key::ActiveModel {
            kid: Set(key.kid.clone()),
            algorithm: Set(key.algorithm.clone()),
            public_key: Set(key.public_key.clone()),
            sealed_private_key: Set(key.sealed_private_key.clone()),
            created_at: Set(key.created_at.unix()),
            retired_at: Set(key.retired_at.map(Timestamp::unix)),
            gone_at: Set(key.gone_at.map(Timestamp::unix)),
        };
        signing_key::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(SIGNING_KEYS);
        Ok(())
    }
}
