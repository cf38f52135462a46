//! Replacing the keys that sign tokens: by schedule, on demand, and at once where one has leaked.
//!
//! Beside the key that signs, the one that will sign next is published already, so that those who verify tokens know
//! it by then. A key that stops signing stays published until its last token has expired; its private half is wiped at
//! once. Every algorithm in use has such a pair: that of access tokens, and those of ID tokens.

use std::sync::Arc;

use futures_util::FutureExt;
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::{App, Change},
    crypto::{
        digest::Digest,
        signing::{Algorithm, SigningKey},
    },
    domain::{
        audit::{Action, FieldChange, Object},
        caller::Caller,
        profile::Profile,
        refusal::{Conflict, Refusal},
        signing_key::{KeyStatus, LONGER, MOST_PUBLISHED, REMEMBERED_FOR},
        timestamp::{DAY, Timestamp},
    },
    error::{Error, Result},
    store::StoredSigningKey,
};

/// New keys that are made before the database is locked: one of each algorithm.
pub struct Fresh(Vec<StoredSigningKey>);

impl Fresh {
    fn take(&mut self, algorithm: &str) -> Option<StoredSigningKey> {
        let place = self.0.iter().position(|it| it.algorithm == algorithm)?;
        Some(self.0.swap_remove(place))
    }
}

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
    make_of(app, &algorithms).await
}

