//! Tenants.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Result, Store, Transaction, entity::tenant};
use crate::domain::timestamp::Timestamp;

/// An owner of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: Uuid,
    /// Its short name in `scope=tenant:<key>`.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What stands in the wire ids of its clients, where their profile says so.
    pub external_key: Option<String>,
}

impl From<tenant::Model> for Tenant {
    fn from(row: tenant::Model) -> Self {
        Self {
            id: row.id,
            key: row.key,
            name: row.name,
            external_key: row.external_key,
        }
    }
}

impl Store {
    /// The tenant with this id.
    pub async fn find_tenant(&self, id: Uuid) -> Result<Option<Tenant>> {
        let row = tenant::Entity::find_by_id(id).one(&self.reads).await?;
        Ok(row.map(Into::into))
    }

    /// The tenant with this key.
    pub async fn find_tenant_by_key(&self, key: &str) -> Result<Option<Tenant>> {
        let row = tenant::Entity::find()
            .filter(tenant::Column::Key.eq(key))
            .one(&self.reads)
            .await?;
        Ok(row.map(Into::into))
    }

    /// The tenant that was made first.
    pub async fn find_first_tenant(&self) -> Result<Option<Tenant>> {
        let row = tenant::Entity::find()
            .order_by_asc(tenant::Column::Id)
            .one(&self.reads)
            .await?;
        Ok(row.map(Into::into))
    }
}

impl Transaction {
    /// As [`Store::find_tenant`].
    pub async fn find_tenant(&self, id: Uuid) -> Result<Option<Tenant>> {
        let row = tenant::Entity::find_by_id(id).one(&self.inner).await?;
        Ok(row.map(Into::into))
    }

    /// The tenant that was made first.
    pub async fn find_first_tenant(&self) -> Result<Option<Tenant>> {
        let row = tenant::Entity::find()
            .order_by_asc(tenant::Column::Id)
            .one(&self.inner)
            .await?;
        Ok(row.map(Into::into))
    }

    /// Whether there is one tenant and no other.
    pub async fn has_single_tenant(&self) -> Result<bool> {
        let some = tenant::Entity::find().limit(2).all(&self.inner).await?;
        Ok(some.len() == 1)
    }

    /// Adds a tenant.
    pub async fn insert_tenant(&self, tenant: &Tenant, now: Timestamp) -> Result<()> {
        let row = tenant::ActiveModel {
            id: Set(tenant.id),
            key: Set(tenant.key.clone()),
            name: Set(tenant.name.clone()),
            external_key: Set(tenant.external_key.clone()),
            created_at: Set(now.unix()),
            version: Set(1),
        };
        tenant::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
