//! What is remembered of token requests: the last ones of each client, and counts per hour and day.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, string, string_null, text_null, uuid, uuid_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEXES: [(&str, &str, &[&str]); 4] = [
    (
        "token_request_by_client",
        "token_request",
        &["client", "id"],
    ),
    ("token_request_by_age", "token_request", &["at"]),
    ("client_usage_by_age", "client_usage", &["span", "start"]),
    ("tenant_usage_by_age", "tenant_usage", &["span", "start"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("token_request")
                    .col(uuid("id").primary_key())
                    .col(uuid("client"))
                    .col(uuid_null("credential"))
                    .col(big_integer("at"))
                    .col(string("outcome"))
                    .col(string_null("reason"))
                    .col(string_null("ip"))
                    .col(text_null("user_agent"))
                    .col(string("request_id"))
                    .foreign_key(&mut of_client("token_request"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                counts("client_usage", "client")
                    .foreign_key(&mut of_client("client_usage"))
                    .to_owned(),
            )
            .await?;
        // Without a foreign key: the tenant of what came from an unknown client is nil.
        manager
            .create_table(counts("tenant_usage", "tenant_id"))
            .await?;
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.clone()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["token_request", "client_usage", "tenant_usage"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn of_client(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "client")
        .to("client", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn counts(table: &'static str, of: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(uuid(of))
        .col(string("span"))
        .col(big_integer("start"))
        .col(big_integer("accepted"))
        .col(big_integer("refused"))
        .primary_key(Index::create().col(of).col("span").col("start"))
        .to_owned()
}
