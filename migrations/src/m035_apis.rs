//! APIs: what accepts tokens. And which of them a grant of a person is for.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, integer_null, json, string, text, text_null, uuid, uuid_null},
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: &[&str] = &[
    // Everywhere: two tenants with one audience would take each other's tokens.
    "CREATE UNIQUE INDEX api_audience ON api (audience)",
    "CREATE UNIQUE INDEX api_key_in_tenant ON api (tenant_id, key) WHERE tenant_id IS NOT NULL",
    "CREATE UNIQUE INDEX api_key_everywhere ON api (key) WHERE tenant_id IS NULL",
    "CREATE UNIQUE INDEX api_default_of_tenant ON api (tenant_id) WHERE is_default",
    "CREATE INDEX api_by_name ON api (tenant_id, name_key, id)",
    "CREATE INDEX app_grant_by_api ON app_grant (api) WHERE api IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let api = Table::create()
            .table("api")
            .col(uuid("id").primary_key())
            .col(uuid_null("tenant_id"))
            .col(string("key"))
            .col(text("audience"))
            .col(text("name"))
            .col(text("name_key"))
            .col(text_null("description"))
            .col(json("permissions"))
            .col(string("token_format"))
            .col(integer_null("token_lifetime"))
            .col(boolean("is_default"))
            .col(json("introspection_clients"))
            .col(big_integer("created_at"))
            .col(json("created_by"))
            .col(big_integer("updated_at"))
            .col(json("updated_by"))
            .col(big_integer("version"))
            .foreign_key(
                ForeignKey::create()
                    .from("api", "tenant_id")
                    .to("tenant", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(api).await?;
        if !sql::is_sqlite(manager) {
            let bytewise = "ALTER TABLE api ALTER COLUMN name_key TYPE text COLLATE \"C\"";
            sql::run(manager, &[bytewise]).await?;
        }
        let grant = Table::alter()
            .table("app_grant")
            .add_column(uuid_null("api"))
            .to_owned();
        manager.alter_table(grant).await?;
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, &["DROP INDEX app_grant_by_api"]).await?;
        let grant = Table::alter()
            .table("app_grant")
            .drop_column("api")
            .to_owned();
        manager.alter_table(grant).await?;
        sql::run(manager, &["DROP TABLE api"]).await
    }
}
