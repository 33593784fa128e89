//! What a compartment's sensors say, beside what is recorded to lie in it (E06).
//!
//! A locker senses before it says what was done: between a door's closing and the act, a reading is about what the act
//! will have left behind. It waits for the act, and counts against the record only where none comes.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{Compartment, Cycle, DoorFact, Doors};
use crate::fact::Interval;
use crate::id::{CompartmentId, DeviceId, Digest, EquipmentId, ExhibitId};

/// One reading of a compartment's sensors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sensed {
    /// The entry that says so.
    pub(crate) index: u64,
    /// Who said so.
    pub(crate) device: DeviceId,
    /// When, by the device's wall clock.
    pub(crate) wall_us: u64,
    /// And with its error.
    pub(crate) interval: Interval,
    /// Something is inside.
    pub(crate) is_occupied: bool,
    /// How much everything inside weighs, milligrams.
    pub(crate) weight_mg: Option<u64>,
}

/// A weight, and the entry that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) mg: u64,
    pub(crate) index: u64,
}

/// How a reading differs from the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disagreement {
    /// Nothing is sensed where exhibits lie.
    Empty,
    /// Something is sensed where nothing lies.
    Occupied,
    /// The same content weighed otherwise before.
    Weight {
        /// Then.
        before: Weight,
        /// Now.
        now_mg: u64,
    },
}

/// What an act at the door does to the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Something is put in.
    In,
    /// Something is taken out, and something else stays.
    Out,
    /// All that lies inside is taken out.
    Emptied,
    /// Nothing.
    None,
}

/// What is known of a compartment's content beyond the exhibits in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Inside {
    /// Equipment in it.
    pub(super) equipment: BTreeSet<EquipmentId>,
    /// The weight last sensed with the same content.
    weight: Option<Weight>,
    /// The last reading since the door closed in a cycle of which more is to come.
    waiting: Option<Sensed>,
    /// The last reading was told as differing so: the same again, with the same content, is not told again.
    told: Option<bool>,
}

impl Inside {
    /// Something came or went: weights from now on are another content's.
    pub(super) fn changed(&mut self) {
        (self.weight, self.told) = (None, None);
    }

    /// Somebody looked: a sensor that still says otherwise is told again.
    pub(super) fn looked(&mut self) {
        self.told = None;
    }

    /// The door is open again: what was sensed before is of no account any more.
    pub(super) fn forget(&mut self) {
        self.waiting = None;
    }
}

impl Compartment {
    /// Something is recorded to lie in it.
    fn holds_something(&self) -> bool {
        !self.occupants.is_empty() || !self.inside.equipment.is_empty()
    }

    fn is_open(&self) -> bool {
        self.cycle.as_ref().is_some_and(Cycle::is_open)
    }

    /// How a reading differs from the record; none where it agrees.
    fn compare(&self, sensed: &Sensed, tolerance_mg: u64) -> Option<Disagreement> {
        if !sensed.is_occupied && !self.occupants.is_empty() {
            return Some(Disagreement::Empty);
        }
        if sensed.is_occupied && !self.holds_something() {
            return Some(Disagreement::Occupied);
        }
        let (before, now_mg) = (self.inside.weight?, sensed.weight_mg?);
        (before.mg.abs_diff(now_mg) > tolerance_mg).then_some(Disagreement::Weight { before, now_mg })
    }

    /// Takes a reading for what it is; returns how it differs, unless the same was told of the same content before.
    fn take_in(&mut self, sensed: Sensed, tolerance_mg: u64) -> Option<Disagreement> {
        let found = self.compare(&sensed, tolerance_mg);
        if let Some(mg) = sensed.weight_mg {
            self.inside.weight = Some(Weight { mg, index: sensed.index });
        }
        let is_presence = matches!(found, Some(Disagreement::Empty | Disagreement::Occupied));
        let told = core::mem::replace(&mut self.inside.told, is_presence.then_some(sensed.is_occupied));
        found.filter(|_| !is_presence || told != Some(sensed.is_occupied))
    }
}

