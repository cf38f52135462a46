//! Forgets what is past its time: tombstones and token requests after 30 days, sessions and one-time links 30 days
//! after their end, credentials 90 days after somebody ended them, kept answers after one, old counts, and tokens,
//! codes, grants and held requests that have ended.

use std::time::Duration;

use crate::{
    app::App,
    domain::{client::RESTORABLE_FOR, timestamp::DAY, usage::Span},
    error::Result,
};

/// How often it looks.
const EVERY: Duration = Duration::from_mins(10);

/// How many tombstones or credentials go in one transaction, so that no change waits long.
const AT_ONCE: u64 = 100;

/// How long token requests are remembered, in seconds.
const REQUESTS_KEPT: i64 = 30 * DAY;

/// How long it is remembered that an end was recorded, in seconds. The sweeper looks back ten minutes.
const MARKS_KEPT: i64 = 400 * DAY;

/// How long a credential that was ended is still shown, in seconds. The audit log knows of it for longer. Without an
/// end a client that is rotated by a script would have thousands.
const CREDENTIALS_KEPT: i64 = 90 * DAY;

/// How long sessions and one-time links are kept once they are over, in seconds: from where somebody signed in before
/// is known that long.
const SESSIONS_KEPT: i64 = 30 * DAY;

/// Purges for as long as the server runs.
pub(super) async fn run(app: App) {
    loop {
        if let Err(error) = purge(&app).await {
            tracing::warn!(%error, "old rows could not be purged; trying again later");
        }
        app.rate_limit.forget_quiet();
        tokio::time::sleep(EVERY).await;
    }
}

/// Purges once.
///
/// # Errors
/// The database being away.
pub async fn purge(app: &App) -> Result<()> {
    let now = app.clock.now();
    let transaction = app.store.begin().await?;
    transaction.delete_expired_answers(now).await?;
    transaction.delete_expired_revoked_tokens(now).await?;
    transaction.delete_expired_assertions(now).await?;
    transaction
        .delete_expired_authorization_requests(now)
        .await?;
    transaction.delete_expired_codes(now).await?;
    transaction.delete_expired_refresh_tokens(now).await?;
    transaction.delete_ended_grants(now).await?;
    transaction
        .delete_old_token_requests(now.plus(-REQUESTS_KEPT))
        .await?;
    transaction
        .delete_old_expiry_marks(now.plus(-MARKS_KEPT))
        .await?;
    transaction
        .delete_given_up_messages(now.plus(-REQUESTS_KEPT))
        .await?;
    for span in Span::ALL {
        let before = now.plus(-span.kept_for());
        transaction.delete_old_usage(span, before).await?;
    }
    transaction
        .delete_old_sessions(now.plus(-SESSIONS_KEPT))
        .await?;
    transaction
        .delete_old_links(now.plus(-SESSIONS_KEPT))
        .await?;
    transaction.commit().await?;
    let transaction = app.store.begin().await?;
    transaction.delete_zones_of_deleted_tenants().await?;
    transaction.commit().await?;
    loop {
        let transaction = app.store.begin().await?;
        let before = now.plus(-RESTORABLE_FOR);
        let deleted = transaction.delete_tombstones(before, AT_ONCE).await?;
        transaction.commit().await?;
        if deleted < AT_ONCE {
            break;
        }
    }
    loop {
        let transaction = app.store.begin().await?;
        let before = now.plus(-CREDENTIALS_KEPT);
        let deleted = transaction
            .delete_ended_credentials(before, AT_ONCE)
            .await?;
        transaction.commit().await?;
        if deleted < AT_ONCE {
            return Ok(());
        }
    }
}
