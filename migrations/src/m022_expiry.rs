//! What was recorded of ends, once each; how far the sweeper has come; and messages on their way out.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, integer, string, string_null, text, uuid},
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    "CREATE INDEX client_by_own_end ON client (expires_at, id) WHERE deleted_at IS NULL AND expires_at IS NOT NULL",
    "CREATE INDEX credential_by_own_end ON credential (expires_at, id) WHERE revoked_at IS NULL AND expires_at IS NOT NULL",
    "CREATE INDEX credential_by_retirement ON credential (retires_at, id) WHERE revoked_at IS NULL AND retires_at IS NOT NULL",
    "CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE given_up_at IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("expiry_mark")
                    .col(uuid("object"))
                    .col(string("mark"))
                    .col(big_integer("ends_at"))
                    .primary_key(Index::create().col("object").col("mark").col("ends_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("expiry_mark_by_age")
                    .table("expiry_mark")
                    .col("ends_at")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("sweep")
                    .col(string("name").primary_key())
                    .col(big_integer("swept_until"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(uuid("id").primary_key())
                    .col(string("channel"))
                    .col(string_null("recipient"))
                    .col(text("subject"))
                    .col(text("body"))
                    .col(big_integer("created_at"))
                    .col(integer("attempts"))
                    .col(big_integer("next_attempt_at"))
                    .col(big_integer_null("given_up_at"))
                    .to_owned(),
            )
            .await?;
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            &[
                "DROP INDEX client_by_own_end",
                "DROP INDEX credential_by_own_end",
                "DROP INDEX credential_by_retirement",
                "DROP TABLE outbox",
                "DROP TABLE sweep",
                "DROP TABLE expiry_mark",
            ],
        )
        .await
    }
}
