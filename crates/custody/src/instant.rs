//! Instants in words: UTC to the millisecond, for sentences.

use alloc::format;
use alloc::string::String;

use crate::fact::Interval;

const DAY_US: u64 = 86_400_000_000;

/// `2026-08-19 10:15:00.000` from UTC microseconds since 1970, rounded down.
pub(crate) fn utc(us: u64) -> String {
    let (year, month, day) = civil(us / DAY_US);
    let ms_of_day = us % DAY_US / 1_000;
    let (hour, minute) = (ms_of_day / 3_600_000, ms_of_day / 60_000 % 60);
    let (second, ms) = (ms_of_day / 1_000 % 60, ms_of_day % 1_000);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{ms:03}")
}

/// Both ends of a stretch.
pub(crate) fn from_to(interval: Interval) -> String {
    format!("{} to {} UTC", utc(interval.from_us), utc(interval.to_us))
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
        assert_eq!(utc(0), "1970-01-01 00:00:00.000");
        assert_eq!(utc(951_827_696_789_012), "2000-02-29 12:34:56.789");
        assert_eq!(utc(4_107_542_399_999_999), "2100-02-28 23:59:59.999");
        assert_eq!(utc(u64::MAX), "586524-01-19 08:01:49.551");
    }

    #[test]
    fn a_length_is_said_in_two_units() {
        assert_eq!(length(6_999), "6 ms");
        assert_eq!(length(59_999_999), "59 s");
        assert_eq!(length(245_000_000), "4 min 5 s");
        assert_eq!(length(183_600_000_000), "2 d 3 h");
    }
}
