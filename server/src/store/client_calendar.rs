//! Search in the order of a time, on PostgreSQL, whose index of searches knows in which stretches of thirty days a client
//! was made, ends, and was last used.
//!
//! Many thousands of clients may stand before the last of a page of those that contain a text, and fetching all
//! who contain it to sort them takes long as well. Asked for the text and for the stretches in which the order begins,
//! the index gives little more than the page.

use sea_orm::{
    Condition, ConnectionTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    Kind, Result, Store,
    client_filter::{ClientFilter, Through, Use, column},
    client_list::ClientPage,
    client_order::{ClientColumn, ClientSort},
    client_search,
    client_way::Asked,
    entity::client_entry::Column,
    statement::planned_once,
};

/// How long a stretch is, in seconds.
const STRETCH: i64 = 30 * 86_400;

/// How many stretches are asked for at most.
const MOST: i64 = 12;

/// Where clients are looked at to guess how close together they stand: not from the first one on, since a few may stand
/// far apart from all others.
const PLACES: [u64; 3] = [0, 100, 600];

/// Fetching a client that was found takes about as long as walking past so many.
const FETCH: i64 = 8;

/// The stretches in which an order begins, as the index of searches has them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stretches {
    /// What all of those clients have.
    all: Option<i64>,
    /// Of which each of them has one.
    any: Vec<i64>,
}

/// How clients stand at the beginning of an order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// Those at the [`PLACES`].
    at: [Place; 3],
    /// How many clients there are about, of all tenants.
    clients: i64,
}

/// What a client is sorted by.
#[derive(Clone, Copy, Debug)]
struct Place {
    value: i64,
    created_at: i64,
}

/// What stands in the index for a time in this column.
const fn piece(by: ClientColumn, stretch: i64) -> Option<i64> {
    let first = match by {
        ClientColumn::Name => return None,
        ClientColumn::CreatedAt => -1,
        ClientColumn::UsableUntil => -1_000_001,
        ClientColumn::LastUsedAt => -2_000_001,
    };
    Some(first - stretch)
}

impl Places {
    /// The stretches that have a page where `hits` contain what is searched for, if that is to be had sooner from them than
    /// by walking.
    pub(super) fn stretches(self, hits: u64, page: ClientPage<'_>) -> Option<Stretches> {
        let hits = i64::try_from(hits).unwrap_or(i64::MAX);
        let rows = i64::try_from(page.limit.rows()).ok()? + 1;
        let never_used =
            |place: Place| page.sort.by == ClientColumn::LastUsedAt && place.value == 0;
        // Those never used stand in the order in which they were made.
        let (by, all) = if self.at.iter().all(|it| never_used(*it)) {
            (ClientColumn::CreatedAt, piece(page.sort.by, 0))
        } else if self.at.iter().any(|it| never_used(*it)) {
            return None;
        } else {
            (page.sort.by, None)
        };
        let [first, near, far] = self.at.map(|it| match by {
            ClientColumn::CreatedAt => it.created_at,
            _ => it.value,
        });
        let between = i64::try_from(PLACES[2] - PLACES[1]).ok()?;
        let in_stretch = Ord::max(between * STRETCH / Ord::max((far - near).abs(), 1), 1);
        let walked = rows * self.clients / Ord::max(hits, 1);
        // More, since a guess from few hits is often twice too high, and the first stretch has begun already.
        let full = walked * 5 / 2 / in_stretch + 1;
        let number = Ord::min((near / STRETCH - first / STRETCH).abs() + full + 1, MOST);
        let fetched = i128::from(hits) * i128::from(full + 1) * i128::from(in_stretch)
            / i128::from(Ord::max(self.clients, 1));
        if fetched * i128::from(FETCH) > i128::from(walked) {
            return None;
        }
        let direction = if page.sort.descending { -1 } else { 1 };
        let any = (0..number).map(|it| piece(by, first / STRETCH + direction * it));
        Some(Stretches {
            all,
            any: any.collect::<Option<_>>()?,
        })
    }
}

/// Whether a list may be found here.
pub(super) fn may_be_found(filter: &ClientFilter, sort: ClientSort, kind: Kind) -> bool {
    let search = filter.search.as_deref();
    kind == Kind::Postgres
        && sort.by != ClientColumn::Name
        && search.is_some_and(|it| !client_search::is_short(it))
}

