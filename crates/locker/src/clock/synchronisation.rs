//! What is known of the wall clock's error, and from whom.

use std::fmt::Debug;

use custody_proto::v1::ClockSource;

/// What a free-running clock may drift, in microseconds for each second: a poor crystal's 100 ppm.
pub const DRIFT_US_PER_S: u64 = 100;

/// A clock that may be wrong by more is not called synchronised: a second is the error that the margins of the
/// rules on clocks and footage allow a locker, and a daemon that lost its servers answers long after.
pub const SYNCED_ERROR_US_MAX: u64 = 1_000_000;

/// A synchronisation that is older counts as none, whatever its daemon says: RFC 5905 lets no client wait for
/// longer than 2^17 seconds, a day and a half, until it asks again.
pub const SYNC_AGE_US_MAX: u64 = 131_072_000_000;

/// A time daemon that can be asked how well it keeps the wall clock.
pub trait TimeDaemon: Debug + Send + Sync {
    /// What it says now, while the wall clock says `wall_us`. None if it does not answer, says something that
    /// cannot be read, or says that it follows nothing but the machine's own clock. Returns within seconds.
    fn ask(&self, wall_us: u64) -> Option<Synchronisation>;
}

/// What a time daemon says of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Synchronisation {
    /// Where its time comes from.
    pub source: ClockSource,
    /// When it last compared the clock with that, UTC microseconds.
    pub last_sync_us: u64,
    /// Bound on the clock's error when it was asked, microseconds either way.
    pub error_us: u64,
}

impl Synchronisation {
    /// Whether it was made in the near past. One of the future was made by another reckoning: somebody has set
    /// the clock back since.
    pub(super) fn is_recent(&self, wall_us: u64) -> bool {
        wall_us.checked_sub(self.last_sync_us).is_some_and(|age_us| age_us <= SYNC_AGE_US_MAX)
    }
}

/// What a clock that nothing corrects may drift in that time, microseconds, rounded up.
pub(super) fn drift_us(elapsed_us: u64) -> u64 {
    let drift = u128::from(elapsed_us) * u128::from(DRIFT_US_PER_S);
    u64::try_from(drift.div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
