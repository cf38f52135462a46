//! Lists of clients: by keyset over an index, however many there are.
//!
//! What is asked by stands in `client_entry`, a narrow copy of each client that triggers keep in the transaction of
//! each change. A page is found there in one of three ways, and only then are the rows of its clients read:
//!
//! - *Follow*: an index begins with the only condition and goes on in the order that is asked for. The page is read
//!   off it, however many meet the condition. So are a profile, a role and an owner by name.
//! - *Gather*: few clients meet a condition, as counting along its own index, never far, has shown. They are fetched,
//!   checked for the other conditions, and sorted.
//! - *Walk*: many meet each condition. Along the index of the order, which holds all that is asked by, clients are
//!   checked one after the other until the page is full. Those that a condition rules out by where they stand in the
//!   order are left out (`client_range`), and in the order of names those among whom nobody has what is searched for
//!   (`client_zone`).
//!
//! The walk is short where those who meet the conditions stand evenly among all others, and has no bound where they do
//! not: a word that one in ten has, but only those made first, in the order of use. `just bench` names these pages and what they
//! take at a million clients.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IdenStatic, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::{
    Result, Store,
    client::read,
    client_filter::{ClientFilter, FEW, Probe, Rule, Through, Use, column},
    client_order::{ClientColumn, ClientKey, ClientSort},
    client_range,
    client_zone::{self, PageByName},
    entity::{
        client,
        client_entry::{Column, Entity},
    },
};
use crate::domain::{
    client::Client,
    page::{Limit, Page, Total},
    timestamp::Timestamp,
};

/// Up to this many clients are looked at to count those that meet conditions which many meet.
const SOME: u64 = 20_000;

/// What stands in the index of an order, so that counting along it reads nothing else.
const OF_ORDERS: [Column; 12] = [
    Column::Seq,
    Column::Id,
    Column::TenantId,
    Column::Deleted,
    Column::Status,
    Column::Role,
    Column::Owner,
    Column::Profile,
    Column::ExpiresAt,
    Column::UsableUntil,
    Column::CreatedAt,
    Column::SearchShort,
];

/// How a list is read. Each way is bounded: by [`Rule::few`], by the page itself, or by how soon it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// By the index of the condition with this number, which few clients meet; then they are sorted.
    Gather(usize),
    /// Along the index of the condition with this number, which stands in the order that is asked for.
    Follow(usize),
    /// Along the index of the order, until the page is full.
    Walk,
}

/// The ids of the first `most` of some clients. Ranges are in the order that is asked for, and have nothing in common.
fn ids(
    found: &Select<Entity>,
    ranges: Vec<Condition>,
    sort: ClientSort,
    how: Use,
    most: u64,
) -> SelectStatement {
    let columns = sort.by.columns();
    let first = |range: Condition, shown: &[Column]| {
        let within = found.clone().filter(range).select_only();
        let mut within = within.columns(shown.iter().copied()).limit(most);
        for (number, it) in columns.iter().enumerate() {
            let by = column(*it, if number == 0 { how } else { Use::Index });
            within = within.order_by(by, sort.order());
        }
        within.into_query()
    };
    if let [only] = ranges.as_slice() {
        return first(only.clone(), &[Column::Id]);
    }
    let mut all = SelectStatement::new();
    for (number, range) in ranges.into_iter().enumerate() {
        let mut part = Query::select();
        part.columns(columns.iter().copied())
            .from_subquery(first(range, columns), "part");
        if number == 0 {
            all = part;
        } else {
            all.union(UnionType::All, part);
        }
    }
    let mut ids = Query::select();
    ids.column(Column::Id).from_subquery(all, "found");
    for column in columns {
        ids.order_by(*column, sort.order());
    }
    ids.limit(most).to_owned()
}

impl Store {
    /// A page of a tenant's clients.
    pub async fn list_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        sort: ClientSort,
        after: Option<&ClientKey>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Page<Client, ClientKey>> {
        let rules = filter.rules(now);
        let way = match rules.as_slice() {
            [only] if sort.by == ClientColumn::Name && only.by_name() && !filter.deleted => {
                Way::Follow(0)
            }
            _ => self.way(tenant_id, filter, &rules, 0).await?,
        };
        let found = self.meeting(tenant_id, filter, &rules, way);
        let (how, ranges) = match way {
            Way::Gather(_) => (Use::Check, vec![Condition::all()]),
            Way::Follow(_) => (Use::Index, vec![Condition::all()]),
            Way::Walk => (Use::Index, client_range::ranges(&rules, sort.by)),
        };
        let found = found.filter(Condition::all().add_option(after.map(|it| sort.behind(it, how))));
        // First the ids, from narrow entries, then the rows of the page.
        let ids = match client_zone::term(filter, sort) {
            Some(term) if way == Way::Walk && self.has_few_fresh().await? => {
                let page = PageByName {
                    tenant_id,
                    rules: &rules,
                    sort,
                    after,
                    most: limit.rows() + 1,
                };
                self.ids_by_zones(term, &page)
            }
            _ => ids(&found, ranges, sort, how, limit.rows() + 1),
        };
        let mut page = client::Entity::find().filter(client::Column::Id.in_subquery(ids));
        for column in sort.by.columns() {
            let of_client = Expr::col((client::Entity, Alias::new(column.as_str())));
            page = page.order_by(of_client, sort.order());
        }
        let rows = page.all(&self.reads).await?;
        let more = rows.len() as u64 > limit.rows();
        let items = rows
            .into_iter()
            .take(usize::try_from(limit.rows()).unwrap_or(usize::MAX))
            .map(read)
            .collect::<Result<Vec<_>>>()?;
        Ok(Page {
            next: items.last().filter(|_| more).map(|it| sort.by.key(it)),
            items,
            total: None,
        })
    }

