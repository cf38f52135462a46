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
//!   that were looked at (`client_sample`). They are fetched, checked for the other conditions, and sorted.
//! - *Walk*: many meet each condition. Along the index of the order, which holds all that is asked by, clients are
//!   checked one after the other until the page is full. Those that a condition rules out by where they stand in the
//!   order are left out (`client_range`), and in the order of names those among whom nobody has what is searched for,
//!   or was made at such a time (`client_zone`).
//!
//! The walk is short where those who meet the conditions stand evenly among all others. Where they stand together far
//! from the beginning of another order it would be long: those who contain a searched text are gathered then, if the
//! walk has not found enough of them within [`FAR`] and there are not too many. PostgreSQL, where fetching a client takes
//! long, is asked first for those of them who stand in the time in which an order begins (`client_calendar`). `just
//! bench` names these pages and what they take at a million clients.

use sea_orm::{
    Condition, EntityTrait, IdenStatic, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    Statement,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    Result, Store,
    client::read,
    client_ended::Ended,
    client_filter::{ClientFilter, Rule, Through, Use, column},
    client_order::{ClientColumn, ClientKey, ClientSort},
    client_range,
    client_way::{Asked, Way},
    client_zone::{self, PageByName},
    entity::{
        client,
        client_entry::{Column, Entity},
    },
    statement::planned_once,
};
use crate::domain::{
    client::Client,
    page::{Limit, Page},
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
    /// A page of a tenant's clients.
    pub async fn list_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        page: ClientPage<'_>,
        now: Timestamp,
    ) -> Result<Page<Client, ClientKey>> {
        let mut asked = Asked::new(tenant_id, filter, now);
        let total = if page.with_total {
            Some(self.count_asked(&mut asked).await?)
        } else {
            None
        };
        let by_name = page.sort.by == ClientColumn::Name && !filter.deleted;
        let way = match asked.rules.as_slice() {
            [only] if by_name && only.by_name() => Way::Follow(0),
            rules => {
                let others = rules.len() > 1;
                let by_zones = client_zone::may_be_left_out(filter, page.sort);
                let ended = Ended::asked(filter, rules).is_some();
                let few = |rule: &Rule<'_>| match rule {
                    Rule::Search(_) | Rule::Status(..) if ended => 0,
                    Rule::Search(_) if by_zones => client_zone::FEW,
                    _ => rule.few(others, self.kind),
                };
                self.way(&mut asked, few).await?
            }
        };
        let most = page.limit.rows() + 1;
        let mut rows = self.found(&mut asked, way, page).await?;
        let more = rows.len() as u64 == most;
        rows.truncate(usize::try_from(page.limit.rows()).unwrap_or(usize::MAX));
        let items = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Page {
            next: items.last().filter(|_| more).map(|it| page.sort.by.key(it)),
            items,
            total,
        })
    }

    /// The rows of a page and of one client more.
    async fn found(
        &self,
        asked: &mut Asked<'_>,
        way: Way,
        page: ClientPage<'_>,
    ) -> Result<Vec<client::Model>> {
        let most = page.limit.rows() + 1;
        if way == Way::Walk
            && let Some(ended) = Ended::asked(asked.filter, &asked.rules)
        {
            return self.ended(asked, ended, page).await;
        }
        if way == Way::Walk
            && client_zone::may_be_left_out(asked.filter, page.sort)
            && self.has_few_fresh().await?
        {
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
        if way != Way::Walk || !asked.may_stand_apart() {
            return self.rows(&self.ids(asked, way, page), page).await;
        }
        if let Some(within) = self.stretches(asked, page).await? {
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

    /// The rows of a page.
    pub(super) async fn rows(
        &self,
        ids: &SelectStatement,
        page: ClientPage<'_>,
    ) -> Result<Vec<client::Model>> {
        let ids = self.reads.get_database_backend().build(ids);
        self.rows_of(ids, page).await
    }

    async fn rows_of(&self, ids: Statement, page: ClientPage<'_>) -> Result<Vec<client::Model>> {
        let backend = self.reads.get_database_backend();
        let rows = client::Entity::find().build(backend).sql;
        let direction = if page.sort.descending { "DESC" } else { "ASC" };
        let columns = page.sort.by.columns().iter();
        let order: Vec<String> = columns
            .map(|it| format!("client.{} {direction}", it.as_str()))
            .collect();
        let sql = format!(
            "{rows} WHERE client.id IN ({} LIMIT {}) ORDER BY {}",
            ids.sql,
            page.limit.rows() + 1,
            order.join(", ")
        );
        let values = ids.values.into_iter().flat_map(|it| it.0);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        Ok(client::Entity::find()
            .from_raw_sql(statement)
            .all(&self.reads)
            .await?)
    }
}
