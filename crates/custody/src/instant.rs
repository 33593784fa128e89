//! Instants in words, by the proleptic Gregorian calendar: RFC 3339 for records, and shorter for sentences.

use alloc::format;
use alloc::string::String;

use crate::fact::Interval;

const DAY_US: u64 = 86_400_000_000;

/// `2026-08-19T10:15:00.000000Z` from UTC microseconds since 1970.
pub fn utc(us: u64) -> String {
    let (date, time) = date_and_time(us);
    format!("{date}T{time}.{:06}Z", us % 1_000_000)
}

/// `2026-08-19 10:15:00.000`, rounded down.
fn to_the_millisecond(us: u64) -> String {
    let (date, time) = date_and_time(us);
    format!("{date} {time}.{:03}", us % 1_000_000 / 1_000)
}

fn date_and_time(us: u64) -> (String, String) {
    let (year, month, day) = civil(us / DAY_US);
    let second = us % DAY_US / 1_000_000;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"))
}

/// Both ends of a stretch.
pub(crate) fn from_to(interval: Interval) -> String {
    let [from, to] = [interval.from_us, interval.to_us].map(to_the_millisecond);
    format!("{from} to {to} UTC")
}

/// A length of time in the two greatest units that say it: `2 d 3 h`, `4 min 5 s`, `6 ms`.
pub(crate) fn length(us: u64) -> String {
    let (s, ms) = (us / 1_000_000, us / 1_000);
    match s {
        0 => format!("{ms} ms"),
        1..=59 => format!("{s} s"),
        60..=3_599 => format!("{} min {} s", s / 60, s % 60),
        3_600..=86_399 => format!("{} h {} min", s / 3_600, s / 60 % 60),
        _ => format!("{} d {} h", s / 86_400, s / 3_600 % 24),
    }
}

/// Year, month and day of a number of days since 1970: the calendar repeats every 400 years, or 146,097 days, and a
/// year counted from March has its leap day last.
fn civil(days: u64) -> (u64, u64, u64) {
    // From 0000-03-01, the first day of a cycle. u64::MAX microseconds are 213 million days: no overflow.
    let days = days + 719_468;
    let (cycle, of_cycle) = (days / 146_097, days % 146_097);
    let of_cycle_year = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let of_year = of_cycle - (365 * of_cycle_year + of_cycle_year / 4 - of_cycle_year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (cycle * 400 + of_cycle_year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(utc(951_827_696_789_012), "2000-02-29T12:34:56.789012Z");
        assert_eq!(utc(4_107_542_399_999_999), "2100-02-28T23:59:59.999999Z");
        assert_eq!(utc(4_107_542_400_000_000), "2100-03-01T00:00:00.000000Z");
        assert_eq!(utc(1_767_225_599_000_000), "2025-12-31T23:59:59.000000Z");
        assert_eq!(utc(u64::MAX), "586524-01-19T08:01:49.551615Z");
    }

    #[test]
    fn a_stretch_is_said_to_the_millisecond_rounded_down() {
        let interval = Interval { from_us: 951_827_696_789_012, to_us: u64::MAX };
        assert_eq!(from_to(interval), "2000-02-29 12:34:56.789 to 586524-01-19 08:01:49.551 UTC");
    }

    #[test]
    fn a_length_is_said_in_two_units() {
        assert_eq!(length(6_999), "6 ms");
        assert_eq!(length(59_999_999), "59 s");
        assert_eq!(length(245_000_000), "4 min 5 s");
        assert_eq!(length(183_600_000_000), "2 d 3 h");
    }
}
