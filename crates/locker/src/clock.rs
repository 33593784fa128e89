//! The device's clocks: a port, the machine's own clock, and what the device notices about it.
//!
//! Wall-clock time is an annotation with an interval. What orders a device's statements is its chain.

mod kernel;

mod synchronisation;

mod command;

mod chrony;

mod timesyncd;

mod system;

use custody::id::BootId;
use custody_proto::v1::{self, ClockSource};

pub use chrony::Chrony;
pub use synchronisation::{
    DRIFT_US_PER_S, SYNC_AGE_US_MAX, SYNCED_ERROR_US_MAX, Synchronisation, TimeDaemon,
};
pub use system::{ANSWER_HOLDS_US, ClockSettings, SyncSource, SystemClock};
pub use timesyncd::Timesyncd;

/// A wall clock that moves against the monotonic one by more than this between two statements has been
/// stepped: a second is the most a synchronised locker's clock may be wrong (`ε ≤ 1 s`).
pub const STEP_US_MIN: u64 = 1_000_000;

/// Where the device's time comes from. Two readings of one boot never go back on the monotonic clock.
pub trait Clock {
    /// All clocks, now.
    fn now(&self) -> Reading;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> Reading {
        (**self).now()
    }
}

/// One reading of all clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// This run of the device.
    pub boot: BootId,
    /// Microseconds since that start.
    pub monotonic_us: u64,
    /// UTC microseconds since 1970, as the wall clock has it.
    pub wall_us: u64,
    /// Where the wall clock's time comes from.
    pub source: ClockSource,
    /// True if the source answered within its own limits.
    pub synchronised: bool,
    /// UTC microseconds of the last synchronisation; 0 if none since the start.
    pub last_sync_us: u64,
    /// Bound on the wall clock's error, microseconds either way.
    pub error_us: u64,
}

impl Reading {
    /// As a statement says it.
    pub fn to_message(&self) -> v1::Time {
        v1::Time {
            boot: self.boot.0.to_vec(),
            monotonic_us: self.monotonic_us,
            wall_us: self.wall_us,
            clock: Some(v1::ClockState {
                source: self.source.into(),
                synchronised: self.synchronised,
                last_sync_us: self.last_sync_us,
                error_us: self.error_us,
            }),
        }
    }
}

/// What a device remembers of its clock from one statement to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastTime {
    /// The run in which it spoke.
    pub boot: BootId,
    /// Its monotonic clock then.
    pub monotonic_us: u64,
    /// Its wall clock then.
    pub wall_us: u64,
    /// Whether that was synchronised.
    pub synchronised: bool,
}

/// What the device must say about its clock before it says anything else, given its last statement's time.
///
/// A step is told within one boot only: across boots there is no clock to compare with. However small, one by
/// which the wall clock comes to lie before the last statement is told, for nothing else explains that (T01).
pub fn changes(last: Option<LastTime>, now: &Reading) -> Vec<v1::statement::Fact> {
    let mut facts = Vec::new();
    let Some(last) = last else { return facts };
    let step_us = if last.boot == now.boot { step_us(&last, now) } else { 0 };
    let went_back = last.boot == now.boot && now.wall_us < last.wall_us;
    if step_us.unsigned_abs() > STEP_US_MIN || went_back {
        let observed = v1::clock_stepped::Observed { step_us };
        facts.push(v1::statement::Fact::ClockStepped(v1::ClockStepped { observed: Some(observed) }));
    }
    if now.synchronised && !last.synchronised {
        let observed = v1::clock_synchronised::Observed { offset_us: step_us.saturating_neg() };
        facts
            .push(v1::statement::Fact::ClockSynchronised(v1::ClockSynchronised { observed: Some(observed) }));
    }
    if !now.synchronised && last.synchronised {
        let observed = v1::clock_unsynchronised::Observed { last_sync_us: now.last_sync_us };
        let fact = v1::ClockUnsynchronised { observed: Some(observed) };
        facts.push(v1::statement::Fact::ClockUnsynchronised(fact));
    }
    facts
}

/// How far the wall clock went beyond the monotonic one since the last statement.
fn step_us(last: &LastTime, now: &Reading) -> i64 {
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let wall = signed(now.wall_us).saturating_sub(signed(last.wall_us));
    let monotonic = signed(now.monotonic_us).saturating_sub(signed(last.monotonic_us));
    wall.saturating_sub(monotonic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(monotonic_us: u64, wall_us: u64, synchronised: bool) -> Reading {
        let boot = BootId([1; 16]);
        let source = ClockSource::Ntp;
        Reading { boot, monotonic_us, wall_us, source, synchronised, last_sync_us: 7, error_us: 1 }
    }

    #[track_caller]
    fn check(last: (u64, u64, bool), now: Reading, expect: &[&str]) {
        let (monotonic_us, wall_us, synchronised) = last;
        let last = LastTime { boot: BootId([1; 16]), monotonic_us, wall_us, synchronised };
        let facts = changes(Some(last), &now);
        let names: Vec<_> = facts.iter().map(|fact| format!("{fact:?}")).collect();
        assert_eq!(names.len(), expect.len(), "{names:?}");
        assert!(names.iter().zip(expect).all(|(name, expect)| name.contains(expect)), "{names:?}");
    }

    #[test]
    fn a_clock_that_jumps_is_told_and_one_that_drifts_is_not() {
        let start = (0, 10_000_000, true);
        check(start, reading(5_000_000, 15_900_000, true), &[]);
        check(start, reading(5_000_000, 17_000_001, true), &["step_us: 2000001"]);
        check(start, reading(5_000_000, 9_000_000, true), &["step_us: -6000000"]);
        check(start, reading(100_000, 9_999_999, true), &["step_us: -100001"]);
        check(start, Reading { boot: BootId([2; 16]), ..reading(0, 0, true) }, &[]);
        assert_eq!(changes(None, &reading(1, 2, false)), []);
    }

    #[test]
    fn losing_and_finding_the_time_source_is_told_once() {
        check((0, 0, true), reading(1, 1, false), &["last_sync_us: 7"]);
        check((0, 0, false), reading(1, 1, false), &[]);
        check((0, 0, false), reading(1, 9_000_000, true), &["ClockStepped", "offset_us: -8999999"]);
    }
}
