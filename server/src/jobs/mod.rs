//! What happens in the background.

mod change_feed;
mod outbox;
mod purge;
mod sealing_keys;
mod signing_keys;
mod sweeper;
mod usage;

use tokio::task::JoinSet;

use crate::app::App;

pub use outbox::send_due;
pub use purge::purge as purge_once;

/// Starts everything that runs beside the requests. Dropping the set ends it.
pub fn start(app: &App) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(change_feed::run(app.clone()));
    jobs.spawn(purge::run(app.clone()));
    jobs.spawn(usage::run(app.clone()));
    jobs.spawn(sweeper::run(app.clone()));
    jobs.spawn(outbox::run(app.clone()));
    jobs.spawn(sealing_keys::run(app.clone()));
    jobs.spawn(signing_keys::run(app.clone()));
    jobs
}
