//! Client assertions that were used: each works once (RFC 7523, section 3).

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{Result, Transaction, entity::used_assertion};
use crate::{crypto::digest::Digest, domain::timestamp::Timestamp};

impl Transaction {
    /// Notes that an assertion is used up, and gives whether that is news: of several that do it at once, on any node,
    /// one hears yes.
    pub async fn insert_used_assertion(
        &self,
        digest: &Digest,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let row = used_assertion::ActiveModel {
            digest: Set(digest.as_bytes().to_vec()),
            expires_at: Set(expires_at.unix()),
        };
        let inserted = used_assertion::Entity::insert(row)
            .on_conflict(
                OnConflict::column(used_assertion::Column::Digest)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(inserted > 0)
    }

    /// Forgets the assertions that have expired at `now`.
    pub async fn delete_expired_assertions(&self, now: Timestamp) -> Result<u64> {
        Ok(used_assertion::Entity::delete_many()
            .filter(used_assertion::Column::ExpiresAt.lte(now.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
