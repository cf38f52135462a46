//! Clients that are expired or have no credential, in every order of a list.
//!
//! Which those are depends on the moment of asking, so that no index can hold them in an order. Instead each entry has a
//! record: `ended` says what it was found to be, expired or without a credential or neither, and `due` from which moment
//! on that may be wrong. Those that ended stand in an index for each order. A page is the first of two parts:
//!
//! - of those recorded that are not due, read off the index of the order;
//! - of those that are due, whatever is recorded of them: few, which are looked at one by one, and sorted.
//!
//! What holds at every moment: **a client that is not due is what is recorded of it.** So lists are right whether
//! anything was ever recorded or not; it only takes longer the more are due.
//!
//! - Where a trigger finds another status or another end in a change, it takes back the record in that change. An entry
//!   without a record is due when the client can get no more tokens.
//! - The server records those that are due (`jobs::ends`), each from what its row says by then. It writes down what they
//!   were some time ago, so that whoever asked a moment before, or by a clock that is behind, finds it right as well.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Statement,
    sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Kind, Result, Store, Transaction,
    client_filter::{ClientFilter, Probe, Rule, Use, column},
    client_list::{ClientPage, FAR, GATHERED, first_of, in_order, met_of, union},
    client_row::ClientRow,
    client_way::{Asked, Way},
    entity::client_entry::{Column, Entity},
};
use crate::domain::{client::EffectiveStatus, timestamp::Timestamp};

/// So many are recorded in one transaction.
const AT_ONCE: u64 = 500;

/// What is recorded holds from so many seconds ago on. The clocks of several nodes differ by less.
const SETTLED: i64 = 60;

/// A walk to [`FAR`] surely came past all, where there are no more than these: some may have ended while it went on.
const SURELY_NEAR: u64 = FAR * 3 / 4;

/// From which moment on what is recorded of a client may be wrong.
const DUE: &str = "COALESCE(client_entry.due, client_entry.usable_until)";

/// Clients that came to a state by an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    recorded: &'static str,
    now: Timestamp,
}

/// Those that are due before a moment.
fn due_before(moment: Timestamp) -> Condition {
    Condition::all()
        .add(is_ever_due())
        // Between two bounds PostgreSQL believes that there are few; before one it would believe in a third of all.
        .add(Expr::cust(format!("{DUE} >= 0")))
        .add(Expr::cust(DUE).lt(moment.unix()))
}

/// Written as the index has it, which is used for these words only.
fn is_ever_due() -> SimpleExpr {
    let never = Timestamp::MAX.unix();
    Expr::cust(format!(
        "client_entry.listed_of IS NOT NULL AND {DUE} <> {never}"
    ))
}

impl Ended {
    /// What is asked for, if it is that.
    pub(super) fn asked(filter: &ClientFilter, rules: &[Rule<'_>]) -> Option<Self> {
        let of_rule = |rule: &Rule<'_>| {
            let Rule::Status(status, now) = *rule else {
                return None;
            };
            let recorded = match status {
                EffectiveStatus::Expired => "expired",
                EffectiveStatus::NoCredential => "no_credential",
                _ => return None,
            };
            Some(Self { recorded, now })
        };
        let in_state = rules.iter().find_map(of_rule);
        in_state.filter(|_| !filter.deleted)
    }

    /// Those that are recorded so, and are not due.
    fn recorded(self, tenant_id: Uuid) -> Select<Entity> {
        Entity::find()
            .filter(Column::ListedOf.eq(tenant_id))
            // Written out, since an index that holds only these is used for a literal only.
            .filter(Expr::cust(format!(
                "client_entry.ended = '{}'",
                self.recorded
            )))
            .filter(Expr::cust(DUE).gte(self.now.unix()))
    }

    /// Those that are due.
    fn due(self, tenant_id: Uuid) -> Select<Entity> {
        Entity::find()
            .filter(due_before(self.now))
            .filter(column(Column::ListedOf, Use::Check).eq(tenant_id))
    }

    /// The ids of a page and of one client more, in the order of the list, if no more than those are read.
    fn ids(
        self,
        asked: &Asked<'_>,
        page: ClientPage<'_>,
        walk: Walk,
        kind: Kind,
    ) -> SelectStatement {
        let (sort, columns) = (page.sort, page.sort.by.columns());
        let most = page.limit.rows() + 1;
        let behind = |how| Condition::all().add_option(page.after.map(|it| sort.behind(it, how)));
        let met = asked.met(kind);
        let recorded = self.recorded(asked.tenant_id).filter(behind(Use::Index));
        let mut recorded = match walk {
            Walk::Near => met_of(first_of(recorded, sort, columns, met.clone(), FAR), columns),
            Walk::ToTheEnd => {
                let recorded = recorded.filter(met.clone());
                in_order(recorded, sort, Use::Index, columns).into_query()
            }
        };
        recorded.limit(most);
        let due = self.due(asked.tenant_id).filter(behind(Use::Check));
        let due = in_order(due.filter(met), sort, Use::Check, columns).limit(most);
        union(vec![recorded, due.into_query()], sort)
    }

    /// Asks how many are recorded so, counting no further than `most`.
    fn probe(self, tenant_id: Uuid, most: u64) -> Probe {
        let recorded = self.recorded(tenant_id).select_only().column(Column::Id);
        Probe::Rows(Box::new(recorded.limit(most).into_query()))
    }
}

