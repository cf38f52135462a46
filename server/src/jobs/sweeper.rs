//! Looks for what has ended or will end soon.

use std::time::Duration;

use crate::{app::App, clients::expiry};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(20);

/// Looks for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        if let Err(error) = expiry::sweep(&app).await {
            tracing::warn!(%error, "ends could not be recorded; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}
