//! How long an access token lives.

use std::ops::RangeInclusive;

/// Seconds between the issue of an access token and its expiry; at least one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct TokenLifetime(u32);

/// Why a token lifetime is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is {found} seconds; this profile allows {least} to {most} seconds")]
pub struct LifetimeProblem {
    found: i64,
    least: u32,
    most: u32,
}

/// A text that is no lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a duration from 1s to 24h, such as 10m")]
pub struct DurationProblem;

impl TokenLifetime {
    /// A lifetime within `range`, both ends included.
    ///
    /// # Errors
    /// [`LifetimeProblem`] that names the range.
    pub fn parse(seconds: i64, range: &RangeInclusive<u32>) -> Result<Self, LifetimeProblem> {
        u32::try_from(seconds)
            .ok()
            .filter(|it| range.contains(it))
            .map(Self)
            .ok_or(LifetimeProblem {
                found: seconds,
                least: *range.start(),
                most: *range.end(),
            })
    }

    /// A lifetime written as a duration from 1s to 24h, such as `10m`.
    ///
    /// # Errors
    /// [`DurationProblem`].
    pub fn parse_duration(text: &str) -> Result<Self, DurationProblem> {
        humantime::parse_duration(text)
            .ok()
            .filter(|it| it.subsec_nanos() == 0)
            .and_then(|it| u32::try_from(it.as_secs()).ok())
            .filter(|it| (1..=86_400).contains(it))
            .map(Self)
            .ok_or(DurationProblem)
    }

    /// As a duration, such as `10m`.
    pub fn duration(self) -> String {
        let duration = std::time::Duration::from_secs(u64::from(self.0));
        humantime::format_duration(duration).to_string()
    }

    /// A lifetime that is known to be right, from a profile or a stored row.
    pub const fn of_seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// In seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}
