//! The master key: each use is kept, and asked about where the record ends, since the authority for it may be told
//! later (D05).

use super::{DoorFact, Doors};
use crate::fact::{DoorEvent, Interval};
use crate::id::{CompartmentId, DeviceId, Digest};
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

impl Doors {
    /// Takes note of a use, if the statement tells of one.
    pub(super) fn note_master(&mut self, fact: &DoorFact) -> Option<MasterUse> {
        if fact.event != DoorEvent::MasterKey {
            return None;
        }
        let when = Interval {
            from_us: fact.wall_us.saturating_sub(fact.error_us),
            to_us: fact.wall_us.saturating_add(fact.error_us),
        };
        let (by, authority) = (fact.by, fact.authority);
        let (compartment, index, device) = (fact.compartment, fact.index, fact.device);
        let used = MasterUse { compartment, by, authority, when, index, device };
        self.master_uses.push(used);
        Some(used)
    }

    /// Every use, as recorded.
    pub fn master_uses(&self) -> &[MasterUse] {
        &self.master_uses
    }
}