async fn make_of(app: &App, algorithms: &[Algorithm]) -> Result<Fresh> {
    let mut fresh = Vec::new();
    for algorithm in algorithms {
        let made = app.keys.generate(*algorithm, app.clock.now(), &app.random);
        fresh.push(made.await?);
    }
    Ok(Fresh(fresh))
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

/// The key that signs by `algorithm`, made the first time it is asked for.
///
/// # Errors
/// The database being away.
pub async fn signer(app: &App, algorithm: Algorithm) -> Result<Arc<SigningKey>> {
    if let Some(key) = app.keys.current().signer_by(algorithm) {
        return Ok(key);
    }
    let fresh = make_of(app, &[algorithm]).await?;
    by_itself(app, fresh, |_, _| Vec::new(), vec![algorithm]).await?;
    app.keys
        .current()
        .signer_by(algorithm)
        .ok_or_else(|| Error::Unexpected(format!("there is no {algorithm} signing key")))
}

/// What a start has to do: where access tokens are to be signed by another algorithm than before, every key is
/// replaced by one of that.
///
/// # Errors
/// The database being away.
pub async fn settle(app: &App) -> Result<()> {
    let wanted = app.keys.algorithm();
    if app.keys.current().signer_by(wanted).is_none() {
        let fresh = make_of(app, &[wanted]).await?;
        let caller = system(app).await?;
        app.change(caller, move |change| {
            async move { change_algorithm(change, wanted, fresh).await }.boxed()
        })
        .await?;
    }
    tend(app).await
}

async fn change_algorithm(change: &Change, wanted: Algorithm, mut fresh: Fresh) -> Result<()> {
    let all = locked(change).await?;
    let (now, name) = (change.now, wanted.name());
    if of_status(&all, KeyStatus::Active, now).any(|it| it.algorithm == name) {
        return Ok(());
    }
    let mut new = fresh
        .take(name)
        .ok_or_else(|| Error::Unexpected("no new key was made".to_owned()))?;
    new.life.activated_at = Some(now);
    change.store.insert_signing_key(&new).await?;
    for old in all.iter() {
        match old.life.status(now) {
            KeyStatus::Active => {
                end(change, old, Ending::WithItsTokens).await?;
                record_rotation(change, old, &new).await?;
            }
            KeyStatus::Next => drop(end(change, old, Ending::AtOnce).await?),
            KeyStatus::Retiring | KeyStatus::Retired => {}
        }
    }
    Ok(())
}

/// What is to be done from time to time: replace keys whose time has come, publish those that will be next, forget
/// those that are long gone. Any number of nodes may do it at once, and none may have done it for long.
///
/// # Errors
/// The database being away.
pub async fn tend(app: &App) -> Result<()> {
    // Should another node's word have been lost.
    app.keys.reload(&app.store, &app.clock).await?;
    let rotation = app.settings.signing_key_rotation;
    let now = app.clock.now();
    let all = app.store.list_all_signing_keys().await?;
    let due = due_at(&all, rotation, now);
    let missing = missing_at(&all, now);
    if !due.is_empty() || !missing.is_empty() {
        let names = due.iter().chain(&missing);
        let mut algorithms: Vec<Algorithm> = names.filter_map(|it| it.parse().ok()).collect();
        algorithms.dedup();
        let fresh = make_of(app, &algorithms).await?;
        by_itself(
            app,
            fresh,
            move |all, now| due_at(all, rotation, now),
            vec![],
        )
        .await?;
    }
    if all.iter().any(|it| {
        it.life
            .gone_at
            .is_some_and(|at| at < now.plus(-REMEMBERED_FOR))
    }) {
        let transaction = app.store.begin().await?;
        let before = now.plus(-REMEMBERED_FOR);
        transaction.delete_old_signing_keys(before).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The algorithms whose active key has signed for as long as it should.
fn due_at(all: &[StoredSigningKey], rotation: Option<i64>, now: Timestamp) -> Vec<String> {
    let Some(rotation) = rotation else {
        return Vec::new();
    };
    of_status(all, KeyStatus::Active, now)
        .filter(|it| {
            let since = it.life.activated_at;
            since.is_some_and(|it| it.plus(rotation) <= now)
        })
        .map(|it| it.algorithm.clone())
        .collect()
}

/// The algorithms that sign and of which no next key is published.
fn missing_at(all: &[StoredSigningKey], now: Timestamp) -> Vec<String> {
    of_status(all, KeyStatus::Active, now)
        .filter(|active| {
            !of_status(all, KeyStatus::Next, now).any(|it| it.algorithm == active.algorithm)
        })
        .map(|it| it.algorithm.clone())
        .collect()
}

/// Replaces the keys that are `due`, publishes what is missing, and puts a key in place for each of `wanted` that has
/// none. All of it is looked at again once nobody else can change it.
async fn by_itself(
    app: &App,
    mut fresh: Fresh,
    due: impl Fn(&[StoredSigningKey], Timestamp) -> Vec<String> + Send + 'static,
    wanted: Vec<Algorithm>,
) -> Result<()> {
    let caller = system(app).await?;
    app.change(caller, move |change| {
        async move {
            let all = locked(change).await?;
            let due = due(&all, change.now);
            for old in of_status(&all, KeyStatus::Active, change.now) {
                if due.contains(&old.algorithm) {
                    rotate(change, &all, old, Ending::WithItsTokens, &mut fresh).await?;
                }
            }
            for algorithm in wanted {
                let there = of_status(&all, KeyStatus::Active, change.now)
                    .any(|it| it.algorithm == algorithm.name());
                if let (false, Some(mut new)) = (there, fresh.take(algorithm.name())) {
                    new.life.activated_at = Some(change.now);
                    insert(change, &new).await?;
                }
            }
            let all = change.store.list_all_signing_keys().await?;
            for algorithm in missing_at(&all, change.now) {
                if let Some(new) = fresh.take(&algorithm) {
                    insert(change, &new).await?;
                }
            }
            Ok(())
        }
        .boxed()
    })
    .await
}

/// How long the tokens of a key that stops signing are good.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Until they expire.
    WithItsTokens,
    /// No longer.
    AtOnce,
}

/// Puts the next key in the place of `old`, and publishes another one after it. Gives `old` as it is now.
async fn rotate(
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
async fn end(change: &Change, key: &StoredSigningKey, ending: Ending) -> Result<StoredSigningKey> {
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
async fn longest_life(change: &Change) -> Result<i64> {
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

async fn insert(change: &Change, key: &StoredSigningKey) -> Result<()> {
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

async fn record_rotation(
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
fn object_of(key: &StoredSigningKey) -> Object {
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
async fn locked(change: &Change) -> Result<Vec<StoredSigningKey>> {
    change.store.lock_signing_keys().await?;
    Ok(change.store.list_all_signing_keys().await?)
}

fn of_status(
    all: &[StoredSigningKey],
    status: KeyStatus,
    now: Timestamp,
) -> impl Iterator<Item = &StoredSigningKey> {
    all.iter().filter(move |it| it.life.status(now) == status)
}

/// The keys are those of all tenants: where there are several, only operators decide about them.
async fn may_decide(change: &Change) -> Result<()> {
    if change.caller.operator || change.store.has_single_tenant().await? {
        return Ok(());
    }
    Err(Refusal::MissingPermission("operator".to_owned()).into())
}

/// The server itself, in the first tenant.
async fn system(app: &App) -> Result<Caller> {
    let tenant = app.store.find_first_tenant().await?;
    let tenant_id = tenant.map_or(Uuid::nil(), |it| it.id);
    Ok(Caller::system("signing keys", tenant_id))
}
