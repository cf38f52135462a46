//! Hears from the other nodes which clients and signing keys changed. While it cannot, the cache is not used.

use std::time::Duration;

use crate::{
    app::App,
    store::{ChangeFeed, SIGNING_KEYS},
};

/// Listens for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        match app.store.listen().await {
            // One node alone: its own writes are all there is.
            Ok(None) => return,
            Ok(Some(feed)) => {
                let _heard = Heard::from_now_on(&app);
                reload_keys(&app).await;
                follow(&app, feed).await;
            }
            Err(error) => {
                tracing::warn!(%error, "changes by other nodes are not heard; reading every row");
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// While this is there, the cache is used. However the listening ends, it ends with it.
struct Heard<'a>(&'a App);

impl<'a> Heard<'a> {
    fn from_now_on(app: &'a App) -> Self {
        app.clients.set_complete(true);
        Self(app)
    }
}

impl Drop for Heard<'_> {
    fn drop(&mut self) {
        self.0.clients.set_complete(false);
    }
}

async fn follow(app: &App, mut feed: ChangeFeed) {
    loop {
        match feed.next().await {
            Ok(SIGNING_KEYS) => reload_keys(app).await,
            Ok(client) => app.clients.forget(client),
            Err(error) => {
                tracing::warn!(%error, "changes by other nodes are no longer heard");
                return;
            }
        }
    }
}

async fn reload_keys(app: &App) {
    if let Err(error) = app.keys.reload(&app.store, &app.clock).await {
        tracing::warn!(%error, "the signing keys could not be read again");
    }
    if let Err(error) = app.sealing_keys.reload(&app.store, &app.clock).await {
        tracing::warn!(%error, "the keys of opaque tokens could not be read again");
    }
}
