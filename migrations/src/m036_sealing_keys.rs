//! The keys that seal opaque tokens, themselves sealed under the master key.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, string},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("sealing_key")
            .col(string("kid").primary_key())
            .col(binary("sealed_key"))
            .col(big_integer("created_at"))
            .col(big_integer_null("retired_at"))
            .col(big_integer_null("gone_at"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::drop().table("sealing_key").to_owned();
        manager.drop_table(table).await
    }
}
