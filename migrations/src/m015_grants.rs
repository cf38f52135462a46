//! What people allow apps: held authorization requests, remembered consents, grants, their codes and refresh tokens.
//!
//! People are never deleted, only anonymized, so nothing hangs on their rows by a foreign key.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, binary, boolean, json, json_null, text, text_null, uuid,
        uuid_null,
    },
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `(name, table, column)`
const INDEXES: [(&str, &str, &str); 9] = [
    (
        "authorization_request_by_client",
        "authorization_request",
        "client",
    ),
    (
        "authorization_request_by_end",
        "authorization_request",
        "expires_at",
    ),
    ("app_grant_by_user", "app_grant", "user_id"),
    ("app_grant_by_end", "app_grant", "expires_at"),
    (
        "authorization_code_by_grant",
        "authorization_code",
        "grant_id",
    ),
    (
        "authorization_code_by_end",
        "authorization_code",
        "expires_at",
    ),
    ("refresh_token_by_grant", "refresh_token", "grant_id"),
    ("refresh_token_by_end", "refresh_token", "expires_at"),
    ("consent_by_client", "consent", "client"),
];

fn to_client(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "client")
        .to("client", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

fn to_grant(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "grant_id")
        .to("app_grant", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            Table::create()
                .table("authorization_request")
                .col(binary("digest").primary_key())
                .col(uuid("client"))
                .col(json("request"))
                .col(boolean("pushed"))
                .col(uuid_null("session_before"))
                .col(uuid_null("session"))
                .col(big_integer("created_at"))
                .col(big_integer("expires_at"))
                .col(big_integer_null("answered_at"))
                .foreign_key(&mut to_client("authorization_request"))
                .to_owned(),
            Table::create()
                .table("app_grant")
                .col(uuid("id").primary_key())
                .col(uuid("client"))
                .col(uuid("user_id"))
                .col(uuid("session"))
                .col(text("scope"))
                .col(big_integer("signed_in_at"))
                .col(big_integer("created_at"))
                .col(big_integer("expires_at"))
                .col(big_integer_null("revoked_at"))
                .foreign_key(&mut to_client("app_grant"))
                .to_owned(),
            Table::create()
                .table("authorization_code")
                .col(binary("digest").primary_key())
                .col(uuid("grant_id"))
                .col(text_null("redirect_uri"))
                .col(json_null("challenge"))
                .col(text_null("nonce"))
                .col(big_integer("expires_at"))
                .col(big_integer_null("used_at"))
                .foreign_key(&mut to_grant("authorization_code"))
                .to_owned(),
            Table::create()
                .table("refresh_token")
                .col(binary("digest").primary_key())
                .col(uuid("grant_id"))
                .col(big_integer("expires_at"))
                .col(big_integer_null("used_at"))
                .foreign_key(&mut to_grant("refresh_token"))
                .to_owned(),
            Table::create()
                .table("consent")
                .col(uuid("user_id"))
                .col(uuid("client"))
                .col(text("scope"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .primary_key(Index::create().col("user_id").col("client"))
                .foreign_key(&mut to_client("consent"))
                .to_owned(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for (name, table, column) in INDEXES {
            let index = Index::create()
                .name(name)
                .table(table)
                .col(column)
                .to_owned();
            manager.create_index(index).await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("app_grant_by_client")
                    .table("app_grant")
                    .col("client")
                    .col("revoked_at")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "consent",
            "refresh_token",
            "authorization_code",
            "app_grant",
            "authorization_request",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
