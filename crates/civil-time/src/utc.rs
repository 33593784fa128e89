//! UTC in words: RFC 3339, from microseconds.

use alloc::format;
use alloc::string::String;

const DAY_US: u64 = 86_400_000_000;

/// `2026-08-19T10:15:00.000000Z` from microseconds since 1970, by the proleptic Gregorian calendar.
pub fn utc(us: u64) -> String {
    let (days, rest_us) = (us / DAY_US, us % DAY_US);
    let (year, month, day) = civil(days);
    let second_of_day = rest_us / 1_000_000;
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z", us % 1_000_000)
}

/// Year, month and day of a number of days since 1970: the calendar repeats every 400 years, or 146,097
/// days, and a year counted from March has its leap day last.
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
}
