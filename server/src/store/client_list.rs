//! Lists of clients: by keyset over an index, however many there are.
//!
//! What is asked by stands in `client_entry`, a narrow copy of each client that triggers keep in the transaction of
//! each change. A page is found there in one of three ways, and only then are the rows of its clients read:
//!
//! - *Follow*: an index begins with a condition and goes on in the order that is asked for. The page is read off it,
//!   however many meet the condition. So are a profile, a role and an owner by name, where nothing else is asked for;
//!   and, in every order and whatever else is asked for, those that are expired or have no credential
//!   (`client_ended`).
//! - *Gather*: few clients meet a condition, as counting along its own index, never far, has shown, or a guess from some
//!   that were looked at (`client_sample`), now or some seconds ago (`client_guess`). They are fetched, checked for the
//!   other conditions, and sorted.
//! - *Walk*: many meet each condition. Along the index of the order, which holds all that is asked by, clients are
//!   checked one after the other until the page is full. Those that a condition rules out by where they stand in the
//!   order are left out (`client_range`), and in the order of names those among whom nobody has what is searched for,
//!   or was made at such a time (`client_zone`).
//!
//! The walk is short where those who meet the conditions stand evenly among all others. Where they stand together far
//! from the beginning of another order it would be long: those who contain a searched text are gathered then, if the
//! walk has not found enough of them within [`FAR`] and there are not too many. PostgreSQL, where fetching a client takes
//! long, is asked first for those of them who stand in the time in which an order begins (`client_calendar`), and SQLite for
//! those of them who were written first or last (`client_run`). `just bench` names these pages and what they take at a million
//! clients.

use futures_util::future::{try_join, try_join3};
use sea_orm::{
    Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    Result, Store,
    assignment::with_names,
    client::read,
    client_calendar::{self, Places},
    client_ended::Ended,
    client_filter::{ClientFilter, Rule, Through, Use, column},
    client_order::{ClientColumn, ClientKey, ClientSort},
    client_range,
    client_row::ClientRow,
    client_run,
    client_way::{Asked, Way},
    client_zone::{self, PageByName},
    entity::client_entry::{Column, Entity},
    statement::planned_once,
};
use crate::domain::{
    assignment::Assignments,
    client::Client,
    page::{Limit, Page, Total},
    timestamp::Timestamp,
};

/// So many clients are walked past in search of a text before those who contain it are gathered, if there are no more
/// than [`GATHERED`] of them.
pub(super) const FAR: u64 = 20_000;
pub(super) const GATHERED: u64 = 20_000;

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ClientPage<'a> {
    /// In which order the list stands.
    pub sort: ClientSort,
    /// Where the page before ended.
    pub after: Option<&'a ClientKey>,
    /// How many clients it has at most.
    pub limit: Limit,
    /// Whether all clients of the list are counted, too.
    pub with_total: bool,
}

/// What decides how a page is read.
struct Seen {
    /// The way, if nothing below is better than to walk.
    way: Way,
    /// Whether zones may be left out.
    zones: bool,
    /// How clients stand at the beginning of the page, where that was asked.
    places: Option<Places>,
}

/// The first `most` of some clients in an order: some columns of them, and whether each one is [`MET`].
pub(super) fn first_of(
    clients: Select<Entity>,
    sort: ClientSort,
    shown: &[Column],
    met: Condition,
    most: u64,
) -> SelectStatement {
    let mut first = clients
        .select_only()
        .columns(shown.iter().copied())
        .expr_as(Expr::expr(met), MET)
        .limit(most);
    for column in sort.by.columns() {
        first = first.order_by(*column, sort.order());
    }
    first.into_query()
}

/// That a client meets all conditions.
pub(super) const MET: &str = "met";

/// Those of the [`first_of`] some clients that are met. They come in the order in which they are walked past; sorting
/// again would read all of them first.
pub(super) fn met_of(first: SelectStatement, shown: &[Column]) -> SelectStatement {
    let mut met = Query::select();
    met.columns(shown.iter().copied())
        .from_subquery(first, "walked")
        .and_where(Expr::col(MET));
    met
}

