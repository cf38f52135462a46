//! Lists in the order of names, zone by zone.
//!
//! A zone is some 128 clients that are neighbours in the order of names, with a signature: which pieces of up to three
//! letters any of their texts has (`client_zone_signature`), and with when the first and the last of them were made. A
//! search in that order leaves out the zones that lack a piece of its term, and so passes a zone at a time the clients
//! that stand before a word that many have, but late in the order. So does a list of those made lately, or long ago: names
//! often end in numbers. The zones of a tenant have no gaps: the first begins before every name, the last ends behind
//! every name.
//!
//! What holds at every moment, for everybody who reads: **every client is in a zone whose signature has all its pieces,
//! and whose times hold its own, or in one without a signature, which is never left out, or it is fresh**, and then looked
//! at by itself. A list asks for all of that in one statement, and so sees it as it was at one moment.
//!
//! - A trigger makes a client fresh in the transaction that changes its text or its place in the order. When it was
//!   made never changes.
//! - The server takes it up (`client_zone_reading`): in one transaction it reads which clients are fresh, takes the
//!   signatures of the zones where they stand by then, and deletes what it read of `client_fresh`, row by row.
//! - Then it reads all clients of a zone without a signature and writes it anew. A zone that grew is split.
//!
//! It holds on PostgreSQL, too, where changes are committed while that goes on. Under READ COMMITTED each statement sees
//! all that was committed before it began. What was read as fresh was committed before, so the statements after it see
//! those clients as they were then or later, and so does whoever reads a zone without a signature. Whatever is committed
//! in between, or later, has a row of its own in `client_fresh`, with an id that was not read, which stays until the next
//! time. Only one node reads at a time, and nothing else writes zones.

use sea_orm::{
    Condition, EntityTrait, Order, QuerySelect,
    sea_query::{
        CaseStatement, Expr, ExprTrait, IntoIden, JoinType, Query, SelectStatement, SimpleExpr,
        UnionType,
    },
};
use uuid::Uuid;

use super::{
    Kind, Result, Store,
    client_filter::{ClientFilter, Rule, Use, column},
    client_order::{ClientColumn, ClientKey, ClientSort, KeyValue},
    client_zone_signature,
    entity::{
        client_entry::{Column, Entity},
        client_fresh, client_zone,
    },
};

/// With more fresh clients than these a search walks past all clients instead of looking at the fresh ones apart.
const MOST_FRESH: u64 = 500;

/// Up to so many clients that contain a text are gathered and sorted sooner than they are found zone by zone.
pub(super) const FEW: u64 = 500;

/// A page of a list in the order of names.
pub(super) struct PageByName<'a> {
    pub(super) tenant_id: Uuid,
    /// All conditions, that of the search included.
    pub(super) rules: &'a [Rule<'a>],
    pub(super) sort: ClientSort,
    /// Where the page before ended.
    pub(super) after: Option<&'a ClientKey>,
    /// How many rows it has at most.
    pub(super) most: u64,
}

/// Whether zones may be left out of a list.
pub(super) fn may_be_left_out(filter: &ClientFilter, sort: ClientSort) -> bool {
    sort.by == ClientColumn::Name
        && !filter.deleted
        && (filter.search.is_some()
            || filter.created_after.is_some()
            || filter.unused_since.is_some())
}

impl Store {
    /// Whether so few clients are fresh that a search by zones is quicker than one without.
    pub(super) async fn has_few_fresh(&self) -> Result<bool> {
        if let Some(few) = self.guesses.few_fresh() {
            return Ok(few);
        }
        let fresh = client_fresh::Entity::find()
            .select_only()
            .column(client_fresh::Column::Id)
            .limit(MOST_FRESH + 1)
            .into_tuple::<i64>()
            .all(&self.reads)
            .await?;
        let few = fresh.len() as u64 <= MOST_FRESH;
        self.guesses.found_few_fresh(few);
        Ok(few)
    }

    /// The ids of a page in its order, if no more than `most` of them are read.
    pub(super) fn ids_by_zones(&self, page: &PageByName<'_>) -> SelectStatement {
        let columns = [Column::NameKey, Column::Id];
        let zones = match self.kind {
            Kind::Sqlite => page.in_zones_of_sqlite(),
            Kind::Postgres => page.in_zones_of_postgres(),
        };
        // A client that is fresh may be found in its zone as well.
        let mut both = Query::select();
        both.columns(columns).from_subquery(zones, "in_zone").union(
            UnionType::Distinct,
            Query::select()
                .columns(columns)
                .from_subquery(page.fresh(self.kind), "fresh")
                .to_owned(),
        );
        let mut ids = Query::select();
        ids.column(Column::Id).from_subquery(both, "found");
        for column in columns {
            ids.order_by(column, page.sort.order());
        }
        ids
    }
}

