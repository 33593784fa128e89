//! Doors: the cycle each compartment is in, what lies in it, and every opening while something did.
//!
//! One device speaks for a compartment, and its statements arrive in its own order; so chain order decides
//! here what belongs to which cycle, however late the locker was.

mod content;
mod counter;
mod cycle;
mod equipment;
mod master;
mod opening;
mod presence;
mod rename;
mod trouble;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

pub(crate) use self::counter::Discrepancy;
pub use self::counter::Reading;
pub use self::cycle::Cycle;
pub use self::master::MasterUse;
pub use self::opening::{Cause, OCCUPANTS_NAMED_MAX, Opening};
use self::presence::Inside;
pub(crate) use self::presence::{Change, Disagreement, Sensed, Weight};
use self::trouble::Care;
pub use self::trouble::{Alarm, Trouble};
use crate::fact::{DoorEvent, Interval};
use crate::id::{CompartmentId, DeviceId, Digest, EquipmentId, ExhibitId};

/// What the doors have said of one compartment.
#[derive(Debug, Clone, Default)]
pub struct Compartment {
    /// The last cycle.
    pub cycle: Option<Cycle>,
    /// What lies inside, and the entry that put it there.
    pub occupants: BTreeMap<ExhibitId, u64>,
    /// The close counter when it was last compared, and when that was.
    pub compared: Option<Reading>,
    /// Closings recorded since.
    closings: u64,
    /// What happened to it, and who has looked after that.
    care: Care,
    /// What else is known of its content.
    inside: Inside,
}

/// All compartments that have spoken, and all openings while something lay inside.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    compartments: BTreeMap<CompartmentId, Compartment>,
    /// By compartment and the entry at which it opened.
    openings: BTreeMap<(CompartmentId, u64), Opening>,
    /// The same by compartment and wall time.
    by_time: BTreeSet<(CompartmentId, u64, u64)>,
    /// Attended checks that found all as recorded, by compartment and wall time.
    checks: BTreeSet<(CompartmentId, u64)>,
    /// Where each exhibit lies; the other side of the compartments' occupants.
    places: BTreeMap<ExhibitId, CompartmentId>,
    /// Where each piece of equipment lies; the other side of what lies inside.
    equipment: BTreeMap<EquipmentId, CompartmentId>,
}

/// One statement about a door.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DoorFact {
    pub(crate) event: DoorEvent,
    pub(crate) compartment: CompartmentId,
    pub(crate) cycle: Option<Digest>,
    pub(crate) session: Option<Digest>,
    pub(crate) close_counter: u64,
    pub(crate) hash: Digest,
    pub(crate) index: u64,
    pub(crate) device: DeviceId,
    pub(crate) wall_us: u64,
    pub(crate) error_us: u64,
    pub(crate) recorded_at_us: u64,
    /// The use of the master key, if it tells of one.
    pub(crate) master: Option<MasterUse>,
}

impl Doors {
    /// One compartment.
    pub fn get(&self, compartment: CompartmentId) -> Option<&Compartment> {
        self.compartments.get(&compartment)
    }

    /// From the beginning of a compartment's last cycle to its last sign, its clock's error on both sides; none if
    /// the cycle named is not that one.
    pub(crate) fn door_time(&self, compartment: CompartmentId, cycle: Digest) -> Option<Interval> {
        let last = self.get(compartment)?.cycle.as_ref().filter(|last| last.hash == cycle)?;
        Some(Interval {
            from_us: last.interval.from_us.saturating_sub(last.error_us),
            to_us: last.interval.to_us.saturating_add(last.error_us),
        })
    }

    /// Folds one statement about a door.
    pub(crate) fn door(&mut self, fact: &DoorFact) {
        let compartment = self.compartments.entry(fact.compartment).or_default();
        compartment.note_trouble(fact);
        let continues =
            fact.cycle.is_some() && compartment.cycle.as_ref().map(|cycle| cycle.hash) == fact.cycle;
        if !continues {
            let hash = fact.cycle.unwrap_or(fact.hash);
            compartment.cycle = Some(Cycle::new(hash, fact.session, fact.wall_us));
        }
        let Some(cycle) = compartment.cycle.as_mut() else { return };
        cycle::name_entry(&mut cycle.indices, fact.index);
        cycle.master = cycle.master.or(fact.master);
        let opens = cycle.note(fact.event);
        if cycle.is_open() {
            compartment.inside.forget();
        }
        cycle.interval.to_us = cycle.interval.to_us.max(fact.wall_us);
        cycle.error_us = cycle.error_us.max(fact.error_us);
        if let Some(opening) =
            cycle.opening.and_then(|index| self.openings.get_mut(&(fact.compartment, index)))
        {
            cycle::name_entry(&mut opening.indices, fact.index);
            opening.interval.to_us = opening.interval.to_us.max(fact.wall_us);
            opening.error_us = opening.error_us.max(fact.error_us);
            opening.recorded_at_us = opening.recorded_at_us.max(fact.recorded_at_us);
            opening.is_forced |= fact.event == DoorEvent::Forced;
            return;
        }
        if !opens || compartment.occupants.is_empty() {
            return;
        }
        cycle.opening = Some(fact.index);
        let opening = Opening {
            compartment: fact.compartment,
            device: fact.device,
            cycle: cycle.hash,
            session: cycle.session,
            is_forced: cycle.is_forced,
            indices: cycle.indices.clone(),
            interval: Interval { from_us: fact.wall_us, to_us: fact.wall_us },
            error_us: fact.error_us,
            occupants: compartment.occupants.keys().copied().take(OCCUPANTS_NAMED_MAX).collect(),
            occupant_count: compartment.occupants.len(),
            cause: Cause::Unexplained,
            master: cycle.master,
            begun_us: cycle.interval.from_us,
            recorded_at_us: fact.recorded_at_us,
            transferred: Vec::new(),
        };
        self.openings.insert((fact.compartment, fact.index), opening);
        self.by_time.insert((fact.compartment, fact.wall_us, fact.index));
    }
}
