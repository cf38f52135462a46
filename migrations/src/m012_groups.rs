//! Groups of people.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, json, text, text_null, uuid},
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `group` is a word of SQL, so it stands in quotes.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX group_name ON \"group\" (tenant_id, name_key)",
    "CREATE INDEX group_by_creation ON \"group\" (tenant_id, created_at, id)",
    "CREATE INDEX group_member_by_user ON group_member (user_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("group")
                    .col(uuid("id").primary_key())
                    .col(uuid("tenant_id"))
                    .col(text("name"))
                    .col(text("name_key"))
                    .col(text_null("description"))
                    .col(big_integer("created_at"))
                    .col(json("created_by"))
                    .col(big_integer("updated_at"))
                    .col(json("updated_by"))
                    .col(big_integer("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("group", "tenant_id")
                            .to("tenant", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("group_member")
                    .col(uuid("group_id"))
                    .col(uuid("user_id"))
                    .col(big_integer("added_at"))
                    .primary_key(Index::create().col("group_id").col("user_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("group_member", "group_id")
                            .to("group", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("group_member", "user_id")
                            .to("user", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        if !sql::is_sqlite(manager) {
            let bytewise = "ALTER TABLE \"group\" ALTER COLUMN name_key TYPE text COLLATE \"C\"";
            sql::run(manager, &[bytewise]).await?;
        }
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            &["DROP TABLE group_member", "DROP TABLE \"group\""],
        )
        .await
    }
}