/// A column of a zone.
fn zone(column: client_zone::Column) -> SimpleExpr {
    Expr::col((client_zone::Entity, column))
}

/// A column of a client.
fn entry(it: Column) -> SimpleExpr {
    column(it, Use::Index)
}

/// The columns of the index of zones, in which they are ordered. PostgreSQL, which may believe that a tenant has hardly
/// any zones and then reads all to sort them, is asked for a stretch of the whole index instead.
const fn order(kind: Kind) -> &'static [client_zone::Column] {
    use client_zone::Column::{FirstId, FirstKey, TenantId};
    match kind {
        Kind::Sqlite => &[FirstKey, FirstId],
        Kind::Postgres => &[TenantId, FirstKey, FirstId],
    }
}

/// Where a zone begins.
fn first(kind: Kind) -> SimpleExpr {
    Expr::tuple(order(kind).iter().map(|it| zone(*it)))
}

/// That a client stands in a zone.
fn within() -> Condition {
    use client_zone::Column::{EndId, EndKey, FirstId, FirstKey};
    let here = || Expr::tuple([entry(Column::NameKey), entry(Column::Id)]);
    Condition::all()
        .add(here().gte(Expr::tuple([zone(FirstKey), zone(FirstId)])))
        .add(here().lt(Expr::tuple([zone(EndKey), zone(EndId)])))
}

/// That clients of a zone may meet all conditions.
fn may_meet(rules: &[Rule<'_>], kind: Kind) -> Condition {
    use client_zone::Column::{FirstMade, LastMade};
    // Who was not used since a moment was made before it.
    let of_rule = |rule: &Rule<'_>| match rule {
        Rule::CreatedAfter(moment) => Condition::all().add(zone(LastMade).gte(moment.unix())),
        Rule::UnusedSince(moment) => Condition::all().add(zone(FirstMade).lt(moment.unix())),
        Rule::Search(term) => may_contain(term, kind),
        _ => Condition::all(),
    };
    let all = rules.iter().map(of_rule);
    let all = all.fold(Condition::all(), Condition::add);
    // PostgreSQL takes it for true half the time, and believes that the first zones in their order are enough.
    let known = CaseStatement::new()
        .case(
            zone(client_zone::Column::Signature).is_null(),
            Expr::cust("TRUE"),
        )
        .case(all, Expr::cust("TRUE"))
        .finally(Expr::cust("FALSE"));
    Condition::all().add(Expr::expr(known))
}

/// That the signature of a zone has all pieces of a term.
fn may_contain(term: &str, kind: Kind) -> Condition {
    let mut has_all = Condition::all();
    for bit in client_zone_signature::bits(term) {
        has_all = has_all.add(match kind {
            Kind::Sqlite => Expr::cust_with_values(
                "instr(?, substr(client_zone.signature, ?, 1)) > 0",
                [
                    sea_orm::Value::from(client_zone_signature::bytes_with(bit)),
                    // The first byte is the first, not the zeroth.
                    (bit as u64 / 8 + 1).into(),
                ],
            ),
            Kind::Postgres => Expr::cust_with_values(
                "get_bit(client_zone.signature, $1) = 1",
                [i32::try_from(bit).unwrap_or_default()],
            ),
        });
    }
    has_all
}

