//! Who was left unused, in the order of names: on PostgreSQL the index of that order has when a client was last used, and
//! no row is read to see it. PostgreSQL writes all indexes of a client anew with each use anyway.
//!
//! SQLite writes only those that hold what was changed, and reads a row much sooner.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const HELD: &str =
    "status, role, owner, profile, expires_at, usable_until, created_at, seq, search_short";

async fn replace(manager: &SchemaManager<'_>, held: &str) -> Result<(), DbErr> {
    if sql::is_sqlite(manager) {
        return Ok(());
    }
    let create = format!(
        "CREATE INDEX client_entry_by_name ON client_entry (tenant_id, deleted, name_key, id) INCLUDE ({held})"
    );
    sql::run(manager, &["DROP INDEX client_entry_by_name", &create]).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &format!("last_used_at, {HELD}")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, HELD).await
    }
}
