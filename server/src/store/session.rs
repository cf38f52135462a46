//! Sessions: a digest of what is in the cookie, never the cookie.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    entity::{session, user},
    user::read as read_user,
};
use crate::{
    crypto::digest::Digest,
    domain::{session::Session, timestamp::Timestamp, user::User},
};

/// A session to be kept, with the digest that finds it again.
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// Digest of what is in the cookie.
    pub digest: Digest,
}

fn read(row: session::Model) -> Session {
    Session {
        id: row.id,
        user_id: row.user_id,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        signed_in_at: Timestamp::from_unix_clamped(row.signed_in_at),
        last_seen_at: Timestamp::from_unix_clamped(row.last_seen_at),
        expires_at: Timestamp::from_unix_clamped(row.expires_at),
        ip: row.ip,
        user_agent: row.user_agent,
        revoked_at: row.revoked_at.map(Timestamp::from_unix_clamped),
    }
}

/// What may still count at `now`, when a session may rest for `idle` seconds.
fn live(now: Timestamp, idle: i64) -> Condition {
    Condition::all()
        .add(session::Column::RevokedAt.is_null())
        .add(session::Column::ExpiresAt.gt(now.unix()))
        .add(session::Column::LastSeenAt.gt(now.plus(-idle).unix()))
}

impl Store {
    /// The session with this digest, ended ones too, and whose it is.
    pub async fn find_session(&self, digest: &Digest) -> Result<Option<(Session, User)>> {
        let row = session::Entity::find()
            .filter(session::Column::Digest.eq(digest.as_bytes().to_vec()))
            .one(&self.reads)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let owner = user::Entity::find_by_id(row.user_id)
            .one(&self.reads)
            .await?;
        owner.map(|it| Ok((read(row), read_user(it)?))).transpose()
    }

    /// The live sessions of a user, the one used last first.
    pub async fn list_sessions(
        &self,
        user_id: Uuid,
        now: Timestamp,
        idle: i64,
    ) -> Result<Vec<Session>> {
        let rows = session::Entity::find()
            .filter(session::Column::UserId.eq(user_id))
            .filter(live(now, idle))
            .order_by_desc(session::Column::LastSeenAt)
            .order_by_desc(session::Column::Id)
            .limit(200)
            .all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// Whether the user signed in from this address before, as far back as sessions are kept.
    pub async fn has_session_from(&self, user_id: Uuid, ip: &str) -> Result<bool> {
        let row = session::Entity::find()
            .select_only()
            .column(session::Column::Id)
            .filter(session::Column::UserId.eq(user_id))
            .filter(session::Column::Ip.eq(ip))
            .into_tuple::<Uuid>()
            .one(&self.reads)
            .await?;
        Ok(row.is_some())
    }
}

impl Transaction {
    /// Adds a session.
    pub async fn insert_session(&self, new: &NewSession) -> Result<()> {
        let it = &new.session;
        let row = session::ActiveModel {
            id: Set(it.id),
            digest: Set(new.digest.as_bytes().to_vec()),
            user_id: Set(it.user_id),
            created_at: Set(it.created_at.unix()),
            signed_in_at: Set(it.signed_in_at.unix()),
            last_seen_at: Set(it.last_seen_at.unix()),
            expires_at: Set(it.expires_at.unix()),
            ip: Set(it.ip.clone()),
            user_agent: Set(it.user_agent.clone()),
            revoked_at: Set(None),
        };
        session::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Notes that a session is in use.
    pub async fn note_seen(&self, id: Uuid, now: Timestamp) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(now.unix()))
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::LastSeenAt.lt(now.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Ends one session of a user, and gives whether that is news.
    pub async fn end_session(&self, user_id: Uuid, id: Uuid, now: Timestamp) -> Result<bool> {
        let ended = session::Entity::update_many()
            .col_expr(session::Column::RevokedAt, Expr::value(now.unix()))
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::UserId.eq(user_id))
            .filter(session::Column::RevokedAt.is_null())
            .exec(&self.inner)
            .await?;
        Ok(ended.rows_affected > 0)
    }

    /// Ends the sessions of a user, all but `except`, and gives how many.
    pub async fn end_sessions(
        &self,
        user_id: Uuid,
        except: Option<Uuid>,
        now: Timestamp,
    ) -> Result<u64> {
        let mut query = session::Entity::update_many()
            .col_expr(session::Column::RevokedAt, Expr::value(now.unix()))
            .filter(session::Column::UserId.eq(user_id))
            .filter(session::Column::RevokedAt.is_null());
        if let Some(id) = except {
            query = query.filter(session::Column::Id.ne(id));
        }
        Ok(query.exec(&self.inner).await?.rows_affected)
    }

    /// Removes all sessions of a user, with what they say about where it was.
    pub async fn delete_sessions(&self, user_id: Uuid) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::UserId.eq(user_id))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets the sessions that were over before `before`.
    pub async fn delete_old_sessions(&self, before: Timestamp) -> Result<u64> {
        Ok(session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lt(before.unix()))
            .exec(&self.inner)
            .await?
            .rows_affected)
    }
}
