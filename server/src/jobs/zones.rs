//! Reads again which pieces neighbours in the order of names have, where one of them changed.

use std::time::Duration;

use crate::{app::App, error::Result, store::Zones};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(2);

/// How long changes have the database to themselves while there is much to read.
const PAUSE: Duration = Duration::from_millis(5);

/// How long it waits for another node that reads.
const ELSEWHERE: Duration = Duration::from_millis(200);

/// Reads for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = read_zones(&app).await {
            tracing::warn!(%error, "zones of clients could not be read; trying again later");
        }
    }
}

/// Reads until every zone is known and no client is fresh.
///
/// # Errors
/// The database being away.
pub async fn read_zones(app: &App) -> Result<()> {
    while app.store.has_unread_zones().await? {
        let transaction = app.store.begin().await?;
        let read = transaction.read_zones().await?;
        transaction.commit().await?;
        tokio::time::sleep(match read {
            Zones::Read => PAUSE,
            Zones::Elsewhere => ELSEWHERE,
        })
        .await;
    }
    Ok(())
}
