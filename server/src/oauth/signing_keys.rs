//! Replacing the keys that sign tokens: by schedule, on demand, and at once where one has leaked.
//!
//! Beside the key that signs, the one that will sign next is published already, so that those who verify tokens know
//! it by then. A key that stops signing stays published until its last token has expired; its private half is wiped at
//! once. Every algorithm in use has such a pair: that of access tokens, and those of ID tokens.

mod schedule;
mod succession;

use serde_json::json;

use self::succession::{Ending, end, insert, locked, longest_life, object_of, of_status, rotate};
pub use self::{
    schedule::{settle, signer, tend},
    succession::Fresh,
};
use crate::{
    app::{App, Change},
    crypto::signing::Algorithm,
    domain::{
        audit::{Action, FieldChange},
        refusal::{Conflict, Refusal},
        signing_key::{KeyStatus, MOST_PUBLISHED},
    },
    error::Result,
};

pub use crate::store::StoredSigningKey;

/// A key that was withdrawn, and what that ended.
pub struct Withdrawn {
    /// The key.
    pub key: StoredSigningKey,
    /// How many tokens it may have signed that had not expired: no more than so many are dead now.
    pub tokens_at_most: i64,
}

/// All keys that are remembered, oldest first.
///
/// # Errors
/// The database being away.
pub async fn list_signing_keys(app: &App) -> Result<Vec<StoredSigningKey>> {
    Ok(app.store.list_all_signing_keys().await?)
}

/// One key.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn get_signing_key(app: &App, kid: &str) -> Result<StoredSigningKey> {
    let all = app.store.list_all_signing_keys().await?;
    let found = all.into_iter().find(|it| it.kid == kid);
    Ok(found.ok_or(Refusal::NotFound("signing key"))?)
}

/// A new key of each algorithm in use, for a change that will need some.
///
/// # Errors
/// When there are no random bytes.
pub async fn make_ready(app: &App) -> Result<Fresh> {
    let mut algorithms: Vec<Algorithm> = app.keys.current().algorithms().collect();
    if !algorithms.contains(&app.keys.algorithm()) {
        algorithms.push(app.keys.algorithm());
    }
    Fresh::make(app, &algorithms).await
}

/// Replaces every key that signs by the one that is published to be next, and publishes another one.
///
/// # Errors
/// [`Conflict::TooManySigningKeys`]; [`Refusal::MissingPermission`] where it would concern other tenants.
pub async fn rotate_signing_keys(
    change: &Change,
    mut fresh: Fresh,
) -> Result<Vec<StoredSigningKey>> {
    may_decide(change).await?;
    let all = locked(change).await?;
    let published = all
        .iter()
        .filter(|it| it.life.status(change.now) != KeyStatus::Retired);
    if published.count() >= MOST_PUBLISHED {
        return Err(Conflict::TooManySigningKeys.into());
    }
    for old in of_status(&all, KeyStatus::Active, change.now) {
        rotate(change, &all, old, Ending::WithItsTokens, &mut fresh).await?;
    }
    Ok(change.store.list_all_signing_keys().await?)
}

/// Withdraws a key at once: it is published no longer, and no token that it signed is good. The next one takes its
/// place where it signed. Withdrawing one that is gone changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::MissingPermission`] where it would concern other tenants.
pub async fn retire_signing_key(change: &Change, kid: &str, mut fresh: Fresh) -> Result<Withdrawn> {
    let all = locked(change).await?;
    let found = all.iter().find(|it| it.kid == kid);
    let key = found.ok_or(Refusal::NotFound("signing key"))?.clone();
    may_decide(change).await?;
    let status = key.life.status(change.now);
    if status == KeyStatus::Retired {
        return Ok(Withdrawn {
            key,
            tokens_at_most: 0,
        });
    }
    let lives = longest_life(change).await?;
    let tokens_at_most = match key.life.activated_at {
        Some(since) => {
            let first = since.max(change.now.plus(-lives));
            change.store.count_tokens_since(first).await?
        }
        None => 0,
    };
    let key = match status {
        KeyStatus::Active => rotate(change, &all, &key, Ending::AtOnce, &mut fresh).await?,
        KeyStatus::Next | KeyStatus::Retiring | KeyStatus::Retired => {
            if status == KeyStatus::Next
                && let Some(other) = fresh.take(&key.algorithm)
            {
                insert(change, &other).await?;
            }
            end(change, &key, Ending::AtOnce).await?
        }
    };
    let changes = vec![FieldChange {
        field: "status".to_owned(),
        before: json!(status.as_str()),
        after: json!(KeyStatus::Retired.as_str()),
    }];
    let object = object_of(&key);
    change
        .record(Action::SigningKeyRetired, object, changes)
        .await?;
    Ok(Withdrawn {
        key,
        tokens_at_most,
    })
}

/// The keys are those of all tenants: where there are several, only operators decide about them.
async fn may_decide(change: &Change) -> Result<()> {
    if change.caller.operator || change.store.has_single_tenant().await? {
        return Ok(());
    }
    Err(Refusal::MissingPermission("operator".to_owned()).into())
}
