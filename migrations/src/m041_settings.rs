//! What each tenant set for itself.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary_null, boolean, integer_null, json, string_null, uuid},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("tenant_settings")
                    .col(uuid("tenant_id").primary_key())
                    .col(integer_null("client_credentials_lifetime"))
                    .col(boolean("mail_notices"))
                    .col(json("notice_days"))
                    .col(string_null("webhook_url"))
                    .col(binary_null("webhook_secret"))
                    .col(big_integer("updated_at"))
                    .col(big_integer("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("tenant_settings", "tenant_id")
                            .to("tenant", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("tenant_settings").to_owned())
            .await
    }
}
