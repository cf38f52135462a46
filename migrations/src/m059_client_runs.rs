//! When those clients were made that were written one after the other, so that a search on SQLite, whose index of searches
//! gives clients as they were written, finds them in the order in which they were made.
//!
//! PostgreSQL has no such index, and a calendar instead.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A run is never made smaller when a client goes: it may well be too long.
const RUNS: &[&str] = &[
    "CREATE TABLE client_run (number INTEGER PRIMARY KEY, first_made BIGINT NOT NULL, last_made BIGINT NOT NULL)",
    "INSERT INTO client_run SELECT seq / 128, MIN(created_at), MAX(created_at) FROM client_entry GROUP BY seq / 128",
    "CREATE INDEX client_run_by_first ON client_run (first_made, last_made)",
    "CREATE INDEX client_run_by_last ON client_run (last_made, first_made)",
    "CREATE TRIGGER client_run_insert AFTER INSERT ON client_entry BEGIN \
       INSERT INTO client_run VALUES (NEW.seq / 128, NEW.created_at, NEW.created_at) \
       ON CONFLICT (number) DO UPDATE \
       SET first_made = MIN(first_made, NEW.created_at), last_made = MAX(last_made, NEW.created_at) \
       WHERE NEW.created_at NOT BETWEEN first_made AND last_made; END",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if sql::is_sqlite(manager) {
            sql::run(manager, RUNS).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if sql::is_sqlite(manager) {
            let statements = ["DROP TRIGGER client_run_insert", "DROP TABLE client_run"];
            sql::run(manager, &statements).await?;
        }
        Ok(())
    }
}
