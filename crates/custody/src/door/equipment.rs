//! Equipment in compartments: which piece lies where, by the doors' record.

use super::{Cause, Doors, Opening};
use crate::fact::{Interval, Statement};
use crate::id::{CompartmentId, Digest, EquipmentId, PersonId};

impl Doors {
    /// Whether equipment lies in a compartment.
    pub(crate) fn holds_equipment(&self, compartment: CompartmentId) -> bool {
        self.get(compartment).is_some_and(|state| !state.inside.equipment.is_empty())
    }

    /// The compartment in which a piece of equipment lies.
    pub fn equipment_lies_in(&self, equipment: EquipmentId) -> Option<CompartmentId> {
        self.equipment.get(&equipment).copied()
    }

    /// Whether this piece is all that is recorded to lie in a compartment.
    pub(crate) fn is_all_equipment(&self, compartment: CompartmentId, equipment: EquipmentId) -> bool {
        self.get(compartment).is_none_or(|state| {
            state.occupants.is_empty() && state.inside.equipment.iter().all(|each| *each == equipment)
        })
    }

    /// A piece lies in a compartment from now on, and nowhere else.
    pub(crate) fn put_equipment(&mut self, compartment: CompartmentId, equipment: EquipmentId) {
        self.forget_equipment(equipment);
        self.equipment.insert(equipment, compartment);
        let state = self.compartments.entry(compartment).or_default();
        state.inside.equipment.insert(equipment);
        state.inside.changed();
    }

    /// A piece was taken out of a compartment, whether or not it was recorded to lie there.
    pub(crate) fn take_equipment(&mut self, compartment: CompartmentId, equipment: EquipmentId) {
        self.forget_equipment(equipment);
        if let Some(state) = self.compartments.get_mut(&compartment) {
            state.inside.changed();
        }
    }

    /// A piece lies in no compartment.
    pub(crate) fn forget_equipment(&mut self, equipment: EquipmentId) {
        let from = self.equipment.remove(&equipment);
        if let Some(state) = from.and_then(|from| self.compartments.get_mut(&from)) {
            state.inside.equipment.remove(&equipment);
            state.inside.changed();
        }
    }

    /// Equipment and exhibits have shared a compartment since the opening of its last cycle; where none is on record,
    /// since the statement that says so.
    pub(crate) fn mark_shared(
        &mut self,
        compartment: CompartmentId,
        index: u64,
        statement: &Statement,
        by: PersonId,
    ) {
        if self.mark_second_package(compartment, by) {
            return;
        }
        let Some(state) = self.get(compartment) else { return };
        let at_us = statement.time.wall_us;
        let shared = Opening {
            compartment,
            device: statement.device,
            cycle: Digest::ZERO,
            session: None,
            is_forced: false,
            indices: alloc::vec![index],
            interval: Interval { from_us: at_us, to_us: at_us },
            error_us: statement.time.error_us,
            occupants: state.named_occupants(),
            occupant_count: state.occupants.len(),
            cause: Cause::SecondPackage(by),
            master: None,
            begun_us: at_us,
            recorded_at_us: at_us,
            transferred: alloc::vec::Vec::new(),
        };
        self.openings.insert((compartment, index), shared);
        self.by_time.insert((compartment, at_us, index));
    }
}
