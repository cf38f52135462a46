//! Roles, communities, and who holds which role or permission where.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, boolean, json, string, string_null, string_uniq, text, text_null, uuid,
        uuid_null,
    },
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    // Two ids that differ in case only would pass for each other.
    "CREATE UNIQUE INDEX client_wire_id_in_any_case ON client (lower(client_id)) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX role_key_in_tenant ON role (tenant_id, key) WHERE tenant_id IS NOT NULL",
    "CREATE UNIQUE INDEX role_key_in_community ON role (community_id, key) WHERE community_id IS NOT NULL",
    "CREATE UNIQUE INDEX role_key_everywhere ON role (key) WHERE tenant_id IS NULL AND community_id IS NULL",
    "CREATE INDEX community_tenant_by_tenant ON community_tenant (tenant_id)",
    "CREATE INDEX assignment_by_principal ON assignment (principal)",
    "CREATE INDEX assignment_by_role ON assignment (role)",
    "CREATE INDEX assignment_by_community ON assignment (community_id)",
    "CREATE INDEX assignment_by_permission ON assignment (tenant_id, permission)",
];

fn cascade(
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let community = Table::create()
            .table("community")
            .col(uuid("id").primary_key())
            .col(string_uniq("key"))
            .col(text("name"))
            .col(big_integer("created_at"))
            .col(big_integer("version"))
            .to_owned();
        let member = Table::create()
            .table("community_tenant")
            .col(uuid("community_id"))
            .col(uuid("tenant_id"))
            .primary_key(Index::create().col("community_id").col("tenant_id"))
            .foreign_key(&mut cascade(
                "community_tenant",
                "community_id",
                "community",
            ))
            .foreign_key(&mut cascade("community_tenant", "tenant_id", "tenant"))
            .to_owned();
        let role = Table::create()
            .table("role")
            .col(uuid("id").primary_key())
            .col(uuid_null("tenant_id"))
            .col(uuid_null("community_id"))
            .col(string("scope"))
            .col(string("key"))
            .col(text("name"))
            .col(text_null("description"))
            .col(json("permissions"))
            .col(boolean("built_in"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .col(big_integer("version"))
            .foreign_key(&mut cascade("role", "tenant_id", "tenant"))
            .foreign_key(&mut cascade("role", "community_id", "community"))
            .to_owned();
        let assignment = Table::create()
            .table("assignment")
            .col(uuid("id").primary_key())
            .col(uuid("principal"))
            .col(uuid("tenant_id"))
            .col(uuid_null("community_id"))
            .col(uuid_null("role"))
            .col(string_null("permission"))
            .foreign_key(&mut cascade("assignment", "tenant_id", "tenant"))
            .foreign_key(&mut cascade("assignment", "community_id", "community"))
            .foreign_key(&mut cascade("assignment", "role", "role"))
            .to_owned();
        for table in [community, member, role, assignment] {
            manager.create_table(table).await?;
        }
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &["DROP INDEX client_wire_id_in_any_case"]).await?;
        for table in ["assignment", "role", "community_tenant", "community"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
