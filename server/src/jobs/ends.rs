//! Records which clients are expired or have no credential, for the indexes of their lists. What is recorded is no
//! change of a client, nobody sees it, and lists are right without it: so it stands in no audit trail.

use std::time::Duration;

use crate::{app::App, error::Result};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(20);

/// How long changes have the database to themselves while there is much to record.
const PAUSE: Duration = Duration::from_millis(5);

/// Records for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        if let Err(error) = record_ends(&app).await {
            tracing::warn!(%error, "ends could not be recorded for lists; trying again later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Records until no client is due, or another transaction has hold of all that are.
///
/// # Errors
/// The database being away.
pub async fn record_ends(app: &App) -> Result<()> {
    let now = app.clock.now();
    while app.store.has_unrecorded_ends(now).await? {
        let transaction = app.store.begin().await?;
        let recorded = transaction.record_ends(now).await?;
        transaction.commit().await?;
        if recorded == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}
