//! Which clients a list shows, as conditions of SQL.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, Statement,
    sea_query::{CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Kind, client_attention, client_sample, client_search,
    entity::{
        client_entry::{Column, Entity},
        client_label,
    },
    expiry::Window,
};
use crate::domain::{
    client::{EffectiveStatus, SOON},
    days::Days,
    timestamp::Timestamp,
};

/// Which clients a list shows. All that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClientFilter {
    /// Tombstones instead of clients.
    pub deleted: bool,
    /// Only these profiles; `None` is all.
    pub profiles: Option<Vec<String>>,
    /// Only clients in this state.
    pub effective_status: Option<EffectiveStatus>,
    /// Only clients on this rung.
    pub role: Option<String>,
    /// Only clients of this owner.
    pub owner: Option<String>,
    /// Only clients with this label, and this value if one is given.
    pub label: Option<(String, Option<String>)>,
    /// Only clients that nobody answers for.
    pub unowned: bool,
    /// Only clients that end within so many days, or a credential of which does.
    pub expires_within: Option<Days>,
    /// Only clients that were refused a token within so many days.
    pub refused_within: Option<Days>,
    /// Only clients that can get no more tokens from this moment on.
    pub expires_before: Option<Timestamp>,
    /// Only clients that got no token since this moment.
    pub unused_since: Option<Timestamp>,
    /// Only clients made at or after this moment.
    pub created_after: Option<Timestamp>,
    /// Only clients whose name, client id or notes contain this, in lower case.
    pub search: Option<String>,
}

