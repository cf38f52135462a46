//! How many clients a list has.

use sea_orm::{
    ConnectionTrait, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{CaseStatement, Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    Result, Store,
    client_filter::{ClientFilter, FEW, Probe, Rule, Through},
    client_list::{MET, first_of},
    client_order::{ClientColumn, ClientSort},
    client_way::{Asked, Way},
    entity::client_entry::Column,
    statement::planned_once,
};
use crate::domain::{page::Total, timestamp::Timestamp};

/// Up to this many clients are looked at to count those that meet conditions which many meet.
const SOME: u64 = 1_200;

impl Store {
    /// How many clients a list has.
    pub async fn count_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        now: Timestamp,
    ) -> Result<Total> {
        let mut asked = Asked::new(tenant_id, filter, now);
        self.count_asked(&mut asked).await
    }

    /// As [`count_clients`](Self::count_clients), of which some is known.
    pub(super) async fn count_asked(&self, asked: &mut Asked<'_>) -> Result<Total> {
        if let [only] = asked.rules.as_slice()
            && only.is_counted()
            && let Some(number) = self.number_meeting(asked, 0, Total::MOST + 1).await?
        {
            return Ok(Total::from_bounded(number));
        }
        let others = asked.rules.len() > 1;
        let few = |rule: &Rule<'_>| Ord::max(rule.few(others, self.kind), Total::MOST);
        let way = self.way(asked, few).await?;
        if way == Way::Walk && !asked.rules.is_empty() {
            return self.count_some(asked).await;
        }
        let number = self.count_to(asked, way, Total::MOST + 1).await?;
        Ok(Total::from_bounded(number))
    }

    /// As [`count_clients`](Self::count_clients), but never far beyond [`FEW`]: for a figure at a glance.
    pub async fn count_few_clients(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        now: Timestamp,
    ) -> Result<Total> {
        let mut asked = Asked::new(tenant_id, filter, now);
        let others = asked.rules.len() > 1;
        let way = self.way(&mut asked, |it| it.few(others, self.kind)).await?;
        let counted = match asked.rules.as_slice() {
            // What decided the way may be some seconds old, and is asked again then.
            [only] if way == Way::Walk && only.is_counted() => {
                self.number_meeting(&mut asked, 0, FEW + 1).await?
            }
            _ => None,
        };
        let count = match counted {
            Some(count) => count,
            None => self.count_to(&asked, way, FEW + 1).await?,
        };
        Ok(Total {
            count: Ord::min(count, FEW),
            exact: count <= FEW,
        })
    }

    /// How many clients meet all conditions, counting no further than `most`.
    async fn count_to(&self, asked: &Asked<'_>, way: Way, most: u64) -> Result<u64> {
        let mut found = asked.meeting(way, self);
        if way == Way::Walk {
            // No order is asked for: this only says along which index, of which that of names is the largest.
            found = found.order_by_asc(Column::CreatedAt);
        }
        let bounded = found
            .select_only()
            .column(Column::Id)
            .limit(most)
            .into_query();
        self.number(Probe::Rows(Box::new(bounded))).await
    }

    /// How many of the first clients meet all conditions.
    async fn count_some(&self, asked: &Asked<'_>) -> Result<Total> {
        let by_creation = ClientSort {
            by: ClientColumn::CreatedAt,
            descending: false,
        };
        let all = asked.filter.of_tenant(asked.tenant_id, Through::Order);
        let some = first_of(all, by_creation, &[], asked.met(self.kind), SOME + 1);
        let met = CaseStatement::new().case(Expr::col(MET), 1);
        let mut counting = Query::select();
        counting
            .expr_as(Expr::cust("COUNT(*)"), "looked_at")
            .expr_as(Expr::expr(met).count(), "number")
            .from_subquery(some, "some");
        let row = self
            .reads
            .query_one_raw(planned_once(&counting, self.kind))
            .await?;
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
}
