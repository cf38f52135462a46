//! Public keys of clients, and the client assertions that were used.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary, json_null, text_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [json_null("jwks"), text_null("jwks_uri")] {
            let table = Table::alter()
                .table("credential")
                .add_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("used_assertion")
                    .col(binary("digest").primary_key())
                    .col(big_integer("expires_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("used_assertion_by_end")
                    .table("used_assertion")
                    .col("expires_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("used_assertion").to_owned())
            .await?;
        for column in ["jwks_uri", "jwks"] {
            let table = Table::alter()
                .table("credential")
                .drop_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
