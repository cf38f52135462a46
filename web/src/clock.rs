//! Times as people read them: how far away, and exactly when, with the zone.

use std::time::Duration;

use leptos::prelude::*;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// One day in seconds.
pub(crate) const DAY: i64 = 24 * HOUR;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Now, in seconds since 1970, as a signal that moves on its own, so that "2 minutes ago" does not grow stale.
#[derive(Clone, Copy)]
pub(crate) struct Now(ReadSignal<i64>);

impl Now {
    /// Starts the one ticking clock of the app.
    pub(crate) fn provide() {
        let (now, set_now) = signal(now());
        set_interval(move || set_now.set(self::now()), Duration::from_secs(20));
        provide_context(Self(now));
    }

    /// The current time, tracked.
    pub(crate) fn get(self) -> i64 {
        self.0.get()
    }
}

/// The ticking clock, or one that stands still outside the app's shell.
pub(crate) fn use_now() -> Now {
    use_context().unwrap_or_else(|| Now(signal(now()).0))
}

/// Seconds since 1970 by the browser's clock.
#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds since 1970 fit i64 for any date a browser can hold"
)]
pub(crate) fn now() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}

/// Minutes the browser's zone is ahead of UTC at that moment.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a zone offset is a small whole number of minutes"
)]
pub(crate) fn zone_minutes(at: i64) -> i64 {
    -(js_date(at).get_timezone_offset() as i64)
}

/// That moment in the form `<time datetime>` wants.
pub(crate) fn iso(at: i64) -> String {
    js_date(at).to_iso_string().into()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to the year 287396, further than a browser's dates go"
)]
fn js_date(at: i64) -> js_sys::Date {
    js_sys::Date::new(&(at as f64 * 1000.0).into())
}

/// `21 Nov 2026, 14:05 UTC+01:00`
pub(crate) fn exact(at: i64, zone_minutes: i64) -> String {
    let local = at + zone_minutes * MINUTE;
    let of_day = local.rem_euclid(DAY);
    let zone = match zone_minutes {
        0 => "UTC".to_owned(),
        offset => {
            let sign = if offset < 0 { '\u{2212}' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
        }
    };
    format!(
        "{}, {:02}:{:02} {zone}",
        date(local),
        of_day / HOUR,
        of_day % HOUR / MINUTE
    )
}

/// `21 Nov 2026` in the browser's zone.
pub(crate) fn day(at: i64) -> String {
    date(at + zone_minutes(at) * MINUTE)
}

/// `21 Nov` in the browser's zone.
pub(crate) fn day_of_month(at: i64) -> String {
    utc_day_of_month(at + zone_minutes(at) * MINUTE)
}

/// `21 Nov` in UTC.
pub(crate) fn utc_day_of_month(at: i64) -> String {
    let (_, month, day) = civil(at.div_euclid(DAY));
    format!("{day} {}", MONTHS[month])
}

/// `14:05` in the browser's zone.
pub(crate) fn time_of_day(at: i64) -> String {
    let of_day = (at + zone_minutes(at) * MINUTE).rem_euclid(DAY);
    format!("{:02}:{:02}", of_day / HOUR, of_day % HOUR / MINUTE)
}

/// `21 Nov 2026`, of a moment already moved into its zone.
fn date(local: i64) -> String {
    let (year, month, day) = civil(local.div_euclid(DAY));
    format!("{day} {} {year}", MONTHS[month])
}

/// `in 3 days`, `5 minutes ago`, `just now`: one unit, rounded towards now.
pub(crate) fn relative(at: i64, now: i64) -> String {
    let distance = (at - now).abs();
    let (count, unit) = match distance {
        // Two clocks never agree to the second.
        0..MINUTE => {
            return if at > now + 5 {
                "in a moment"
            } else {
                "just now"
            }
            .to_owned();
        }
        MINUTE..HOUR => (distance / MINUTE, "minute"),
        HOUR..DAY => (distance / HOUR, "hour"),
        _ if distance < 120 * DAY => (distance / DAY, "day"),
        _ if distance < 730 * DAY => (distance * 12 / (365 * DAY), "month"),
        _ => (distance / (365 * DAY), "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if at > now {
        format!("in {count} {unit}{plural}")
    } else {
        format!("{count} {unit}{plural} ago")
    }
}

/// The last second of the UTC day that lies `days` after `from`: what a bare date means everywhere in Latchkey.
pub(crate) fn end_of_utc_day(from: i64, days: i64) -> i64 {
    (from.div_euclid(DAY) + days + 1) * DAY - 1
}

/// `2026-11-21T14:05`, the value of an `<input type="datetime-local">`.
pub(crate) fn to_input(at: i64, zone_minutes: i64) -> String {
    let local = at + zone_minutes * MINUTE;
    let (year, month, day) = civil(local.div_euclid(DAY));
    let of_day = local.rem_euclid(DAY);
    format!(
        "{year:04}-{:02}-{day:02}T{:02}:{:02}",
        month + 1,
        of_day / HOUR,
        of_day % HOUR / MINUTE
    )
}

/// The moment such an input names in the browser's zone.
#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds since 1970 fit i64 for any date a browser can hold"
)]
pub(crate) fn from_input(value: &str) -> Option<i64> {
    let millis = js_sys::Date::parse(value);
    millis.is_finite().then_some((millis / 1000.0) as i64)
}

