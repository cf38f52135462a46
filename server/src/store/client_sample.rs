//! How many clients about meet a condition, from some that are looked at in sixteen places of the table: for conditions
//! that would take as long to count as to read, and for searches on PostgreSQL, whose index is read to its end before it
//! gives the first client.

use sea_orm::{
    Condition, Order,
    sea_query::{Asterisk, Expr, ExprTrait, JoinType, Query, SelectStatement},
};

use super::{
    Kind,
    entity::client_entry::{Column, Entity},
};

/// Asks for the `number` of clients that meet a condition: each one found stands for as many as were left out.
pub(super) fn estimate(met: Condition, kind: Kind) -> SelectStatement {
    let (first, last) = match kind {
        // One of the two alone is read off the index.
        Kind::Sqlite => (
            "(SELECT MIN(seq) FROM client_entry)",
            "(SELECT MAX(seq) FROM client_entry)",
        ),
        Kind::Postgres => ("MIN(seq)", "MAX(seq)"),
    };
    let mut table = Query::select();
    table
        .expr_as(Expr::cust(first), "first")
        .expr_as(Expr::cust(format!("({last} - {first}) / 16")), "step");
    if kind == Kind::Postgres {
        table.from(Entity);
    }
    let mut places = Query::select();
    places
        .expr_as(Expr::cust("first + column1 * step"), "place")
        .column("step")
        .from_subquery(table, "whole")
        .from_values(0..16, "number");
    let place = || Expr::col(("places", "place"));
    let seq = || Expr::col((Entity, Column::Seq));
    let mut estimate = Query::select();
    estimate
        .expr_as(
            Expr::cust("COALESCE(CAST(COUNT(*) * MAX(step) / 64 AS BIGINT), 0)"),
            "number",
        )
        .from_subquery(places, "places")
        .cond_where(met);
    match kind {
        Kind::Sqlite => estimate
            .join(JoinType::CrossJoin, Entity, Condition::all())
            .and_where(seq().gte(place()))
            .and_where(seq().lt(place().add(Expr::cust("64")))),
        // Told that there are 64 in each place, since it believes that they are so many that it reads the whole table.
        Kind::Postgres => {
            let mut looked_at = Query::select();
            looked_at
                .column(Asterisk)
                .from(Entity)
                .and_where(seq().gte(place()))
                .order_by((Entity, Column::Seq), Order::Asc)
                .limit(64);
            estimate.join_lateral(JoinType::InnerJoin, looked_at, Entity, Expr::cust("TRUE"))
        }
    };
    estimate
}