/// One condition of a list. Behind each stands an index that finds its clients without looking at others.
#[derive(Clone, Copy)]
pub(super) enum Rule<'a> {
    Profiles(&'a [String]),
    Status(EffectiveStatus, Timestamp),
    Role(&'a str),
    Owner(&'a str),
    Unowned,
    EndsWithin(Window),
    RefusedSince(Timestamp),
    Label(&'a str, Option<&'a str>),
    ExpiresBefore(Timestamp),
    UnusedSince(Timestamp),
    CreatedAfter(Timestamp),
    Search(&'a str),
}

/// Up to this many clients are gathered and sorted; more are so common that walking the index of an order finds a
/// page of them sooner. Where that begins grows with the number of all clients; this number serves a hundred thousand
/// as well as a million.
pub(super) const FEW: u64 = 1_500;

/// How a condition is written. What decides is known here and not to the planner, which guesses from averages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// For its index.
    Index,
    /// So that no index can be used for it: it is checked, row by row.
    Check,
}

/// A column, or an expression of the same value that no index knows.
pub(super) fn column(column: Column, how: Use) -> SimpleExpr {
    let plain = || Expr::col((Entity, column));
    match how {
        Use::Index => plain(),
        Use::Check => Func::coalesce([plain(), plain()]).into(),
    }
}

impl ClientFilter {
    /// The conditions that are set.
    pub(super) fn rules(&self, now: Timestamp) -> Vec<Rule<'_>> {
        let label = self.label.as_ref();
        [
            self.owner.as_deref().map(Rule::Owner),
            label.map(|(key, value)| Rule::Label(key, value.as_deref())),
            self.role.as_deref().map(Rule::Role),
            self.profiles.as_deref().map(Rule::Profiles),
            self.effective_status.map(|it| Rule::Status(it, now)),
            self.unowned.then_some(Rule::Unowned),
            self.refused_within
                .map(|it| Rule::RefusedSince(it.before(now))),
            self.expires_within.map(|it| {
                Rule::EndsWithin(Window {
                    // What is in its last second ends within them, too.
                    after: now.plus(-1),
                    until: it.after(now),
                })
            }),
            self.expires_before.map(Rule::ExpiresBefore),
            self.unused_since.map(Rule::UnusedSince),
            self.created_after.map(Rule::CreatedAfter),
            // Last, since asking how many there are takes longest.
            self.search.as_deref().map(Rule::Search),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The clients of a tenant, tombstones or not, to be found through this index.
    pub(super) fn of_tenant(&self, tenant_id: Uuid, through: Through) -> Select<Entity> {
        let how = match through {
            Through::Order => Use::Index,
            Through::Filter => return Entity::find().filter(Column::ListedOf.eq(tenant_id)),
            Through::Other => Use::Check,
        };
        Entity::find()
            .filter(column(Column::TenantId, how).eq(tenant_id))
            .filter(column(Column::Deleted, how).eq(self.deleted))
    }
}

/// Which index finds the clients that meet a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Through {
    /// That of an order.
    Order,
    /// One of its own, without tombstones.
    Filter,
    /// One that knows nothing of tenants.
    Other,
}

impl Rule<'_> {
    /// Those of some clients that meet it.
    pub(super) fn of(
        &self,
        clients: Select<Entity>,
        tenant_id: Uuid,
        how: Use,
        kind: Kind,
    ) -> Select<Entity> {
        match *self {
            Self::Search(term) if how == Use::Index => client_search::found(clients, term, kind),
            _ => clients.filter(self.condition(tenant_id, how, kind)),
        }
    }

    /// The condition that it holds.
    pub(super) fn condition(&self, tenant_id: Uuid, how: Use, kind: Kind) -> Condition {
        let written = self.written(tenant_id, how, kind);
        match how {
            Use::Index => written,
            // There is no index that SQLite could use for it.
            Use::Check if kind == Kind::Sqlite && matches!(self, Self::Search(_)) => written,
            // No index is used for it, and PostgreSQL takes it for true half the time: it believes that a walk is
            // short, which is known here, and does not sort all clients instead.
            Use::Check => Condition::all().add(Expr::expr(
                CaseStatement::new()
                    .case(written, Expr::cust("TRUE"))
                    .finally(Expr::cust("FALSE")),
            )),
        }
    }

    fn written(&self, tenant_id: Uuid, how: Use, kind: Kind) -> Condition {
        let column = |it| Expr::col((Entity, it));
        let all = Condition::all();
        match *self {
            Self::Profiles([one]) => all.add(column(Column::Profile).eq(one)),
            Self::Profiles(many) => all.add(column(Column::Profile).is_in(many)),
            Self::Role(role) => all.add(column(Column::Role).eq(role)),
            Self::Owner(owner) => all.add(column(Column::Owner).eq(owner)),
            Self::Unowned => all.add(column(Column::Owner).is_null()),
            Self::EndsWithin(window) => client_attention::ends_within(window, how),
            Self::RefusedSince(moment) => client_attention::refused_since(moment, how),
            Self::ExpiresBefore(moment) => all.add(column(Column::UsableUntil).lt(moment.unix())),
            Self::UnusedSince(moment) => all
                .add(column(Column::LastUsedAt).lt(moment.unix()))
                // A client that is younger was not left unused since then.
                .add(column(Column::CreatedAt).lt(moment.unix())),
            Self::CreatedAfter(moment) => all.add(column(Column::CreatedAt).gte(moment.unix())),
            Self::Status(status, now) => in_state(status, now),
            Self::Label(key, value) if how == Use::Index => {
                all.add(Column::Id.in_subquery(labelled(tenant_id, key, value)))
            }
            Self::Label(key, value) => {
                let mut own = labelled(tenant_id, key, value);
                own.and_where(
                    Expr::col((client_label::Entity, client_label::Column::Client))
                        .equals((Entity, Column::Id)),
                );
                // A value instead of EXISTS, for which PostgreSQL would read all labels first.
                all.add(SimpleExpr::from(own).is_not_null())
            }
            Self::Search(term) => all.add(client_search::check(term, kind)),
        }
    }

    /// Which index finds what meets it.
    pub(super) const fn through(&self) -> Through {
        match self {
            Self::Profiles(_)
            | Self::Role(_)
            | Self::Owner(_)
            | Self::Unowned
            | Self::EndsWithin(_)
            | Self::Status(EffectiveStatus::Inactive | EffectiveStatus::Expired, _) => {
                Through::Filter
            }
            Self::Status(..)
            | Self::ExpiresBefore(_)
            | Self::UnusedSince(_)
            | Self::CreatedAfter(_) => Through::Order,
            Self::Search(_) | Self::Label(..) | Self::RefusedSince(_) => Through::Other,
        }
    }

    /// Whether its index has the clients that meet it in the order of their names.
    pub(super) const fn by_name(&self) -> bool {
        matches!(self, Self::Profiles([_]) | Self::Role(_) | Self::Owner(_))
    }

    /// Whether its probe counts clients, all of which are on the list: that of a search counts pieces or guesses, and
    /// that of a label counts those of tombstones, too.
    pub(super) const fn is_counted(&self) -> bool {
        !matches!(self, Self::Search(_) | Self::Label(..))
    }

    /// What [`FEW`] are for this condition, where `others` are asked for besides.
    pub(super) fn few(&self, others: bool, kind: Kind) -> u64 {
        match self {
            Self::Search(term) => client_search::few(term, kind),
            // All that is asked for besides stands in the same index.
            Self::Status(status, _) if others && *status != EffectiveStatus::Active => 16_000,
            _ => FEW,
        }
    }

    /// Asks for a number that is not lower than that of the clients that it finds, counting no further than `most`, where
    /// that is found sooner than by [`probe`](Self::probe).
    pub(super) fn bound(&self, most: u64) -> Option<Probe> {
        match *self {
            Self::RefusedSince(moment) => {
                let mut refusals = client_attention::refusals(moment);
                refusals.limit(most);
                Some(Probe::Rows(Box::new(refusals)))
            }
            _ => None,
        }
    }

    /// Asks for the `number` of clients that it finds, counting no further than `most`; `None` where its index does
    /// not know them. Where many are few it guesses: counting them would take as long as reading them.
    pub(super) fn probe(
        &self,
        filter: &ClientFilter,
        tenant_id: Uuid,
        kind: Kind,
        most: u64,
        others: bool,
    ) -> Option<Probe> {
        let through = self.through();
        if filter.deleted && through == Through::Filter {
            return None;
        }
        let clients = || filter.of_tenant(tenant_id, through);
        let mut rows = match *self {
            Self::Search(term) => {
                return Some(Probe::Number(client_search::estimate(term, kind, most)));
            }
            Self::Label(key, value) => labelled(tenant_id, key, value),
            Self::Status(..) if self.few(others, kind) > FEW => {
                let met = self
                    .condition(tenant_id, Use::Check, kind)
                    .add(column(Column::TenantId, Use::Check).eq(tenant_id))
                    .add(column(Column::Deleted, Use::Check).eq(filter.deleted));
                return Some(Probe::Number(client_sample::estimate(met, kind)));
            }
            Self::EndsWithin(window) => {
                client_attention::probe_ends_within(&clients(), window, most)
            }
            Self::RefusedSince(moment) => client_attention::probe_refused_since(
                &filter.of_tenant(tenant_id, Through::Order),
                moment,
                most,
            ),
            _ => clients()
                .filter(self.condition(tenant_id, Use::Index, kind))
                .select_only()
                .column(Column::Id)
                .into_query(),
        };
        rows.limit(most);
        Some(Probe::Rows(Box::new(rows)))
    }
}

/// How to ask for a number.
pub(super) enum Probe {
    /// It is the number of rows.
    Rows(Box<SelectStatement>),
    /// It is called so in the only row.
    Number(Statement),
}

fn labelled(tenant_id: Uuid, key: &str, value: Option<&str>) -> SelectStatement {
    let mut labelled = Query::select();
    labelled
        .column(client_label::Column::Client)
        .from(client_label::Entity)
        .and_where(client_label::Column::TenantId.eq(tenant_id))
        .and_where(client_label::Column::Key.eq(key));
    if let Some(value) = value {
        labelled.and_where(client_label::Column::Value.eq(value));
    }
    labelled
}

fn in_state(status: EffectiveStatus, now: Timestamp) -> Condition {
    let column = |it| Expr::col((Entity, it));
    let soon = now.plus(SOON).unix();
    let now = now.unix();
    let active = || column(Column::Status).eq(Expr::cust("'active'"));
    match status {
        // Written out, since an index that holds only the clients switched off is used for a literal only.
        EffectiveStatus::Inactive => {
            Condition::all().add(column(Column::Status).eq(Expr::cust("'inactive'")))
        }
        EffectiveStatus::Expired => Condition::all()
            .add(active())
            .add(column(Column::ExpiresAt).lt(now)),
        EffectiveStatus::NoCredential => Condition::all()
            .add(active())
            .add(column(Column::UsableUntil).lt(now))
            .add(
                Condition::any()
                    .add(Expr::col((Entity, Column::ExpiresAt)).is_null())
                    .add(super::client_filter::column(Column::ExpiresAt, Use::Check).gte(now)),
            ),
        EffectiveStatus::ExpiringSoon => Condition::all()
            .add(active())
            .add(column(Column::UsableUntil).gte(now))
            .add(column(Column::UsableUntil).lte(soon)),
        EffectiveStatus::Active => Condition::all()
            .add(active())
            .add(column(Column::UsableUntil).gt(soon)),
    }
}
