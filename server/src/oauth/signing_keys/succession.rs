//! How one signing key follows another. All of it happens while the keys are locked.

use serde_json::json;

use crate::{
    app::{App, Change},
    crypto::{digest::Digest, signing::Algorithm},
    domain::{
        audit::{Action, FieldChange, Object},
        profile::Profile,
        signing_key::{KeyStatus, LONGER},
        timestamp::{DAY, Timestamp},
    },
    error::{Error, Result},
    store::StoredSigningKey,
};

/// New keys that are made before the database is locked: one of each algorithm.
pub struct Fresh(Vec<StoredSigningKey>);

impl Fresh {
    /// A key of each of `algorithms`.
    pub(super) async fn make(app: &App, algorithms: &[Algorithm]) -> Result<Self> {
        let mut fresh = Vec::new();
        for algorithm in algorithms {
            let made = app.keys.generate(*algorithm, app.clock.now(), &app.random);
            fresh.push(made.await?);
        }
        Ok(Self(fresh))
    }

    /// The one of `algorithm`, which is there once.
    pub(super) fn take(&mut self, algorithm: &str) -> Option<StoredSigningKey> {
        let place = self.0.iter().position(|it| it.algorithm == algorithm)?;
        Some(self.0.swap_remove(place))
    }
}

/// How long the tokens of a key that stops signing are good.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Until they expire.
    WithItsTokens,
    /// No longer.
    AtOnce,
}

/// Puts the next key in the place of `old`, and publishes another one after it. Gives `old` as it is now.
pub(super) async fn rotate(
    change: &Change,
    all: &[StoredSigningKey],
    old: &StoredSigningKey,
    ending: Ending,
    fresh: &mut Fresh,
) -> Result<StoredSigningKey> {
    let next = of_status(all, KeyStatus::Next, change.now).find(|it| it.algorithm == old.algorithm);
    let new = if let Some(next) = next {
        let mut new = next.clone();
        new.life.activated_at = Some(change.now);
        new.version = new.version.next();
        change.store.replace_signing_key(&new).await?;
        if let Some(after) = fresh.take(&old.algorithm) {
            change.store.insert_signing_key(&after).await?;
        }
        new
    } else {
        let fresh = fresh.take(&old.algorithm);
        let mut new = fresh.ok_or_else(|| Error::Unexpected("no new key was made".to_owned()))?;
        new.life.activated_at = Some(change.now);
        change.store.insert_signing_key(&new).await?;
        new
    };
    let ended = end(change, old, ending).await?;
    record_rotation(change, old, &new).await?;
    Ok(ended)
}

/// Ends the signing of a key, and wipes its private half.
pub(super) async fn end(
    change: &Change,
    key: &StoredSigningKey,
    ending: Ending,
) -> Result<StoredSigningKey> {
    let mut key = key.clone();
    let now = change.now;
    key.life.retired_at = key.life.retired_at.or(Some(now));
    key.life.gone_at = Some(match ending {
        Ending::AtOnce => now,
        Ending::WithItsTokens => now.plus(longest_life(change).await? + LONGER),
    });
    key.sealed_private_key = Vec::new();
    key.version = key.version.next();
    change.store.replace_signing_key(&key).await?;
    Ok(key)
}

/// The longest that a token can live, in seconds.
pub(super) async fn longest_life(change: &Change) -> Result<i64> {
    let settings = &change.app.settings;
    let setting = settings.client_credentials_lifetime.seconds();
    let profiles = change.store.list_every_profile().await?;
    let of_profile = |it: &Profile| {
        let rule = it.rules.token_lifetime;
        rule.most.max(rule.default.unwrap_or_default())
    };
    let longest = profiles.iter().map(of_profile).max().unwrap_or_default();
    Ok(i64::from(longest.max(setting)).max(DAY))
}

/// Publishes a key, with its audit row.
pub(super) async fn insert(change: &Change, key: &StoredSigningKey) -> Result<()> {
    change.store.insert_signing_key(key).await?;
    let changes = vec![FieldChange {
        field: "algorithm".to_owned(),
        before: json!(null),
        after: json!(key.algorithm),
    }];
    change
        .record(Action::SigningKeyCreated, object_of(key), changes)
        .await
}

/// Writes the audit row of `new` in the place of `old`.
pub(super) async fn record_rotation(
    change: &Change,
    old: &StoredSigningKey,
    new: &StoredSigningKey,
) -> Result<()> {
    let changes = vec![FieldChange {
        field: "kid".to_owned(),
        before: json!(old.kid),
        after: json!(new.kid),
    }];
    change
        .record(Action::SigningKeyRotated, object_of(new), changes)
        .await
}

/// How the audit trail names a key. Its `kid` is a digest, of which sixteen bytes are as good a name.
pub(super) fn object_of(key: &StoredSigningKey) -> Object {
    let digest = Digest::of(key.kid.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    Object {
        kind: "signing_key",
        id: uuid::Builder::from_custom_bytes(bytes).into_uuid(),
        name: key.kid.clone(),
        client: None,
    }
}

/// All keys, which nobody else changes until this ends.
pub(super) async fn locked(change: &Change) -> Result<Vec<StoredSigningKey>> {
    change.store.lock_signing_keys().await?;
    Ok(change.store.list_all_signing_keys().await?)
}

/// The keys that have `status` at `now`.
pub(super) fn of_status(
    all: &[StoredSigningKey],
    status: KeyStatus,
    now: Timestamp,
) -> impl Iterator<Item = &StoredSigningKey> {
    all.iter().filter(move |it| it.life.status(now) == status)
}
