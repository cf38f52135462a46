//! Runs statements that the schema builder has no words for.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Runs `statements` in order.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}

/// Whether the database is SQLite; it is PostgreSQL otherwise.
pub(crate) fn is_sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Sqlite
}
