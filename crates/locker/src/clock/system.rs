//! The machine's own clock, and what its time daemon says of it.

use std::sync::{Mutex, PoisonError};

use custody_proto::v1::ClockSource;
use serde::Deserialize;

use super::kernel::{Kernel, Moment};
use super::synchronisation::drift_us;
use super::{Chrony, Clock, Reading, SYNCED_ERROR_US_MAX, Synchronisation, TimeDaemon, Timesyncd};
use crate::random::RandomError;

/// For how long an answer of the time daemon is used: a deposit of twenty statements asks once, and a source that
/// is lost is noticed within half a minute, in which a clock drifts by 3 ms.
pub const ANSWER_HOLDS_US: u64 = 30_000_000;

/// A wall clock that moved against the monotonic one by more than this has been set since the daemon was asked:
/// it is asked again. Far more than passes between reading one clock and the other.
const SET_US_MIN: u128 = 100_000;

/// Whom to ask about the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncSource {
    /// `auto`: chrony, and where that does not follow any source, systemd-timesyncd.
    #[default]
    Auto,
    /// `chrony`.
    Chrony,
    /// `timesyncd`: systemd-timesyncd.
    Timesyncd,
    /// `none`: nobody; the clock is never called synchronised.
    None,
}

impl SyncSource {
    fn daemons(self) -> Vec<Box<dyn TimeDaemon>> {
        match self {
            Self::Auto => vec![Box::new(Chrony), Box::new(Timesyncd)],
            Self::Chrony => vec![Box::new(Chrony)],
            Self::Timesyncd => vec![Box::new(Timesyncd)],
            Self::None => Vec::new(),
        }
    }
}

/// How the machine's clock is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSettings {
    /// Whom to ask.
    pub source: SyncSource,
    /// Bound on the error of a clock of which no synchronisation is known, microseconds.
    pub unsynced_error_us: u64,
}

impl Default for ClockSettings {
    /// Whoever answers; and what a battery-backed clock that nobody has set for months may be wrong by.
    fn default() -> Self {
        Self { source: SyncSource::Auto, unsynced_error_us: 600_000_000 }
    }
}

/// The machine's own clock. Reading it may ask the time daemon, which may take seconds where that one is stuck.
#[derive(Debug)]
pub struct SystemClock {
    kernel: Kernel,
    // In the order in which they are asked.
    daemons: Vec<Box<dyn TimeDaemon>>,
    unsynced_error_us: u64,
    heard: Mutex<Heard>,
}

/// What was last heard of the wall clock.
#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    /// When somebody was asked, and before the first time nothing.
    at: Option<Moment>,
    /// What was answered.
    answer: Option<Synchronisation>,
    /// The last synchronisation of which anybody told, UTC microseconds, or 0.
    last_sync_us: u64,
}

impl SystemClock {
    /// The machine's clock, of which whoever the settings name is asked.
    pub fn new(settings: ClockSettings) -> Result<Self, RandomError> {
        Self::asking(settings.source.daemons(), settings.unsynced_error_us)
    }

    /// The machine's clock, of which these are asked, in this order.
    pub fn asking(daemons: Vec<Box<dyn TimeDaemon>>, unsynced_error_us: u64) -> Result<Self, RandomError> {
        Ok(Self { kernel: Kernel::new()?, daemons, unsynced_error_us, heard: Mutex::default() })
    }

    /// What is known of the wall clock, from somebody asked just now or not long ago.
    fn heard(&self) -> Heard {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.kernel.now();
        if !heard.holds(now) {
            heard.answer = self.ask(now.wall_us);
            heard.at = Some(now);
            heard.last_sync_us = heard.answer.map_or(heard.last_sync_us, |answer| answer.last_sync_us);
        }
        *heard
    }

    fn ask(&self, wall_us: u64) -> Option<Synchronisation> {
        let mut answers = self.daemons.iter().filter_map(|daemon| daemon.ask(wall_us));
        answers.find(|answer| answer.is_recent(wall_us))
    }

    fn reading(&self, now: Moment, heard: &Heard) -> Reading {
        let unsynchronised = Reading {
            boot: self.kernel.boot,
            monotonic_us: now.monotonic_us,
            wall_us: now.wall_us,
            source: ClockSource::Local,
            synchronised: false,
            last_sync_us: heard.last_sync_us,
            error_us: self.unsynced_error_us,
        };
        let (Some(at), Some(answer)) = (heard.at, heard.answer) else { return unsynchronised };
        let since_us = now.monotonic_us.saturating_sub(at.monotonic_us);
        let error_us = answer.error_us.saturating_add(drift_us(since_us));
        let synchronised = error_us <= SYNCED_ERROR_US_MAX;
        Reading { source: answer.source, synchronised, error_us, ..unsynchronised }
    }
}

impl Heard {
    fn holds(&self, now: Moment) -> bool {
        let Some(at) = self.at else { return false };
        let set_us = (now.wall_ahead_us() - at.wall_ahead_us()).unsigned_abs();
        now.monotonic_us.saturating_sub(at.monotonic_us) < ANSWER_HOLDS_US && set_us <= SET_US_MIN
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Reading {
        // First whom it may take long to ask, then the clocks.
        let heard = self.heard();
        self.reading(self.kernel.now(), &heard)
    }
}

#[cfg(test)]
mod tests;
