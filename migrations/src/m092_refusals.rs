//! What was refused lately, found by its span and time: the index of all counts by age begins alike, and SQLite would
//! take that one for as long as this one lacked the span.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const DROP: &str = "DROP INDEX client_usage_refused";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let create = "CREATE INDEX client_usage_refused ON client_usage (span, start, client) WHERE refused > 0";
        sql::run(manager, &[DROP, create]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let create = "CREATE INDEX client_usage_refused ON client_usage (start, client) WHERE refused > 0 AND span = 'hour'";
        sql::run(manager, &[DROP, create]).await
    }
}
