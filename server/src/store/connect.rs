//! Opening the database, and bringing it to this version.

use std::{num::NonZero, path::Path, time::Duration};

use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait,
    sqlx::{self, Connection, SqliteConnection},
};
use sea_orm_migration::MigratorTrait;
use secrecy::{ExposeSecret, SecretString};

use super::{Result, StoreError, client_guess::Guesses};

/// Any number will do that nothing else locks in this database.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(4916381570296741)";

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file, one node.
    Sqlite,
    /// Many nodes.
    Postgres,
}

/// Where the database is. It may hold a password, so it is a secret.
#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    kind: Kind,
    url: SecretString,
}

/// A text that names no database Latchkey can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected postgres://user:password@host/database, or sqlite:///path/to/file")]
pub struct DatabaseUrlProblem;

impl DatabaseUrl {
    /// `postgres://…` or `sqlite://…`.
    ///
    /// # Errors
    /// [`DatabaseUrlProblem`] for any other text.
    pub fn parse(text: &str) -> std::result::Result<Self, DatabaseUrlProblem> {
        let scheme = text.split_once(':').ok_or(DatabaseUrlProblem)?.0;
        let kind = match scheme {
            "postgres" | "postgresql" if url::Url::parse(text).is_ok() => Kind::Postgres,
            "sqlite" if text.len() > "sqlite://".len() => Kind::Sqlite,
            _ => return Err(DatabaseUrlProblem),
        };
        Ok(Self {
            kind,
            url: text.to_owned().into(),
        })
    }

    /// A file, made when it is missing.
    pub fn sqlite_file(path: &Path) -> Self {
        Self {
            kind: Kind::Sqlite,
            url: format!("sqlite://{}", path.display()).into(),
        }
    }

    /// Which database it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The address without its password, for people.
    pub fn masked(&self) -> String {
        let text = self.url.expose_secret();
        match url::Url::parse(text) {
            Ok(mut url) if url.password().is_some() => {
                // Setting a password fails only for addresses that cannot have one, and this one has.
                let _ = url.set_password(Some(MASK));
                mask_query(&mut url);
                url.to_string()
            }
            Ok(mut url) => {
                mask_query(&mut url);
                url.to_string()
            }
            Err(_) => text.to_owned(),
        }
    }
}

const MASK: &str = "********";

/// PostgreSQL takes passwords in the query as well.
fn mask_query(url: &mut url::Url) {
    let is_secret = |name: &str| name.to_ascii_lowercase().contains("password");
    if !url.query_pairs().any(|(name, _)| is_secret(&name)) {
        return;
    }
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| {
            let value = if is_secret(&name) { MASK.into() } else { value };
            (name.into_owned(), value.into_owned())
        })
        .collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) kind: Kind,
    /// Many connections, for reading.
    pub(super) reads: DatabaseConnection,
    /// On SQLite a single connection, since it has a single writer anyway and waiting here is fair; on PostgreSQL
    /// the same pool as `reads`.
    pub(super) writes: DatabaseConnection,
    pub(super) guesses: Guesses,
}

impl Store {
    /// Opens the database without changing it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be reached.
    pub async fn connect(url: &DatabaseUrl, connections: u32) -> Result<Self> {
        match url.kind {
            Kind::Sqlite => {
                let writes = open(url, 1, For::Writing).await?;
                let reads = open(url, connections.min(readers()), For::Reading).await?;
                Ok(Self {
                    kind: Kind::Sqlite,
                    reads,
                    writes,
                    guesses: Guesses::none(),
                })
            }
            Kind::Postgres => {
                let reads = open(url, connections, For::Both).await?;
                Ok(Self {
                    kind: Kind::Postgres,
                    writes: reads.clone(),
                    reads,
                    guesses: Guesses::none(),
                })
            }
        }
    }

    /// Applies the migrations that are missing.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer version of Latchkey has been here.
    pub async fn migrate(&self) -> Result<()> {
        if self.kind == Kind::Sqlite {
            return self.migrate_alone().await;
        }
        // Of several nodes that start at once one migrates, and the others wait for it. The lock is on a connection of
        // its own and goes with its transaction, however that ends.
        let lock = self.writes.begin().await?;
        lock.execute_unprepared(MIGRATION_LOCK).await?;
        let migrated = self.migrate_alone().await;
        lock.rollback().await?;
        migrated
    }

    async fn migrate_alone(&self) -> Result<()> {
        self.refuse_newer().await?;
        Migrator::up(&self.writes, None).await?;
        if self.kind == Kind::Sqlite {
            self.writes.execute_unprepared("PRAGMA optimize").await?;
        }
        Ok(())
    }

