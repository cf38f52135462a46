//! Zones know when their clients were made, so that a list in the order of names leaves out those made too early or too
//! late. All are read again for that.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "ALTER TABLE client_zone ADD COLUMN first_made BIGINT",
            "ALTER TABLE client_zone ADD COLUMN last_made BIGINT",
            "UPDATE client_zone SET signature = NULL",
        ];
        sql::run(manager, &statements).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = [
            "ALTER TABLE client_zone DROP COLUMN last_made",
            "ALTER TABLE client_zone DROP COLUMN first_made",
        ];
        sql::run(manager, &statements).await
    }
}
