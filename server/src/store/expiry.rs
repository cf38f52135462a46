//! What ends, and what was recorded of it.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction, client as clients, credential as credentials,
    entity::{client, credential, expiry_mark, sweep},
};
use crate::domain::{
    client::Client,
    notice::{Ending, Mark},
    timestamp::Timestamp,
};

/// A stretch of time in which something ends: after the first moment, up to and with the second.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// After this moment.
    pub after: Timestamp,
    /// Up to this moment.
    pub until: Timestamp,
}

/// The marks that were made for a row's end.
fn marked<C: ColumnTrait>(id: C, end: C, mark: &str) -> SelectStatement {
    use expiry_mark::Column;
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(expiry_mark::Entity)
        .and_where(Expr::col((expiry_mark::Entity, Column::Object)).equals((id.entity_name(), id)))
        .and_where(Column::Mark.eq(mark))
        .and_where(
            Expr::col((expiry_mark::Entity, Column::EndsAt)).equals((end.entity_name(), end)),
        );
    query
}

impl Store {
    /// Up to `most` clients and credentials whose end lies in `window` and has not got `mark`, the earliest first.
    /// Tombstones and revoked credentials end no more.
    pub async fn list_endings(&self, window: Window, mark: Mark, most: u64) -> Result<Vec<Ending>> {
        let mark = mark.to_row();
        let (after, until) = (window.after.unix(), window.until.unix());
        let rows = {
            use client::{Column, Entity};
            Entity::find()
                .filter(Column::DeletedAt.is_null())
                .filter(Column::ExpiresAt.gt(after))
                .filter(Column::ExpiresAt.lte(until))
                .filter(Expr::exists(marked(Column::Id, Column::ExpiresAt, &mark)).not())
                .order_by_asc(Column::ExpiresAt)
                .order_by_asc(Column::Id)
                .limit(most)
                .all(&self.reads)
                .await?
        };
        let mut endings = Vec::new();
        for row in rows {
            let client = clients::read(row)?;
            if let Some(at) = client.form.expires_at {
                endings.push(Ending {
                    client,
                    credential: None,
                    at,
                });
            }
        }
        for end in [credential::Column::ExpiresAt, credential::Column::RetiresAt] {
            use credential::{Column, Entity};
            let rows = Entity::find()
                .filter(Column::RevokedAt.is_null())
                .filter(end.gt(after))
                .filter(end.lte(until))
                .filter(Expr::exists(marked(Column::Id, end, &mark)).not())
                .order_by_asc(end)
                .order_by_asc(Column::Id)
                .limit(most)
                .all(&self.reads)
                .await?;
            self.with_clients(rows, end, &mut endings).await?;
        }
        Ok(endings)
    }

    async fn with_clients(
        &self,
        rows: Vec<credential::Model>,
        end: credential::Column,
        endings: &mut Vec<Ending>,
    ) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|it| it.client).collect();
        let found = client::Entity::find()
            .filter(client::Column::Id.is_in(ids))
            .filter(client::Column::DeletedAt.is_null())
            .all(&self.reads)
            .await?;
        let mut owners: HashMap<Uuid, Client> = HashMap::new();
        for row in found {
            owners.insert(row.id, clients::read(row)?);
        }
        for row in rows {
            let Some(client) = owners.get(&row.client) else {
                continue;
            };
            let at = if matches!(end, credential::Column::RetiresAt) {
                row.retires_at
            } else {
                row.expires_at
            };
            let credential = credentials::read(row)?.credential;
            let at = at.map(Timestamp::from_unix_clamped);
            // Of two ends only the earlier one comes.
            if let Some(at) = at.filter(|it| Some(*it) == credential.ends_at()) {
                endings.push(Ending {
                    client: client.clone(),
                    credential: Some(credential),
                    at,
                });
            }
        }
        Ok(())
    }

    /// How far the sweep of this name has come.
    pub async fn find_sweep(&self, mark: Mark) -> Result<Option<Timestamp>> {
        let row = sweep::Entity::find_by_id(mark.to_row())
            .one(&self.reads)
            .await?;
        Ok(row.map(|it| Timestamp::from_unix_clamped(it.swept_until)))
    }
}

impl Transaction {
    /// Notes that something is said about an end, and gives whether nobody noted it before. Of several servers at once
    /// one is the first.
    pub async fn insert_expiry_mark(&self, ending: &Ending, mark: Mark) -> Result<bool> {
        use expiry_mark::Column;
        let row = expiry_mark::ActiveModel {
            object: Set(ending.object()),
            mark: Set(mark.to_row()),
            ends_at: Set(ending.at.unix()),
        };
        let inserted = expiry_mark::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([Column::Object, Column::Mark, Column::EndsAt])
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(inserted > 0)
    }

    /// Whether what ends still ends then, locked until the transaction ends: it may have been given another end, or
    /// have been deleted or revoked, since it was listed.
    pub async fn still_ends(&self, ending: &Ending) -> Result<bool> {
        let at = ending.at.unix();
        let client = client::Entity::find_by_id(ending.client.id)
            .filter(client::Column::DeletedAt.is_null())
            .lock_exclusive()
            .one(&self.inner)
            .await?;
        let Some(client) = client else {
            return Ok(false);
        };
        let Some(credential) = &ending.credential else {
            return Ok(client.expires_at == Some(at));
        };
        let row = credential::Entity::find_by_id(credential.id)
            .filter(credential::Column::RevokedAt.is_null())
            .one(&self.inner)
            .await?;
        Ok(row.is_some_and(|it| it.expires_at == Some(at) || it.retires_at == Some(at)))
    }

    /// Notes how far the sweep of this name has come.
    pub async fn replace_sweep(&self, mark: Mark, until: Timestamp) -> Result<()> {
        let row = sweep::ActiveModel {
            name: Set(mark.to_row()),
            swept_until: Set(until.unix()),
        };
        sweep::Entity::insert(row)
            .on_conflict(
                OnConflict::column(sweep::Column::Name)
                    .update_column(sweep::Column::SweptUntil)
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets what was said about ends from before `before`.
    pub async fn delete_old_expiry_marks(&self, before: Timestamp) -> Result<()> {
        expiry_mark::Entity::delete_many()
            .filter(expiry_mark::Column::EndsAt.lt(before.unix()))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
