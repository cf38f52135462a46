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
    keys: RwLock<Arc<Keys>>,
}

/// The keys at one moment.
pub struct Keys {
    /// The one that signs.
    pub signer: SigningKey,
    /// All whose tokens may still live, the signer too.
    verifiers: Vec<Arc<VerifyingKey>>,
}

impl Keys {
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
        let now = clock.now();
        // In a transaction, so that of two nodes that start at once one makes the key and the other finds it.
        let transaction = store.begin().await?;
        if !transaction.has_signing_key().await? {
            let algorithm = settings.signing_algorithm;
            let key = SigningKey::generate(algorithm, random).map_err(unexpected)?;
            let private = key.to_pkcs8().map_err(unexpected)?;
            let row = StoredSigningKey {
                kid: key.kid().to_owned(),
                algorithm: algorithm.name().to_owned(),
                public_key: Value::Object(key.verifying_key().jwk().clone()),
                sealed_private_key: sealer.seal(key.kid().as_bytes(), &private)?,
                created_at: now,
                retired_at: None,
                gone_at: None,
            };
            transaction.insert_signing_key(&row).await?;
        }
        transaction.commit().await?;
        let rows = store.list_signing_keys(now).await?;
        let keys = read(&rows, &sealer)?;
        Ok(Self {
            sealer,
            keys: RwLock::new(Arc::new(keys)),
        })
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
        let keys = read(&rows, &self.sealer)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }
}

fn read(rows: &[StoredSigningKey], sealer: &Sealer) -> Result<Keys> {
    let signer = rows
        .iter()
        .rev()
        .find(|it| it.retired_at.is_none())
        .ok_or_else(|| Error::Unexpected("there is no signing key".to_owned()))?;
    let algorithm: Algorithm = signer.algorithm.parse().map_err(unexpected)?;
    let private = sealer
        .open(signer.kid.as_bytes(), &signer.sealed_private_key)
        .map_err(|_| {
            Error::Unexpected(
                "the signing keys in the database cannot be opened with this master key: \
                 start with the master key that this database was made with"
                    .to_owned(),
            )
        })?;
    let verifiers = rows
        .iter()
        .map(|it| VerifyingKey::from_jwk(&it.public_key).map(Arc::new))
        .collect::<std::result::Result<_, _>>()
        .map_err(unexpected)?;
    Ok(Keys {
        signer: SigningKey::from_pkcs8(algorithm, &private).map_err(unexpected)?,
        verifiers,
    })
}

fn unexpected(error: impl std::fmt::Display) -> Error {
    Error::Unexpected(error.to_string())
}
