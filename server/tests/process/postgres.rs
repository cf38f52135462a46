//! A PostgreSQL of our own, to be stopped and started.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// A throw-away cluster that listens on a socket in its own folder.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// The user that runs it: PostgreSQL refuses to be run by root.
    as_user: Option<&'static str>,
}

impl Cluster {
    /// Makes one and starts it; `None`, with a line that says so, where there is no PostgreSQL.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = find_programs() else {
            assert!(
                std::env::var_os("LATCHKEY_REQUIRE_POSTGRES").is_none_or(|it| it != "1"),
                "LATCHKEY_REQUIRE_POSTGRES=1, and no PostgreSQL is found"
            );
            #[expect(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("SKIPPED: no PostgreSQL is found (PG_BIN names the folder of initdb)");
            }
            return None;
        };
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let cluster = Self {
            folder: tempfile::tempdir().unwrap(),
            programs,
            as_user: is_root.then_some("postgres"),
        };
        if let Some(user) = cluster.as_user {
            let owned = Command::new("chown")
                .arg(user)
                .arg(cluster.folder.path())
                .status();
            assert!(owned.unwrap().success());
        }
        let data = cluster.data();
        cluster.run(
            "initdb",
            &[
                "-D", &data, "-U", "latchkey", "-A", "trust", "-N", "-E", "UTF8",
            ],
        );
        cluster.resume();
        Some(cluster)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_str().unwrap().to_owned()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = match self.as_user {
            Some(user) => {
                let mut command = Command::new("setpriv");
                let group = format!("--regid={user}");
                command.args([&format!("--reuid={user}"), &group, "--clear-groups"]);
                command.arg(&program);
                command
            }
            None => Command::new(&program),
        };
        let status = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "{} {arguments:?}", program.display());
    }

    /// Starts it, again.
    pub(crate) fn resume(&self) {
        let options = format!(
            "-c listen_addresses= -c fsync=off -k {}",
            self.folder.path().display()
        );
        let log = self.folder.path().join("log");
        self.run(
            "pg_ctl",
            &[
                "-D",
                &self.data(),
                "-w",
                "-o",
                &options,
                "-l",
                log.to_str().unwrap(),
                "start",
            ],
        );
    }

    /// Takes it away at once.
    pub(crate) fn vanish(&self) {
        self.run(
            "pg_ctl",
            &["-D", &self.data(), "-w", "-m", "immediate", "stop"],
        );
    }

    /// Its `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://latchkey@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if Path::new(&self.data()).join("postmaster.pid").exists() {
            self.vanish();
        }
    }
}

fn find_programs() -> Option<PathBuf> {
    let named = std::env::var_os("PG_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let debian = debian
        .filter_map(Result::ok)
        .map(|it| it.path().join("bin"));
    named
        .into_iter()
        .chain(std::env::split_paths(&path))
        .chain(debian)
        .find(|it| it.join("initdb").is_file())
}
