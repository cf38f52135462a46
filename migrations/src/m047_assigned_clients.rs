//! Finds the clients of other tenants that may act in a tenant, without looking at the tenant's own. The two columns that
//! are always null here make both databases prefer it to the index by permission, which has the tenant's own, too.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            &["CREATE INDEX assignment_to_further_tenant ON assignment (tenant_id, permission, role, principal) WHERE role IS NULL AND permission IS NULL"],
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &["DROP INDEX assignment_to_further_tenant"]).await
    }
}
