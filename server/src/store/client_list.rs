//! Lists of clients: by keyset over an index, however many there are.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Statement,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    Kind, Result, Store, client,
    entity::{
        client::{Column, Entity},
        client_label,
    },
};
use crate::domain::{
    client::{Client, EffectiveStatus, SOON},
    page::{Limit, Page, Total},
    timestamp::Timestamp,
};

/// In which order a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientSort {
    /// By which column.
    pub by: ClientColumn,
    /// From the last to the first.
    pub descending: bool,
}

/// A column that a list can be sorted by, since an index stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientColumn {
    /// The name, without regard to case.
    Name,
    /// When it was made.
    CreatedAt,
    /// When it can get no more tokens.
    UsableUntil,
    /// When it last got one.
    LastUsedAt,
}

/// Where a page ends: the sorted column's value and the id of its last client.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClientKey {
    /// The value of the column.
    pub value: KeyValue,
    /// The id, which decides between equal values.
    pub id: Uuid,
}

/// A value of a sorted column.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum KeyValue {
    /// Of a time.
    Number(i64),
    /// Of a name.
    Text(String),
}

/// Which clients a list shows. All that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Only clients that can get no more tokens from this moment on.
    pub expires_before: Option<Timestamp>,
    /// Only clients that got no token since this moment.
    pub unused_since: Option<Timestamp>,
    /// Only clients made at or after this moment.
    pub created_after: Option<Timestamp>,
    /// Only clients whose name, client id or notes contain this, in lower case.
    pub search: Option<String>,
}

/// Up to this many hits of a search are gathered and sorted; more are so common that walking the sorted index finds
/// a page of them sooner.
const FEW_HITS: u64 = 1_000;

impl ClientColumn {
    const fn column(self) -> Column {
        match self {
            Self::Name => Column::NameKey,
            Self::CreatedAt => Column::CreatedAt,
            Self::UsableUntil => Column::UsableUntil,
            Self::LastUsedAt => Column::LastUsedAt,
        }
    }

    fn key(self, client: &Client) -> ClientKey {
        let value = match self {
            Self::Name => KeyValue::Text(client.form.name.to_lowercase()),
            Self::CreatedAt => KeyValue::Number(client.created_at.unix()),
            Self::UsableUntil => KeyValue::Number(client::end_to_row(client.usable_until())),
            Self::LastUsedAt => KeyValue::Number(client.last_used_at.map_or(0, Timestamp::unix)),
        };
        ClientKey {
            value,
            id: client.id,
        }
    }
}

fn in_state(status: EffectiveStatus, now: Timestamp) -> Condition {
    // Written out, since an index that holds only the clients switched off is used for a literal only.
    let active = || Expr::cust("status = 'active'");
    let soon = now.plus(SOON).unix();
    let unexpired = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(now.unix()));
    match status {
        EffectiveStatus::Inactive => Condition::all().add(Expr::cust("status = 'inactive'")),
        EffectiveStatus::Expired => Condition::all()
            .add(active())
            .add(Column::ExpiresAt.lte(now.unix())),
        EffectiveStatus::NoCredential => Condition::all()
            .add(active())
            .add(Column::UsableUntil.lte(now.unix()))
            .add(unexpired),
        EffectiveStatus::ExpiringSoon => Condition::all()
            .add(active())
            .add(Column::UsableUntil.gt(now.unix()))
            .add(Column::UsableUntil.lte(soon)),
        EffectiveStatus::Active => Condition::all()
            .add(active())
            .add(Column::UsableUntil.gt(soon)),
    }
}

