//! Carries the records of the hot path to the database, every second.

use std::time::Duration;

use crate::app::App;

/// How often it gathers: of a second's requests, the records of a tenth wait in memory.
const EVERY: Duration = Duration::from_millis(100);

/// After how many times it writes.
const GATHERED: usize = 10;

/// Writes for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        for _ in 0..GATHERED {
            tokio::time::sleep(EVERY).await;
            app.gather_usage().await;
        }
        if let Err(error) = app.write_usage().await {
            tracing::warn!(%error, "usage could not be written; keeping it for the next time");
        }
    }
}
