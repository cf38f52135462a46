//! Refresh tokens. Only digests are kept.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr,
};

use super::{Result, Store, Transaction, entity::refresh_token};
use crate::{
    crypto::digest::Digest,
    domain::{authorization::RefreshToken, timestamp::Timestamp},
};

async fn one(digest: &Digest, on: &impl ConnectionTrait) -> Result<Option<RefreshToken>> {
    let row = refresh_token::Entity::find_by_id(digest.as_bytes().to_vec())
        .one(on)
        .await?;
    Ok(row.map(|row| RefreshToken {
        grant: row.grant_id,
        expires_at: Timestamp::from_unix_clamped(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_unix_clamped),
    }))
}

impl Store {
    /// The refresh token that this is the digest of, expired and used ones too.
    pub async fn find_refresh_token(&self, digest: &Digest) -> Result<Option<RefreshToken>> {
        one(digest, &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::find_refresh_token`].
    pub async fn find_refresh_token(&self, digest: &Digest) -> Result<Option<RefreshToken>> {
        one(digest, &self.inner).await
    }

    /// Adds a refresh token.
    pub async fn insert_refresh_token(&self, digest: &Digest, token: &RefreshToken) -> Result<()> {
        let row = refresh_token::ActiveModel {
            digest: Set(digest.as_bytes().to_vec()),
            grant_id: Set(token.grant),
            expires_at: Set(token.expires_at.unix()),
            used_at: Set(None),
        };
        refresh_token::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Uses a refresh token up: of several exchanges at the same time only one gets `true`.
    pub async fn use_refresh_token(&self, digest: &Digest, now: Timestamp) -> Result<bool> {
        let updated = refresh_token::Entity::update_many()
            .col_expr(refresh_token::Column::UsedAt, Expr::value(Some(now.unix())))
            .filter(refresh_token::Column::Digest.eq(digest.as_bytes().to_vec()))
            .filter(refresh_token::Column::UsedAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(updated.rows_affected == 1)
    }

    /// Forgets the refresh tokens that expired before `now`.
    pub async fn delete_expired_refresh_tokens(&self, now: Timestamp) -> Result<u64> {
        Ok(refresh_token::Entity::delete_many()
            .filter(refresh_token::Column::ExpiresAt.lte(now.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
