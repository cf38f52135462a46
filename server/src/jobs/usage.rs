//! Carries the records of the hot path to the database, every second.

use std::time::Duration;

use crate::app::App;

/// How often it writes.
const EVERY: Duration = Duration::from_secs(1);

/// Writes for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = app.write_usage().await {
            tracing::warn!(%error, "usage could not be written; keeping it for the next time");
        }
    }
}