/// Some columns of some clients in an order. Where no index is to be used for it, they are sorted.
pub(super) fn in_order(
    clients: Select<Entity>,
    sort: ClientSort,
    how: Use,
    shown: &[Column],
) -> Select<Entity> {
    let mut ordered = clients.select_only().columns(shown.iter().copied());
    for (number, it) in sort.by.columns().iter().enumerate() {
        let by = column(*it, if number == 0 { how } else { Use::Index });
        ordered = ordered.order_by(by, sort.order());
    }
    ordered
}

/// The first of the clients in all parts of an order, of which each comes with what the order looks at.
pub(super) fn union(parts: Vec<SelectStatement>, sort: ClientSort) -> SelectStatement {
    let columns = sort.by.columns();
    let mut all = SelectStatement::new();
    for (number, part) in parts.into_iter().enumerate() {
        let mut selected = Query::select();
        selected
            .columns(columns.iter().copied())
            .from_subquery(part, "part");
        if number == 0 {
            all = selected;
        } else {
            all.union(UnionType::All, selected);
        }
    }
    let mut ids = Query::select();
    ids.column(Column::Id).from_subquery(all, "found");
    for column in columns {
        ids.order_by(*column, sort.order());
    }
    ids
}

impl Store {
    /// A page of a tenant's clients, each with what its service user holds.
    pub async fn list_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        page: ClientPage<'_>,
        now: Timestamp,
    ) -> Result<Page<(Client, Assignments), ClientKey>> {
        let mut asked = Asked::new(tenant_id, filter, now);
        if page.with_total && asked.rules.len() == 1 {
            // What decides how the page is read is the total then.
            asked.counted_to = Total::MOST;
        }
        let seen = self.look(&mut asked, page).await?;
        let mut counted = asked.clone();
        let total = async {
            if page.with_total {
                return self.count_asked(&mut counted).await.map(Some);
            }
            Ok(None)
        };
        // At once, each on a connection of its own.
        let (rows, total) = try_join(self.found(&mut asked, seen, page), total).await?;
        let more = rows.len() as u64 > page.limit.rows();
        let rows = rows.into_iter();
        let rows = rows.take(usize::try_from(page.limit.rows()).unwrap_or(usize::MAX));
        let (clients, held): (Vec<_>, Vec<_>) = rows.map(|it| (it.client, it.held)).unzip();
        let clients = clients.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        let last = clients.last().filter(|_| more);
        Ok(Page {
            next: last.map(|it| page.sort.by.key(it)),
            items: clients
                .into_iter()
                .zip(with_names(held, &self.reads).await?)
                .collect(),
            total,
        })
    }

    /// Looks at what decides how a page is read.
    async fn look(&self, asked: &mut Asked<'_>, page: ClientPage<'_>) -> Result<Seen> {
        let (tenant_id, filter) = (asked.tenant_id, asked.filter);
        let by_name = page.sort.by == ClientColumn::Name && !filter.deleted;
        if let [only] = asked.rules.as_slice()
            && by_name
            && only.by_name()
        {
            return Ok(Seen {
                way: Way::Follow(0),
                zones: false,
                places: None,
            });
        }
        let ended = Ended::asked(filter, &asked.rules).is_some();
        let may_have_zones = !ended && client_zone::may_be_left_out(filter, page.sort);
        let in_runs = client_run::may_be_found(filter, page.sort, self.kind);
        let in_calendar = !ended && client_calendar::may_be_found(filter, page.sort, self.kind);
        let others = asked.rules.len() > 1;
        let few = |rule: &Rule<'_>| match rule {
            Rule::Search(_) | Rule::Status(..) if ended => 0,
            Rule::Search(_) if may_have_zones => client_zone::FEW,
            Rule::Search(_) if in_runs => client_run::FEW,
            _ => rule.few(others, self.kind),
        };
        let zones = async {
            if may_have_zones {
                return self.has_few_fresh().await;
            }
            Ok(false)
        };
        let places = async {
            if in_calendar {
                return self.places(tenant_id, filter, page).await;
            }
            Ok(None)
        };
        // At once, since each takes hardly longer than the way to the database.
        let (way, zones, places) = try_join3(self.way(asked, few), zones, places).await?;
        Ok(Seen { way, zones, places })
    }

    /// The rows of a page and of one client more.
    async fn found(
        &self,
        asked: &mut Asked<'_>,
        seen: Seen,
        page: ClientPage<'_>,
    ) -> Result<Vec<ClientRow>> {
        let most = page.limit.rows() + 1;
        let mut way = seen.way;
        if way == Way::Walk
            && let Some(ended) = Ended::asked(asked.filter, &asked.rules)
        {
            return self.ended(asked, ended, page).await;
        }
        if way == Way::Walk && seen.zones {
            let by_name = PageByName {
                tenant_id: asked.tenant_id,
                rules: &asked.rules,
                sort: page.sort,
                after: page.after,
                most,
            };
            let ids = self.ids_by_zones(&by_name);
            return self.rows_of(planned_once(&ids, self.kind), page).await;
        }
        if way == Way::Walk && client_run::may_be_found(asked.filter, page.sort, self.kind) {
            if let Some(rows) = self.in_runs(asked, page).await? {
                return Ok(rows);
            }
            let others = asked.rules.len() > 1;
            way = self.way(asked, |it| it.few(others, self.kind)).await?;
        }
        if way != Way::Walk || !asked.may_stand_apart() {
            return self.rows(&self.ids(asked, way, page), page).await;
        }
        if let Some(places) = seen.places
            && let Some(hits) = asked.hits()
            && let Some(within) = places.stretches(hits, page)
        {
            let ids = self.ids_in_stretches(asked, page, &within);
            let rows = self.rows(&ids, page).await?;
            if rows.len() as u64 == most {
                return Ok(rows);
            }
        }
        let near = self.rows(&self.near(asked, page), page).await?;
        if near.len() as u64 == most {
            return Ok(near);
        }
        let way = self.way(asked, |_| GATHERED).await?;
        self.rows(&self.ids(asked, way, page), page).await
    }

    /// The ids of a page and of one client more, in the order of the list, if no more than those are read.
    pub(super) fn ids(&self, asked: &Asked<'_>, way: Way, page: ClientPage<'_>) -> SelectStatement {
        let (sort, columns) = (page.sort, page.sort.by.columns());
        let (how, ranges) = match way {
            Way::Gather(_) => (Use::Check, vec![Condition::all()]),
            Way::Follow(_) => (Use::Index, vec![Condition::all()]),
            Way::Walk => (Use::Index, client_range::ranges(&asked.rules, sort.by)),
        };
        let behind = page.after.map(|it| sort.behind(it, how));
        let found = asked
            .meeting(way, self)
            .filter(Condition::all().add_option(behind));
        let first = |range: &Condition, shown: &[Column]| {
            in_order(found.clone().filter(range.clone()), sort, how, shown)
        };
        if let [only] = ranges.as_slice() {
            return first(only, &[Column::Id]).into_query();
        }
        let part = |range| {
            first(range, columns)
                .limit(page.limit.rows() + 1)
                .into_query()
        };
        union(ranges.iter().map(part).collect(), sort)
    }

    /// As [`ids`](Self::ids), found by walking, but no further than [`FAR`].
    fn near(&self, asked: &Asked<'_>, page: ClientPage<'_>) -> SelectStatement {
        let sort = page.sort;
        let behind = page.after.map(|it| sort.behind(it, Use::Index));
        let all = asked
            .filter
            .of_tenant(asked.tenant_id, Through::Order)
            .filter(Condition::all().add_option(behind));
        let part = |range: &Condition, shown: &[Column]| {
            let within = all.clone().filter(range.clone());
            met_of(
                first_of(within, sort, shown, asked.met(self.kind), FAR),
                shown,
            )
        };
        let ranges = client_range::ranges(&asked.rules, sort.by);
        if let [only] = ranges.as_slice() {
            return part(only, &[Column::Id]);
        }
        let columns = sort.by.columns();
        let bounded = |range| part(range, columns).limit(page.limit.rows() + 1).to_owned();
        union(ranges.iter().map(bounded).collect(), sort)
    }
}
