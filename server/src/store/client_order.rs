//! The orders of a list of clients. Behind each stands an index of `client_entry`.

use sea_orm::{
    Order,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use super::{
    client::end_to_row,
    client_filter::{Use, column},
    client_row::ClientRow,
    entity::client_entry::Column,
};
use crate::domain::{client::Client, timestamp::Timestamp};

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
    /// When it last got one; those that never did stand in the order in which they were made.
    LastUsedAt,
}

/// Where a page ends: what its last client is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ClientKey {
    /// The value of the column.
    pub value: KeyValue,
    /// When it was made, where that decides between equal values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<i64>,
    /// The id, which decides between those that are equal still.
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

impl ClientSort {
    /// The direction of each column.
    pub(super) const fn order(self) -> Order {
        if self.descending {
            Order::Desc
        } else {
            Order::Asc
        }
    }

    /// Sorts the clients of a page.
    pub(super) fn sort(self, rows: &mut [ClientRow]) {
        rows.sort_unstable_by(|one, other| {
            let (one, other) = (&one.client, &other.client);
            let order = match self.by {
                ClientColumn::Name => one.name_key.cmp(&other.name_key),
                ClientColumn::CreatedAt => one.created_at.cmp(&other.created_at),
                ClientColumn::UsableUntil => one.usable_until.cmp(&other.usable_until),
                ClientColumn::LastUsedAt => {
                    (one.last_used_at, one.created_at).cmp(&(other.last_used_at, other.created_at))
                }
            };
            let order = order.then_with(|| one.id.cmp(&other.id));
            if self.descending {
                order.reverse()
            } else {
                order
            }
        });
    }

    /// That a client stands behind the end of a page.
    pub(super) fn behind(self, key: &ClientKey, how: Use) -> SimpleExpr {
        let here = self.by.columns().iter().enumerate();
        let here = here.map(|(number, it)| column(*it, if number == 0 { how } else { Use::Index }));
        let value = match &key.value {
            KeyValue::Number(it) => Expr::val(*it),
            KeyValue::Text(it) => Expr::val(it),
        };
        let made = (self.by == ClientColumn::LastUsedAt).then(|| Expr::val(key.created_at));
        let there = [Some(value), made, Some(Expr::val(key.id))];
        let (here, there) = (Expr::tuple(here), Expr::tuple(there.into_iter().flatten()));
        if self.descending {
            here.lt(there)
        } else {
            here.gt(there)
        }
    }
}

impl ClientColumn {
    /// What decides, the column itself first.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Name => &[Column::NameKey, Column::Id],
            Self::CreatedAt => &[Column::CreatedAt, Column::Id],
            Self::UsableUntil => &[Column::UsableUntil, Column::Id],
            Self::LastUsedAt => &[Column::LastUsedAt, Column::CreatedAt, Column::Id],
        }
    }

    /// Where `client` stands.
    pub(super) fn key(self, client: &Client) -> ClientKey {
        let value = match self {
            Self::Name => KeyValue::Text(client.form.name.to_lowercase()),
            Self::CreatedAt => KeyValue::Number(client.created_at.unix()),
            Self::UsableUntil => KeyValue::Number(end_to_row(client.usable_until())),
            Self::LastUsedAt => KeyValue::Number(client.last_used_at.map_or(0, Timestamp::unix)),
        };
        ClientKey {
            value,
            created_at: (self == Self::LastUsedAt).then(|| client.created_at.unix()),
            id: client.id,
        }
    }
}
