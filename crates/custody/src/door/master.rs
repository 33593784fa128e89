//! The master key: what releases a door with it says so of the opening that follows. Whether it might be used is asked
//! where the record ends, since the authority for it may be told later (D05).

use crate::fact::{DoorEvent, Fact, Interval};
use crate::id::{CompartmentId, DeviceId, Digest};
use crate::ledger::Recorded;
use crate::movement::Act;

/// One use of the master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MasterUse {
    /// On which compartment.
    pub compartment: CompartmentId,
    /// Who used it, as far as anybody says.
    pub by: Option<Act>,
    /// The maintenance that allows it, as far as anybody says.
    pub authority: Option<Digest>,
    /// When, with the clock's error.
    pub when: Interval,
    /// The entry that says so.
    pub index: u64,
    /// The device that says so.
    pub device: DeviceId,
}

impl MasterUse {
    /// The use of which a statement tells; none of any other.
    pub(crate) fn of(recorded: &Recorded<'_>) -> Option<Self> {
        let statement = recorded.statement;
        let Fact::Door { event: DoorEvent::MasterKey, compartment, by, authority, .. } = &statement.fact
        else {
            return None;
        };
        Some(Self {
            compartment: *compartment,
            by: *by,
            authority: *authority,
            when: statement.time.interval(),
            index: recorded.index,
            device: statement.device,
        })
    }
}
