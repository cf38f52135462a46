//! The public keys that clients publish at an address of theirs (RFC 7517, section 5): fetched with care, remembered
//! for a while, and fetched again when a key turns up that is not among them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use moka::sync::Cache;
use url::Url;

use crate::{
    clock::Clock,
    crypto::signing::KeySet,
    domain::timestamp::Timestamp,
    outbound::{
        address::Reach,
        request::{self, RequestProblem},
    },
};

/// How many addresses are remembered.
const MOST: u64 = 10_000;

/// How long a fetched set is used without asking again, in seconds.
const FRESH_FOR: i64 = 600;

/// How long it is used while it cannot be fetched again, in seconds. A key that was taken back works on for so long.
const USABLE_FOR: i64 = 3_600;

/// How often an address is asked at most, in seconds: also where unknown keys turn up, which anybody can cause.
const ASKED_EVERY: i64 = 30;

/// The largest set, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// How long a set may take to arrive: somebody waits for a token.
const TAKES_AT_MOST: Duration = Duration::from_secs(5);

/// The published keys that were asked for lately.
pub struct PublishedKeys {
    by_address: Cache<String, Arc<Source>>,
    reach: Reach,
}

/// What is known of one address.
#[derive(Default)]
struct Source {
    known: Mutex<Known>,
    /// Held by the one who asks; the others wait for the answer instead of asking as well.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Known {
    set: Option<Arc<KeySet>>,
    fetched_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Known {
    fn within(at: Option<Timestamp>, seconds: i64, now: Timestamp) -> bool {
        at.is_some_and(|it| now < it.plus(seconds))
    }

    /// The set, if nothing speaks for asking again.
    fn settled(&self, now: Timestamp, suffices: impl Fn(&KeySet) -> bool) -> Option<Arc<KeySet>> {
        let set = self.set.clone()?;
        (Self::within(self.fetched_at, FRESH_FOR, now) && suffices(&set)).then_some(set)
    }

    /// The set, as long as it may be used.
    fn usable(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let set = self.set.clone()?;
        Self::within(self.fetched_at, USABLE_FOR, now).then_some(set)
    }
}

impl Source {
    fn known(&self) -> Known {
        let known = self.known.lock();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }
}

impl PublishedKeys {
    /// None so far. `reach` says from where they may be fetched.
    pub fn new(reach: Reach) -> Self {
        Self {
            by_address: Cache::new(MOST),
            reach,
        }
    }

    /// The keys at `address`. They are fetched where they are not known or old, or do not suffice; but not when they
    /// were just now. `None` where they cannot be had.
    pub async fn find(
        &self,
        address: &str,
        clock: &Clock,
        suffices: impl Fn(&KeySet) -> bool,
    ) -> Option<Arc<KeySet>> {
        let source = self
            .by_address
            .get_with(address.to_owned(), Arc::<Source>::default);
        if let Some(set) = source.known().settled(clock.now(), &suffices) {
            return Some(set);
        }
        let _turn = source.asking.lock().await;
        let now = clock.now();
        let mut known = source.known();
        if let Some(set) = known.settled(now, &suffices) {
            return Some(set);
        }
        if !Known::within(known.asked_at, ASKED_EVERY, now) {
            known.asked_at = Some(now);
            match self.fetch(address).await {
                Ok(set) => {
                    known.set = Some(Arc::new(set));
                    known.fetched_at = Some(now);
                }
                Err(why) => tracing::warn!(why, "the keys of a client cannot be fetched"),
            }
            source.note(known.clone());
        }
        known.usable(now)
    }

    async fn fetch(&self, address: &str) -> Result<KeySet, String> {
        let url = Url::parse(address).map_err(|it| it.to_string())?;
        let fetched = tokio::time::timeout(TAKES_AT_MOST, async {
            let answer = request::send(&url, self.reach, |client, url| {
                client
                    .get(url)
                    .header("Accept", "application/jwk-set+json, application/json")
            });
            request::body(answer.await?, MOST_BYTES).await
        });
        let body = fetched
            .await
            .map_err(|_| "the answer took too long".to_owned())?
            .map_err(|it: RequestProblem| it.to_string())?;
        KeySet::from_published(&body).map_err(|_| "the answer is no JWK set".to_owned())
    }
}