impl Doors {
    /// The sensors of a compartment say something. What they say while the door is open is of no account; what they
    /// say between its closing and an act that may yet be said, within `act_us_max`, waits.
    pub(crate) fn sensed(
        &mut self,
        compartment: CompartmentId,
        sensed: Sensed,
        is_open_session: impl Fn(&Digest) -> bool,
        act_us_max: u64,
        tolerance_mg: u64,
    ) -> Vec<(Sensed, Disagreement)> {
        let state = self.compartments.entry(compartment).or_default();
        if state.is_open() {
            return Vec::new();
        }
        let more_is_to_come = state.cycle.as_ref().is_some_and(|cycle| {
            cycle.openings > 0
                && cycle.acts == 0
                && sensed.wall_us.saturating_sub(cycle.interval.to_us) <= act_us_max
                && cycle.session.as_ref().is_some_and(is_open_session)
        });
        if more_is_to_come {
            state.inside.waiting = Some(sensed);
            return Vec::new();
        }
        let both = state.inside.waiting.take().into_iter().chain([sensed]);
        both.filter_map(|each| state.take_in(each, tolerance_mg).map(|found| (each, found))).collect()
    }

    /// A statement about a door begins another cycle: of the one before nothing more is to come.
    pub(crate) fn conclude(&mut self, fact: &DoorFact, tolerance_mg: u64) -> Option<(Sensed, Disagreement)> {
        let state = self.compartments.get_mut(&fact.compartment)?;
        let continues = fact.cycle.is_some() && state.cycle.as_ref().map(|cycle| cycle.hash) == fact.cycle;
        if continues {
            return None;
        }
        let sensed = state.inside.waiting.take()?;
        state.take_in(sensed, tolerance_mg).map(|found| (sensed, found))
    }

    /// An act at the door has been said, and the content is what it is after it: `weight` is the act's. A reading that
    /// waited is taken where it agrees; else a further act of the cycle may explain it.
    pub(crate) fn acted(&mut self, compartment: CompartmentId, weight: Option<Weight>, tolerance_mg: u64) {
        let Some(state) = self.compartments.get_mut(&compartment) else { return };
        state.inside.weight = weight.or(state.inside.weight);
        let agrees = |sensed: &Sensed| state.compare(sensed, tolerance_mg).is_none();
        if let Some(sensed) = state.inside.waiting.filter(agrees) {
            state.inside.waiting = None;
            state.take_in(sensed, tolerance_mg);
        }
    }

    /// Readings that waited for an act of a session that has ended since, and differ from the record.
    pub(crate) fn unexplained_sensing<'a>(
        &'a self,
        is_open_session: impl Fn(&Digest) -> bool + 'a,
        tolerance_mg: u64,
    ) -> impl Iterator<Item = (CompartmentId, Sensed, Disagreement)> {
        self.compartments.iter().filter_map(move |(id, state)| {
            let sensed = state.inside.waiting?;
            let session = state.cycle.as_ref().and_then(|cycle| cycle.session);
            if session.as_ref().is_some_and(&is_open_session) {
                return None;
            }
            let found = state.compare(&sensed, tolerance_mg)?;
            let is_told = !matches!(found, Disagreement::Weight { .. })
                && state.inside.told == Some(sensed.is_occupied);
            (!is_told).then_some((*id, sensed, found))
        })
    }

    /// The weight last sensed with what lies in a compartment now.
    pub(crate) fn weight(&self, compartment: CompartmentId) -> Option<Weight> {
        self.get(compartment)?.inside.weight
    }

    /// Whether these are all that is recorded to lie in a compartment.
    pub(crate) fn is_all(&self, compartment: CompartmentId, exhibits: &[ExhibitId]) -> bool {
        self.get(compartment).is_none_or(|state| {
            state.inside.equipment.is_empty() && state.occupants.keys().all(|each| exhibits.contains(each))
        })
    }
}
