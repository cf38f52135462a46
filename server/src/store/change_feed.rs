//! How the nodes that share a PostgreSQL tell each other which clients changed (LISTEN and NOTIFY).

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, Statement, sqlx::postgres::PgListener,
};
use uuid::Uuid;

use super::{Kind, Result, Store, StoreError};

const CHANNEL: &str = "latchkey_client";

/// Announces changed clients; PostgreSQL delivers it when the transaction commits.
pub(super) async fn announce(transaction: &DatabaseTransaction, clients: &[Uuid]) -> Result<()> {
    for client in clients {
        let statement = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), client.to_string().into()],
        );
        transaction.execute_raw(statement).await?;
    }
    Ok(())
}

/// A connection that hears what other nodes changed.
pub struct ChangeFeed(PgListener);

impl Store {
    /// Listens for changes by other nodes; `None` where there can be none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is away.
    pub async fn listen(&self) -> Result<Option<ChangeFeed>> {
        if self.kind == Kind::Sqlite {
            return Ok(None);
        }
        let pool = self.reads.get_postgres_connection_pool();
        let away = |error: sea_orm::sqlx::Error| StoreError::Unavailable(error.to_string());
        let mut listener = PgListener::connect_with(pool).await.map_err(away)?;
        listener.listen(CHANNEL).await.map_err(away)?;
        Ok(Some(ChangeFeed(listener)))
    }
}

impl ChangeFeed {
    /// Waits for the next changed client.
    ///
    /// # Errors
    /// When the connection is lost: what happened since is not known.
    pub async fn next(&mut self) -> Result<Uuid> {
        loop {
            // `try_recv` gives `None` on a lost connection, where `recv` would reconnect and say nothing.
            let heard = self
                .0
                .try_recv()
                .await
                .map_err(|error| StoreError::Unavailable(error.to_string()))?
                .ok_or_else(|| {
                    StoreError::Unavailable("the listening connection was lost".to_owned())
                })?;
            if let Ok(client) = Uuid::try_parse(heard.payload()) {
                return Ok(client);
            }
        }
    }
}
