//! Servers as child processes, and what they take.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{Outcome, baseline::Kind};

/// A running server. It ends when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// How long it took from the start to its word that it is ready.
    pub(crate) ready_after: Duration,
    /// The operator client, where this was the first start.
    pub(crate) operator: Option<Operator>,
}

/// A client that may do everything.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(crate) struct Operator {
    /// Its wire id.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: String,
}

impl Server {
    /// Starts one of the baselines: this executable once more.
    pub(crate) fn baseline(kind: Kind) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--baseline", kind.name()]);
        Self::start(command)
    }

    /// Starts Latchkey on a data folder, and on another database if one is given.
    pub(crate) fn latchkey(data: &Path, database: Option<&str>) -> Outcome<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"LATCHKEY_") {
                command.env_remove(name);
            }
        }
        command
            .env_remove("DATABASE_URL")
            // One caller asks as quickly as it gets answers.
            .env("LATCHKEY_API_REQUESTS_PER_SECOND", "1000000")
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .arg("--data-dir")
            .arg(data);
        if let Some(url) = database {
            command.args(["--database-url", url]);
        }
        Self::start(command)
    }

    fn start(mut command: Command) -> Outcome<Self> {
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("no standard output")?;
        let mut operator = Operator::default();
        for line in BufReader::new(output).lines() {
            let line = line?;
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("client_id"), Some(word)) => word.clone_into(&mut operator.client_id),
                (Some("client_secret"), Some(word)) => word.clone_into(&mut operator.client_secret),
                _ => {}
            }
            let Some((_, address)) = line.split_once("ready: http://") else {
                continue;
            };
            let address = address.split_whitespace().next().unwrap_or_default();
            return Ok(Self {
                child,
                address: address.parse()?,
                ready_after: started.elapsed(),
                operator: (!operator.client_id.is_empty()).then_some(operator),
            });
        }
        let status = child.wait()?;
        Err(format!("a server ended before it was ready: {status}").into())
    }

    /// The folder in which Linux tells about its process.
    pub(crate) fn process(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}", self.child.id()))
    }

    /// The processor time it took so far, that of threads that ended included.
    pub(crate) fn processor_time(&self) -> Outcome<Duration> {
        if let Ok(text) = std::fs::read_to_string(self.process().join("stat")) {
            return Ok(spent(&text));
        }
        let text = self.ps("cputime")?;
        let seconds = text.split(':').try_fold(0.0, |sum, part| {
            part.parse::<f64>().map(|it| sum * 60.0 + it)
        })?;
        Ok(Duration::from_secs_f64(seconds))
    }

    /// The memory it holds, in MiB.
    pub(crate) fn resident(&self) -> Outcome<f64> {
        Ok(self.ps("rss")?.parse::<f64>()? / 1024.0)
    }

    fn ps(&self, field: &str) -> Outcome<String> {
        let output = Command::new("ps")
            .args(["-o", &format!("{field}="), "-p"])
            .arg(self.child.id().to_string())
            .output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

/// User and system time of a line of `/proc/<id>/stat`.
pub(crate) fn spent(stat: &str) -> Duration {
    // They are the 14th and 15th field, in hundredths of a second on every Linux; the name, which is the second and may
    // hold spaces, ends at the last bracket.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|it| it.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about a child that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
