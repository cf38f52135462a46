//! Signing keys, sealed under the master key; and the single tokens that were revoked before their time.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, json, string, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("signing_key")
                    .col(string("kid").primary_key())
                    .col(string("algorithm"))
                    .col(json("public_key"))
                    .col(binary("sealed_private_key"))
                    .col(big_integer("created_at"))
                    .col(big_integer_null("retired_at"))
                    .col(big_integer_null("gone_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("revoked_token")
                    .col(uuid("jti").primary_key())
                    .col(uuid("client"))
                    .col(big_integer("expires_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("revoked_token", "client")
                            .to("client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("revoked_token_by_client", "client"),
            ("revoked_token_by_end", "expires_at"),
        ] {
            manager
                .create_index(
                    Index::create()
                        .name(name)
                        .table("revoked_token")
                        .col(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["revoked_token", "signing_key"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
