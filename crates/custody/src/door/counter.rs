//! The close counter: a door that closed more often than was recorded has been open unseen (D03).

use alloc::vec::Vec;

use super::{Cause, DoorFact, Doors, OCCUPANTS_NAMED_MAX, Opening};
use crate::fact::{DoorEvent, Interval};
use crate::id::{Digest, ExhibitId};

/// One reading of a close counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What it said.
    pub count: u64,
    /// When, by the device's wall clock.
    pub wall_us: u64,
}

/// Closings of a door that nobody recorded, or a counter that went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Discrepancy {
    /// Counted minus recorded.
    pub(crate) surplus: i128,
    /// The time in which it came about.
    pub(crate) interval: Interval,
    /// What lay inside.
    pub(crate) occupants: Vec<ExhibitId>,
}

impl Doors {
    /// Compares the close counter with the closings recorded, where the door is known to be shut: when it is
    /// released, and when it has locked. In between it may close before its opening has been said.
    pub(crate) fn compare_counter(&mut self, fact: &DoorFact) -> Option<Discrepancy> {
        let compartment = self.compartments.entry(fact.compartment).or_default();
        if fact.event == DoorEvent::Closed {
            compartment.closings = compartment.closings.saturating_add(1);
        }
        if !matches!(fact.event, DoorEvent::Unlocked | DoorEvent::MasterKey | DoorEvent::Locked) {
            return None;
        }
        let recorded = core::mem::take(&mut compartment.closings);
        let reading = Reading { count: fact.close_counter, wall_us: fact.wall_us };
        let before = compartment.compared.replace(reading)?;
        let surplus = i128::from(reading.count) - i128::from(before.count) - i128::from(recorded);
        if surplus == 0 {
            return None;
        }
        let interval = Interval { from_us: before.wall_us.min(fact.wall_us), to_us: fact.wall_us };
        let occupants: Vec<ExhibitId> =
            compartment.occupants.keys().copied().take(OCCUPANTS_NAMED_MAX).collect();
        if !occupants.is_empty() {
            let opening = Opening {
                compartment: fact.compartment,
                device: fact.device,
                cycle: Digest::ZERO,
                session: None,
                is_forced: false,
                indices: alloc::vec![fact.index],
                interval,
                error_us: fact.error_us,
                occupants: occupants.clone(),
                occupant_count: compartment.occupants.len(),
                cause: Cause::Unrecorded,
                master: None,
                begun_us: interval.from_us,
                recorded_at_us: fact.recorded_at_us,
                transferred: Vec::new(),
            };
            self.openings.insert((fact.compartment, fact.index), opening);
            self.by_time.insert((fact.compartment, interval.from_us, fact.index));
        }
        Some(Discrepancy { surplus, interval, occupants })
    }
}