    /// How many clients a list has.
    pub async fn count_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        now: Timestamp,
    ) -> Result<Total> {
        let rules = filter.rules(now);
        if let [only] = rules.as_slice()
            && only.is_counted()
            && let Some(probe) = only.probe(filter, tenant_id, self.kind, Total::MOST + 1)
        {
            return Ok(Total::from_bounded(self.number(probe).await?));
        }
        let way = self.way(tenant_id, filter, &rules, Total::MOST).await?;
        if way == Way::Walk && !rules.is_empty() {
            return self.count_some(tenant_id, filter, &rules).await;
        }
        let mut bounded = self.meeting(tenant_id, filter, &rules, way);
        if way == Way::Walk {
            // No order is asked for: this only says along which index.
            bounded = bounded.order_by_asc(Column::NameKey);
        }
        let bounded = bounded
            .select_only()
            .column(Column::Id)
            .limit(Total::MOST + 1)
            .into_query();
        Ok(Total::from_bounded(
            self.number(Probe::Rows(Box::new(bounded))).await?,
        ))
    }

    /// As [`count_clients`](Self::count_clients), but never far beyond [`FEW`]: for a figure at a glance.
    pub async fn count_few_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        now: Timestamp,
    ) -> Result<Total> {
        let rules = filter.rules(now);
        let way = self.way(tenant_id, filter, &rules, 0).await?;
        if way == Way::Walk && rules.len() == 1 {
            return Ok(Total {
                count: FEW,
                exact: false,
            });
        }
        let bounded = self
            .meeting(tenant_id, filter, &rules, way)
            .select_only()
            .column(Column::Id)
            .limit(FEW + 1)
            .into_query();
        let count = self.number(Probe::Rows(Box::new(bounded))).await?;
        Ok(Total {
            count: Ord::min(count, FEW),
            exact: count <= FEW,
        })
    }

    /// How many of the first clients meet all conditions.
    async fn count_some(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        rules: &[Rule<'_>],
    ) -> Result<Total> {
        let some = filter
            .of_tenant(tenant_id, Through::Order)
            .select_only()
            .columns(OF_ORDERS)
            .columns(filter.unused_since.map(|_| Column::LastUsedAt))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(SOME + 1)
            .into_query();
        let mut all = Condition::all();
        for rule in rules {
            all = all.add(rule.condition(tenant_id, Use::Check, self.kind));
        }
        let met = CaseStatement::new().case(all, 1);
        let mut counting = Query::select();
        counting
            .expr_as(Expr::cust("COUNT(*)"), "looked_at")
            .expr_as(Expr::expr(met).count(), "number")
            .from_subquery(some, Entity);
        let backend = self.reads.get_database_backend();
        let row = self.reads.query_one_raw(backend.build(&counting)).await?;
        let (number, looked_at): (i64, i64) = match row {
            Some(row) => (row.try_get("", "number")?, row.try_get("", "looked_at")?),
            None => (0, 0),
        };
        let total = Total::from_bounded(u64::try_from(number).unwrap_or_default());
        let all = u64::try_from(looked_at).unwrap_or_default() <= SOME;
        Ok(Total {
            exact: total.exact && all,
            ..total
        })
    }

    /// The clients that meet all conditions, to be found this way.
    fn meeting(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        rules: &[Rule<'_>],
        way: Way,
    ) -> Select<Entity> {
        let through = match way {
            Way::Gather(chosen) | Way::Follow(chosen) => {
                rules.get(chosen).map_or(Through::Order, Rule::through)
            }
            Way::Walk => Through::Order,
        };
        let mut found = filter.of_tenant(tenant_id, through);
        for (index, rule) in rules.iter().enumerate() {
            let how = match way {
                Way::Gather(chosen) | Way::Follow(chosen) if chosen == index => Use::Index,
                _ => Use::Check,
            };
            found = rule.of(found, tenant_id, how, self.kind);
        }
        found
    }

    /// Asks each condition in turn whether few clients meet it; up to `at_least` are few in any case.
    async fn way(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        rules: &[Rule<'_>],
        at_least: u64,
    ) -> Result<Way> {
        for (index, rule) in rules.iter().enumerate() {
            let few = Ord::max(rule.few(rules.len() > 1), at_least);
            if let Some(probe) = rule.probe(filter, tenant_id, self.kind, few + 1)
                && self.number(probe).await? <= few
            {
                return Ok(Way::Gather(index));
            }
        }
        Ok(Way::Walk)
    }

    async fn number(&self, of: Probe) -> Result<u64> {
        let statement = match of {
            Probe::Raw(statement) => statement,
            Probe::Rows(rows) => {
                let mut counting = Query::select();
                counting
                    .expr_as(Expr::cust("COUNT(*)"), "number")
                    .from_subquery(*rows, "counted");
                self.reads.get_database_backend().build(&counting)
            }
        };
        let row = self.reads.query_one_raw(statement).await?;
        let number: i64 = row.map_or(Ok(0), |it| it.try_get("", "number"))?;
        Ok(u64::try_from(number).unwrap_or_default())
    }
}
