//! The clients of a profile, of a role and of an owner in the order of their names, so that a page of them is read
//! without looking at others, however many there are.

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
        let create = format!("CREATE INDEX {name} ON client_entry (listed_of, {column}{more})");
        sql::run(manager, &[&drop, &create]).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, ", name_key, id").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, "").await
    }
}
