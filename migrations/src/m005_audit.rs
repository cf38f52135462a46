//! The audit trail.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, json, string, string_null, text, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit")
                    .col(uuid("id").primary_key())
                    .col(uuid("tenant_id"))
                    .col(big_integer("at"))
                    .col(string("actor_kind"))
                    .col(uuid("actor_id"))
                    .col(text("actor_name"))
                    .col(string_null("ip"))
                    .col(text_null("user_agent"))
                    .col(string("request_id"))
                    .col(string("action"))
                    .col(string("object_kind"))
                    .col(uuid("object_id"))
                    .col(text("object_name"))
                    .col(uuid_null("client"))
                    .col(json("changes"))
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("audit_by_client", Some("client")),
            ("audit_by_actor", Some("actor_id")),
            ("audit_by_action", Some("action")),
            ("audit_by_tenant", None),
        ] {
            let mut index = Index::create();
            index.name(name).table("audit").col("tenant_id");
            if let Some(column) = column {
                index.col(column);
            }
            manager.create_index(index.col("id").to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("audit").to_owned())
            .await
    }
}