    async fn refuse_newer(&self) -> Result<()> {
        Migrator::install(&self.writes).await?;
        let known: Vec<String> = Migrator::migrations()
            .iter()
            .map(|it| it.name().to_owned())
            .collect();
        let applied = Migrator::get_migration_models(&self.writes).await?;
        match applied.into_iter().find(|it| !known.contains(&it.version)) {
            Some(unknown) => Err(StoreError::Newer(unknown.version)),
            None => Ok(()),
        }
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none within two seconds.
    pub async fn ping(&self) -> Result<()> {
        let asked = self.reads.execute_unprepared("SELECT 1");
        match tokio::time::timeout(Duration::from_secs(2), asked).await {
            Ok(answered) => Ok(answered.map(|_| ())?),
            Err(_) => Err(StoreError::Unavailable(
                "it does not answer within two seconds".to_owned(),
            )),
        }
    }

    /// Which database it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Closes every connection; a SQLite file is left without side files.
    pub async fn close(self) {
        let _ = self.reads.close().await;
        let _ = self.writes.close().await;
    }
}

/// Whether a connection may begin a transaction. When the disk is full SQLite takes a transaction back by itself, the
/// library's own rollback then fails, and the connection counts as within a transaction for ever: what is committed
/// on it from then on is not. Such a connection is closed, and another one takes its place.
async fn is_between_transactions(
    connection: &mut SqliteConnection,
) -> std::result::Result<bool, sqlx::Error> {
    // Commands are carried out in their order: this waits for a rollback that is still on its way.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// How many connections can read a SQLite file at once to any use: reading is work of this process, and each connection
/// takes memory of its own.
fn readers() -> u32 {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    u32::try_from(processors).unwrap_or(u32::MAX).max(4)
}

/// How many rows of an answer wait to be read: a page of any list, so that SQLite gives it without a pause.
const ROWS: usize = 256;

/// How many bytes of a SQLite file are read through the address space at most.
const MAPPED: &str = "17179869184";

/// How many statements a connection keeps prepared: more than there are ways to ask for a list. Otherwise they would push
/// each other out, and be prepared and planned anew each time.
const PREPARED: usize = 384;

/// What connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Reading,
    Writing,
    Both,
}

async fn open(url: &DatabaseUrl, connections: u32, purpose: For) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url.url.expose_secret());
    options
        .max_connections(connections)
        .acquire_timeout(match url.kind {
            // Here waiting is waiting for one's turn to write.
            Kind::Sqlite => Duration::from_secs(10),
            // Here it is as a rule waiting for a database that is away.
            Kind::Postgres => Duration::from_secs(5),
        })
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .sqlx_logging(false);
    match url.kind {
        Kind::Sqlite => {
            options
                .idle_timeout(None::<Duration>)
                .max_lifetime(None::<Duration>)
                .map_sqlx_sqlite_opts(|it| {
                    it.create_if_missing(true)
                        .foreign_keys(true)
                        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                        // What is acknowledged survives a power failure, too. Token issue never writes.
                        .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                        .busy_timeout(Duration::from_secs(10))
                        .row_buffer_size(ROWS)
                        .statement_cache_capacity(PREPARED)
                });
            if purpose == For::Reading {
                // Pages stand in the system's cache already: reading a million clients needs no second copy of them in
                // each connection.
                options.map_sqlx_sqlite_opts(|it| it.pragma("mmap_size", MAPPED));
            }
            if purpose == For::Writing {
                options.map_sqlx_sqlite_before_acquire(|connection, _| {
                    Box::pin(is_between_transactions(connection))
                });
            }
        }
        Kind::Postgres => {
            options
                .set_application_name("latchkey")
                .map_sqlx_postgres_opts(|it| it.statement_cache_capacity(PREPARED));
        }
    }
    Database::connect(options).await.map_err(|error| {
        // The library repeats no password.
        StoreError::Unavailable(format!(
            "{error}. Is there a database at {}, and may this user in?",
            url.masked()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_of_a_large_file_is_read_through_the_address_space() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite_file(&folder.path().join("a.db"));
        let store = Store::connect(&url, 1).await.unwrap();
        let asked = "PRAGMA mmap_size".to_owned();
        let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, asked);
        let row = store.reads.query_one_raw(statement).await.unwrap().unwrap();
        let mapped: i64 = row.try_get("", "mmap_size").unwrap();
        // What SQLite was compiled with bounds it without a word.
        assert_eq!(mapped.to_string(), MAPPED);
        store.close().await;
    }
}
