//! The clients of other tenants that may act in a tenant.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::SelectStatement,
};
use uuid::Uuid;

use super::{
    Result, Store, Transaction,
    client::{by_any_reference, read},
    entity::{assignment, client},
};
use crate::domain::{
    client::Client,
    page::{Limit, Page},
};

/// The rows that assign a tenant alone: there is one for each further tenant of a client, and none for its own.
fn assigned_to(tenant_id: Uuid) -> Select<assignment::Entity> {
    assignment::Entity::find()
        .select_only()
        .column(assignment::Column::Principal)
        .filter(assignment::Column::TenantId.eq(tenant_id))
        .filter(assignment::Column::Role.is_null())
        .filter(assignment::Column::Permission.is_null())
}

fn clients_of(principals: SelectStatement) -> Select<client::Entity> {
    client::Entity::find()
        .filter(client::Column::ServiceUserId.in_subquery(principals))
        .filter(client::Column::DeletedAt.is_null())
}

impl Store {
    /// A page of the clients of other tenants that may act in a tenant, after the one with the service user `after`.
    pub async fn list_assigned_clients(
        &self,
        tenant_id: Uuid,
        after: Option<Uuid>,
        limit: Limit,
    ) -> Result<Page<Client, Uuid>> {
        let mut query = clients_of(assigned_to(tenant_id).into_query());
        if let Some(service_user) = after {
            query = query.filter(client::Column::ServiceUserId.gt(service_user));
        }
        let rows = query
            .order_by_asc(client::Column::ServiceUserId)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let all = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page::of(all, limit, |it: &Client| it.service_user_id))
    }
}

impl Transaction {
    /// A client of another tenant that may act in `tenant_id`, by its uuid or wire id, locked until the transaction
    /// ends.
    pub async fn find_assigned_client_for_change(
        &self,
        tenant_id: Uuid,
        reference: &str,
    ) -> Result<Option<Client>> {
        let row = clients_of(assigned_to(tenant_id).into_query())
            .filter(by_any_reference(reference))
            .lock_exclusive()
            .one(&self.inner)
            .await?;
        row.map(read).transpose()
    }
}
