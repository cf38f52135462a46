//! Single access tokens that were ended before their time (RFC 7009).

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Result, Store, Transaction, entity::revoked_token};
use crate::domain::timestamp::Timestamp;

impl Store {
    /// The `jti`s of a client's revoked tokens that have not expired at `now`.
    pub async fn list_revoked_tokens(&self, client: Uuid, now: Timestamp) -> Result<Vec<Uuid>> {
        Ok(revoked_token::Entity::find()
            .select_only()
            .column(revoked_token::Column::Jti)
            .filter(revoked_token::Column::Client.eq(client))
            .filter(revoked_token::Column::ExpiresAt.gt(now.unix()))
            .into_tuple()
            .all(&self.reads)
            .await?)
    }
}

impl Transaction {
    /// Notes that a token is ended, and gives whether that is news.
    pub async fn insert_revoked_token(
        &self,
        client: Uuid,
        jti: Uuid,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let row = revoked_token::ActiveModel {
            jti: Set(jti),
            client: Set(client),
            expires_at: Set(expires_at.unix()),
        };
        let inserted = revoked_token::Entity::insert(row)
            .on_conflict(
                OnConflict::column(revoked_token::Column::Jti)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        self.touch(client);
        Ok(inserted > 0)
    }

    /// Forgets the revoked tokens that expired before `now`.
    pub async fn delete_expired_revoked_tokens(&self, now: Timestamp) -> Result<u64> {
        Ok(revoked_token::Entity::delete_many()
            .filter(revoked_token::Column::ExpiresAt.lte(now.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
