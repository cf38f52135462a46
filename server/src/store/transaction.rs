//! A change of the database: all of it or nothing.

use std::sync::Mutex;

use sea_orm::{DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use uuid::Uuid;

use super::{Kind, Result, Store, change_feed};

/// An open transaction. Dropping it takes everything back.
#[derive(Debug)]
pub struct Transaction {
    pub(super) kind: Kind,
    pub(super) inner: DatabaseTransaction,
    /// The clients whose cached state this transaction makes stale.
    touched: Mutex<Vec<Uuid>>,
}

/// Stands for all clients where one is named as touched: no client has this id.
pub const ALL_CLIENTS: Uuid = Uuid::nil();

impl Store {
    /// Begins a transaction. On SQLite it is IMMEDIATE: it has the write lock from the start, so that it can never
    /// fail for having read first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database is away or busy for too long.
    pub async fn begin(&self) -> Result<Transaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Transaction {
            kind: self.kind,
            inner: self.writes.begin_with_options(options).await?,
            touched: Mutex::default(),
        })
    }
}

impl Transaction {
    /// Notes that the cached state of `client` is stale once this is committed.
    pub(super) fn touch(&self, client: Uuid) {
        let mut touched = self
            .touched
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if !touched.contains(&client) {
            touched.push(client);
        }
    }

    /// Notes that the cached state of every client is stale once this is committed: something changed that many
    /// depend on.
    pub(super) fn touch_all(&self) {
        self.touch(ALL_CLIENTS);
    }

    /// The clients whose cached state is stale once this is committed.
    pub fn touched(&self) -> Vec<Uuid> {
        self.touched
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Makes the change last. Other nodes are told in the same transaction.
    ///
    /// # Errors
    /// When the database did not confirm the commit.
    pub async fn commit(self) -> Result<()> {
        if self.kind == Kind::Postgres {
            change_feed::announce(&self.inner, &self.touched()).await?;
        }
        Ok(self.inner.commit().await?)
    }
}
