//! A PostgreSQL cluster to throw away.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use crate::{Outcome, server::spent};

/// A cluster of our own. It is stopped when this is dropped.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Starts one in `folder`, which is made; `None` where PostgreSQL is not installed.
    pub(crate) fn start(folder: &Path) -> Outcome<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let cluster = Self {
            programs,
            folder: folder.to_owned(),
            port,
        };
        if !folder.join("PG_VERSION").exists() {
            std::fs::create_dir_all(folder)?;
            if is_root() {
                run(Command::new("chown").arg("postgres").arg(folder))?;
            }
            run(cluster.command("initdb").args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-sync",
            ]))?;
        }
        // PostgreSQL's own documentation advises a quarter of the memory for shared_buffers; without more than its 128 MB
        // a million clients would be measured out of the system's cache.
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_wal_size=4GB \
             -c shared_buffers=1GB"
        );
        run(cluster
            .command("pg_ctl")
            .args(["--wait", "--silent", "--log=/dev/null", "start", "-o"])
            .arg(options))?;
        Ok(Some(cluster))
    }

    /// The address of a database in it, which is made when it is missing.
    pub(crate) async fn database(&self, name: &str) -> Outcome<String> {
        use sea_orm::{ConnectionTrait, Database};
        let port = self.port;
        let server = format!("postgres://postgres@127.0.0.1:{port}");
        let admin = Database::connect(format!("{server}/postgres")).await?;
        let made = admin
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await;
        if let Err(error) = made
            && !error.to_string().contains("already exists")
        {
            return Err(error.into());
        }
        admin.close().await?;
        Ok(format!("{server}/{name}"))
    }

    /// The processor time that the processes of its connections took so far; nothing where the system does not say.
    pub(crate) fn processor_time(&self) -> Outcome<Duration> {
        Ok(self
            .processes()?
            .iter()
            .filter_map(|it| std::fs::read_to_string(it.join("stat")).ok())
            .map(|it| spent(&it))
            .sum())
    }

    /// The folders in which Linux tells about the processes of its connections, and those that it has for itself; none
    /// elsewhere.
    pub(crate) fn processes(&self) -> Outcome<Vec<PathBuf>> {
        let Ok(processes) = std::fs::read_dir("/proc") else {
            return Ok(Vec::new());
        };
        let own = std::fs::read_to_string(self.folder.join("postmaster.pid"))?;
        let parent = own.lines().next().unwrap_or_default();
        Ok(processes
            .flatten()
            .map(|it| it.path())
            .filter(|it| {
                let stat = std::fs::read_to_string(it.join("stat")).unwrap_or_default();
                let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
                fields.split_whitespace().nth(1) == Some(parent)
            })
            .collect())
    }

    /// A command on this cluster; as the user `postgres` where we are root, which PostgreSQL refuses.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/").arg("-D").arg(&self.folder);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A cluster that does not stop is shown by what it leaves behind; there is nothing else to do here.
        let _ = run(self
            .command("pg_ctl")
            .args(["--silent", "--mode=fast", "stop"]));
    }
}

fn run(command: &mut Command) -> Outcome<()> {
    let status = command.stdout(Stdio::null()).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", command.get_program().display()).into())
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|it| it.stdout.trim_ascii() == b"0")
}

/// The folder of the programs of the newest PostgreSQL.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for root in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let folders = std::fs::read_dir(root).into_iter().flatten().flatten();
        found.extend(folders.map(|it| it.path().join("bin")));
    }
    found.retain(|it| it.join("initdb").exists());
    found.sort();
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&in_path).find(|it| it.join("initdb").exists());
    in_path.or_else(|| found.pop())
}
