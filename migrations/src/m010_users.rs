//! People who sign in, and their sessions.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, boolean, json, string, string_null, text, text_null,
        uuid,
    },
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `user` is a word of SQL, so it stands in quotes. The address is unique in its tenant without regard to case.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX user_email ON \"user\" (tenant_id, email_key)",
    "CREATE INDEX user_by_name ON \"user\" (tenant_id, name_key, id)",
    "CREATE INDEX user_by_creation ON \"user\" (tenant_id, created_at, id)",
    "CREATE INDEX user_by_sign_in ON \"user\" (tenant_id, last_sign_in_at, id)",
    "CREATE INDEX user_by_role ON \"user\" (tenant_id, role, status)",
    "CREATE UNIQUE INDEX session_digest ON session (digest)",
    "CREATE INDEX session_by_user ON session (user_id, id)",
    "CREATE INDEX session_by_end ON session (expires_at)",
];

/// Bytes decide the order on PostgreSQL, as they do on SQLite, whatever the locale of the database.
const POSTGRES: &[&str] = &[
    "ALTER TABLE \"user\" ALTER COLUMN name_key TYPE text COLLATE \"C\"",
    "ALTER TABLE \"user\" ALTER COLUMN email_key TYPE text COLLATE \"C\"",
    "CREATE INDEX user_search ON \"user\" USING gin (search_text gin_trgm_ops)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("user")
                    .col(uuid("id").primary_key())
                    .col(uuid("tenant_id"))
                    .col(text("email"))
                    .col(text("email_key"))
                    .col(text("name"))
                    .col(text("name_key"))
                    .col(text("search_text"))
                    .col(text_null("password_hash"))
                    .col(boolean("must_change_password"))
                    .col(string("status"))
                    .col(string("role"))
                    .col(boolean("operator"))
                    .col(big_integer("last_sign_in_at"))
                    .col(big_integer("created_at"))
                    .col(json("created_by"))
                    .col(big_integer("updated_at"))
                    .col(json("updated_by"))
                    .col(big_integer("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("user", "tenant_id")
                            .to("tenant", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(uuid("id").primary_key())
                    .col(binary("digest"))
                    .col(uuid("user_id"))
                    .col(big_integer("created_at"))
                    .col(big_integer("signed_in_at"))
                    .col(big_integer("last_seen_at"))
                    .col(big_integer("expires_at"))
                    .col(string_null("ip"))
                    .col(text_null("user_agent"))
                    .col(big_integer_null("revoked_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("session", "user_id")
                            .to("user", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        if !sql::is_sqlite(manager) {
            sql::run(manager, POSTGRES).await?;
        }
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &["DROP TABLE session", "DROP TABLE \"user\""]).await
    }
}