/// How far those recorded are walked past in search of those that meet all conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Walk {
    /// To [`FAR`].
    Near,
    ToTheEnd,
}

impl Store {
    /// The rows of a page, and of one client more, of those that have ended.
    pub(super) async fn ended(
        &self,
        asked: &mut Asked<'_>,
        ended: Ended,
        page: ClientPage<'_>,
    ) -> Result<Vec<ClientRow>> {
        if asked.may_stand_apart() {
            let near = ended.ids(asked, page, Walk::Near, self.kind);
            let near = self.rows(&near, page).await?;
            let full = near.len() as u64 > page.limit.rows();
            let probe = ended.probe(asked.tenant_id, SURELY_NEAR + 1);
            if full || self.number(probe).await? <= SURELY_NEAR {
                return Ok(near);
            }
            let few = |rule: &Rule<'_>| match rule {
                Rule::Status(..) => 0,
                _ => GATHERED,
            };
            let way = self.way(asked, few).await?;
            if way != Way::Walk {
                return self.rows(&self.ids(asked, way, page), page).await;
            }
        }
        let all = ended.ids(asked, page, Walk::ToTheEnd, self.kind);
        self.rows(&all, page).await
    }

    /// Whether there are clients to be recorded by [`Transaction::record_ends`].
    pub async fn has_unrecorded_ends(&self, now: Timestamp) -> Result<bool> {
        let due = Entity::find()
            .filter(due_before(now.plus(-SETTLED)))
            .select_only()
            .column(Column::Seq)
            .order_by_asc(Expr::cust(DUE))
            .into_tuple::<i64>()
            .one(&self.reads)
            .await?;
        Ok(due.is_some())
    }
}

impl Transaction {
    /// Records what some clients are that are due, and tells how many. Several nodes may do this at once: PostgreSQL
    /// passes over those that another transaction changes, and reads each row as it is when it has locked it.
    pub async fn record_ends(&self, now: Timestamp) -> Result<u64> {
        let moment = now.plus(-SETTLED).unix();
        let never = Timestamp::MAX.unix();
        let due = format!(
            "SELECT seq FROM client_entry WHERE listed_of IS NOT NULL AND {DUE} <> {never} AND {DUE} < $1 \
             ORDER BY {DUE} LIMIT {AT_ONCE}"
        );
        let some = match self.kind {
            Kind::Sqlite => format!("seq IN ({due})"),
            Kind::Postgres => format!("seq = ANY (ARRAY({due} FOR UPDATE SKIP LOCKED))"),
        };
        let sql = format!(
            "UPDATE client_entry SET \
               ended = CASE WHEN status <> 'active' THEN NULL WHEN expires_at < $1 THEN 'expired' \
                 WHEN usable_until < $1 THEN 'no_credential' END, \
               due = CASE WHEN status <> 'active' OR expires_at < $1 THEN {never} \
                 WHEN usable_until < $1 THEN COALESCE(expires_at, {never}) END \
             WHERE {some} AND {DUE} < $1"
        );
        let backend = self.inner.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [moment.into()]);
        Ok(self.inner.execute_raw(statement).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, sea_query::SqliteQueryBuilder};

    use super::*;
    use crate::{
        domain::page::Limit,
        store::{ClientColumn, ClientSort, DatabaseUrl},
    };

    /// What SQLite says it does for a page.
    async fn plan(store: &Store, by: ClientColumn, walk: Walk) -> String {
        let filter = ClientFilter {
            effective_status: Some(EffectiveStatus::Expired),
            search: Some("worker".to_owned()),
            ..ClientFilter::default()
        };
        let asked = Asked::new(Uuid::nil(), &filter, Timestamp::from_unix_clamped(1));
        let ended = Ended::asked(&filter, &asked.rules).unwrap();
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
        let ids = ended.ids(&asked, page, walk, Kind::Sqlite);
        let explain = format!("EXPLAIN QUERY PLAN {}", ids.to_string(SqliteQueryBuilder));
        let explain = Statement::from_string(DbBackend::Sqlite, explain);
        let rows = store.reads.query_all_raw(explain).await.unwrap();
        let details = rows.iter().map(|it| it.try_get("", "detail").unwrap());
        details.collect::<Vec<String>>().join("\n")
    }

    #[tokio::test]
    async fn sqlite_reads_one_index_in_its_order_and_one_for_those_that_are_due() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite_file(&folder.path().join("a.db"));
        let store = Store::connect(&url, 1).await.unwrap();
        store.migrate().await.unwrap();
        for (by, index) in [
            (ClientColumn::Name, "client_entry_ended_by_name"),
            (ClientColumn::CreatedAt, "client_entry_ended_by_creation"),
            (ClientColumn::UsableUntil, "client_entry_ended_by_end"),
            (ClientColumn::LastUsedAt, "client_entry_ended_by_use"),
        ] {
            for walk in [Walk::Near, Walk::ToTheEnd] {
                let plan = plan(&store, by, walk).await;
                let recorded =
                    format!("client_entry USING COVERING INDEX {index} (listed_of=? AND ended=?)");
                let due = "client_entry USING INDEX client_entry_due (<expr>>? AND <expr><?)";
                assert!(plan.contains(&recorded) && plan.contains(due), "{plan}");
                // Those that are due are sorted, and then both parts.
                assert_eq!(plan.matches("FOR ORDER BY").count(), 2, "{plan}");
            }
        }
        store.close().await;
    }
}
