//! Doors that were forced, left open or did not close on an exhibit: somebody must go and look (D04).

use alloc::vec::Vec;

use super::{Compartment, DoorFact, Doors, OCCUPANTS_NAMED_MAX};
use crate::fact::DoorEvent;
use crate::id::{CompartmentId, DeviceId, Digest, ExhibitId};

/// A door that was forced, left open or did not close while something lay behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened to it first.
    pub event: DoorEvent,
    /// In which door cycle.
    pub cycle: Digest,
    /// The entry that says so.
    pub index: u64,
    /// Who said so.
    pub device: DeviceId,
    /// When, by the device's wall clock.
    pub wall_us: u64,
    /// What lay inside: the first [`OCCUPANTS_NAMED_MAX`] by id.
    pub occupants: Vec<ExhibitId>,
}

impl Compartment {
    /// The first trouble with something inside is kept until somebody has looked.
    pub(super) fn note_trouble(&mut self, fact: &DoorFact) {
        let is_trouble =
            matches!(fact.event, DoorEvent::Forced | DoorEvent::LeftOpen | DoorEvent::FailedClose);
        if is_trouble && self.trouble.is_none() && !self.occupants.is_empty() {
            self.trouble = Some(Trouble {
                event: fact.event,
                cycle: fact.cycle.unwrap_or(fact.hash),
                index: fact.index,
                device: fact.device,
                wall_us: fact.wall_us,
                occupants: self.occupants.keys().copied().take(OCCUPANTS_NAMED_MAX).collect(),
            });
        }
    }
}

impl Doors {
    /// Somebody went and looked: whatever troubled the door has been looked after.
    pub(crate) fn settle(&mut self, compartment: CompartmentId) {
        if let Some(state) = self.compartments.get_mut(&compartment) {
            state.trouble = None;
        }
    }

    /// Compartments with trouble that nobody has looked after.
    pub fn troubles(&self) -> impl Iterator<Item = (CompartmentId, &Trouble)> {
        self.compartments
            .iter()
            .filter_map(|(id, state)| state.trouble.as_ref().map(|trouble| (*id, trouble)))
    }
}
