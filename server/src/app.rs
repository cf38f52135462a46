//! The running application: what every use case works with.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    access::rate_limit::RateLimit,
    clients::{cache::ClientCache, usage::UsageBuffer},
    clock::Clock,
    config::Settings,
    crypto::{
        digest::Digest,
        master_key::MasterKey,
        password::{PasswordSettings, Passwords},
        random::Random,
        sealing::Sealer,
    },
    domain::{
        audit::{Action, AuditEvent, FieldChange, Object},
        caller::Caller,
        timestamp::{DAY, Timestamp},
    },
    error::{Error, Result},
    oauth::{
        access_token::VerifiedTokens, keys::KeyRing, published_keys::PublishedKeys,
        sealing_keys::SealingKeys, throttle::Throttle,
    },
    store::{IdempotentRow, SIGNING_KEYS, Store, Transaction},
};

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of the application.
pub struct Parts {
    /// The settings it was started with.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub store: Store,
    /// Slow hashes.
    pub passwords: Passwords,
    /// What the token endpoint needs to know of clients.
    pub clients: ClientCache,
    /// The keys that sign tokens.
    pub keys: KeyRing,
    /// The keys that clients publish.
    pub published_keys: PublishedKeys,
    /// The keys that seal opaque tokens.
    pub sealing_keys: SealingKeys,
    /// Tokens whose signature was found right.
    pub verified: VerifiedTokens,
    /// Slows the guessing of secrets.
    pub throttle: Throttle,
    /// Bounds what one caller may ask of the management API.
    pub rate_limit: RateLimit,
    /// What the hot path leaves behind, on its way to the database.
    pub usage: UsageBuffer,
    /// Seals the cursors of lists.
    pub cursors: Sealer,
    /// Seals kept answers a second time, so that the database alone can never read one.
    pub answers: Sealer,
    /// Seals what signs the webhooks of tenants.
    pub webhook_secrets: Sealer,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// An `Idempotency-Key` and what was asked with it.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The key as the caller sent it.
    pub key: String,
    /// Digest of method, path and body.
    pub request: Digest,
}

/// How a request with an `Idempotency-Key` ended.
#[derive(Debug)]
pub enum Once<T> {
    /// Carried out, now or before: the same answer.
    Answer(T),
    /// The key was used for another request.
    KeyReused,
}

/// A change under way: a transaction, and who makes it.
pub struct Change {
    /// The transaction.
    pub store: Transaction,
    /// Who makes it.
    pub caller: Caller,
    /// When.
    pub now: Timestamp,
    /// The application.
    pub app: App,
}

/// How long a kept answer is kept, in seconds.
const ANSWERS_KEPT: i64 = DAY;

impl App {
    /// Puts the application together on a database that has been migrated.
    ///
    /// # Errors
    /// When the database is away, or its signing keys cannot be opened with the master key.
    pub async fn assemble(
        settings: Settings,
        clock: Clock,
        random: Random,
        store: Store,
        master_key: &MasterKey,
    ) -> Result<Self> {
        let passwords = Passwords::new(&PasswordSettings::default(), &random)?;
        let keys = KeyRing::open(&store, master_key, &settings, &clock, &random).await?;
        let sealing_keys = SealingKeys::open(&store, master_key, &clock, &random).await?;
        let shared = store.kind() == crate::store::Kind::Postgres;
        Ok(Self(Arc::new(Parts {
            clients: ClientCache::new(settings.client_cache, !shared),
            verified: VerifiedTokens::new(settings.client_cache),
            published_keys: PublishedKeys::new(settings.jwks_reach),
            throttle: Throttle::new(&settings.throttle, &clock),
            rate_limit: RateLimit::new(settings.api_requests_per_second),
            usage: UsageBuffer::default(),
            cursors: master_key.sealer("cursors", &random),
            answers: master_key.sealer("answers", &random),
            webhook_secrets: master_key.sealer("webhook secrets", &random),
            settings,
            clock,
            random,
            store,
            passwords,
            keys,
            sealing_keys,
        })))
    }

