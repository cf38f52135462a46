//! When tenants and communities were last changed, tombstones of tenants, and what communities share.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, uuid},
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const COLUMNS: &[&str] = &[
    "ALTER TABLE tenant ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE tenant ADD COLUMN deleted_at BIGINT",
    "UPDATE tenant SET updated_at = created_at",
    "ALTER TABLE community ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0",
    "UPDATE community SET updated_at = created_at",
    "CREATE INDEX assignment_by_tenant ON assignment (tenant_id, principal)",
    "CREATE INDEX user_by_email ON \"user\" (email_key, tenant_id)",
];

fn cascade(column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from("community_client", column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, COLUMNS).await?;
        manager
            .create_table(
                Table::create()
                    .table("community_client")
                    .col(uuid("community_id"))
                    .col(uuid("client"))
                    .col(uuid("tenant_id"))
                    .col(big_integer("shared_at"))
                    .primary_key(Index::create().col("community_id").col("client"))
                    .foreign_key(&mut cascade("community_id", "community"))
                    .foreign_key(&mut cascade("client", "client"))
                    .foreign_key(&mut cascade("tenant_id", "tenant"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(
            manager,
            &[
                "DROP TABLE community_client",
                "DROP INDEX user_by_email",
                "DROP INDEX assignment_by_tenant",
                "ALTER TABLE community DROP COLUMN updated_at",
                "ALTER TABLE tenant DROP COLUMN deleted_at",
                "ALTER TABLE tenant DROP COLUMN updated_at",
            ],
        )
        .await
    }
}
