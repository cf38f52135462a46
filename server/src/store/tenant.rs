//! Tenants. A deleted one stays as a tombstone, which is found by nothing here but its key being taken.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    entity::{assignment, client, community_client, community_tenant, tenant, user},
};
use crate::domain::{
    page::{Limit, Page},
    role::LadderRole,
    tenant::{Tenant, TenantForm},
    timestamp::Timestamp,
    user::UserStatus,
    version::Version,
};

fn read(row: tenant::Model) -> Tenant {
    Tenant {
        id: row.id,
        key: row.key,
        form: TenantForm {
            name: row.name,
            external_key: row.external_key,
        },
        created_at: Timestamp::from_unix_clamped(row.created_at),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        version: Version(row.version),
    }
}

fn to_row(tenant: &Tenant) -> tenant::ActiveModel {
    tenant::ActiveModel {
        id: Set(tenant.id),
        key: Set(tenant.key.clone()),
        name: Set(tenant.form.name.clone()),
        external_key: Set(tenant.form.external_key.clone()),
        created_at: Set(tenant.created_at.unix()),
        updated_at: Set(tenant.updated_at.unix()),
        deleted_at: NotSet,
        version: Set(tenant.version.0),
    }
}

fn live() -> Select<tenant::Entity> {
    tenant::Entity::find().filter(tenant::Column::DeletedAt.is_null())
}

fn by_id(id: Uuid) -> Select<tenant::Entity> {
    live().filter(tenant::Column::Id.eq(id))
}

fn by_key(key: &str) -> Select<tenant::Entity> {
    live().filter(tenant::Column::Key.eq(key))
}

fn first() -> Select<tenant::Entity> {
    live().order_by_asc(tenant::Column::Id)
}

async fn one(query: Select<tenant::Entity>, on: &impl ConnectionTrait) -> Result<Option<Tenant>> {
    Ok(query.one(on).await?.map(read))
}

impl Store {
    /// The tenant with this id.
    pub async fn find_tenant(&self, id: Uuid) -> Result<Option<Tenant>> {
        one(by_id(id), &self.reads).await
    }

    /// The tenant with this key.
    pub async fn find_tenant_by_key(&self, key: &str) -> Result<Option<Tenant>> {
        one(by_key(key), &self.reads).await
    }

    /// The tenant that was made first.
    pub async fn find_first_tenant(&self) -> Result<Option<Tenant>> {
        one(first(), &self.reads).await
    }

    /// Those of these tenants that there are.
    pub async fn list_tenants_by_id(&self, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Tenant>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = live()
            .filter(tenant::Column::Id.is_in(ids))
            .all(&self.reads)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, read(row))).collect())
    }

    /// A page of all tenants by key, after the one with the key `after`; those of `community` where it is given.
    pub async fn list_tenants(
        &self,
        community: Option<Uuid>,
        after: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Tenant, String>> {
        let mut query = live();
        if let Some(community) = community {
            let ids = super::community::members_query(community);
            query = query.filter(tenant::Column::Id.in_subquery(ids));
        }
        if let Some(key) = after {
            query = query.filter(tenant::Column::Key.gt(key));
        }
        let rows = query
            .order_by_asc(tenant::Column::Key)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let page = Page::of(
            rows.into_iter().map(read).collect(),
            limit,
            |it: &Tenant| it.key.clone(),
        );
        Ok(page)
    }
}

impl Transaction {
    /// As [`Store::find_tenant`].
    pub async fn find_tenant(&self, id: Uuid) -> Result<Option<Tenant>> {
        one(by_id(id), &self.inner).await
    }

    /// As [`Store::find_tenant_by_key`].
    pub async fn find_tenant_by_key(&self, key: &str) -> Result<Option<Tenant>> {
        one(by_key(key), &self.inner).await
    }

    /// The tenant with this id, locked until the transaction ends.
    pub async fn find_tenant_for_change(&self, id: Uuid) -> Result<Option<Tenant>> {
        one(by_id(id).lock_exclusive(), &self.inner).await
    }

    /// The tenant that was made first.
    pub async fn find_first_tenant(&self) -> Result<Option<Tenant>> {
        one(first(), &self.inner).await
    }

    /// Whether there is one tenant and no other.
    pub async fn has_single_tenant(&self) -> Result<bool> {
        let some = tenant::Entity::find().limit(2).all(&self.inner).await?;
        Ok(some.len() == 1)
    }

    /// Adds a tenant.
    ///
    /// # Errors
    /// [`StoreError::Taken`](super::StoreError::Taken) when its key is, or was once.
    pub async fn insert_tenant(&self, tenant: &Tenant) -> Result<()> {
        let row = tenant::ActiveModel {
            deleted_at: Set(None),
            ..to_row(tenant)
        };
        tenant::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes the changed state of a tenant.
    pub async fn replace_tenant(&self, tenant: &Tenant) -> Result<()> {
        tenant::Entity::update(to_row(tenant))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Makes a tombstone of a tenant. Nobody is assigned to it any more, and it leaves its communities.
    pub async fn delete_tenant(&self, id: Uuid, at: Timestamp) -> Result<()> {
        tenant::Entity::update_many()
            .col_expr(tenant::Column::DeletedAt, Expr::value(at.unix()))
            .filter(tenant::Column::Id.eq(id))
            .exec(&self.inner)
            .await?;
        assignment::Entity::delete_many()
            .filter(assignment::Column::TenantId.eq(id))
            .exec(&self.inner)
            .await?;
        community_client::Entity::delete_many()
            .filter(community_client::Column::TenantId.eq(id))
            .exec(&self.inner)
            .await?;
        community_tenant::Entity::delete_many()
            .filter(community_tenant::Column::TenantId.eq(id))
            .exec(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// How many clients of a tenant are not deleted.
    pub async fn count_clients_of_tenant(&self, id: Uuid) -> Result<u64> {
        Ok(client::Entity::find()
            .filter(client::Column::TenantId.eq(id))
            .filter(client::Column::DeletedAt.is_null())
            .count(&self.inner)
            .await?)
    }

    /// How many people of a tenant are active, but for its super admins.
    pub async fn count_active_users_of_tenant(&self, id: Uuid) -> Result<u64> {
        Ok(user::Entity::find()
            .filter(user::Column::TenantId.eq(id))
            .filter(user::Column::Status.eq(UserStatus::Active.as_str()))
            .filter(user::Column::Role.ne(LadderRole::SuperAdmin.as_str()))
            .count(&self.inner)
            .await?)
    }

    /// The active people of a tenant.
    pub async fn list_active_users_of_tenant(&self, id: Uuid) -> Result<Vec<Uuid>> {
        Ok(user::Entity::find()
            .select_only()
            .column(user::Column::Id)
            .filter(user::Column::TenantId.eq(id))
            .filter(user::Column::Status.eq(UserStatus::Active.as_str()))
            .into_tuple()
            .all(&self.inner)
            .await?)
    }
}
