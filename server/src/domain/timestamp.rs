//! Points in time, to the second, in UTC.

use std::fmt;

use time::{
    Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset,
    format_description::well_known::Rfc3339, macros::format_description,
};

/// A second in UTC between the years 1970 and 9999.
///
/// Every rule about time in Latchkey is a rule about whole seconds. The end that people give a client, a credential or
/// a grace (`expires_at`, `retires_at`) is the last second in which it works: a bare date is the whole of that day. What
/// the protocol lets end (a token's `exp` by RFC 7519, a code, a session) no longer works in the second it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// Why a text is not a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampProblem {
    /// Neither a date nor a date with time and zone.
    #[error(
        "is not a date or time: write a date such as 2027-03-31, or a time with its zone such as 2027-03-31T18:00:00Z"
    )]
    Format,
    /// Before 1970 or after 9999.
    #[error("is outside the years 1970 to 9999")]
    Range,
}

impl Timestamp {
    /// The last second that can be written: 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// The point `seconds` after the Unix epoch.
    ///
    /// # Errors
    /// [`TimestampProblem::Range`] outside the years 1970 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, TimestampProblem> {
        if (0..=Self::MAX.0).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(TimestampProblem::Range)
        }
    }

    /// As [`from_unix`](Self::from_unix), with what lies outside brought to the nearest end.
    pub const fn from_unix_clamped(seconds: i64) -> Self {
        if seconds < 0 {
            Self(0)
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Seconds since the Unix epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This point, moved by `seconds` (which may be negative) and kept within the range.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self::from_unix_clamped(self.0.saturating_add(seconds))
    }

    /// The same day and time one calendar year on (29 February becomes 28 February).
    #[must_use]
    pub fn plus_one_year(self) -> Self {
        let now = self.to_offset();
        let year = now.year() + 1;
        let moved = now
            .replace_year(year)
            .or_else(|_| now.replace_day(28).and_then(|it| it.replace_year(year)));
        moved.map_or(Self::MAX, |it| Self::from_unix_clamped(it.unix_timestamp()))
    }

    /// The last second of this point's UTC day.
    #[must_use]
    pub const fn end_of_day(self) -> Self {
        Self::from_unix_clamped(self.0 - self.0 % DAY + DAY - 1)
    }

    /// Reads an RFC 3339 date-time with zone, or a bare date, which means the end of that UTC day.
    ///
    /// # Errors
    /// [`TimestampProblem`] with what to write instead.
    pub fn parse(text: &str) -> Result<Self, TimestampProblem> {
        let date_only = format_description!("[year]-[month]-[day]");
        if let Ok(date) = Date::parse(text, date_only) {
            let begin = PrimitiveDateTime::new(date, Time::MIDNIGHT).assume_utc();
            return Self::from_unix(begin.unix_timestamp() + DAY - 1);
        }
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimestampProblem::Format)?;
        Self::from_unix(at.unix_timestamp())
    }

    fn to_offset(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(UtcOffset::UTC)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_offset().format(&Rfc3339).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_date_means_the_end_of_that_utc_day() {
        assert_eq!(
            Timestamp::parse("2028-02-29").unwrap().to_string(),
            "2028-02-29T23:59:59Z"
        );
    }

    #[test]
    fn the_last_day_there_is_has_an_end() {
        assert_eq!(Timestamp::parse("9999-12-31"), Ok(Timestamp::MAX));
    }

    #[test]
    fn a_zone_is_brought_to_utc() {
        assert_eq!(
            Timestamp::parse("2027-01-01T00:30:00+02:00")
                .unwrap()
                .to_string(),
            "2026-12-31T22:30:00Z"
        );
    }

    #[test]
    fn a_year_after_a_leap_day_is_the_last_of_february() {
        let leap = Timestamp::parse("2028-02-29T12:00:00Z").unwrap();
        assert_eq!(leap.plus_one_year().to_string(), "2029-02-28T12:00:00Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "",
            "tomorrow",
            "2027-02-30",
            "2027-13-01",
            "2027-01-01T10:00:00",
            "10000-01-01",
            "+10000-01-01T00:00:00Z",
            "1969-12-31",
            "2027-1-1",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn text_round_trips(seconds in 0..=Timestamp::MAX.unix()) {
            let at = Timestamp::from_unix(seconds).unwrap();
            proptest::prop_assert_eq!(Timestamp::parse(&at.to_string()).unwrap(), at);
        }
    }
}
