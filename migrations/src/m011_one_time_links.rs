//! Links by which a person sets a password once: invitations and resets. Only a digest of each is kept.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, json, string, uuid},
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX one_time_link_digest ON one_time_link (digest)",
    "CREATE INDEX one_time_link_by_user ON one_time_link (user_id)",
    "CREATE INDEX one_time_link_by_end ON one_time_link (expires_at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("one_time_link")
                    .col(uuid("id").primary_key())
                    .col(binary("digest"))
                    .col(uuid("user_id"))
                    .col(string("purpose"))
                    .col(big_integer("created_at"))
                    .col(json("created_by"))
                    .col(big_integer("expires_at"))
                    .col(big_integer_null("used_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("one_time_link", "user_id")
                            .to("user", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &["DROP TABLE one_time_link"]).await
    }
}