    /// Carries out a change: all of it with its audit rows, or nothing. It runs to its end even when the caller hangs
    /// up, so that what was committed is never unknown to the caches.
    ///
    /// # Errors
    /// What `work` gives, or the database being away.
    pub async fn change<T, F>(&self, caller: Caller, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<T>> + Send + 'static,
    {
        let app = self.clone();
        let task = tokio::spawn(async move {
            let mut change = Change {
                store: app.store.begin().await?,
                now: app.clock.now(),
                caller,
                app: app.clone(),
            };
            let outcome = work(&mut change).await?;
            app.commit(change.store).await?;
            Ok(outcome)
        });
        task.await
            .unwrap_or_else(|error| Err(Error::Unexpected(error.to_string())))
    }

    async fn commit(&self, transaction: Transaction) -> Result<()> {
        let touched = transaction.touched();
        let committed = transaction.commit().await;
        // Also when the commit is not known to have worked: reading a row again is always right.
        for touched in touched {
            if touched != SIGNING_KEYS {
                self.clients.forget(touched);
            } else if let Err(error) = self.keys.reload(&self.store, &self.clock).await {
                // They are read again every minute.
                tracing::warn!(%error, "the signing keys could not be read again");
            }
        }
        Ok(committed?)
    }

    /// As [`change`](Self::change); with an idempotency key the second request gets the answer of the first, and
    /// nothing changes a second time. The answer is kept for a day, sealed under the caller's key.
    ///
    /// # Errors
    /// What `work` gives, or the database being away.
    pub async fn change_once<T, F>(
        &self,
        caller: Caller,
        idempotency: Option<Idempotency>,
        work: F,
    ) -> Result<Once<T>>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'a> FnOnce(&'a mut Change) -> BoxFuture<'a, Result<T>> + Send + 'static,
    {
        let Some(idempotency) = idempotency else {
            return self.change(caller, work).await.map(Once::Answer);
        };
        let scope = format!("{}\n{}", caller.tenant_id, caller.subject);
        let key_digest = Digest::of(format!("key\n{scope}\n{}", idempotency.key).as_bytes());
        let material = Digest::of(format!("seal\n{scope}\n{}", idempotency.key).as_bytes());
        self.change(caller, move |change| {
            Box::pin(async move {
                let own = Sealer::derive(material.as_bytes(), "answer", &change.app.random);
                let claim = IdempotentRow {
                    key_digest: *key_digest.as_bytes(),
                    request_digest: idempotency.request.as_bytes().to_vec(),
                    sealed_answer: Vec::new(),
                    expires_at: change.now.plus(ANSWERS_KEPT),
                };
                let context = idempotency.request.as_bytes();
                if let Some(kept) = change
                    .store
                    .claim_idempotency_key(&claim, change.now)
                    .await?
                {
                    if kept.request_digest != claim.request_digest {
                        return Ok(Once::KeyReused);
                    }
                    let outer = change.app.answers.open(context, &kept.sealed_answer);
                    let inner = outer.and_then(|it| own.open(context, &it));
                    let inner = inner.map_err(|it| Error::Unexpected(it.to_string()))?;
                    return serde_json::from_slice(&inner)
                        .map(Once::Answer)
                        .map_err(|it| Error::Unexpected(it.to_string()));
                }
                let answer = work(change).await?;
                let text = serde_json::to_vec(&answer)
                    .map(zeroize::Zeroizing::new)
                    .map_err(|it| Error::Unexpected(it.to_string()))?;
                let sealed = own.seal(context, &text)?;
                let sealed = change.app.answers.seal(context, &sealed)?;
                change
                    .store
                    .keep_answer(key_digest.as_bytes(), sealed)
                    .await?;
                Ok(Once::Answer(answer))
            })
        })
        .await
    }
}

impl Change {
    /// Writes the audit row of what this change does.
    ///
    /// # Errors
    /// The database being away.
    pub async fn record(
        &self,
        action: Action,
        object: Object,
        changes: Vec<FieldChange>,
    ) -> Result<()> {
        self.record_in(self.caller.tenant_id, action, object, changes)
            .await
    }

    /// As [`record`](Self::record), in the trail of another tenant that this concerns, too.
    ///
    /// # Errors
    /// The database being away.
    pub async fn record_in(
        &self,
        tenant_id: Uuid,
        action: Action,
        object: Object,
        changes: Vec<FieldChange>,
    ) -> Result<()> {
        let event = AuditEvent {
            id: Uuid::now_v7(),
            tenant_id,
            at: self.now,
            actor: self.caller.actor.clone(),
            origin: self.caller.origin.clone(),
            action,
            object,
            changes,
        };
        Ok(self.store.insert_audit(&event).await?)
    }
}
