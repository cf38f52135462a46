//! The keys that seal opaque tokens, from the database, themselves sealed there under the master key.
//!
//! A key seals for a day, far below the 2^32 values that one may seal, and is thrown away when the last token under it
//! has expired. A new one is known to every node before the first token is sealed under it.

use std::sync::{Arc, PoisonError, RwLock};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use zeroize::Zeroizing;

use crate::{
    clock::Clock,
    crypto::{master_key::MasterKey, random::Random, sealing::Sealer},
    domain::{
        authorization::ACCESS_LIVES_AT_MOST,
        timestamp::{DAY, Timestamp},
    },
    error::{Error, Result},
    store::{Store, StoredSealingKey, Transaction},
};

/// How an opaque access token begins.
pub const PREFIX: &str = "lka_";

/// How long a key seals, in seconds.
const SEALS_FOR: i64 = DAY;

/// Seconds between the making of a key and its first use. Every node reads the keys anew more often than that.
const KNOWN_BEFORE_USE: i64 = 300;

/// Bytes that name a key in a token.
const NAME: usize = 8;

/// Longest token that is looked at, in characters.
const LONGEST_TOKEN: usize = 16 * 1024;

/// The keys of this server.
pub struct SealingKeys {
    master: Sealer,
    random: Random,
    keys: RwLock<Arc<Vec<SealingKey>>>,
}

/// One key.
struct SealingKey {
    name: [u8; NAME],
    sealer: Sealer,
    created_at: Timestamp,
}

impl SealingKey {
    /// Bound to what it seals, so that nothing else that was sealed passes for a token.
    fn context(name: &[u8]) -> Vec<u8> {
        [b"access token ", name].concat()
    }
}

impl SealingKeys {
    /// Opens the keys of the database; the first start makes one.
    ///
    /// # Errors
    /// When the database is away, or holds keys that this master key does not open.
    pub async fn open(
        store: &Store,
        master_key: &MasterKey,
        clock: &Clock,
        random: &Random,
    ) -> Result<Self> {
        let ring = Self {
            master: master_key.sealer("token sealing keys", random),
            random: random.clone(),
            keys: RwLock::default(),
        };
        ring.rotate(store, clock).await?;
        Ok(ring)
    }

    /// Reads the keys anew, and makes the next one when the youngest has sealed for long enough.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn rotate(&self, store: &Store, clock: &Clock) -> Result<()> {
        let now = clock.now();
        let rows = store.list_sealing_keys(now).await?;
        if is_due(&rows, now) {
            let transaction = store.begin().await?;
            transaction.lock_sealing_keys().await?;
            // Another node may have been quicker.
            if is_due(&transaction.list_sealing_keys(now).await?, now) {
                self.make(&transaction, now).await?;
            }
            transaction.delete_gone_sealing_keys(now).await?;
            transaction.commit().await?;
        }
        self.reload(store, clock).await
    }

    /// Reads the keys anew.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn reload(&self, store: &Store, clock: &Clock) -> Result<()> {
        let rows = store.list_sealing_keys(clock.now()).await?;
        let keys = rows.iter().map(|it| self.read(it)).collect::<Result<_>>()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    async fn make(&self, transaction: &Transaction, now: Timestamp) -> Result<()> {
        let kid = HEXLOWER.encode(&self.random.bytes::<NAME>()?);
        let material = self.random.secret_bytes::<32>()?;
        let row = StoredSealingKey {
            sealed_key: self.master.seal(kid.as_bytes(), material.as_slice())?,
            kid,
            created_at: now,
        };
        // The one before seals until this one is known everywhere, and opens until its last token has expired.
        let retired_at = now.plus(KNOWN_BEFORE_USE);
        let gone_at = retired_at.plus(KNOWN_BEFORE_USE + ACCESS_LIVES_AT_MOST);
        transaction.retire_sealing_keys(retired_at, gone_at).await?;
        Ok(transaction.insert_sealing_key(&row).await?)
    }

    fn read(&self, row: &StoredSealingKey) -> Result<SealingKey> {
        let unreadable = || {
            Error::Unexpected(
                "the keys of opaque tokens in the database cannot be opened with this master key: start with the \
                 master key that this database was made with"
                    .to_owned(),
            )
        };
        let name = HEXLOWER.decode(row.kid.as_bytes()).ok();
        let opened = self.master.open(row.kid.as_bytes(), &row.sealed_key);
        let opened = opened.map_err(|_| unreadable())?;
        let material: Zeroizing<[u8; 32]> =
            Zeroizing::new(opened.as_slice().try_into().map_err(|_| unreadable())?);
        Ok(SealingKey {
            name: name
                .and_then(|it| it.try_into().ok())
                .ok_or_else(unreadable)?,
            sealer: Sealer::derive(&material, "access tokens", &self.random),
            created_at: row.created_at,
        })
    }

    fn current(&self) -> Arc<Vec<SealingKey>> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A token that says `claims` to this server and to nobody else.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn seal(&self, claims: &[u8], now: Timestamp) -> Result<String> {
        let keys = self.current();
        let known = |it: &&SealingKey| it.created_at.plus(KNOWN_BEFORE_USE) <= now;
        // The very first one has none before it to wait for.
        let key = keys.iter().rev().find(known).or_else(|| keys.first());
        let key = key.ok_or_else(|| Error::Unexpected("no key seals tokens".to_owned()))?;
        let sealed = key.sealer.seal(&SealingKey::context(&key.name), claims)?;
        let mut bytes = Vec::with_capacity(NAME + sealed.len());
        bytes.extend_from_slice(&key.name);
        bytes.extend_from_slice(&sealed);
        let mut token = String::with_capacity(PREFIX.len() + bytes.len() * 4 / 3 + 3);
        token.push_str(PREFIX);
        BASE64URL_NOPAD.encode_append(&bytes, &mut token);
        Ok(token)
    }

    /// What a token says that was sealed here under a key that is not gone. Nothing else is looked at.
    pub fn unseal(&self, token: &str) -> Option<Zeroizing<Vec<u8>>> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let text = token.strip_prefix(PREFIX)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (name, sealed) = bytes.split_at_checked(NAME)?;
        let keys = self.current();
        let key = keys.iter().find(|it| it.name == name)?;
        key.sealer.open(&SealingKey::context(name), sealed).ok()
    }
}

