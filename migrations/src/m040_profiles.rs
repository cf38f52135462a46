//! What a profile is for, and when it last changed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, string_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [string_null("description"), big_integer_null("updated_at")] {
            let alter = Table::alter()
                .table("profile")
                .add_column(column)
                .to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["description", "updated_at"] {
            let alter = Table::alter()
                .table("profile")
                .drop_column(column)
                .to_owned();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
