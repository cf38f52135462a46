//! The keys that sign tokens, from the database, sealed there under the master key.

use std::sync::Arc;

use arc_swap::ArcSwap;
use serde_json::{Map, Value, json};

use crate::{
    clock::Clock,
    config::Settings,
    crypto::{
        master_key::MasterKey,
        random::Random,
        sealing::Sealer,
        signing::{Algorithm, SigningKey, VerifyingKey},
    },
    domain::{
        signing_key::{KeyLife, KeyStatus},
        timestamp::Timestamp,
        version::Version,
    },
    error::{Error, Result},
    store::{Store, StoredSigningKey},
};

/// The keys of this server. Who signs or verifies takes them as they are and waits for nobody.
pub struct KeyRing {
    sealer: Sealer,
    /// What access tokens are signed with.
    algorithm: Algorithm,
    keys: ArcSwap<Keys>,
}

/// The keys at one moment.
pub struct Keys {
    /// The one that signs access tokens.
    pub signer: Arc<SigningKey>,
    /// The youngest active one of each algorithm, that one too.
    signers: Vec<Arc<SigningKey>>,
    /// All whose tokens may still live, and those that will sign next.
    published: Vec<Published>,
}

/// A key that others verify by.
struct Published {
    key: Arc<VerifyingKey>,
    gone_at: Option<Timestamp>,
}

impl Keys {
    /// The active key that signs by `algorithm`, if there is one.
    pub fn signer_by(&self, algorithm: Algorithm) -> Option<Arc<SigningKey>> {
        let mut all = self.signers.iter();
        all.find(|it| it.algorithm() == algorithm).cloned()
    }

    /// The algorithms of the active keys.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.signers.iter().map(|it| it.algorithm())
    }

    fn published(&self, now: Timestamp) -> impl Iterator<Item = &Arc<VerifyingKey>> {
        let there = self
            .published
            .iter()
            .filter(move |it| it.gone_at.is_none_or(|gone| now < gone));
        there.map(|it| &it.key)
    }

    /// The key that this `kid` names, as long as it is published.
    pub fn find(&self, kid: &str, now: Timestamp) -> Option<Arc<VerifyingKey>> {
        self.published(now).find(|it| it.kid() == kid).cloned()
    }

    /// The JWK Set (RFC 7517, section 5): public halves only, each `kid` once.
    pub fn jwks(&self, now: Timestamp) -> Value {
        let keys: Vec<&Map<String, Value>> = self.published(now).map(|it| it.jwk()).collect();
        json!({ "keys": keys })
    }
}

impl KeyRing {
    /// Opens the keys of the database; the first start makes one.
    ///
    /// # Errors
    /// When the database is away, or holds keys that this master key does not open.
    pub async fn open(
        store: &Store,
        master_key: &MasterKey,
        settings: &Settings,
        clock: &Clock,
        random: &Random,
    ) -> Result<Self> {
        let sealer = master_key.sealer("signing keys", random);
        let algorithm = settings.signing_algorithm;
        let now = clock.now();
        let mut rows = store.list_signing_keys(now).await?;
        if !rows
            .iter()
            .any(|it| it.life.status(now) == KeyStatus::Active)
        {
            let first = generate(algorithm, sealer.clone(), now, random.clone()).await?;
            make_first(store, first, now).await?;
            rows = store.list_signing_keys(now).await?;
        }
        let keys = read(&rows, &sealer, algorithm, now)?;
        Ok(Self {
            sealer,
            algorithm,
            keys: ArcSwap::from_pointee(keys),
        })
    }

    /// What access tokens are to be signed with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A new key that is not in the database yet.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub async fn generate(
        &self,
        algorithm: Algorithm,
        now: Timestamp,
        random: &Random,
    ) -> Result<StoredSigningKey> {
        generate(algorithm, self.sealer.clone(), now, random.clone()).await
    }

    /// The keys at this moment.
    pub fn current(&self) -> Arc<Keys> {
        self.keys.load_full()
    }

    /// Reads the keys again, for somebody changed them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn reload(&self, store: &Store, clock: &Clock) -> Result<()> {
        let now = clock.now();
        let rows = store.list_signing_keys(now).await?;
        let keys = read(&rows, &self.sealer, self.algorithm, now)?;
        self.keys.store(Arc::new(keys));
        Ok(())
    }
}

/// A new key. An RSA key takes a while: not on the runtime, and not while the database is locked.
async fn generate(
    algorithm: Algorithm,
    sealer: Sealer,
    now: Timestamp,
    random: Random,
) -> Result<StoredSigningKey> {
    let made = tokio::task::spawn_blocking(move || {
        let key = SigningKey::generate(algorithm, &random).map_err(unexpected)?;
        let private = key.to_pkcs8().map_err(unexpected)?;
        Ok(StoredSigningKey {
            kid: key.kid().to_owned(),
            algorithm: algorithm.name().to_owned(),
            public_key: Value::Object(key.verifying_key().jwk().clone()),
            sealed_private_key: sealer.seal(key.kid().as_bytes(), &private)?,
            life: KeyLife::begins(now),
            version: Version::FIRST,
        })
    });
    made.await.map_err(unexpected)?
}

/// Puts the very first key in place. Of two nodes that do it at once one does, and the other finds it.
async fn make_first(store: &Store, mut key: StoredSigningKey, now: Timestamp) -> Result<()> {
    let transaction = store.begin().await?;
    transaction.lock_signing_keys().await?;
    let there = transaction.list_all_signing_keys().await?;
    if !there
        .iter()
        .any(|it| it.life.status(now) == KeyStatus::Active)
    {
        key.life.activated_at = Some(now);
        transaction.insert_signing_key(&key).await?;
    }
    Ok(transaction.commit().await?)
}

fn read(
    rows: &[StoredSigningKey],
    sealer: &Sealer,
    algorithm: Algorithm,
    now: Timestamp,
) -> Result<Keys> {
    let mut active: Vec<&StoredSigningKey> = rows
        .iter()
        .filter(|it| it.life.status(now) == KeyStatus::Active)
        .collect();
    active.sort_by_key(|it| std::cmp::Reverse(it.life.activated_at));
    let mut signers: Vec<Arc<SigningKey>> = Vec::new();
    for row in active {
        let algorithm: Algorithm = row.algorithm.parse().map_err(unexpected)?;
        if signers.iter().any(|it| it.algorithm() == algorithm) {
            continue;
        }
        let private = sealer
            .open(row.kid.as_bytes(), &row.sealed_private_key)
            .map_err(|_| {
                Error::Unexpected(
                    "the signing keys in the database cannot be opened with this master key: \
                     start with the master key that this database was made with"
                        .to_owned(),
                )
            })?;
        let key = SigningKey::from_pkcs8(algorithm, &private).map_err(unexpected)?;
        signers.push(Arc::new(key));
    }
    // While a node is still to hear that the algorithm is another one, it signs with what there is.
    let signer = signers
        .iter()
        .find(|it| it.algorithm() == algorithm)
        .or(signers.first())
        .cloned()
        .ok_or_else(|| Error::Unexpected("there is no signing key".to_owned()))?;
    let published = rows
        .iter()
        .map(|it| {
            let key = VerifyingKey::from_jwk(&it.public_key).map_err(unexpected)?;
            Ok(Published {
                key: Arc::new(key),
                gone_at: it.life.gone_at,
            })
        })
        .collect::<Result<_>>()?;
    Ok(Keys {
        signer,
        signers,
        published,
    })
}

fn unexpected(error: impl std::fmt::Display) -> Error {
    Error::Unexpected(error.to_string())
}
