//! The hardware port: what the guided sequences ask of doors, locks, sensors and readers.
//!
//! A driver for a real controller implements [`Hardware`]; [`crate::simulator`] is one without metal. The
//! clock is a port of its own, [`crate::clock::Clock`].

use custody::id::CompartmentId;

/// Where a door is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoorPosition {
    /// In its frame, whether or not the bolt is thrown.
    Closed,
    /// Not in its frame.
    Open,
}

/// What the sensors inside a compartment say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Something is inside.
    pub occupied: bool,
    /// Milligrams, where there is a scale.
    pub weight_mg: Option<u64>,
}

/// Something that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// A door opened without having been unlocked.
    DoorForced(CompartmentId),
    /// A tamper switch opened or closed: of one compartment, or of the housing.
    Tamper {
        /// Which compartment's, if not the housing's.
        compartment: Option<CompartmentId>,
        /// True when it opens.
        open: bool,
    },
    /// The mains failed.
    PowerLost {
        /// Locks stay shut without power.
        fail_secure: bool,
        /// The controller runs on.
        on_battery: bool,
    },
    /// The mains came back.
    PowerRestored {
        /// Microseconds without it.
        outage_us: u64,
    },
    /// All doors were released to save life.
    EmergencyRelease {
        /// How many.
        doors: u64,
    },
}

/// The hardware did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HardwareError {
    /// No such compartment at this controller.
    #[error("no compartment {0} at this locker")]
    UnknownCompartment(CompartmentId),
    /// The controller does not answer.
    #[error("the controller does not answer")]
    NoAnswer,
    /// The power is gone; this process is about to be.
    #[error("the power is gone")]
    PowerCut,
}

/// Doors, locks, sensors and readers of one locker. Calls that wait take the longest time to wait, in
/// microseconds, and return early when it happened.
pub trait Hardware {
    /// Releases a lock. `false` if the bolt did not move.
    fn unlock(&mut self, compartment: CompartmentId) -> Result<bool, HardwareError>;

    /// Throws a bolt. `false` if it did not engage.
    fn lock(&mut self, compartment: CompartmentId) -> Result<bool, HardwareError>;

    /// Where a door is now.
    fn door(&mut self, compartment: CompartmentId) -> Result<DoorPosition, HardwareError>;

    /// Waits until a door is there; `false` if the time ran out.
    fn await_door(
        &mut self,
        compartment: CompartmentId,
        position: DoorPosition,
        limit_us: u64,
    ) -> Result<bool, HardwareError>;

    /// How often the door has closed, as the controller counts it; nothing resets it.
    fn close_counter(&mut self, compartment: CompartmentId) -> Result<u64, HardwareError>;

    /// What the sensors inside say.
    fn presence(&mut self, compartment: CompartmentId) -> Result<Presence, HardwareError>;

    /// Waits for a label at the reader; `None` if none was read.
    fn read_label(&mut self, limit_us: u64) -> Result<Option<[u8; 16]>, HardwareError>;

    /// Waits for a card at the reader: the credential's bytes, for the locker's directory to look up.
    fn read_credential(&mut self, limit_us: u64) -> Result<Option<Vec<u8>>, HardwareError>;

    /// What happened unasked since the last call, in order.
    fn alarms(&mut self) -> Result<Vec<Alarm>, HardwareError>;

    /// Shows the person at the locker what to do.
    fn show(&mut self, text: &str);
}
