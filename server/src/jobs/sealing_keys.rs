//! Keeps the keys of opaque tokens in step with the other nodes, and makes the next one when it is time.

use std::time::Duration;

use crate::app::App;

/// How often it looks: several times between the making of a key and its first use.
const EVERY: Duration = Duration::from_secs(60);

/// Looks for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = app.sealing_keys.rotate(&app.store, &app.clock).await {
            tracing::warn!(%error, "the keys of opaque tokens could not be looked after; trying again later");
        }
    }
}
