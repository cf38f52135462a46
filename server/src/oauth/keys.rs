//! The keys that sign tokens, from the database, sealed there under the master key.

use std::sync::{Arc, PoisonError, RwLock};

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
    error::{Error, Result},
    store::{Store, StoredSigningKey},
};

/// The keys of this server.
pub struct KeyRing {
    sealer: Sealer,
    /// What access tokens are signed with.
    algorithm: Algorithm,
    keys: RwLock<Arc<Keys>>,
}

/// The keys at one moment.
pub struct Keys {
    /// The one that signs access tokens.
    pub signer: Arc<SigningKey>,
    /// The youngest of each algorithm, that one too.
    signers: Vec<Arc<SigningKey>>,
    /// All whose tokens may still live, the signer too.
    verifiers: Vec<Arc<VerifyingKey>>,
}

impl Keys {
    /// The key that signs by `algorithm`, if there is one.
    fn signer_by(&self, algorithm: Algorithm) -> Option<Arc<SigningKey>> {
        let mut all = self.signers.iter();
        all.find(|it| it.algorithm() == algorithm).cloned()
    }

    /// The key that this `kid` names.
    pub fn find(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.verifiers.iter().find(|it| it.kid() == kid).cloned()
    }

    /// The JWK Set (RFC 7517, section 5): public halves only, each `kid` once.
    pub fn jwks(&self) -> Value {
        let keys: Vec<&Map<String, Value>> = self.verifiers.iter().map(|it| it.jwk()).collect();
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
        make(store, &sealer, algorithm, clock, random).await?;
        let rows = store.list_signing_keys(clock.now()).await?;
        let keys = read(&rows, &sealer, algorithm)?;
        Ok(Self {
            sealer,
            algorithm,
            keys: RwLock::new(Arc::new(keys)),
        })
    }

    /// The key that signs by `algorithm`, made the first time it is asked for.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn signer(
        &self,
        algorithm: Algorithm,
        store: &Store,
        clock: &Clock,
        random: &Random,
    ) -> Result<Arc<SigningKey>> {
        if let Some(key) = self.current().signer_by(algorithm) {
            return Ok(key);
        }
        make(store, &self.sealer, algorithm, clock, random).await?;
        self.reload(store, clock).await?;
        self.current()
            .signer_by(algorithm)
            .ok_or_else(|| Error::Unexpected(format!("there is no {algorithm} signing key")))
    }

    /// The keys at this moment.
    pub fn current(&self) -> Arc<Keys> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the keys again, for another node may have changed them.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn reload(&self, store: &Store, clock: &Clock) -> Result<()> {
        let rows = store.list_signing_keys(clock.now()).await?;
        let keys = read(&rows, &self.sealer, self.algorithm)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }
}

/// Makes the key that signs by `algorithm`, unless it is there. In a transaction, so that of two nodes that do it at
/// once one makes the key and the other finds it.
async fn make(
    store: &Store,
    sealer: &Sealer,
    algorithm: Algorithm,
    clock: &Clock,
    random: &Random,
) -> Result<()> {
    if store.has_signing_key(algorithm.name()).await? {
        return Ok(());
    }
    // An RSA key takes a while: neither on the runtime nor while the database is locked.
    let source = random.clone();
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm, &source)).await;
    let key = made.map_err(unexpected)?.map_err(unexpected)?;
    let private = key.to_pkcs8().map_err(unexpected)?;
    let row = StoredSigningKey {
        kid: key.kid().to_owned(),
        algorithm: algorithm.name().to_owned(),
        public_key: Value::Object(key.verifying_key().jwk().clone()),
        sealed_private_key: sealer.seal(key.kid().as_bytes(), &private)?,
        created_at: clock.now(),
        retired_at: None,
        gone_at: None,
    };
    let transaction = store.begin().await?;
    transaction.lock_signing_keys().await?;
    if !transaction.has_signing_key(algorithm.name()).await? {
        transaction.insert_signing_key(&row).await?;
    }
    Ok(transaction.commit().await?)
}

fn read(rows: &[StoredSigningKey], sealer: &Sealer, algorithm: Algorithm) -> Result<Keys> {
    let mut signers: Vec<Arc<SigningKey>> = Vec::new();
    for row in rows.iter().rev().filter(|it| it.retired_at.is_none()) {
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
    let signer = signers
        .iter()
        .find(|it| it.algorithm() == algorithm)
        .cloned()
        .ok_or_else(|| Error::Unexpected("there is no signing key".to_owned()))?;
    let verifiers = rows
        .iter()
        .map(|it| VerifyingKey::from_jwk(&it.public_key).map(Arc::new))
        .collect::<std::result::Result<_, _>>()
        .map_err(unexpected)?;
    Ok(Keys {
        signer,
        signers,
        verifiers,
    })
}

fn unexpected(error: impl std::fmt::Display) -> Error {
    Error::Unexpected(error.to_string())
}
