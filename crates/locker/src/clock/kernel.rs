//! The kernel's clocks: which boot this is, how long it has lasted, and the wall clock.
//!
//! On Linux the boot id and the time since the boot are the kernel's, so that commands given one after the other
//! belong to one run, and a machine that slept has aged; elsewhere each process is a run of its own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use custody::id::BootId;

use crate::random::{self, RandomError};

#[derive(Debug)]
pub(super) struct Kernel {
    pub(super) boot: BootId,
    #[cfg(not(target_os = "linux"))]
    started: std::time::Instant,
}

/// Both clocks at one moment, microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Since the boot. Never goes back, whoever sets the wall clock.
    pub(super) monotonic_us: u64,
    /// UTC since 1970.
    pub(super) wall_us: u64,
}

impl Moment {
    /// How far the wall clock is ahead of the monotonic one. Changes by steps alone: whoever corrects the
    /// clock's rate corrects that of both.
    pub(super) fn wall_ahead_us(self) -> i128 {
        i128::from(self.wall_us) - i128::from(self.monotonic_us)
    }
}

impl Kernel {
    pub(super) fn new() -> Result<Self, RandomError> {
        let boot = match boot_id() {
            Some(boot) => boot,
            None => BootId(random::uuid()?),
        };
        Ok(Self {
            boot,
            #[cfg(not(target_os = "linux"))]
            started: std::time::Instant::now(),
        })
    }

    pub(super) fn now(&self) -> Moment {
        let monotonic_us = micros(self.since_boot());
        let wall_us = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, micros);
        Moment { monotonic_us, wall_us }
    }

    /// Time asleep included: an hour in which the machine slept must not look like a step of the wall clock.
    #[cfg(target_os = "linux")]
    #[expect(clippy::unused_self, reason = "elsewhere the start of the process is needed")]
    fn since_boot(&self) -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::try_from(time).unwrap_or_default()
    }

    #[cfg(not(target_os = "linux"))]
    fn since_boot(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(target_os = "linux")]
fn boot_id() -> Option<BootId> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn boot_id() -> Option<BootId> {
    None
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_of_one_boot_share_its_id_and_its_monotonic_clock() {
        let (one, two) = (Kernel::new().unwrap(), Kernel::new().unwrap());
        assert_eq!(one.boot == two.boot, cfg!(target_os = "linux"));
        if cfg!(target_os = "linux") {
            assert!(one.now().monotonic_us <= two.now().monotonic_us);
        }
        let (earlier, later) = (one.now(), one.now());
        assert!(earlier.monotonic_us <= later.monotonic_us);
    }
}
