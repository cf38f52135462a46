//! Answers kept for a repeated request.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{Result, Transaction, entity::idempotent_request};
use crate::domain::timestamp::Timestamp;

/// What is kept of a request with an idempotency key.
#[derive(Clone, Debug)]
pub struct IdempotentRow {
    /// Digest of caller and key.
    pub key_digest: [u8; 32],
    /// Digest of what was asked.
    pub request_digest: Vec<u8>,
    /// The answer, sealed under the caller's key; empty while it is being made.
    pub sealed_answer: Vec<u8>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

impl Transaction {
    /// Claims a key: `None` when it is ours now, else what was kept for it. Of several requests at once the first
    /// claims, and the others wait for its end.
    pub async fn claim_idempotency_key(
        &self,
        row: &IdempotentRow,
        now: Timestamp,
    ) -> Result<Option<IdempotentRow>> {
        idempotent_request::Entity::delete_many()
            .filter(idempotent_request::Column::KeyDigest.eq(row.key_digest.to_vec()))
            .filter(idempotent_request::Column::ExpiresAt.lte(now.unix()))
            .exec(&self.inner)
            .await?;
        let claim = idempotent_request::ActiveModel {
            key_digest: Set(row.key_digest.to_vec()),
            request_digest: Set(row.request_digest.clone()),
            sealed_answer: Set(row.sealed_answer.clone()),
            expires_at: Set(row.expires_at.unix()),
        };
        let inserted = idempotent_request::Entity::insert(claim)
            .on_conflict(
                OnConflict::column(idempotent_request::Column::KeyDigest)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        if inserted > 0 {
            return Ok(None);
        }
        let kept = idempotent_request::Entity::find_by_id(row.key_digest.to_vec())
            .one(&self.inner)
            .await?;
        Ok(kept.map(|it| IdempotentRow {
            key_digest: row.key_digest,
            request_digest: it.request_digest,
            sealed_answer: it.sealed_answer,
            expires_at: Timestamp::from_unix_clamped(it.expires_at),
        }))
    }

    /// Keeps the answer for a claimed key.
    pub async fn keep_answer(&self, key_digest: &[u8; 32], sealed_answer: Vec<u8>) -> Result<()> {
        idempotent_request::Entity::update_many()
            .col_expr(
                idempotent_request::Column::SealedAnswer,
                sealed_answer.into(),
            )
            .filter(idempotent_request::Column::KeyDigest.eq(key_digest.to_vec()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets the answers that expired before `now`.
    pub async fn delete_expired_answers(&self, now: Timestamp) -> Result<u64> {
        Ok(idempotent_request::Entity::delete_many()
            .filter(idempotent_request::Column::ExpiresAt.lte(now.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
