//! Processor time: of all that a server did, and to the nanosecond of what it does just now.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{Outcome, postgres::Cluster, server::Server};

/// What a server and its database took so far, in the hundredths of a second in which a system tells it.
pub(crate) fn processor_time(server: &Server, cluster: Option<&Cluster>) -> Outcome<Duration> {
    let database = cluster.map_or(Ok(Duration::ZERO), Cluster::processor_time)?;
    Ok(server.processor_time()? + database)
}

/// What each thread of a server and of its database took so far.
///
/// It is exact for threads that wait; what a thread does while it is asked about may show only the next time.
pub(crate) struct Spent(HashMap<PathBuf, Duration>);

impl Spent {
    /// Reads it; the hundredths of a second of all threads together where the system does not tell it of each.
    pub(crate) fn read(server: &Server, cluster: Option<&Cluster>) -> Outcome<Self> {
        let mut processes = vec![server.process()];
        if let Some(cluster) = cluster {
            processes.extend(cluster.processes()?);
        }
        let mut threads: HashMap<PathBuf, Duration> = processes
            .iter()
            .filter_map(|it| std::fs::read_dir(it.join("task")).ok())
            .flat_map(Iterator::flatten)
            .filter_map(|it| Some((it.path(), on_processor(&it.path())?)))
            .collect();
        if threads.is_empty() {
            threads.insert(PathBuf::new(), processor_time(server, cluster)?);
        }
        Ok(Self(threads))
    }

    /// What was spent after an earlier reading. Threads and processes that ended meanwhile are lost, as are those that
    /// PostgreSQL starts for a single statement.
    pub(crate) fn since(&self, before: &Self) -> Duration {
        self.0
            .iter()
            .map(|(thread, now)| {
                now.saturating_sub(before.0.get(thread).copied().unwrap_or_default())
            })
            .sum()
    }
}

/// How long a thread was on a processor: the first field of its `schedstat`, in nanoseconds. A kernel that does not count
/// them says 0.
fn on_processor(thread: &Path) -> Option<Duration> {
    let text = std::fs::read_to_string(thread.join("schedstat")).ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    (nanos > 0).then(|| Duration::from_nanos(nanos))
}
