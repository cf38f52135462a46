//! The keys of opaque tokens, sealed.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, sea_query::Expr,
};

use super::{Kind, Result, SIGNING_KEYS, Store, Transaction, entity::sealing_key};
use crate::domain::timestamp::Timestamp;

/// A sealing key as it is stored.
#[derive(Clone, Debug)]
pub struct StoredSealingKey {
    /// What names it in tokens.
    pub kid: String,
    /// The key, sealed under the master key.
    pub sealed_key: Vec<u8>,
    /// When it was made; the youngest seals.
    pub created_at: Timestamp,
}

impl From<sealing_key::Model> for StoredSealingKey {
    fn from(row: sealing_key::Model) -> Self {
        Self {
            kid: row.kid,
            sealed_key: row.sealed_key,
            created_at: Timestamp::from_unix_clamped(row.created_at),
        }
    }
}

async fn there_at(now: Timestamp, on: &impl ConnectionTrait) -> Result<Vec<StoredSealingKey>> {
    let there = Condition::any()
        .add(sealing_key::Column::GoneAt.is_null())
        .add(sealing_key::Column::GoneAt.gt(now.unix()));
    let rows = sealing_key::Entity::find()
        .filter(there)
        .order_by_asc(sealing_key::Column::CreatedAt)
        .order_by_asc(sealing_key::Column::Kid)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

impl Store {
    /// The keys that seal, or whose tokens may still live, oldest first.
    pub async fn list_sealing_keys(&self, now: Timestamp) -> Result<Vec<StoredSealingKey>> {
        there_at(now, &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::list_sealing_keys`].
    pub async fn list_sealing_keys(&self, now: Timestamp) -> Result<Vec<StoredSealingKey>> {
        there_at(now, &self.inner).await
    }

    /// Lets nobody else add a key until this ends.
    pub async fn lock_sealing_keys(&self) -> Result<()> {
        if self.kind == Kind::Postgres {
            self.inner
                .execute_unprepared("LOCK TABLE sealing_key IN SHARE ROW EXCLUSIVE MODE")
                .await?;
        }
        Ok(())
    }

    /// Notes of every key that seals that it stops at `retired_at` and opens nothing from `gone_at` on.
    pub async fn retire_sealing_keys(
        &self,
        retired_at: Timestamp,
        gone_at: Timestamp,
    ) -> Result<()> {
        sealing_key::Entity::update_many()
            .col_expr(sealing_key::Column::RetiredAt, Expr::val(retired_at.unix()))
            .col_expr(sealing_key::Column::GoneAt, Expr::val(gone_at.unix()))
            .filter(sealing_key::Column::RetiredAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Adds a key. Other nodes hear of it.
    pub async fn insert_sealing_key(&self, key: &StoredSealingKey) -> Result<()> {
        let row = sealing_key::ActiveModel {
            kid: Set(key.kid.clone()),
            sealed_key: Set(key.sealed_key.clone()),
            created_at: Set(key.created_at.unix()),
            retired_at: Set(None),
            gone_at: Set(None),
        };
        sealing_key::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(SIGNING_KEYS);
        Ok(())
    }

    /// Throws away the keys that open nothing any more.
    pub async fn delete_gone_sealing_keys(&self, now: Timestamp) -> Result<()> {
        sealing_key::Entity::delete_many()
            .filter(sealing_key::Column::GoneAt.lte(now.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
