//! A database for one test.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use latchkey::store::{DatabaseUrl, Store};
use sea_orm::{ConnectOptions, ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};
use tempfile::TempDir;

use super::cluster::cluster;

pub(crate) use latchkey::store::Kind;

/// In KiB: a database takes some ten megabytes, there is one for each test that runs, and PostgreSQL's log beside them.
const ROOM: u64 = 2 << 20;

/// Whether this machine has such databases.
pub(super) fn is_there(kind: Kind) -> bool {
    kind == Kind::Sqlite || cluster().is_some()
}

/// A database for one test, with the folder of its server.
#[derive(Clone, Debug)]
pub(crate) struct TestDatabase {
    /// Which database it is.
    pub(crate) kind: Kind,
    /// Its address.
    pub(crate) url: String,
    name: String,
    folder: Arc<TempDir>,
}

impl TestDatabase {
    /// A migrated database.
    pub(crate) async fn create(kind: Kind) -> Self {
        let database = Self::named(kind);
        match kind {
            Kind::Sqlite => {
                fs::write(database.folder().join("latchkey.db"), sqlite_template()).unwrap();
            }
            Kind::Postgres => cluster().unwrap().create(&database.name).await,
        }
        database
    }

    /// A database with nothing in it.
    pub(crate) async fn create_empty(kind: Kind) -> Self {
        let database = Self::named(kind);
        if kind == Kind::Postgres {
            cluster().unwrap().create_empty(&database.name).await;
        }
        database
    }

    fn named(kind: Kind) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::Builder::new()
            .prefix("latchkey-test-")
            .tempdir_in(ground())
            .unwrap();
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("latchkey.db").display()),
            Kind::Postgres => cluster().unwrap().url(&name),
        };
        Self {
            kind,
            url,
            name,
            folder: Arc::new(folder),
        }
    }

    /// The data folder of the server.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// A connection beside the server's, to look at rows and to break things.
    pub(crate) async fn connect(&self) -> DatabaseConnection {
        let mut options = ConnectOptions::new(match self.kind {
            Kind::Sqlite => format!("{}?mode=rwc", self.url),
            Kind::Postgres => self.url.clone(),
        });
        options.max_connections(1).sqlx_logging(false);
        sea_orm::Database::connect(options).await.unwrap()
    }

    /// Runs a statement beside the server.
    pub(crate) async fn execute(&self, statement: &str) {
        let connection = self.connect().await;
        connection.execute_unprepared(statement).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The rows of a query beside the server.
    pub(crate) async fn rows(&self, query: &str) -> Vec<QueryResult> {
        let connection = self.connect().await;
        let statement = Statement::from_string(connection.get_database_backend(), query);
        let rows = connection.query_all_raw(statement).await.unwrap();
        connection.close().await.unwrap();
        rows
    }

    /// A uuid as a literal of this database.
    pub(crate) fn uuid(&self, id: uuid::Uuid) -> String {
        match self.kind {
            Kind::Sqlite => format!("x'{}'", id.simple()),
            Kind::Postgres => format!("'{id}'"),
        }
    }

    /// The number that a query gives.
    pub(crate) async fn number(&self, query: &str) -> i64 {
        let rows = self.rows(query).await;
        rows.first().unwrap().try_get_by_index(0).unwrap()
    }

    /// Shuts everybody out of it, or lets them in again.
    pub(crate) async fn shut(&self, shut: bool) {
        cluster().unwrap().shut(&self.name, shut).await;
    }

    /// Removes it. The folder goes with the last clone.
    pub(crate) async fn remove(self) {
        if self.kind == Kind::Postgres {
            cluster().unwrap().remove(&self.name).await;
        }
    }
}

/// Where databases are made: in memory, where the system keeps files there and has room, else with all temporary files.
/// One of PostgreSQL is hundreds of files, made and removed for each test.
pub(super) fn ground() -> &'static Path {
    static GROUND: OnceLock<PathBuf> = OnceLock::new();
    GROUND.get_or_init(|| {
        let memory = PathBuf::from("/dev/shm");
        match free_kibibytes(&memory) {
            Some(free) if free > ROOM => memory,
            _ => env::temp_dir(),
        }
    })
}

/// What `df` says is free.
fn free_kibibytes(folder: &Path) -> Option<u64> {
    let said = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    said.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// The bytes of a migrated file, so that not every test migrates one.
fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("latchkey.db");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(async {
                    let url = DatabaseUrl::sqlite_file(&file);
                    let store = Store::connect(&url, 2).await.unwrap();
                    store.migrate().await.unwrap();
                    store.close().await;
                });
            });
        });
        fs::read(file).unwrap()
    })
}
