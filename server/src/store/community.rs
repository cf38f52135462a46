//! Communities: tenants that share roles.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{Result, entity::community_tenant};

/// The communities that a tenant is a member of.
pub(super) async fn of_tenant(tenant_id: Uuid, on: &impl ConnectionTrait) -> Result<Vec<Uuid>> {
    Ok(community_tenant::Entity::find()
        .select_only()
        .column(community_tenant::Column::CommunityId)
        .filter(community_tenant::Column::TenantId.eq(tenant_id))
        .into_tuple()
        .all(on)
        .await?)
}
