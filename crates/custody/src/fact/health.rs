//! What a device observes of itself: starts, power, tamper switches, firmware, clock.

use alloc::string::String;

use crate::id::CompartmentId;

/// What a device observes of itself, or what two authorities allow it to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It started.
    Booted {
        /// What it runs.
        firmware: String,
    },
    /// It runs something else now.
    FirmwareChanged {
        /// What.
        to: String,
    },
    /// This may run. Takes effect when two authorities have agreed.
    FirmwareApproved {
        /// What.
        version: String,
    },
    /// It has no mains power.
    PowerLost {
        /// Its locks stay shut without power.
        is_fail_secure: bool,
    },
    /// It has mains power again.
    PowerRestored,
    /// A tamper switch.
    TamperSensed {
        /// Of one compartment; `None`: of the housing.
        compartment: Option<CompartmentId>,
        /// It opened; else it closed again.
        is_open: bool,
    },
    /// Its wall clock was set.
    ClockStepped {
        /// After minus before, microseconds.
        step_us: i64,
    },
}
