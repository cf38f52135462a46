//! What happens in the background.

mod change_feed;
mod ends;
mod outbox;
mod purge;
mod sealing_keys;
mod signing_keys;
mod sweeper;
mod usage;
mod zones;

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::task::JoinSet;

use crate::app::App;

pub use ends::record_ends as record_ends_once;
pub use outbox::send_due;
pub use purge::purge as purge_once;
pub use zones::read_zones as read_zones_once;

/// How long a job that panicked waits before it is started again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Starts everything that runs beside the requests. Dropping the set ends it.
pub fn start(app: &App) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    keep_running(&mut jobs, "change feed", app, change_feed::run);
    keep_running(&mut jobs, "purge", app, purge::run);
    keep_running(&mut jobs, "usage", app, usage::run);
    keep_running(&mut jobs, "zones", app, zones::run);
    keep_running(&mut jobs, "ends", app, ends::run);
    keep_running(&mut jobs, "sweeper", app, sweeper::run);
    keep_running(&mut jobs, "outbox", app, outbox::run);
    keep_running(&mut jobs, "sealing keys", app, sealing_keys::run);
    keep_running(&mut jobs, "signing keys", app, signing_keys::run);
    jobs
}

/// Runs a job, and starts it again when it panics: one bad row must not end it for as long as the server runs.
fn keep_running<With, Job>(
    jobs: &mut JoinSet<()>,
    name: &'static str,
    with: &With,
    run: impl Fn(With) -> Job + Send + 'static,
) where
    With: Clone + Send + 'static,
    Job: Future<Output = ()> + Send + 'static,
{
    let with = with.clone();
    jobs.spawn(async move {
        // What it shares with the requests is left whole by a panic: locks heal, and transactions are rolled back.
        while AssertUnwindSafe(run(with.clone()))
            .catch_unwind()
            .await
            .is_err()
        {
            tracing::error!(job = name, "a job panicked and is started again");
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_is_started_again_and_one_that_ends_is_not() {
        let mut jobs = JoinSet::new();
        let starts = Arc::new(AtomicU32::new(0));
        keep_running(&mut jobs, "shaky", &starts, |starts| async move {
            assert!(starts.fetch_add(1, Ordering::SeqCst) > 0, "the first time");
        });
        jobs.join_next().await.unwrap().unwrap();
        assert_eq!(starts.load(Ordering::SeqCst), 2);
    }
}
