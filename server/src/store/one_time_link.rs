//! One-time links: a digest of what is in the address, never the address.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, actor, entity::one_time_link};
use crate::{
    crypto::digest::Digest,
    domain::{
        one_time_link::{LinkPurpose, OneTimeLink},
        timestamp::Timestamp,
    },
};

fn read(row: one_time_link::Model) -> Result<OneTimeLink> {
    Ok(OneTimeLink {
        id: row.id,
        user_id: row.user_id,
        purpose: LinkPurpose::find(&row.purpose)
            .ok_or_else(|| StoreError::unreadable("one-time link"))?,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        created_by: actor::from_row(row.created_by),
        expires_at: Timestamp::from_unix_clamped(row.expires_at),
        used_at: row.used_at.map(Timestamp::from_unix_clamped),
    })
}

fn by_digest(digest: &Digest) -> Select<one_time_link::Entity> {
    one_time_link::Entity::find()
        .filter(one_time_link::Column::Digest.eq(digest.as_bytes().to_vec()))
}

async fn one(
    query: Select<one_time_link::Entity>,
    on: &impl ConnectionTrait,
) -> Result<Option<OneTimeLink>> {
    query.one(on).await?.map(read).transpose()
}

impl Store {
    /// The link with this digest, used ones too.
    pub async fn find_link(&self, digest: &Digest) -> Result<Option<OneTimeLink>> {
        one(by_digest(digest), &self.reads).await
    }
}

impl Transaction {
    /// As [`Store::find_link`], and locked until the transaction ends.
    pub async fn find_link_for_change(&self, digest: &Digest) -> Result<Option<OneTimeLink>> {
        one(by_digest(digest).lock_exclusive(), &self.inner).await
    }

    /// Adds a link.
    pub async fn insert_link(&self, link: &OneTimeLink, digest: &Digest) -> Result<()> {
        let row = one_time_link::ActiveModel {
            id: Set(link.id),
            digest: Set(digest.as_bytes().to_vec()),
            user_id: Set(link.user_id),
            purpose: Set(link.purpose.as_str().to_owned()),
            created_at: Set(link.created_at.unix()),
            created_by: Set(actor::to_row(&link.created_by)),
            expires_at: Set(link.expires_at.unix()),
            used_at: Set(link.used_at.map(Timestamp::unix)),
        };
        one_time_link::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Ends all links of a user: one was used, or another takes their place.
    pub async fn end_links(&self, user_id: Uuid, now: Timestamp) -> Result<()> {
        one_time_link::Entity::update_many()
            .col_expr(one_time_link::Column::UsedAt, Expr::value(now.unix()))
            .filter(one_time_link::Column::UserId.eq(user_id))
            .filter(one_time_link::Column::UsedAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Removes all links of a user.
    pub async fn delete_links(&self, user_id: Uuid) -> Result<()> {
        one_time_link::Entity::delete_many()
            .filter(one_time_link::Column::UserId.eq(user_id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets the links that ended before `before`.
    pub async fn delete_old_links(&self, before: Timestamp) -> Result<u64> {
        Ok(one_time_link::Entity::delete_many()
            .filter(one_time_link::Column::ExpiresAt.lt(before.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
