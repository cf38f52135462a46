//! The clients of a stretch of time, by when they end or were made, are sorted by name without looking at their rows.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ORDERS: [(&str, &str); 2] = [
    ("client_entry_by_creation", "created_at"),
    ("client_entry_by_end", "usable_until"),
];

const ASKED: [&str; 9] = [
    "status",
    "role",
    "owner",
    "profile",
    "expires_at",
    "usable_until",
    "created_at",
    "seq",
    "search_short",
];

async fn replace(manager: &SchemaManager<'_>, more: &[&str]) -> Result<(), DbErr> {
    for (name, column) in ORDERS {
        let held: Vec<&str> = more.iter().chain(&ASKED).copied().collect();
        let held: Vec<&str> = held.into_iter().filter(|it| *it != column).collect();
        let held = held.join(", ");
        let columns = if sql::is_sqlite(manager) {
            format!("(tenant_id, deleted, {column}, id, {held})")
        } else {
            format!("(tenant_id, deleted, {column}, id) INCLUDE ({held})")
        };
        let drop = format!("DROP INDEX {name}");
        let create = format!("CREATE INDEX {name} ON client_entry {columns}");
        sql::run(manager, &[&drop, &create]).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["name_key"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &[]).await
    }
}
