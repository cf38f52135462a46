//! Authorization codes. Only digests are kept.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{Result, StoreError, Transaction, entity::authorization_code};
use crate::{
    crypto::digest::Digest,
    domain::{
        authorization::Code,
        timestamp::{DAY, Timestamp},
    },
};

impl Transaction {
    /// The code that this is the digest of, expired and used ones too.
    pub async fn find_code(&self, digest: &Digest) -> Result<Option<Code>> {
        let row = authorization_code::Entity::find_by_id(digest.as_bytes().to_vec())
            .one(&self.inner)
            .await?;
        row.map(|row| {
            Ok(Code {
                grant: row.grant_id,
                redirect_uri: row.redirect_uri,
                challenge: row
                    .challenge
                    .map(serde_json::from_value)
                    .transpose()
                    .map_err(|_| StoreError::unreadable("code"))?,
                nonce: row.nonce,
                expires_at: Timestamp::from_unix_clamped(row.expires_at),
                used_at: row.used_at.map(Timestamp::from_unix_clamped),
            })
        })
        .transpose()
    }

    /// Adds a code.
    pub async fn insert_code(&self, digest: &Digest, code: &Code) -> Result<()> {
        let challenge = code
            .challenge
            .as_ref()
            .map(serde_json::to_value)
            .transpose()
            .map_err(|_| StoreError::unreadable("code"))?;
        let row = authorization_code::ActiveModel {
            digest: Set(digest.as_bytes().to_vec()),
            grant_id: Set(code.grant),
            redirect_uri: Set(code.redirect_uri.clone()),
            challenge: Set(challenge),
            nonce: Set(code.nonce.clone()),
            expires_at: Set(code.expires_at.unix()),
            used_at: Set(None),
        };
        authorization_code::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Uses a code up: of several exchanges at the same time only one gets `true`.
    pub async fn use_code(&self, digest: &Digest, now: Timestamp) -> Result<bool> {
        let updated = authorization_code::Entity::update_many()
            .col_expr(
                authorization_code::Column::UsedAt,
                Expr::value(Some(now.unix())),
            )
            .filter(authorization_code::Column::Digest.eq(digest.as_bytes().to_vec()))
            .filter(authorization_code::Column::UsedAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(updated.rows_affected == 1)
    }

    /// Forgets the codes that expired a day before `now`: until then a second use is noticed.
    pub async fn delete_expired_codes(&self, now: Timestamp) -> Result<u64> {
        Ok(authorization_code::Entity::delete_many()
            .filter(authorization_code::Column::ExpiresAt.lte(now.plus(-DAY).unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
