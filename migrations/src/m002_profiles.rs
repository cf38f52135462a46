//! Profiles: what a kind of client may and must have. The built-in rows are written at start by the server.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, json, string, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("profile")
                    .col(uuid("id").primary_key())
                    .col(uuid_null("tenant_id"))
                    .col(string("key"))
                    .col(string("name"))
                    .col(json("rules"))
                    .col(big_integer("created_at"))
                    .col(big_integer("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("profile", "tenant_id")
                            .to("tenant", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("profile_tenant_key")
                    .table("profile")
                    .col("tenant_id")
                    .col("key")
                    .unique()
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("profile").to_owned())
            .await
    }
}
