//! Communities: tenants that share roles.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{OnConflict, SelectStatement},
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    entity::{assignment, community, community_client, community_tenant},
};
use crate::domain::{
    community::Community,
    page::{Limit, Page},
    timestamp::Timestamp,
    version::Version,
};

fn read(row: community::Model) -> Community {
    Community {
        id: row.id,
        key: row.key,
        name: row.name,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        updated_at: Timestamp::from_unix_clamped(row.updated_at),
        version: Version(row.version),
    }
}

fn to_row(community: &Community) -> community::ActiveModel {
    community::ActiveModel {
        id: Set(community.id),
        key: Set(community.key.clone()),
        name: Set(community.name.clone()),
        created_at: Set(community.created_at.unix()),
        updated_at: Set(community.updated_at.unix()),
        version: Set(community.version.0),
    }
}

/// The ids of the communities that a tenant is a member of.
pub(super) fn of_tenant(tenant_id: Uuid) -> SelectStatement {
    community_tenant::Entity::find()
        .select_only()
        .column(community_tenant::Column::CommunityId)
        .filter(community_tenant::Column::TenantId.eq(tenant_id))
        .into_query()
}

/// The ids of the tenants that are members of a community.
pub(super) fn members_query(community_id: Uuid) -> SelectStatement {
    community_tenant::Entity::find()
        .select_only()
        .column(community_tenant::Column::TenantId)
        .filter(community_tenant::Column::CommunityId.eq(community_id))
        .into_query()
}

/// The communities of a tenant, or all.
fn query(tenant_id: Option<Uuid>) -> Select<community::Entity> {
    let query = community::Entity::find().order_by_asc(community::Column::Key);
    match tenant_id {
        Some(tenant_id) => query.filter(community::Column::Id.in_subquery(of_tenant(tenant_id))),
        None => query,
    }
}

async fn is_member(community_id: Uuid, tenant_id: Uuid, on: &impl ConnectionTrait) -> Result<bool> {
    let row = community_tenant::Entity::find_by_id((community_id, tenant_id))
        .one(on)
        .await?;
    Ok(row.is_some())
}

impl Store {
    /// A page of the communities of a tenant, or of all there are, by key, after the one with the key `after`.
    pub async fn list_communities(
        &self,
        tenant_id: Option<Uuid>,
        after: Option<&str>,
        limit: Limit,
    ) -> Result<Page<Community, String>> {
        let mut query = query(tenant_id);
        if let Some(key) = after {
            query = query.filter(community::Column::Key.gt(key));
        }
        let rows = query.limit(limit.rows() + 1).all(&self.reads).await?;
        let all = rows.into_iter().map(read).collect();
        Ok(Page::of(all, limit, |it: &Community| it.key.clone()))
    }

    /// The community with this id.
    pub async fn find_community(&self, id: Uuid) -> Result<Option<Community>> {
        let row = community::Entity::find_by_id(id).one(&self.reads).await?;
        Ok(row.map(read))
    }

    /// The community with this key.
    pub async fn find_community_by_key(&self, key: &str) -> Result<Option<Community>> {
        let query = community::Entity::find().filter(community::Column::Key.eq(key));
        Ok(query.one(&self.reads).await?.map(read))
    }

    /// Whether a tenant is a member of a community.
    pub async fn is_in_community(&self, community_id: Uuid, tenant_id: Uuid) -> Result<bool> {
        is_member(community_id, tenant_id, &self.reads).await
    }
}

impl Transaction {
    /// The communities of a tenant, or all there are, by key.
    pub async fn list_communities(&self, tenant_id: Option<Uuid>) -> Result<Vec<Community>> {
        let query = query(tenant_id);
        let rows = query.all(&self.inner).await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// The community with this id, locked until the transaction ends.
    pub async fn find_community_for_change(&self, id: Uuid) -> Result<Option<Community>> {
        let query = community::Entity::find_by_id(id).lock_exclusive();
        Ok(query.one(&self.inner).await?.map(read))
    }

    /// The community with this key, locked until the transaction ends.
    pub async fn find_community_by_key_for_change(&self, key: &str) -> Result<Option<Community>> {
        let query = community::Entity::find().filter(community::Column::Key.eq(key));
        Ok(query.lock_exclusive().one(&self.inner).await?.map(read))
    }

    /// As [`Store::is_in_community`].
    pub async fn is_in_community(&self, community_id: Uuid, tenant_id: Uuid) -> Result<bool> {
        is_member(community_id, tenant_id, &self.inner).await
    }

    /// Adds a community.
    ///
    /// # Errors
    /// [`StoreError::Taken`](super::StoreError::Taken) when its key is.
    pub async fn insert_community(&self, community: &Community) -> Result<()> {
        community::Entity::insert(to_row(community))
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Writes the changed state of a community.
    pub async fn replace_community(&self, community: &Community) -> Result<()> {
        community::Entity::update(to_row(community))
            .validate()?
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Removes a community with its roles, and from everybody who holds one.
    pub async fn delete_community(&self, id: Uuid) -> Result<()> {
        community::Entity::delete_by_id(id)
            .exec(&self.inner)
            .await?;
        self.touch_all();
        Ok(())
    }

    /// Makes a tenant a member of a community, and gives whether it was none before.
    pub async fn insert_community_tenant(
        &self,
        community_id: Uuid,
        tenant_id: Uuid,
    ) -> Result<bool> {
        let row = community_tenant::ActiveModel {
            community_id: Set(community_id),
            tenant_id: Set(tenant_id),
        };
        let there = OnConflict::columns([
            community_tenant::Column::CommunityId,
            community_tenant::Column::TenantId,
        ])
        .do_nothing()
        .to_owned();
        let added = community_tenant::Entity::insert(row)
            .on_conflict(there)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(added > 0)
    }

    /// Takes a tenant out of a community, with the roles and the clients that it has there, and gives whether it was a
    /// member.
    pub async fn delete_community_tenant(
        &self,
        community_id: Uuid,
        tenant_id: Uuid,
    ) -> Result<bool> {
        let removed = community_tenant::Entity::delete_by_id((community_id, tenant_id))
            .exec(&self.inner)
            .await?;
        assignment::Entity::delete_many()
            .filter(assignment::Column::CommunityId.eq(community_id))
            .filter(assignment::Column::TenantId.eq(tenant_id))
            .exec(&self.inner)
            .await?;
        community_client::Entity::delete_many()
            .filter(community_client::Column::CommunityId.eq(community_id))
            .filter(community_client::Column::TenantId.eq(tenant_id))
            .exec(&self.inner)
            .await?;
        self.touch_all();
        Ok(removed.rows_affected > 0)
    }
}
