//! The only place that asks what time it is.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::domain::timestamp::Timestamp;

/// From when on the system's clock is measured.
static FIRST_ASKED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A clock: the system's, or one that a test moves.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The time of this machine.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved. Clones move together.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.unix()))))
    }

    /// This second.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                // A machine whose clock stands before 1970 is taken to be in 1970.
                #[expect(clippy::disallowed_methods, reason = "this is the one place for it")]
                let since = SystemTime::now()
                    .duration_since(SystemTime::UNIX_EPOCH)
                    .unwrap_or_default();
                Timestamp::from_unix_clamped(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
            }
            Source::Manual(seconds) => Timestamp::from_unix_clamped(seconds.load(Ordering::SeqCst)),
        }
    }

    /// The time since a moment that is the same for as long as the process lives: finer than seconds, and not moved when
    /// somebody sets the system's clock.
    pub fn since_start(&self) -> Duration {
        match &self.0 {
            Source::System => FIRST_ASKED.elapsed(),
            Source::Manual(seconds) => {
                let seconds = seconds.load(Ordering::SeqCst);
                Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
            }
        }
    }

    /// Moves a manual clock by `seconds`; the system's clock is not ours to move.
    pub fn advance(&self, seconds: i64) {
        if let Source::Manual(at) = &self.0 {
            at.fetch_add(seconds, Ordering::SeqCst);
        }
    }
}
