//! Hears from the other nodes which clients changed. While it cannot, the cache is not used.

use std::time::Duration;

use crate::{app::App, store::ChangeFeed};

/// Listens for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        match app.store.listen().await {
            // One node alone: its own writes are all there is.
            Ok(None) => return,
            Ok(Some(feed)) => {
                app.clients.set_complete(true);
                follow(&app, feed).await;
                app.clients.set_complete(false);
            }
            Err(error) => {
                tracing::warn!(%error, "changes by other nodes are not heard; reading every row");
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn follow(app: &App, mut feed: ChangeFeed) {
    loop {
        match feed.next().await {
            Ok(client) => app.clients.forget(client),
            Err(error) => {
                tracing::warn!(%error, "changes by other nodes are no longer heard");
                return;
            }
        }
    }
}
