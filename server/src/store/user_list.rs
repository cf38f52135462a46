//! Lists of people: by keyset over an index.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Func, SimpleExpr},
};
use uuid::Uuid;

use super::{
    ClientKey, KeyValue, Kind, Result, Store,
    entity::user::{Column, Entity},
    user::{contains, read},
};
use crate::domain::{
    page::{Limit, Page, Total},
    role::LadderRole,
    timestamp::Timestamp,
    user::{User, UserStatus},
};

/// In which order a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserSort {
    /// By which column.
    pub by: UserColumn,
    /// From the last to the first.
    pub descending: bool,
}

/// A column that a list can be sorted by, since an index stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserColumn {
    /// The name, without regard to case.
    Name,
    /// The address, without regard to case.
    Email,
    /// When it was made.
    CreatedAt,
    /// When it last signed in.
    LastSignInAt,
}

/// Which people a list shows. All that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Only these.
    pub status: Option<UserStatus>,
    /// Only those on this rung.
    pub role: Option<LadderRole>,
    /// Only those whose name or address contains this, in lower case.
    pub search: Option<String>,
}

impl UserColumn {
    const fn column(self) -> Column {
        match self {
            Self::Name => Column::NameKey,
            Self::Email => Column::EmailKey,
            Self::CreatedAt => Column::CreatedAt,
            Self::LastSignInAt => Column::LastSignInAt,
        }
    }

    fn key(self, user: &User) -> ClientKey {
        let value = match self {
            Self::Name => KeyValue::Text(user.form.name.to_lowercase()),
            Self::Email => KeyValue::Text(user.form.email.key()),
            Self::CreatedAt => KeyValue::Number(user.created_at.unix()),
            Self::LastSignInAt => KeyValue::Number(user.last_sign_in_at.map_or(0, Timestamp::unix)),
        };
        ClientKey {
            value,
            created_at: None,
            id: user.id,
        }
    }
}

/// A column that is held against the index of the order. SQLite does not know how many meet a filter, and might gather
/// and sort all of them.
fn checked(column: Column, kind: Kind) -> SimpleExpr {
    let plain = || Expr::col(column);
    match kind {
        Kind::Sqlite => Func::coalesce([plain(), plain()]).into(),
        Kind::Postgres => plain(),
    }
}

impl UserFilter {
    fn condition(&self, tenant_id: Uuid, kind: Kind) -> Condition {
        Condition::all()
            .add(Column::TenantId.eq(tenant_id))
            .add_option(
                self.status
                    .map(|it| checked(Column::Status, kind).eq(it.as_str())),
            )
            .add_option(
                self.role
                    .map(|it| checked(Column::Role, kind).eq(it.as_str())),
            )
            .add_option(
                self.search
                    .as_deref()
                    .map(|it| contains(kind, "search_text", it)),
            )
    }
}

impl Store {
    /// A page of a tenant's people.
    pub async fn list_users(
        &self,
        tenant_id: Uuid,
        filter: &UserFilter,
        sort: UserSort,
        after: Option<&ClientKey>,
        limit: Limit,
    ) -> Result<Page<User, ClientKey>> {
        let column = sort.by.column();
        let mut query = Entity::find().filter(filter.condition(tenant_id, self.kind));
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
            .map(read)
            .collect::<Result<Vec<_>>>()?;
        Ok(Page {
            next: items.last().filter(|_| more).map(|it| sort.by.key(it)),
            items,
            total: None,
        })
    }

    /// How many people a list has.
    pub async fn count_users(&self, tenant_id: Uuid, filter: &UserFilter) -> Result<Total> {
        let count = Entity::find()
            .filter(filter.condition(tenant_id, self.kind))
            .limit(Total::MOST + 1)
            .count(&self.reads)
            .await?;
        Ok(Total::from_bounded(count))
    }
}
