//! The clients of a profile, of a role and of an owner are sorted in every order without looking at their rows.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const FILTERS: [(&str, &str); 3] = [
    ("client_entry_by_profile", "profile"),
    ("client_entry_by_owner", "owner"),
    ("client_entry_by_role", "role"),
];

async fn replace(manager: &SchemaManager<'_>, more: &str) -> Result<(), DbErr> {
    for (name, column) in FILTERS {
        let drop = format!("DROP INDEX {name}");
        let columns = format!("(listed_of, {column}, name_key, id{more}");
        let create = format!("CREATE INDEX {name} ON client_entry {columns}");
        sql::run(manager, &[&drop, &create]).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let orders = "created_at, usable_until, last_used_at)";
        let more = if sql::is_sqlite(manager) {
            format!(", {orders}")
        } else {
            format!(") INCLUDE ({orders}")
        };
        replace(manager, &more).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, ")").await
    }
}
