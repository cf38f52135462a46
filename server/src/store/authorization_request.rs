//! Authorization requests that wait on the server. Only digests of their names are kept.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, entity::authorization_request};
use crate::{
    crypto::digest::Digest,
    domain::{authorization::HeldRequest, timestamp::Timestamp},
};

fn read(row: authorization_request::Model) -> Result<HeldRequest> {
    Ok(HeldRequest {
        request: serde_json::from_value(row.request)
            .map_err(|_| StoreError::unreadable("authorization request"))?,
        pushed: row.pushed,
        session_before: row.session_before,
        session: row.session,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        expires_at: Timestamp::from_unix_clamped(row.expires_at),
        answered_at: row.answered_at.map(Timestamp::from_unix_clamped),
    })
}

impl Store {
    /// The request that this is the digest of the name of, expired and answered ones too.
    pub async fn find_authorization_request(&self, digest: &Digest) -> Result<Option<HeldRequest>> {
        authorization_request::Entity::find_by_id(digest.as_bytes().to_vec())
            .one(&self.reads)
            .await?
            .map(read)
            .transpose()
    }
}

impl Transaction {
    /// Holds a request.
    pub async fn insert_authorization_request(
        &self,
        digest: &Digest,
        held: &HeldRequest,
    ) -> Result<()> {
        let request = serde_json::to_value(&held.request)
            .map_err(|_| StoreError::unreadable("authorization request"))?;
        let row = authorization_request::ActiveModel {
            digest: Set(digest.as_bytes().to_vec()),
            client: Set(held.request.client),
            request: Set(request),
            pushed: Set(held.pushed),
            session_before: Set(held.session_before),
            session: Set(held.session),
            created_at: Set(held.created_at.unix()),
            expires_at: Set(held.expires_at.unix()),
            answered_at: Set(held.answered_at.map(Timestamp::unix)),
        };
        authorization_request::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Binds a request to the session whose person is asked, instead of the one before.
    pub async fn bind_authorization_request(&self, digest: &Digest, session: Uuid) -> Result<()> {
        authorization_request::Entity::update_many()
            .col_expr(
                authorization_request::Column::Session,
                Expr::value(Some(session)),
            )
            .filter(authorization_request::Column::Digest.eq(digest.as_bytes().to_vec()))
            .filter(authorization_request::Column::AnsweredAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Marks a request as answered, once: of several answers at the same time only one gets `true`.
    pub async fn answer_authorization_request(
        &self,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<bool> {
        let updated = authorization_request::Entity::update_many()
            .col_expr(
                authorization_request::Column::AnsweredAt,
                Expr::value(Some(now.unix())),
            )
            .filter(authorization_request::Column::Digest.eq(digest.as_bytes().to_vec()))
            .filter(authorization_request::Column::AnsweredAt.is_null())
            .filter(authorization_request::Column::ExpiresAt.gt(now.unix()))
            .exec(&self.inner)
            .await?;
        Ok(updated.rows_affected == 1)
    }

    /// Forgets the requests that expired before `now`.
    pub async fn delete_expired_authorization_requests(&self, now: Timestamp) -> Result<u64> {
        Ok(authorization_request::Entity::delete_many()
            .filter(authorization_request::Column::ExpiresAt.lte(now.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }

    /// Forgets the requests of a client.
    pub(super) async fn delete_authorization_requests(&self, client: Uuid) -> Result<()> {
        authorization_request::Entity::delete_many()
            .filter(authorization_request::Column::Client.eq(client))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
