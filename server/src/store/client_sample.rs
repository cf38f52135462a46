//! How many clients about meet a condition, from some that are looked at in some places of the table: for conditions
//! that would take as long to count as to read, and for searches on PostgreSQL, whose index is read to its end before it
//! gives the first client.

use sea_orm::{
    Condition, DbBackend, Statement,
    sea_query::{Expr, Query},
};

use super::{Kind, entity::client_entry::Entity};

/// In so many places of the table are clients looked at, and so many in each.
const PLACES: u64 = 16;
const IN_EACH: u64 = 40;

/// Asks for the `number` of clients that meet a condition: each one found stands for as many as were left out.
///
/// All but the condition is written out, so that PostgreSQL plans it once and not each time anew.
pub(super) fn estimate(met: Condition, kind: Kind) -> Statement {
    let numbers: Vec<String> = (0..PLACES).map(|it| format!("({it})")).collect();
    let numbers = numbers.join(", ");
    let (whole, looked_at, backend) = match kind {
        // One of the two alone is read off the index.
        Kind::Sqlite => (
            "SELECT (SELECT MIN(seq) FROM client_entry) AS first, (SELECT MAX(seq) FROM client_entry) AS last",
            format!(
                "client_entry WHERE client_entry.seq >= place AND client_entry.seq < place + {IN_EACH} AND "
            ),
            DbBackend::Sqlite,
        ),
        // Told how many there are in each place, since it believes that they are so many that it reads the whole table.
        Kind::Postgres => (
            "SELECT MIN(seq) AS first, MAX(seq) AS last FROM client_entry",
            format!(
                "LATERAL (SELECT * FROM client_entry WHERE seq >= place ORDER BY seq LIMIT {IN_EACH}) AS client_entry WHERE "
            ),
            DbBackend::Postgres,
        ),
    };
    let mut clients = Query::select();
    clients
        .expr(Expr::cust(format!(
            "COALESCE(CAST(COUNT(*) * MAX(step) / {IN_EACH} AS BIGINT), 0) AS number"
        )))
        .from(Entity)
        .cond_where(met);
    let asked = backend.build(&clients);
    let places = format!(
        "(SELECT first + column1 * ((last - first) / {PLACES}) AS place, (last - first) / {PLACES} AS step \
         FROM ({whole}) AS whole, (VALUES {numbers}) AS number) AS places CROSS JOIN {looked_at}"
    );
    Statement {
        sql: asked.sql.replacen("\"client_entry\" WHERE ", &places, 1),
        ..asked
    }
}