/// The moment that a text of the API names.
pub(crate) fn parse(text: &str) -> Option<i64> {
    from_input(text)
}

/// The moment that a field of the API names, where it is set.
pub(crate) fn moment(text: Option<&String>) -> Option<i64> {
    text.and_then(|text| parse(text))
}

/// A moment as the API wants it, in whole seconds.
pub(crate) fn to_api(at: i64) -> String {
    iso(at).replace(".000Z", "Z")
}

/// Year, month from 0 and day of a day number counted from 1970-01-01 (Gregorian, by 400-year eras from 1 March).
fn civil(days: i64) -> (i64, usize, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let year = year_of_era + era * 400 + i64::from(month < 2);
    // `month` is a remainder of 12, so it is a month's index.
    (year, usize::try_from(month).unwrap_or_default(), day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 13:05:00 UTC
    const AT: i64 = 1_795_266_300;

    #[test]
    fn an_exact_time_names_its_zone() {
        assert_eq!(exact(AT, 0), "21 Nov 2026, 13:05 UTC");
        assert_eq!(exact(AT, 60), "21 Nov 2026, 14:05 UTC+01:00");
        assert_eq!(exact(AT, -210), "21 Nov 2026, 09:35 UTC\u{2212}03:30");
        assert_eq!(exact(-1, 0), "31 Dec 1969, 23:59 UTC");
    }

    #[test]
    fn leap_days_and_year_ends_are_real_days() {
        assert_eq!(exact(1_709_164_800, 0), "29 Feb 2024, 00:00 UTC");
        assert_eq!(exact(1_735_689_599, 0), "31 Dec 2024, 23:59 UTC");
        assert_eq!(exact(1_735_689_600, 0), "1 Jan 2025, 00:00 UTC");
    }

    #[test]
    fn a_distance_is_told_in_one_unit() {
        assert_eq!(relative(AT, AT), "just now");
        assert_eq!(relative(AT - 61, AT), "1 minute ago");
        assert_eq!(relative(AT + 3 * DAY, AT), "in 3 days");
        assert_eq!(relative(AT + 90 * DAY - 1, AT), "in 89 days");
        assert_eq!(relative(AT + 365 * DAY, AT), "in 12 months");
        assert_eq!(relative(AT - 800 * DAY, AT), "2 years ago");
    }

    #[test]
    fn a_bare_date_ends_with_its_utc_day() {
        assert_eq!(exact(end_of_utc_day(AT, 0), 0), "21 Nov 2026, 23:59 UTC");
        assert_eq!(exact(end_of_utc_day(AT, 30), 0), "21 Dec 2026, 23:59 UTC");
        assert_eq!(end_of_utc_day(AT, 0) % DAY, DAY - 1);
    }

    #[test]
    fn an_input_shows_the_local_minute() {
        assert_eq!(to_input(AT, 60), "2026-11-21T14:05");
    }
}