impl PageByName<'_> {
    /// That a client is on the page or behind it.
    fn met(&self, kind: Kind, how: Use) -> Condition {
        let own = Condition::all()
            .add(column(Column::TenantId, how).eq(self.tenant_id))
            .add(column(Column::Deleted, how).eq(false));
        let all = self.rules.iter().fold(own, |all, rule| {
            all.add(rule.condition(self.tenant_id, Use::Check, kind))
        });
        // Checked, so that where a zone begins and ends stays what the index is asked for.
        all.add_option(self.after.map(|it| self.sort.behind(it, Use::Check)))
    }

    /// The clients that meet all conditions and that no zone knows as they are.
    fn fresh(&self, kind: Kind) -> SelectStatement {
        let found = Expr::cust(match kind {
            Kind::Sqlite => "client_entry.seq IN (SELECT seq FROM client_fresh)",
            // An array, for which each is fetched by the primary key, however many PostgreSQL believes there are.
            Kind::Postgres => "client_entry.seq = ANY (ARRAY(SELECT seq FROM client_fresh))",
        });
        Query::select()
            .column((Entity, Column::NameKey))
            .column((Entity, Column::Id))
            .from(Entity)
            .and_where(found)
            .cond_where(self.met(kind, Use::Check))
            .to_owned()
    }

    /// A place in the order, as the index of zones has it.
    fn place(&self, name: &str, id: Uuid, kind: Kind) -> SimpleExpr {
        let tenant = (kind == Kind::Postgres).then(|| Expr::val(self.tenant_id));
        let place = [Expr::val(name), Expr::val(id)];
        Expr::tuple(tenant.into_iter().chain(place))
    }

    /// The zones that may have clients of the page.
    fn zones(&self, kind: Kind) -> Condition {
        let of_tenant = match kind {
            Kind::Sqlite => Condition::all().add(self.own()),
            Kind::Postgres => Condition::all()
                .add(first(kind).gte(self.place("", Uuid::nil(), kind)))
                .add(zone(client_zone::Column::TenantId).lte(self.tenant_id)),
        };
        let from = self.after.and_then(|key| match &key.value {
            KeyValue::Text(name) => Some(self.place(name, key.id, kind)),
            KeyValue::Number(_) => None,
        });
        let from = from.map(|there| {
            if self.sort.descending {
                first(kind).lt(there)
            } else {
                first(kind).gte(SimpleExpr::from(self.around(there, kind)))
            }
        });
        of_tenant.add(may_meet(self.rules, kind)).add_option(from)
    }

    /// That a zone is the tenant's.
    fn own(&self) -> SimpleExpr {
        zone(client_zone::Column::TenantId).eq(self.tenant_id)
    }

    /// Where the zone of a place in the order begins.
    fn around(&self, there: SimpleExpr, kind: Kind) -> SelectStatement {
        let mut around = Query::select();
        around
            .columns(order(kind).iter().copied())
            .from(client_zone::Entity)
            .and_where(self.own())
            .and_where(first(kind).lte(there));
        for it in order(kind) {
            around.order_by(*it, Order::Desc);
        }
        around.limit(1).to_owned()
    }

    /// SQLite takes the tables in the order in which they are written where it says CROSS, and both indexes have the
    /// order, so that it stops where the page is full.
    fn in_zones_of_sqlite(&self) -> SelectStatement {
        let mut found = Query::select();
        found
            .column((Entity, Column::NameKey))
            .column((Entity, Column::Id))
            .from(client_zone::Entity)
            .join(JoinType::CrossJoin, Entity, Condition::all())
            .cond_where(within())
            .cond_where(self.zones(Kind::Sqlite))
            .cond_where(self.met(Kind::Sqlite, Use::Index));
        self.in_order_of_zones(found, Entity, Kind::Sqlite)
    }

    /// PostgreSQL has to be told that the clients of a zone are read in their order; it sorts no more than a page of
    /// each.
    fn in_zones_of_postgres(&self) -> SelectStatement {
        const OF_ZONE: &str = "of_zone";
        let mut of_zone = Query::select();
        of_zone
            .column((Entity, Column::NameKey))
            .column((Entity, Column::Id))
            .from(Entity)
            .cond_where(within())
            .cond_where(self.met(Kind::Postgres, Use::Index))
            .order_by((Entity, Column::NameKey), self.sort.order())
            .order_by((Entity, Column::Id), self.sort.order())
            .limit(self.most);
        let mut found = Query::select();
        found
            .column((OF_ZONE, Column::NameKey))
            .column((OF_ZONE, Column::Id))
            .from(client_zone::Entity)
            .join_lateral(JoinType::InnerJoin, of_zone, OF_ZONE, Expr::cust("TRUE"))
            .cond_where(self.zones(Kind::Postgres));
        self.in_order_of_zones(found, OF_ZONE, Kind::Postgres)
    }

    fn in_order_of_zones(
        &self,
        mut found: SelectStatement,
        clients: impl IntoIden,
        kind: Kind,
    ) -> SelectStatement {
        let clients = clients.into_iden();
        for it in order(kind) {
            found.order_by((client_zone::Entity, *it), self.sort.order());
        }
        for it in [Column::NameKey, Column::Id] {
            found.order_by((clients.clone(), it), self.sort.order());
        }
        found.limit(self.most).to_owned()
    }
}
