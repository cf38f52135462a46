//! What few clients have is sorted without looking at their rows: the indexes that find those switched off and those
//! that end hold every order of a list, too. And those never used stand in the order in which they were made, so that
//! those made lately are found among them.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const FILTERS: [(&str, &str, &str); 2] = [
    ("client_entry_switched_off", "status", "status = 'inactive'"),
    (
        "client_entry_by_own_end",
        "expires_at",
        "expires_at IS NOT NULL",
    ),
];

const ASKED: &[&str] = &[
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

const ORDERS: &[&str] = &["name_key", "last_used_at"];

async fn replace(manager: &SchemaManager<'_>, more: &[&str]) -> Result<(), DbErr> {
    for (name, column, part) in FILTERS {
        let held: Vec<&str> = more.iter().chain(ASKED).copied().collect();
        let held: Vec<&str> = held.into_iter().filter(|it| *it != column).collect();
        let held = held.join(", ");
        let columns = if sql::is_sqlite(manager) {
            format!("(listed_of, {column}, id, {held})")
        } else {
            format!("(listed_of, {column}, id) INCLUDE ({held})")
        };
        let drop = format!("DROP INDEX {name}");
        let create = format!("CREATE INDEX {name} ON client_entry {columns} WHERE {part}");
        sql::run(manager, &[&drop, &create]).await?;
    }
    Ok(())
}

/// The index of the order by use, with what decides between equal times.
async fn order_by_use(manager: &SchemaManager<'_>, then: &[&str]) -> Result<(), DbErr> {
    let decide: Vec<&str> = [&["last_used_at"], then, &["id"]].concat();
    let held: Vec<&str> = ASKED
        .iter()
        .copied()
        .filter(|it| !decide.contains(it))
        .collect();
    let (decide, held) = (decide.join(", "), held.join(", "));
    let columns = if sql::is_sqlite(manager) {
        format!("(tenant_id, deleted, {decide}, {held})")
    } else {
        format!("(tenant_id, deleted, {decide}) INCLUDE ({held})")
    };
    let create = format!("CREATE INDEX client_entry_by_use ON client_entry {columns}");
    sql::run(manager, &["DROP INDEX client_entry_by_use", &create]).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, ORDERS).await?;
        order_by_use(manager, &["created_at"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        order_by_use(manager, &[]).await?;
        replace(manager, &[]).await
    }
}
