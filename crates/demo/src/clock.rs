//! One simulated day for everybody. Each device has a clock of its own and keeps it by this one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger_node::clock::{Clock, Reading};
use locker::clock::Clock as _;
use locker::simulator::SimulatedClock;

/// 2026-10-01 06:00:00 UTC.
const MORNING_US: u64 = 1_790_834_400_000_000;

/// Bound on the node's clock error, microseconds: a machine kept by NTP.
const NODE_ERROR_US: u64 = 50_000;

/// Microseconds in a minute.
pub(crate) const MINUTE_US: u64 = 60_000_000;

/// The day's time, shared by all.
#[derive(Debug, Clone)]
pub(crate) struct Day(Arc<AtomicU64>);

impl Day {
    /// Early in the morning.
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(MORNING_US)))
    }

    pub(crate) fn now_us(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Time passes for all.
    pub(crate) fn pass(&self, us: u64) {
        self.0.fetch_add(us, Ordering::SeqCst);
    }

    /// Time passes for all until `us` since the morning; not at all if it is later.
    pub(crate) fn pass_until(&self, us_since_morning: u64) {
        self.0.fetch_max(MORNING_US.saturating_add(us_since_morning), Ordering::SeqCst);
    }

    /// Sets a device's clock by the day's, before the device acts.
    pub(crate) fn set(&self, device: &SimulatedClock) {
        device.advance(self.now_us().saturating_sub(device.now().wall_us));
    }

    /// The day has moved on by what the device's act took.
    pub(crate) fn follow(&self, device: &SimulatedClock) {
        self.0.fetch_max(device.now().wall_us, Ordering::SeqCst);
    }
}

impl Clock for Day {
    fn read(&self) -> Reading {
        let wall_us = self.now_us();
        Reading { wall_us, monotonic_us: wall_us.saturating_sub(MORNING_US), error_us: NODE_ERROR_US }
    }
}
