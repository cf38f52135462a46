//! Communities: tenants that share roles.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    entity::{assignment, community, community_tenant},
};
use crate::domain::{community::Community, timestamp::Timestamp, version::Version};

fn read(row: community::Model) -> Community {
    Community {
        id: row.id,
        key: row.key,
        name: row.name,
        created_at: Timestamp::from_unix_clamped(row.created_at),
        version: Version(row.version),
    }
}

fn to_row(community: &Community) -> community::ActiveModel {
    community::ActiveModel {
        id: Set(community.id),
        key: Set(community.key.clone()),
        name: Set(community.name.clone()),
        created_at: Set(community.created_at.unix()),
        version: Set(community.version.0),
    }
}

/// The ids of the communities that a tenant is a member of.
pub(super) async fn of_tenant(tenant_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    Ok(community_tenant::Entity::find()
        .select_only()
        .column(community_tenant::Column::CommunityId)
        .filter(community_tenant::Column::TenantId.eq(tenant_id))
        .into_tuple()
        .all(on)
        .await?)
}

/// The communities of a tenant, or all.
async fn all(tenant_id: Option<Uuid>, on: &impl ConnectionTrait) -> Result<Vec<Community>> {
    let mut query = community::Entity::find().order_by_asc(community::Column::Key);
    if let Some(tenant_id) = tenant_id {
        query = query.filter(community::Column::Id.is_in(of_tenant(tenant_id, on).await?));
    }
    Ok(query.all(on).await?.into_iter().map(read).collect())
}

async fn members(community_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    Ok(community_tenant::Entity::find()
        .select_only()
        .column(community_tenant::Column::TenantId)
        .filter(community_tenant::Column::CommunityId.eq(community_id))
        .order_by_asc(community_tenant::Column::TenantId)
        .into_tuple()
        .all(on)
        .await?)
}

impl Store {
    /// The communities of a tenant, or all there are, by key.
    pub async fn list_communities(&self, tenant_id: Option<Uuid>) -> Result<Vec<Community>> {
        all(tenant_id, &self.reads).await
    }

    /// The tenants that are members of a community.
    pub async fn list_community_members(&self, community_id: Uuid) -> Result<Vec<Uuid>> {
        members(community_id, &self.reads).await
    }

    /// The principals that hold a role of a community, with the role and the tenant they come from.
    pub async fn list_community_principals(
        &self,
        community_id: Uuid,
    ) -> Result<Vec<(Uuid, Uuid, Uuid)>> {
        Ok(assignment::Entity::find()
            .filter(assignment::Column::CommunityId.eq(community_id))
            .order_by_asc(assignment::Column::Principal)
            .limit(1_000)
            .all(&self.reads)
            .await?
            .into_iter()
            .filter_map(|it| it.role.map(|role| (it.principal, role, it.tenant_id)))
            .collect())
    }
}

impl Transaction {
    /// As [`Store::list_communities`].
    pub async fn list_communities(&self, tenant_id: Option<Uuid>) -> Result<Vec<Community>> {
        all(tenant_id, &self.inner).await
    }

    /// As [`Store::list_community_members`].
    pub async fn list_community_members(&self, community_id: Uuid) -> Result<Vec<Uuid>> {
        members(community_id, &self.inner).await
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

    /// Replaces the members of a community. Who belongs to a tenant that leaves loses the community's roles.
    pub async fn replace_community_members(
        &self,
        community_id: Uuid,
        tenants: &[Uuid],
    ) -> Result<()> {
        community_tenant::Entity::delete_many()
            .filter(community_tenant::Column::CommunityId.eq(community_id))
            .exec(&self.inner)
            .await?;
        assignment::Entity::delete_many()
            .filter(assignment::Column::CommunityId.eq(community_id))
            .filter(assignment::Column::TenantId.is_not_in(tenants.iter().copied()))
            .exec(&self.inner)
            .await?;
        let rows: Vec<_> = tenants
            .iter()
            .map(|tenant_id| community_tenant::ActiveModel {
                community_id: Set(community_id),
                tenant_id: Set(*tenant_id),
            })
            .collect();
        if !rows.is_empty() {
            community_tenant::Entity::insert_many(rows)
                .exec_without_returning(&self.inner)
                .await?;
        }
        self.touch_all();
        Ok(())
    }
}
