//! How many clients of PostgreSQL about meet a condition, from some that are looked at in sixteen places of the table.
//!
//! For conditions whose index would take long to count by: that of searches is read to its end before it gives the
//! first client.

use sea_orm::{
    Condition,
    sea_query::{Asterisk, Expr, ExprTrait, Func, JoinType, Query, SelectStatement},
};

use super::entity::client_entry::{Column, Entity};

/// Asks for the `number` of clients that meet a condition: each one found stands for as many as were left out.
pub(super) fn estimate(met: Condition) -> SelectStatement {
    let mut places = Query::select();
    places
        .expr_as(Expr::cust("MIN(seq)"), "first")
        .expr_as(Expr::cust("MAX(seq) / 16 - MIN(seq) / 16"), "step")
        .from(Entity);
    let mut looked_at = Query::select();
    looked_at
        .column(Asterisk)
        .from(Entity)
        .and_where(
            Expr::col((Entity, Column::Seq)).gte(Expr::cust("places.first + place * places.step")),
        )
        .order_by((Entity, Column::Seq), sea_orm::Order::Asc)
        .limit(64);
    let mut estimate = Query::select();
    estimate
        .expr_as(
            Expr::cust("COALESCE(CAST(COUNT(*) * MAX(places.step) / 64 AS BIGINT), 0)"),
            "number",
        )
        .from_subquery(places, "places")
        .from_function(
            Func::cust("generate_series").args([Expr::cust("0"), Expr::cust("15")]),
            "place",
        )
        .join_lateral(JoinType::InnerJoin, looked_at, Entity, Expr::cust("TRUE"))
        .cond_where(met);
    estimate
}
