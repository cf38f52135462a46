//! Credentials: only what recognises a secret, never the secret.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary_null, json, json_null, string, string_null,
        text_null, uuid,
    },
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("credential")
                    .col(uuid("id").primary_key())
                    .col(uuid("client"))
                    .col(string("kind"))
                    .col(text_null("description"))
                    .col(string("hint"))
                    .col(ColumnDef::new("key_id").string().null().unique_key())
                    .col(binary_null("digest"))
                    .col(text_null("password_hash"))
                    .col(big_integer_null("expires_at"))
                    .col(big_integer_null("retires_at"))
                    .col(big_integer_null("revoked_at"))
                    .col(json_null("revoked_by"))
                    .col(string_null("revoked_why"))
                    .col(big_integer("created_at"))
                    .col(json("created_by"))
                    .col(big_integer_null("last_used_at"))
                    .col(string_null("last_used_from"))
                    .col(big_integer("use_count"))
                    .col(big_integer("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("credential", "client")
                            .to("client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("credential_by_client")
                    .table("credential")
                    .col("client")
                    .col("id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("credential").to_owned())
            .await
    }
}
