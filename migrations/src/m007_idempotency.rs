//! Answers to requests that carried an Idempotency-Key, sealed under that key.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("idempotent_request")
                    .col(binary("key_digest").primary_key())
                    .col(binary("request_digest"))
                    .col(binary("sealed_answer"))
                    .col(big_integer("expires_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idempotent_request_by_end")
                    .table("idempotent_request")
                    .col("expires_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("idempotent_request").to_owned())
            .await
    }
}
