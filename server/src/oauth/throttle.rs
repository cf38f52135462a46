//! Slows the guessing of secrets, by client and source, and by source. The real client, from elsewhere, goes on.
//!
//! A person's account is slowed for all sources together as well, since a password is weaker than a secret of ours and
//! guesses may come from many machines. That never shuts out a source from which the person signed in before.
//!
//! The same counters bound what a stranger can make the server keep: authorization requests of people who are not signed
//! in, and those that a public client pushes.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::Clock as _,
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, keyed::DefaultKeyedStateStore},
};
use moka::sync::Cache;

use crate::{clock::Clock, config::ThrottleSettings};

/// Our clock, as the limiters read it.
#[derive(Clone, Debug)]
struct Ticks(Clock);

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.since_start().into()
    }
}

type Limiter = RateLimiter<u64, DefaultKeyedStateStore<u64>, Ticks, NoOpMiddleware<Nanos>>;

type DirectLimiter = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>;

/// Counts failures and says who has to wait.
pub struct Throttle {
    by_client: Limiter,
    by_source: Limiter,
    by_person: Limiter,
    by_account: Limiter,
    beginnings: Limiter,
    all_beginnings: DirectLimiter,
    /// Until when a key has to wait, by the clock. Only those that do are in it.
    waiting: Cache<u64, Duration>,
    clock: Clock,
    hasher: RandomState,
    failures: AtomicU64,
    begun: AtomicU64,
}

/// Why an authorization request of a stranger is not kept, and when one will be again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// Too many came from the same source.
    FromSource(Duration),
    /// Too many came from everywhere together.
    FromAll(Duration),
}

/// The network that an address is of, as far as one customer of a provider has it: 2^64 addresses of IPv6 are one source.
fn network(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
    }
}

/// What is counted after which the counters of sources that went quiet are thrown away.
const CLEAN_EVERY: u64 = 10_000;

/// So many at once, then one more each time a quarter of an hour has room for one.
fn quota(most: NonZeroU32) -> Quota {
    let refill = Duration::from_mins(15) / most.get();
    Quota::with_period(refill)
        .unwrap_or_else(|| Quota::per_minute(most))
        .allow_burst(most)
}

impl Throttle {
    /// With the limits of `settings`.
    pub fn new(settings: &ThrottleSettings, clock: &Clock) -> Self {
        let limiter = |most: NonZeroU32| {
            let counters = DefaultKeyedStateStore::default();
            Limiter::new(quota(most), counters, Ticks(clock.clone()))
        };
        Self {
            by_client: limiter(settings.client_failures),
            by_source: limiter(settings.source_failures),
            by_person: limiter(settings.person_failures),
            by_account: limiter(settings.account_failures),
            beginnings: limiter(settings.source_requests),
            all_beginnings: DirectLimiter::new(
                quota(settings.all_requests),
                InMemoryState::default(),
                Ticks(clock.clone()),
            ),
            waiting: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(Duration::from_mins(15))
                .build(),
            clock: clock.clone(),
            hasher: RandomState::new(),
            failures: AtomicU64::new(0),
            begun: AtomicU64::new(0),
        }
    }

    fn keys(&self, source: Option<IpAddr>, client_id: &str) -> [u64; 2] {
        let source = source.map(network);
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
        self.longest_wait(&self.keys(source, client_id))
    }

    fn longest_wait(&self, keys: &[u64]) -> Option<Duration> {
        let now = self.clock.since_start();
        keys.iter()
            .filter_map(|key| self.waiting.get(key)?.checked_sub(now))
            .max()
            .filter(|wait| !wait.is_zero())
    }

    /// Notes a wrong secret, or an unknown client.
    pub fn failed(&self, source: Option<IpAddr>, client_id: &str) {
        let [client, from] = self.keys(source, client_id);
        self.count([(&self.by_client, client), (&self.by_source, from)]);
    }

    fn person_keys(&self, source: Option<IpAddr>, account: &str) -> [u64; 3] {
        let source = source.map(network);
        [
            self.hasher.hash_one(("person", source, account)),
            self.hasher.hash_one(source),
            self.hasher.hash_one(("account", account)),
        ]
    }

    /// How long somebody from `source` has to wait before trying a password of `account` again.
    pub fn person_must_wait(&self, source: Option<IpAddr>, account: &str) -> Option<Duration> {
        let [person, from, _] = self.person_keys(source, account);
        self.longest_wait(&[person, from])
    }

    /// How long a source from which nobody signed in to `account` before has to wait, because of failures from all
    /// sources together.
    pub fn stranger_must_wait(&self, account: &str) -> Option<Duration> {
        let [_, _, account] = self.person_keys(None, account);
        self.longest_wait(&[account])
    }

    /// Notes a wrong password, or an account that there is not.
    pub fn person_failed(&self, source: Option<IpAddr>, account: &str) {
        let [person, from, account] = self.person_keys(source, account);
        self.count([
            (&self.by_person, person),
            (&self.by_source, from),
            (&self.by_account, account),
        ]);
    }

    /// Counts an authorization request of a stranger.
    ///
    /// # Errors
    /// [`TooMany`] when it is one too many; it is not counted then.
    pub fn begins(&self, source: Option<IpAddr>) -> Result<(), TooMany> {
        let from = self.hasher.hash_one(source.map(network));
        if is_time_to_clean(&self.begun) {
            self.beginnings.retain_recent();
        }
        if let Err(until) = self.beginnings.check_key(&from) {
            let now = self.beginnings.clock().now();
            return Err(TooMany::FromSource(until.wait_time_from(now)));
        }
        self.all_beginnings.check().map_err(|until| {
            let now = self.all_beginnings.clock().now();
            TooMany::FromAll(until.wait_time_from(now))
        })
    }

    fn count<const N: usize>(&self, counters: [(&Limiter, u64); N]) {
        for (limiter, key) in counters {
            if let Err(until) = limiter.check_key(&key) {
                let wait = until.wait_time_from(limiter.clock().now());
                self.waiting.insert(key, self.clock.since_start() + wait);
            }
        }
        if is_time_to_clean(&self.failures) {
            self.by_client.retain_recent();
            self.by_source.retain_recent();
            self.by_person.retain_recent();
            self.by_account.retain_recent();
        }
    }
}

fn is_time_to_clean(counted: &AtomicU64) -> bool {
    counted.fetch_add(1, Ordering::Relaxed) % CLEAN_EVERY == CLEAN_EVERY - 1
}