impl Store {
    /// How clients stand at the beginning of a page, whatever is searched for.
    pub(super) async fn places(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        page: ClientPage<'_>,
    ) -> Result<Option<Places>> {
        let [value, ..] = page.sort.by.columns() else {
            return Ok(None);
        };
        let mut parts = PLACES.into_iter().map(|offset| {
            let behind = page.after.map(|it| page.sort.behind(it, Use::Index));
            let mut place = filter
                .of_tenant(tenant_id, Through::Order)
                .filter(Condition::all().add_option(behind))
                .select_only();
            for it in page.sort.by.columns() {
                place = place.order_by(*it, page.sort.order());
            }
            let mut place = place.limit(1).offset(offset).into_query();
            place
                .expr_as(Expr::col(*value), "value")
                .column(Column::CreatedAt)
                .expr_as(Expr::cust(offset.to_string()), "place")
                // The first place says it.
                .expr_as(
                    Expr::cust(match offset {
                        0 => "(SELECT MAX(seq) - MIN(seq) + 1 FROM client_entry)",
                        _ => "0",
                    }),
                    "clients",
                );
            let mut part = Query::select();
            part.expr(Expr::cust("*")).from_subquery(place, "part");
            part
        });
        let Some(mut all) = parts.next() else {
            return Ok(None);
        };
        for part in parts {
            all.union(UnionType::All, part);
        }
        all.order_by("place", Order::Asc);
        let rows = self
            .reads
            .query_all_raw(planned_once(&all, self.kind))
            .await?;
        let mut places = Vec::new();
        for row in &rows {
            places.push(Place {
                value: row.try_get("", "value")?,
                created_at: row.try_get("", "created_at")?,
            });
        }
        let (Ok(at), Some(row)) = (places.try_into(), rows.first()) else {
            return Ok(None);
        };
        let clients = row.try_get("", "clients")?;
        Ok(Some(Places { at, clients }))
    }

    /// The ids of those clients of a page that stand in some stretches, if no more than a page is read.
    pub(super) fn ids_in_stretches(
        &self,
        asked: &Asked<'_>,
        page: ClientPage<'_>,
        within: &Stretches,
    ) -> SelectStatement {
        let term = asked.filter.search.as_deref().unwrap_or_default();
        let all: Vec<i64> = client_search::pieces(term)
            .into_iter()
            .chain(within.all)
            .collect();
        let mut found = asked
            .filter
            .of_tenant(asked.tenant_id, Through::Other)
            .filter(client_search::has_all(&all))
            .filter(client_search::has_any(&within.any))
            .filter(asked.met(self.kind))
            .filter(
                Condition::all().add_option(page.after.map(|it| page.sort.behind(it, Use::Check))),
            )
            .select_only()
            .column(Column::Id);
        for it in page.sort.by.columns() {
            found = found.order_by(column(*it, Use::Check), page.sort.order());
        }
        found.into_query()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::page::Limit, store::client_order::ClientSort};

    /// The stretches of a page of fifty among a million clients, `hits` of which have the term, if those at the
    /// beginning were made on these days.
    fn made(days: [i64; 3], hits: u64, by: ClientColumn, used: i64) -> Option<Stretches> {
        let sort = ClientSort {
            by,
            descending: true,
        };
        let page = ClientPage {
            sort,
            after: None,
            limit: Limit::DEFAULT,
            with_total: false,
        };
        let at = days.map(|day| Place {
            value: if by == ClientColumn::CreatedAt {
                day * 86_400
            } else {
                used
            },
            created_at: day * 86_400,
        });
        let clients = 1_000_000;
        Places { at, clients }.stretches(hits, page)
    }

    fn any(pieces: &[i64]) -> Stretches {
        Stretches {
            all: None,
            any: pieces.to_vec(),
        }
    }

    #[test]
    fn as_many_stretches_are_asked_for_as_hold_a_page() {
        let by = ClientColumn::CreatedAt;
        // Five hundred clients a day: a stretch has fifteen thousand, and one in two hundred and fifty has the term.
        assert_eq!(
            made([6_000, 6_000, 5_999], 4_000, by, 0),
            Some(any(&[-201, -200, -199, -198]))
        );
        // A hundred and twenty-five a day, and the first one stands far apart.
        let all: Vec<i64> = (-204..=-193).collect();
        assert_eq!(made([6_100, 6_000, 5_996], 4_000, by, 0), Some(any(&all)));
    }

    #[test]
    fn walking_is_sooner_among_many_hits_and_where_all_stand_together() {
        let by = ClientColumn::CreatedAt;
        assert_eq!(made([6_000, 6_000, 5_999], 40_000, by, 0), None);
        assert_eq!(made([6_000, 6_000, 6_000], 4_000, by, 0), None);
    }

    #[test]
    fn those_never_used_stand_in_the_order_in_which_they_were_made() {
        let by = ClientColumn::LastUsedAt;
        let found = made([6_000, 6_000, 5_999], 4_000, by, 0);
        let expected = Stretches {
            all: Some(-2_000_001),
            any: vec![-201, -200, -199, -198],
        };
        assert_eq!(found, Some(expected));
    }
}
