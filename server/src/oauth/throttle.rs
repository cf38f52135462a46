//! Slows the guessing of secrets, by client and source, and by source. The real client, from elsewhere, goes on.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use moka::sync::Cache;

use crate::config::ThrottleSettings;

/// Counts failures and says who has to wait.
pub struct Throttle {
    by_client: DefaultKeyedRateLimiter<u64>,
    by_source: DefaultKeyedRateLimiter<u64>,
    /// Until when a key has to wait. Only those that do are in it.
    waiting: Cache<u64, Instant>,
    hasher: RandomState,
    failures: AtomicU64,
}

/// Failures after which the counters of sources that went quiet are thrown away.
const CLEAN_EVERY: u64 = 10_000;

impl Throttle {
    /// With the limits of `settings`.
    pub fn new(settings: &ThrottleSettings) -> Self {
        let quota = |most: NonZeroU32| {
            // All at once, then one more each time the window has room for one.
            let refill = Duration::from_mins(15) / most.get();
            Quota::with_period(refill)
                .unwrap_or_else(|| Quota::per_minute(most))
                .allow_burst(most)
        };
        Self {
            by_client: RateLimiter::keyed(quota(settings.client_failures)),
            by_source: RateLimiter::keyed(quota(settings.source_failures)),
            waiting: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(Duration::from_mins(15))
                .build(),
            hasher: RandomState::new(),
            failures: AtomicU64::new(0),
        }
    }

    fn keys(&self, source: Option<IpAddr>, client_id: &str) -> [u64; 2] {
        [
            self.hasher.hash_one((source, client_id)),
            self.hasher.hash_one(source),
        ]
    }

    /// How long somebody from `source` has to wait before trying to be `client_id` again.
    pub fn must_wait(&self, source: Option<IpAddr>, client_id: &str) -> Option<Duration> {
        // The usual case costs one comparison.
        if self.waiting.entry_count() == 0 && self.failures.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let now = Instant::now();
        self.keys(source, client_id)
            .iter()
            .filter_map(|key| self.waiting.get(key)?.checked_duration_since(now))
            .max()
            .filter(|wait| !wait.is_zero())
    }

    /// Notes a wrong secret, or an unknown client.
    pub fn failed(&self, source: Option<IpAddr>, client_id: &str) {
        let [client, from] = self.keys(source, client_id);
        for (limiter, key) in [(&self.by_client, client), (&self.by_source, from)] {
            if let Err(until) = limiter.check_key(&key) {
                let wait = until.wait_time_from(limiter.clock().now());
                self.waiting.insert(key, Instant::now() + wait);
            }
        }
        if self.failures.fetch_add(1, Ordering::Relaxed) % CLEAN_EVERY == CLEAN_EVERY - 1 {
            self.by_client.retain_recent();
            self.by_source.retain_recent();
        }
    }
}
