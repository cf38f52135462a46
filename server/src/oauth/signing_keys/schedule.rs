//! What the server does about its signing keys by itself.

use std::sync::Arc;

use futures_util::FutureExt;
use uuid::Uuid;

use super::succession::{Ending, Fresh, end, insert, locked, of_status, record_rotation, rotate};
use crate::{
    app::{App, Change},
    crypto::signing::{Algorithm, SigningKey},
    domain::{
        caller::Caller,
        signing_key::{KeyStatus, REMEMBERED_FOR},
        timestamp::Timestamp,
    },
    error::{Error, Result},
    store::StoredSigningKey,
};

/// The key that signs by `algorithm`, made the first time it is asked for.
///
/// # Errors
/// The database being away.
pub async fn signer(app: &App, algorithm: Algorithm) -> Result<Arc<SigningKey>> {
    if let Some(key) = app.keys.current().signer_by(algorithm) {
        return Ok(key);
    }
    let fresh = Fresh::make(app, &[algorithm]).await?;
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
        let fresh = Fresh::make(app, &[wanted]).await?;
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
    for old in &all {
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
        let fresh = Fresh::make(app, &algorithms).await?;
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

/// The server itself, in the first tenant.
async fn system(app: &App) -> Result<Caller> {
    let tenant = app.store.find_first_tenant().await?;
    let tenant_id = tenant.map_or(Uuid::nil(), |it| it.id);
    Ok(Caller::system("signing keys", tenant_id))
}
