//! The node's clocks, passed in so that a day can pass in a test or a demonstration.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use custody::id::BootId;
use custody_proto::v1;

/// Bound on the error of a system clock of which nothing is known but that the operator keeps it by NTP,
/// microseconds: ten times what a client over the internet keeps.
const SYSTEM_ERROR_US: u64 = 1_000_000;

/// One look at a node's clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// UTC microseconds since 1970.
    pub wall_us: u64,
    /// Microseconds since this clock began, never going back.
    pub monotonic_us: u64,
    /// Bound on the wall clock's error, microseconds either way.
    pub error_us: u64,
}

impl Reading {
    /// As a statement says it. A node does not know whether its machine's clock is synchronised, and says so.
    pub fn to_message(self, boot: BootId) -> v1::Time {
        v1::Time {
            boot: boot.0.to_vec(),
            monotonic_us: self.monotonic_us,
            wall_us: self.wall_us,
            clock: Some(v1::ClockState {
                source: v1::ClockSource::Local.into(),
                synchronised: false,
                last_sync_us: 0,
                error_us: self.error_us,
            }),
        }
    }
}

/// Where a node reads the time.
pub trait Clock: Send + Sync + 'static {
    /// The clocks now.
    fn read(&self) -> Reading;
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The machine's clocks, the monotonic one beginning now.
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn read(&self) -> Reading {
        // A clock before 1970 is a machine without a clock: it says 0, which every rule on time will find.
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let us = |duration: std::time::Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Reading { wall_us: us(wall), monotonic_us: us(self.start.elapsed()), error_us: SYSTEM_ERROR_US }
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct SetClock {
    start_us: u64,
    now_us: AtomicU64,
}

impl SetClock {
    /// A clock at this instant, UTC microseconds since 1970.
    pub fn new(wall_us: u64) -> Self {
        Self { start_us: wall_us, now_us: AtomicU64::new(wall_us) }
    }

    /// Moves it to this instant; never back.
    pub fn set(&self, wall_us: u64) {
        self.now_us.fetch_max(wall_us, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn read(&self) -> Reading {
        let wall_us = self.now_us.load(Ordering::Relaxed);
        Reading { wall_us, monotonic_us: wall_us.saturating_sub(self.start_us), error_us: 0 }
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn read(&self) -> Reading {
        (**self).read()
    }
}
