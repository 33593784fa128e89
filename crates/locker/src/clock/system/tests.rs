use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::clock::SYNC_AGE_US_MAX;

const UNSYNCED_ERROR_US: u64 = 600_000_000;

/// A daemon that answers with the same error and age each time, and counts.
#[derive(Debug, Clone, Default)]
struct Fake {
    error_us: Option<u64>,
    age_us: u64,
    asked: Arc<AtomicU64>,
}

impl Fake {
    fn with(error_us: u64, age_us: u64) -> Self {
        Self { error_us: Some(error_us), age_us, ..Self::default() }
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

impl TimeDaemon for Fake {
    fn ask(&self, wall_us: u64) -> Option<Synchronisation> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let last_sync_us = wall_us.wrapping_sub(self.age_us);
        Some(Synchronisation { source: ClockSource::Ntp, last_sync_us, error_us: self.error_us? })
    }
}

fn clock(daemons: &[&Fake]) -> SystemClock {
    let daemons = daemons.iter().map(|daemon| -> Box<dyn TimeDaemon> { Box::new((*daemon).clone()) });
    SystemClock::asking(daemons.collect(), UNSYNCED_ERROR_US).unwrap()
}

#[track_caller]
fn check(daemons: &[&Fake], expect: (ClockSource, bool), error_us: u64) {
    let reading = clock(daemons).now();
    assert_eq!((reading.source, reading.synchronised), expect, "{reading:?}");
    // The clocks were read a moment after the daemon answered, and drift by at most 100 µs in a second.
    assert!((error_us..=error_us + 1_000).contains(&reading.error_us), "{reading:?}");
}

#[test]
fn a_clock_of_which_nobody_tells_is_unsynchronised() {
    check(&[], (ClockSource::Local, false), UNSYNCED_ERROR_US);
    check(&[&Fake::default(), &Fake::default()], (ClockSource::Local, false), UNSYNCED_ERROR_US);
    let settings = ClockSettings { source: SyncSource::None, ..ClockSettings::default() };
    let reading = SystemClock::new(settings).unwrap().now();
    assert!(!reading.synchronised && reading.last_sync_us == 0 && reading.error_us == UNSYNCED_ERROR_US);
}

#[test]
fn the_first_that_follows_a_source_is_believed() {
    check(&[&Fake::with(10, 0), &Fake::with(20_000, 0)], (ClockSource::Ntp, true), 10);
    check(&[&Fake::default(), &Fake::with(20_000, 0)], (ClockSource::Ntp, true), 20_000);
}

#[test]
fn a_clock_that_may_be_wrong_by_more_than_a_second_is_not_called_synchronised() {
    check(&[&Fake::with(SYNCED_ERROR_US_MAX + 1, 0)], (ClockSource::Ntp, false), SYNCED_ERROR_US_MAX + 1);
    check(&[&Fake::with(u64::MAX - 1_000, 0)], (ClockSource::Ntp, false), u64::MAX - 1_000);
}

#[test]
fn a_synchronisation_of_long_ago_or_of_the_future_is_none() {
    check(&[&Fake::with(10, SYNC_AGE_US_MAX)], (ClockSource::Ntp, true), 10);
    for age_us in [SYNC_AGE_US_MAX + 1, 0_u64.wrapping_sub(1)] {
        check(&[&Fake::with(10, age_us)], (ClockSource::Local, false), UNSYNCED_ERROR_US);
    }
}

#[test]
fn statements_in_a_row_ask_once_and_silence_is_remembered_too() {
    for daemon in [Fake::with(10, 0), Fake::default()] {
        let clock = clock(&[&daemon]);
        let (one, two) = (clock.now(), clock.now());
        assert_eq!(daemon.asked(), 1);
        assert_eq!((one.boot, one.last_sync_us), (two.boot, two.last_sync_us));
        assert!(one.monotonic_us <= two.monotonic_us);
    }
}

#[test]
fn an_answer_holds_until_it_is_old_or_somebody_sets_the_clock() {
    let at = Moment { monotonic_us: 1_000_000, wall_us: 1_795_658_217_000_000 };
    let heard = Heard { at: Some(at), ..Heard::default() };
    let later = |monotonic_us: u64, set_us: i64| Moment {
        monotonic_us: at.monotonic_us + monotonic_us,
        wall_us: (at.wall_us + monotonic_us).saturating_add_signed(set_us),
    };
    assert!(heard.holds(at) && heard.holds(later(ANSWER_HOLDS_US - 1, 0)) && heard.holds(later(5, -100_000)));
    assert!(!heard.holds(later(ANSWER_HOLDS_US, 0)));
    assert!(!heard.holds(later(5, -100_001)) && !heard.holds(later(5, 100_001)));
    assert!(!Heard::default().holds(at));
}

/// What the device says when it loses its source is when it last had it.
#[test]
fn the_last_synchronisation_is_remembered_when_its_source_is_lost() {
    let clock = clock(&[]);
    let now = clock.kernel.now();
    let lost = Heard { at: Some(now), answer: None, last_sync_us: 7 };
    assert_eq!(clock.reading(now, &lost).last_sync_us, 7);
}

/// Between two questions the clock is on its own.
#[test]
fn the_bound_grows_while_an_answer_ages() {
    let clock = clock(&[]);
    let at = Moment { monotonic_us: 0, wall_us: 1_795_658_217_000_000 };
    let answer = Synchronisation { source: ClockSource::Ntp, last_sync_us: at.wall_us, error_us: 10 };
    let heard = Heard { at: Some(at), answer: Some(answer), last_sync_us: at.wall_us };
    let now = Moment { monotonic_us: ANSWER_HOLDS_US, wall_us: at.wall_us + ANSWER_HOLDS_US };
    assert_eq!(clock.reading(now, &heard).error_us, 10 + 3_000);
}
