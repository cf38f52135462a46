//! Who holds a role by way of a tenant.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Result, Store, entity::assignment};
use crate::domain::{
    community::Principal,
    page::{Limit, Page},
};

impl Store {
    /// A page of the clients, people and groups that hold a role by way of a tenant, in it or in its communities, in no
    /// order that means anything. The key of a page's end is the last holder's id.
    pub async fn list_role_holders(
        &self,
        tenant_id: Uuid,
        role_id: Uuid,
        after: Option<Uuid>,
        limit: Limit,
    ) -> Result<Page<(Principal, String), Uuid>> {
        let mut query = assignment::Entity::find()
            .select_only()
            .column(assignment::Column::Principal)
            .distinct()
            .filter(assignment::Column::Role.eq(role_id))
            .filter(assignment::Column::TenantId.eq(tenant_id));
        if let Some(after) = after {
            query = query.filter(assignment::Column::Principal.gt(after));
        }
        let ids: Vec<Uuid> = query
            .order_by_asc(assignment::Column::Principal)
            .limit(limit.rows() + 1)
            .into_tuple()
            .all(&self.reads)
            .await?;
        let page = Page::of(ids, limit, |id| *id);
        let names = self.principals(&page.items).await?;
        Ok(Page {
            // Who was deleted since holds nothing.
            items: page
                .items
                .iter()
                .filter_map(|it| names.get(it).cloned())
                .collect(),
            next: page.next,
            total: page.total,
        })
    }
}
