//! How long the old secret still works in a rotation.

use super::timestamp::{DAY, Timestamp};

/// Seconds for which an old secret still works: none, to thirty days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grace(i64);

/// A grace that cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be from 0 seconds to 30 days: write a number of seconds, or a duration such as 24h or 7d"
)]
pub struct GraceProblem;

impl Grace {
    /// The longest, in seconds.
    pub const MOST: i64 = 30 * DAY;

    /// What is given where nothing is asked for: a day.
    pub const DEFAULT: Self = Self(DAY);

    /// From a number of seconds.
    ///
    /// # Errors
    /// [`GraceProblem`] outside 0 seconds to 30 days.
    pub fn of_seconds(seconds: i64) -> Result<Self, GraceProblem> {
        if (0..=Self::MOST).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(GraceProblem)
        }
    }

    /// From a duration such as `24h`, `7d` or `1day 12h`, in whole seconds.
    ///
    /// # Errors
    /// [`GraceProblem`] for any other text, and outside 0 seconds to 30 days.
    pub fn parse(text: &str) -> Result<Self, GraceProblem> {
        let duration = humantime::parse_duration(text).map_err(|_| GraceProblem)?;
        if duration.subsec_nanos() > 0 {
            return Err(GraceProblem);
        }
        let seconds = i64::try_from(duration.as_secs()).map_err(|_| GraceProblem)?;
        Self::of_seconds(seconds)
    }

    /// The last second in which the old secret works where this begins at `now`: exactly so many seconds later, and
    /// without a grace the second that is over.
    pub const fn last_second(self, now: Timestamp) -> Timestamp {
        if self.0 == 0 {
            now.plus(-1)
        } else {
            now.plus(self.0)
        }
    }

    /// In seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_thirty_days_is_a_grace_and_no_more() {
        assert_eq!(Grace::of_seconds(0), Ok(Grace(0)));
        assert_eq!(Grace::parse("30d"), Ok(Grace(Grace::MOST)));
        assert_eq!(Grace::parse("1day 12h"), Ok(Grace(36 * 3_600)));
        for bad in ["30d 1s", "-1s", "", "7", "soon", "500ms", "99999999999y"] {
            assert_eq!(Grace::parse(bad), Err(GraceProblem), "{bad}");
        }
        for bad in [-1, Grace::MOST + 1, i64::MIN, i64::MAX] {
            assert_eq!(Grace::of_seconds(bad), Err(GraceProblem), "{bad}");
        }
    }
}
