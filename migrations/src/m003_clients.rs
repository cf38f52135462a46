//! Clients, each with its service user, and what makes lists of a million of them quick.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, integer_null, json, string, string_null, text,
        text_null, uuid, uuid_uniq,
    },
};

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What finds one client, or few of them, over the clients that are not tombstones.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX client_wire_id ON client (client_id) WHERE deleted_at IS NULL",
    "CREATE INDEX client_by_profile ON client (tenant_id, profile) WHERE deleted_at IS NULL",
    "CREATE INDEX client_by_owner ON client (tenant_id, owner) WHERE deleted_at IS NULL",
    "CREATE INDEX client_by_role ON client (tenant_id, role) WHERE deleted_at IS NULL",
    "CREATE INDEX client_switched_off ON client (tenant_id, status) WHERE deleted_at IS NULL AND status = 'inactive'",
    "CREATE INDEX client_ending ON client (tenant_id, expires_at) WHERE deleted_at IS NULL",
    "CREATE INDEX client_tombstone ON client (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL",
    "CREATE INDEX client_label_pair ON client_label (tenant_id, key, value, client)",
];

/// Every order a list can have.
const ORDERS: [(&str, &str); 4] = [
    ("client_by_name", "name_key"),
    ("client_by_creation", "created_at"),
    ("client_by_end", "usable_until"),
    ("client_by_use", "last_used_at"),
];

/// What a list can be filtered by stands in each of these indexes, too, so that a walk along one in search of a page
/// reads nothing else; but for the time of the last use, which changes all the time. The two databases spell that
/// differently, and PostgreSQL has no room for long texts in an index.
fn index_of_order(name: &str, column: &str, is_sqlite: bool) -> String {
    const FILTERS: [&str; 7] = [
        "status",
        "role",
        "owner",
        "profile",
        "expires_at",
        "usable_until",
        "created_at",
    ];
    let others: Vec<&str> = FILTERS.into_iter().filter(|it| *it != column).collect();
    let others = others.join(", ");
    let columns = if is_sqlite {
        format!("(tenant_id, {column}, id, {others}, search_text)")
    } else {
        format!("(tenant_id, {column}, id) INCLUDE ({others})")
    };
    format!("CREATE INDEX {name} ON client {columns} WHERE deleted_at IS NULL")
}

/// Substring search without regard to case, by an index of three-letter pieces.
const SQLITE_SEARCH: &[&str] = &[
    "CREATE VIRTUAL TABLE client_search USING fts5(search_text, content='client', content_rowid='seq', tokenize='trigram')",
    "CREATE TRIGGER client_search_insert AFTER INSERT ON client BEGIN \
       INSERT INTO client_search(rowid, search_text) VALUES (new.seq, new.search_text); END",
    "CREATE TRIGGER client_search_delete AFTER DELETE ON client BEGIN \
       INSERT INTO client_search(client_search, rowid, search_text) VALUES ('delete', old.seq, old.search_text); END",
    "CREATE TRIGGER client_search_update AFTER UPDATE OF search_text ON client \
       WHEN old.search_text <> new.search_text BEGIN \
       INSERT INTO client_search(client_search, rowid, search_text) VALUES ('delete', old.seq, old.search_text); \
       INSERT INTO client_search(rowid, search_text) VALUES (new.seq, new.search_text); END",
];

/// Bytes decide the order of names on PostgreSQL, as they do on SQLite, whatever the locale of the database.
const POSTGRES_SEARCH: &[&str] = &[
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "ALTER TABLE client ALTER COLUMN name_key TYPE text COLLATE \"C\"",
    "ALTER TABLE client ALTER COLUMN client_id TYPE text COLLATE \"C\"",
    "CREATE INDEX client_search ON client USING gin (search_text gin_trgm_ops)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("client")
                    .col(
                        ColumnDef::new("seq")
                            .big_integer()
                            .not_null()
                            .auto_increment()
                            .primary_key(),
                    )
                    .col(uuid_uniq("id"))
                    .col(text("client_id"))
                    .col(uuid("tenant_id"))
                    .col(string("profile"))
                    .col(uuid_uniq("service_user_id"))
                    .col(boolean("operator"))
                    .col(boolean("public"))
                    .col(text("name"))
                    .col(text("name_key"))
                    .col(text_null("description"))
                    .col(text_null("notes"))
                    .col(text("search_text"))
                    .col(string("status"))
                    .col(big_integer_null("expires_at"))
                    .col(integer_null("token_lifetime"))
                    .col(json("redirect_uris"))
                    .col(json("grant_types"))
                    .col(string("token_endpoint_auth_method"))
                    .col(string_null("role"))
                    .col(text_null("owner"))
                    .col(json("contacts"))
                    .col(json("labels"))
                    .col(text_null("managed_by"))
                    .col(big_integer("generation"))
                    .col(big_integer("credentials_until"))
                    .col(big_integer("usable_until"))
                    .col(big_integer("last_used_at"))
                    .col(big_integer("created_at"))
                    .col(json("created_by"))
                    .col(big_integer("updated_at"))
                    .col(json("updated_by"))
                    .col(big_integer_null("deleted_at"))
                    .col(big_integer("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("client", "tenant_id")
                            .to("tenant", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("client_label")
                    .col(uuid("client"))
                    .col(uuid("tenant_id"))
                    .col(string("key"))
                    .col(text("value"))
                    .primary_key(Index::create().col("client").col("key"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("client_label", "client")
                            .to("client", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let is_sqlite = sql::is_sqlite(manager);
        let search = if is_sqlite {
            SQLITE_SEARCH
        } else {
            POSTGRES_SEARCH
        };
        sql::run(manager, search).await?;
        for (name, column) in ORDERS {
            sql::run(manager, &[&index_of_order(name, column, is_sqlite)]).await?;
        }
        sql::run(manager, INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if sql::is_sqlite(manager) {
            sql::run(manager, &["DROP TABLE client_search"]).await?;
        }
        sql::run(manager, &["DROP TABLE client_label", "DROP TABLE client"]).await
    }
}