impl ClientFilter {
    fn condition(&self, tenant_id: Uuid, now: Timestamp) -> Condition {
        // What is part of Latchkey is nobody's to look after, so it is in no list.
        let mut all = Condition::all()
            .add(Column::TenantId.eq(tenant_id))
            .add(Column::BuiltIn.eq(false))
            .add(if self.deleted {
                Column::DeletedAt.is_not_null()
            } else {
                Column::DeletedAt.is_null()
            });
        if let Some(profiles) = &self.profiles {
            all = all.add(match profiles.as_slice() {
                [one] => Column::Profile.eq(one),
                many => Column::Profile.is_in(many),
            });
        }
        if let Some(role) = &self.role {
            all = all.add(Column::Role.eq(role));
        }
        if let Some(owner) = &self.owner {
            all = all.add(Column::Owner.eq(owner));
        }
        if let Some((key, value)) = &self.label {
            let mut labelled = Query::select();
            labelled
                .column(client_label::Column::Client)
                .from(client_label::Entity)
                .and_where(client_label::Column::TenantId.eq(tenant_id))
                .and_where(client_label::Column::Key.eq(key));
            if let Some(value) = value {
                labelled.and_where(client_label::Column::Value.eq(value));
            }
            all = all.add(Column::Id.in_subquery(labelled));
        }
        if let Some(moment) = self.expires_before {
            all = all.add(Column::UsableUntil.lt(moment.unix()));
        }
        if let Some(moment) = self.unused_since {
            all = all
                .add(Column::LastUsedAt.lt(moment.unix()))
                .add(Column::CreatedAt.lt(moment.unix()));
        }
        if let Some(moment) = self.created_after {
            all = all.add(Column::CreatedAt.gte(moment.unix()));
        }
        if let Some(status) = self.effective_status {
            all = all.add(in_state(status, now));
        }
        all
    }
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
        let column = sort.by.column();
        let mut query = self.select(tenant_id, filter, now).await?;
        if let Some(key) = after {
            let value = match &key.value {
                KeyValue::Number(it) => Expr::val(*it),
                KeyValue::Text(it) => Expr::val(it),
            };
            let here = Expr::tuple([Expr::col(column), Expr::col(Column::Id)]);
            let there = Expr::tuple([value, Expr::val(key.id)]);
            query = query.filter(if sort.descending {
                here.lt(there)
            } else {
                here.gt(there)
            });
        }
        let order = if sort.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        let rows = query
            .order_by(column, order.clone())
            .order_by(Column::Id, order)
            .limit(limit.rows() + 1)
            .all(&self.reads)
            .await?;
        let more = rows.len() as u64 > limit.rows();
        let items = rows
            .into_iter()
            .take(usize::try_from(limit.rows()).unwrap_or(usize::MAX))
            .map(client::read)
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
        let query = self.select(tenant_id, filter, now).await?;
        let bounded = query
            .select_only()
            .column(Column::Id)
            .limit(Total::MOST + 1)
            .into_query();
        Ok(Total::from_bounded(self.count(bounded).await?))
    }

    async fn select(
        &self,
        tenant_id: Uuid,
        filter: &ClientFilter,
        now: Timestamp,
    ) -> Result<Select<Entity>> {
        let query = Entity::find().filter(filter.condition(tenant_id, now));
        Ok(match &filter.search {
            Some(text) => query.filter(self.search(text).await?),
            None => query,
        })
    }

    async fn count(&self, of: sea_orm::sea_query::SelectStatement) -> Result<u64> {
        let backend = self.reads.get_database_backend();
        let mut counting = Query::select();
        counting
            .expr(Expr::cust("COUNT(*) AS \"number\""))
            .from_subquery(of, "counted");
        let row = self.reads.query_one_raw(backend.build(&counting)).await?;
        let number: i64 = row.map_or(Ok(0), |it| it.try_get("", "number"))?;
        Ok(u64::try_from(number).unwrap_or_default())
    }

    /// The condition that finds `text`, which stands in lower case, in name, client id or notes.
    async fn search(&self, text: &str) -> Result<Expr> {
        if self.kind == Kind::Postgres {
            let pattern = text
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            return Ok(Expr::cust_with_values(
                "search_text LIKE $1",
                [format!("%{pattern}%")],
            ));
        }
        let walk = || Expr::cust_with_values("instr(search_text, ?) > 0", [text]);
        if text.chars().count() < 3 {
            return Ok(walk());
        }
        let phrase = format!("\"{}\"", text.replace('"', "\"\""));
        let hits = Statement::from_sql_and_values(
            sea_orm::DbBackend::Sqlite,
            format!(
                "SELECT COUNT(*) AS number FROM (SELECT rowid FROM client_search \
                 WHERE client_search MATCH ? LIMIT {})",
                FEW_HITS + 1
            ),
            [phrase.clone().into()],
        );
        let row = self.reads.query_one_raw(hits).await?;
        let hits: i64 = row.map_or(Ok(0), |it| it.try_get("", "number"))?;
        Ok(if u64::try_from(hits).unwrap_or_default() > FEW_HITS {
            walk()
        } else {
            Expr::cust_with_values(
                "seq IN (SELECT rowid FROM client_search WHERE client_search MATCH ?)",
                [phrase],
            )
        })
    }
}
