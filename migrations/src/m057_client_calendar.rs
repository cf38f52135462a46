//! A search on PostgreSQL in the order of a time looks at the clients of that time only: the index of searches holds, as
//! pieces that no text has, in which stretches of thirty days a client was made, ends, and was last used.
//!
//! SQLite fetches what a search has found much sooner, and needs nothing of that.

use sea_orm_migration::prelude::*;

use crate::sql;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const CALENDAR: &str = "CREATE FUNCTION client_entry_calendar(created_at bigint, usable_until bigint, last_used_at bigint) \
       RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ARRAY[ \
         -1 - created_at / 2592000, -1000001 - usable_until / 2592000, -2000001 - last_used_at / 2592000] $$";

const PIECES: &str = "client_entry_pieces(COALESCE(search_short, search_long))";

async fn index(manager: &SchemaManager<'_>, pieces: &str) -> Result<(), DbErr> {
    let index = format!(
        "CREATE INDEX client_entry_search ON client_entry USING gin (({pieces})) WITH (gin_pending_list_limit = 128)"
    );
    // What is known of the values of an index goes with it.
    let statements = [
        "DROP INDEX client_entry_search",
        &index,
        "ANALYZE client_entry",
    ];
    sql::run(manager, &statements).await
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if sql::is_sqlite(manager) {
            return Ok(());
        }
        sql::run(manager, &[CALENDAR]).await?;
        let calendar = "client_entry_calendar(created_at, usable_until, last_used_at)";
        index(manager, &format!("{PIECES} || {calendar}")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if sql::is_sqlite(manager) {
            return Ok(());
        }
        index(manager, PIECES).await?;
        sql::run(manager, &["DROP FUNCTION client_entry_calendar"]).await
    }
}
