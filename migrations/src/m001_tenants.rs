//! Tenants: owners of everything else.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, string_null, string_uniq, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("tenant")
                    .col(uuid("id").primary_key())
                    .col(string_uniq("key"))
                    .col(string("name"))
                    .col(string_null("external_key"))
                    .col(big_integer("created_at"))
                    .col(big_integer("version"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("tenant").to_owned())
            .await
    }
}
