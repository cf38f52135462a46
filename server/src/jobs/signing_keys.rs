//! Looks after the signing keys, every minute.

use std::time::Duration;

use crate::{app::App, oauth::signing_keys::tend};

/// How often it looks.
const EVERY: Duration = Duration::from_mins(1);

/// Looks for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = tend(&app).await {
            tracing::warn!(%error, "the signing keys could not be looked after; trying again later");
        }
    }
}
