//! A number of days, as in "within 30 days".

use super::timestamp::{DAY, Timestamp};

/// One day to a leap year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Days(u16);

/// A number of days outside 1 to 366.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a number of days from 1 to 366")]
pub struct DaysProblem;

impl Days {
    /// One day.
    pub const ONE: Self = Self(1);
    /// One week.
    pub const SEVEN: Self = Self(7);
    /// About a month.
    pub const THIRTY: Self = Self(30);
    /// About a quarter.
    pub const NINETY: Self = Self(90);

    /// 1 to 366.
    ///
    /// # Errors
    /// [`DaysProblem`] outside of it.
    pub fn parse(number: i64) -> Result<Self, DaysProblem> {
        u16::try_from(number)
            .ok()
            .filter(|it| (1..=366).contains(it))
            .map(Self)
            .ok_or(DaysProblem)
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// That many days after `moment`.
    pub const fn after(self, moment: Timestamp) -> Timestamp {
        moment.plus(self.0 as i64 * DAY)
    }

    /// That many days before `moment`.
    pub const fn before(self, moment: Timestamp) -> Timestamp {
        moment.plus(-(self.0 as i64 * DAY))
    }
}
