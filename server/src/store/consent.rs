//! What people allowed, remembered for the next time.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Result, Store, StoreError, Transaction, entity::consent};
use crate::domain::{authorization::Consent, scope::Scope, timestamp::Timestamp};

fn read(row: &consent::Model) -> Result<Consent> {
    Ok(Consent {
        user: row.user_id,
        client: row.client,
        scope: Scope::parse(&row.scope).map_err(|_| StoreError::unreadable("consent"))?,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
    })
}

impl Store {
    /// What `user` allowed `client`.
    pub async fn find_consent(&self, user: Uuid, client: Uuid) -> Result<Option<Consent>> {
        consent::Entity::find_by_id((user, client))
            .one(&self.reads)
            .await?
            .map(|it| read(&it))
            .transpose()
    }

    /// All that `user` allowed, oldest first.
    pub async fn list_consents(&self, user: Uuid) -> Result<Vec<Consent>> {
        consent::Entity::find()
            .filter(consent::Column::UserId.eq(user))
            .order_by_asc(consent::Column::CreatedAt)
            .order_by_asc(consent::Column::Client)
            .all(&self.reads)
            .await?
            .iter()
            .map(read)
            .collect()
    }
}

impl Transaction {
    /// As [`Store::find_consent`].
    pub async fn find_consent(&self, user: Uuid, client: Uuid) -> Result<Option<Consent>> {
        consent::Entity::find_by_id((user, client))
            .one(&self.inner)
            .await?
            .map(|it| read(&it))
            .transpose()
    }

    /// Remembers what was allowed, in place of what was remembered before.
    pub async fn replace_consent(&self, it: &Consent) -> Result<()> {
        let row = consent::ActiveModel {
            user_id: Set(it.user),
            client: Set(it.client),
            scope: Set(it.scope.to_string()),
            created_at: Set(it.created_at.unix()),
            updated_at: Set(it.updated_at.unix()),
        };
        consent::Entity::insert(row)
            .on_conflict(
                OnConflict::columns([consent::Column::UserId, consent::Column::Client])
                    .update_columns([consent::Column::Scope, consent::Column::UpdatedAt])
                    .to_owned(),
            )
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets what `user` allowed `client`, and gives whether there was something.
    pub async fn delete_consent(&self, user: Uuid, client: Uuid) -> Result<bool> {
        let deleted = consent::Entity::delete_by_id((user, client))
            .exec(&self.inner)
            .await?;
        Ok(deleted.rows_affected > 0)
    }

    /// Forgets what `user` allowed anybody.
    pub async fn delete_consents_of(&self, user: Uuid) -> Result<()> {
        consent::Entity::delete_many()
            .filter(consent::Column::UserId.eq(user))
            .exec(&self.inner)
            .await?;
        Ok(())
    }

    /// Forgets what anybody allowed a client.
    pub(super) async fn delete_consents(&self, client: Uuid) -> Result<()> {
        consent::Entity::delete_many()
            .filter(consent::Column::Client.eq(client))
            .exec(&self.inner)
            .await?;
        Ok(())
    }
}
