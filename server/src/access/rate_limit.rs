//! How many requests a caller may make to the management API.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use uuid::Uuid;

/// Counts the requests of each caller.
pub struct RateLimit {
    limiter:
        RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, DefaultClock, StateInformationMiddleware>,
    per_second: NonZeroU32,
}

/// How many seconds' worth of requests may come at once.
const BURST_SECONDS: u32 = 10;

/// What a caller has left after a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many may come at once.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// In how many seconds all are there again.
    pub reset: u32,
    /// How long to wait, when this request was one too many.
    pub wait: Option<Duration>,
}

impl RateLimit {
    /// `per_second` in the long run, ten times that at once.
    pub fn new(per_second: NonZeroU32) -> Self {
        let seconds = NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1);
        let quota = Quota::per_second(per_second).allow_burst(per_second.saturating_mul(seconds));
        Self {
            limiter: RateLimiter::keyed(quota).with_middleware(),
            per_second,
        }
    }

    /// Counts one request of `subject`.
    pub fn count(&self, subject: Uuid) -> Allowance {
        let limit = self.per_second.get().saturating_mul(BURST_SECONDS);
        let (remaining, wait) = match self.limiter.check_key(&subject) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(until) => {
                let now = DefaultClock::default().now();
                (0, Some(until.wait_time_from(now)))
            }
        };
        Allowance {
            limit,
            remaining,
            reset: limit
                .saturating_sub(remaining)
                .div_ceil(self.per_second.get()),
            wait,
        }
    }

    /// Forgets callers that went quiet.
    pub fn forget_quiet(&self) {
        self.limiter.retain_recent();
    }
}
