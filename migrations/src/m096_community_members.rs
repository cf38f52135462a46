//! Finds the members of a community in the order of their list, and the roles that belong to nobody in particular: a
//! condition that is met by one of several indexes needs one for each of its parts.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const DROP: &str = "DROP INDEX assignment_by_community";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let members = "CREATE INDEX assignment_by_community ON assignment (community_id, principal, tenant_id)";
        let roles = "CREATE INDEX role_by_owner ON role (tenant_id, community_id)";
        sql::run(manager, &[DROP, members, roles]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let members = "CREATE INDEX assignment_by_community ON assignment (community_id)";
        sql::run(manager, &["DROP INDEX role_by_owner", DROP, members]).await
    }
}
