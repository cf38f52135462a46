//! What clients that act for people have besides: where people go after signing out, how ID tokens are signed, and
//! whether the client is part of Latchkey itself.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, json, string_null},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column at a time: SQLite adds no more at once.
        for column in [
            boolean("built_in").default(false).to_owned(),
            json("post_logout_redirect_uris").default("[]").to_owned(),
            string_null("id_token_signed_response_alg"),
        ] {
            let table = Table::alter().table("client").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            "id_token_signed_response_alg",
            "post_logout_redirect_uris",
            "built_in",
        ] {
            let table = Table::alter()
                .table("client")
                .drop_column(column)
                .to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
