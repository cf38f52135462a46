//! Clients that need a person, as conditions of SQL: what ends soon, and who is refused.
//!
//! Both stand in other tables than the client's. So that few are found without looking at all clients, the search for
//! them begins in that other table, at an index over time.

use sea_orm::{
    ColumnTrait, Condition, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, UnionType},
};

use super::{
    client_filter::{Use, column},
    entity::{
        client_entry::{Column, Entity},
        client_usage, credential,
    },
    expiry::Window,
};
use crate::domain::timestamp::Timestamp;

/// Switched-on clients that end themselves in this window, or a credential of which does. One that is being rotated
/// away ends as planned and does not count.
pub(super) fn ends_within(window: Window, how: Use) -> Condition {
    let (after, until) = (window.after.unix(), window.until.unix());
    let own_end = || column(Column::ExpiresAt, how);
    let own = Condition::all()
        .add(own_end().gt(after))
        .add(own_end().lte(until));
    let mut endings = credential_endings(window);
    let credential_ends = if how == Use::Index {
        Column::Id.in_subquery(endings)
    } else {
        endings.and_where(of_this_client());
        Expr::exists(endings)
    };
    Condition::all()
        .add(column(Column::Status, how).eq("active"))
        .add(Condition::any().add(own).add(credential_ends))
}

/// At most `most` of the clients that [`ends_within`] finds, each at least once.
pub(super) fn probe_ends_within(
    clients: &Select<Entity>,
    window: Window,
    most: u64,
) -> SelectStatement {
    let active = Column::Status.eq("active");
    let mut own = clients.clone().into_query();
    own.clear_selects()
        .expr_as(Expr::col((Entity, Column::Id)), "client")
        .and_where(active.clone())
        .and_where(Column::ExpiresAt.gt(window.after.unix()))
        .and_where(Column::ExpiresAt.lte(window.until.unix()))
        .limit(most);
    let mut owner = clients.clone().into_query();
    owner
        .clear_selects()
        .expr(Expr::val(1))
        .and_where(active)
        .and_where(of_this_client());
    let mut credentials = credential_endings(window);
    credentials.and_where(Expr::exists(owner)).limit(most);
    let mut both = Query::select();
    both.column("client").from_subquery(own, "own_end");
    both.union(
        UnionType::Distinct,
        Query::select()
            .column("client")
            .from_subquery(credentials, "credential_end")
            .to_owned(),
    );
    both
}

/// Clients that were refused a token in the hour of `since` or later.
pub(super) fn refused_since(since: Timestamp, how: Use) -> Condition {
    let mut refusals = refusals(since);
    Condition::all().add(if how == Use::Index {
        Column::Id.in_subquery(refusals)
    } else {
        refusals.and_where(
            Expr::col((client_usage::Entity, client_usage::Column::Client))
                .equals((Entity, Column::Id)),
        );
        Expr::exists(refusals)
    })
}

/// At most `most` of the clients that [`refused_since`] finds.
pub(super) fn probe_refused_since(
    clients: &Select<Entity>,
    since: Timestamp,
    most: u64,
) -> SelectStatement {
    let mut owner = clients.clone().into_query();
    owner.clear_selects().expr(Expr::val(1)).and_where(
        Expr::col((Entity, Column::Id))
            .equals((client_usage::Entity, client_usage::Column::Client)),
    );
    let mut refusals = refusals(since);
    // Not the column itself: PostgreSQL would read all requests ever counted in the order of clients, only because each
    // is to be counted once.
    let client = Expr::col((client_usage::Entity, client_usage::Column::Client));
    refusals
        .clear_selects()
        .expr_as(Func::coalesce([client.clone(), client]), "client")
        .distinct()
        .and_where(Expr::exists(owner))
        .limit(most);
    refusals
}

fn of_this_client() -> sea_orm::sea_query::SimpleExpr {
    Expr::col((credential::Entity, credential::Column::Client)).equals((Entity, Column::Id))
}

fn credential_endings(window: Window) -> SelectStatement {
    use credential::Column;
    let mut endings = Query::select();
    endings
        .column((credential::Entity, Column::Client))
        .from(credential::Entity)
        .and_where(Column::RevokedAt.is_null())
        .and_where(Column::RetiresAt.is_null())
        .and_where(Column::ExpiresAt.gt(window.after.unix()))
        .and_where(Column::ExpiresAt.lte(window.until.unix()));
    endings
}

/// The client of each hour from that of `since` on in which it was refused a token, of all tenants.
pub(super) fn refusals(since: Timestamp) -> SelectStatement {
    use client_usage::Column;
    let mut refusals = Query::select();
    refusals
        .column((client_usage::Entity, Column::Client))
        .from(client_usage::Entity)
        // Written out, since an index that holds only what was refused is used for a literal only.
        .and_where(Column::Span.eq("hour"))
        .and_where(Column::Refused.into_expr().gt(Expr::cust("0")))
        .and_where(Column::Start.gt(since.unix() - 3_600));
    refusals
}
