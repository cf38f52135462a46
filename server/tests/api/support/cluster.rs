//! A PostgreSQL of our own: one cluster for the process, made when the first test asks for it.
//!
//! A shell watches over it: its standard input is a pipe that this process holds. When this process ends, however it
//! ends, the pipe closes, and the shell stops the cluster and removes its folder.

use std::{
    env, fs,
    io::Write as _,
    os::unix::{
        fs::{PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use latchkey::store::{DatabaseUrl, Store};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

use super::database::ground;

/// Set to 1, a machine without PostgreSQL fails instead of skipping half of the tests.
const REQUIRE: &str = "LATCHKEY_REQUIRE_POSTGRES";

/// A migrated database that the others are copied from.
const TEMPLATE: &str = "latchkey_template";

/// Stops the cluster and removes its folder when standard input closes.
const WATCH: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off \
    >"$2/log" 2>&1 &
read -r _
kill -INT $!
wait
rm -rf "$2"
"#;

/// A running cluster.
#[derive(Debug)]
pub(super) struct Cluster {
    folder: PathBuf,
    /// The shell that watches, and the pipe it watches.
    _watch: (Child, ChildStdin),
}

/// The cluster of this process, if this machine can have one.
pub(super) fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let Some(programs) = find_programs() else {
            // Past the capture of the test harness: a skipped half must be seen.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED on PostgreSQL: initdb was not found in PATH, /usr/lib/postgresql or Homebrew"
            );
            return None;
        };
        Some(Cluster::start(&programs))
    });
    assert!(
        cluster.is_some() || env::var(REQUIRE).as_deref() != Ok("1"),
        "{REQUIRE}=1, and there is no PostgreSQL on this machine"
    );
    cluster.as_ref()
}

impl Cluster {
    fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("latchkey-postgres-")
            .tempdir_in(ground())
            .expect("a folder for PostgreSQL")
            .keep();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).expect("the folder can be given away");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("it is private");
        let as_user = |program: &Path| {
            let mut command = Command::new(program);
            command.current_dir(&folder).env("LC_ALL", "C");
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        let made = as_user(&programs.join("initdb"))
            .args(["--username=latchkey", "--auth=trust", "--encoding=UTF8"])
            .args(["--no-locale", "--no-sync", "--pgdata"])
            .arg(folder.join("data"))
            .output()
            .expect("initdb runs");
        assert!(
            made.status.success(),
            "initdb failed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let mut watch = as_user(Path::new("/bin/sh"))
            .args(["-c", WATCH, "sh"])
            .args([programs, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C is for the tests: it reaches the cluster by the pipe.
            .process_group(0)
            .spawn()
            .expect("a shell runs");
        let pipe = watch.stdin.take().expect("it was piped");
        let cluster = Self {
            folder,
            _watch: (watch, pipe),
        };
        // Of its own, since this may run within the runtime of a test.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(cluster.prepare());
            });
        });
        cluster
    }

    /// Waits until it answers, then makes the template.
    async fn prepare(&self) {
        let until = Instant::now() + Duration::from_mins(1);
        let administrator = loop {
            match self.administrator().await {
                Ok(connection) => break connection,
                Err(error) if Instant::now() > until => {
                    let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                    panic!("PostgreSQL does not start: {error}\n{log}");
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let create = format!("CREATE DATABASE {TEMPLATE}");
        administrator.execute_unprepared(&create).await.unwrap();
        administrator.close().await.unwrap();
        let url = DatabaseUrl::parse(&self.url(TEMPLATE)).unwrap();
        let store = Store::connect(&url, 2).await.unwrap();
        store.migrate().await.unwrap();
        store.close().await;
    }

    /// The address of one of its databases.
    pub(super) fn url(&self, name: &str) -> String {
        let folder = self.folder.display();
        format!("postgres://latchkey@localhost/{name}?host={folder}")
    }

    async fn administrator(&self) -> Result<DatabaseConnection, sea_orm::DbErr> {
        let mut options = ConnectOptions::new(self.url("postgres"));
        options
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .sqlx_logging(false);
        Database::connect(options).await
    }

    /// Makes a migrated database.
    pub(super) async fn create(&self, name: &str) {
        self.administrate(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
            .await;
    }

    /// Makes a database with nothing in it.
    pub(super) async fn create_empty(&self, name: &str) {
        self.administrate(&format!("CREATE DATABASE {name}")).await;
    }

    /// Removes a database, whoever uses it.
    pub(super) async fn remove(&self, name: &str) {
        self.administrate(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await;
    }

    /// Shuts everybody out of a database, or lets them in again.
    pub(super) async fn shut(&self, name: &str, shut: bool) {
        self.administrate(&format!(
            "ALTER DATABASE {name} ALLOW_CONNECTIONS {}",
            !shut
        ))
        .await;
        if shut {
            self.administrate(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ))
            .await;
        }
    }

    async fn administrate(&self, statement: &str) {
        let connection = self.administrator().await.expect("PostgreSQL answers");
        connection.execute_unprepared(statement).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// The folder of PostgreSQL's programs: in PATH, or where systems put them, the newest version first.
fn find_programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let mut versions: Vec<PathBuf> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .map(|it| it.path().join("bin"))
            .collect();
        versions.sort();
        folders.extend(versions.into_iter().rev());
    }
    folders
        .into_iter()
        .find(|it| it.join("initdb").is_file() && it.join("postgres").is_file())
}

/// PostgreSQL refuses to run as root: then it runs as somebody else.
fn unprivileged() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let asked = Command::new("id").args(arguments).output().ok()?;
        let text = String::from_utf8(asked.stdout).ok()?;
        text.trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"]
        .iter()
        .find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}