/// Whether there is no key, or the youngest has sealed for long enough.
fn is_due(keys: &[StoredSealingKey], now: Timestamp) -> bool {
    keys.last()
        .is_none_or(|it| it.created_at.plus(SEALS_FOR) <= now)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ring(seed: u64) -> SealingKeys {
        let random = Random::seeded(seed);
        let key = |name: u8| SealingKey {
            name: [name; NAME],
            sealer: Sealer::derive(&[name; 32], "access tokens", &random),
            created_at: Timestamp::from_unix_clamped(i64::from(name) * 1_000),
        };
        SealingKeys {
            master: Sealer::derive(&[0; 32], "test", &random),
            keys: RwLock::new(Arc::new(vec![key(1), key(2)])),
            random,
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_clamped(seconds)
    }

    proptest! {
        #[test]
        fn what_was_sealed_is_read_and_holds_only_what_a_header_may(text: Vec<u8>, now in 0_i64..9_000) {
            let ring = ring(1);
            let token = ring.seal(&text, at(now)).unwrap();
            prop_assert!(token.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-')));
            let opened = ring.unseal(&token).unwrap();
            prop_assert_eq!(opened.as_slice(), text.as_slice());
        }

        #[test]
        fn a_token_with_another_character_anywhere_is_none(
            text: Vec<u8>,
            place: prop::sample::Index,
            other in "[A-Za-z0-9_-]",
        ) {
            let ring = ring(1);
            let token = ring.seal(&text, at(0)).unwrap();
            let place = place.index(token.len());
            let mut changed = token.clone();
            changed.replace_range(place..=place, &other);
            prop_assume!(changed != token);
            prop_assert!(ring.unseal(&changed).is_none());
        }

        #[test]
        fn a_token_that_is_cut_or_longer_is_none(text: Vec<u8>, cut in 1_usize..40, more in "[A-Za-z0-9_-]{1,9}") {
            let ring = ring(1);
            let token = ring.seal(&text, at(0)).unwrap();
            prop_assert!(ring.unseal(&token[..token.len() - cut]).is_none());
            let longer = format!("{token}{more}");
            prop_assert!(ring.unseal(&longer).is_none());
        }

        #[test]
        fn anything_else_is_none(garbage in "\\PC*") {
            let ring = ring(1);
            prop_assert!(ring.unseal(&garbage).is_none());
            let prefixed = format!("{PREFIX}{garbage}");
            prop_assert!(ring.unseal(&prefixed).is_none());
        }
    }

    #[test]
    fn a_key_seals_once_it_is_known_everywhere_and_the_first_at_once() {
        let ring = ring(1);
        let key = |now| {
            let token = ring.seal(b"", at(now)).unwrap();
            BASE64URL_NOPAD.decode(&token.as_bytes()[4..]).unwrap()[0]
        };
        assert_eq!(key(0), 1);
        assert_eq!(key(2_000), 1);
        assert_eq!(key(2_000 + KNOWN_BEFORE_USE - 1), 1);
        assert_eq!(key(2_000 + KNOWN_BEFORE_USE), 2);
    }
}
