//! When a signing key began to sign, and how often it changed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut column in [
            big_integer_null("activated_at"),
            big_integer("version").default(1).to_owned(),
        ] {
            let table = Table::alter()
                .table("signing_key")
                .add_column(&mut column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        // Until now a key signed from the start.
        manager
            .get_connection()
            .execute_unprepared("UPDATE signing_key SET activated_at = created_at")
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["version", "activated_at"] {
            let table = Table::alter()
                .table("signing_key")
                .drop_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
