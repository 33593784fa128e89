//! What lies in a compartment, and which acts a door cycle carries.

use alloc::vec::Vec;

use super::{Cause, Compartment, Cycle, Doors, OCCUPANTS_NAMED_MAX, Opening};
use crate::fact::Interval;
use crate::id::{CompartmentId, DeviceId, Digest, ExhibitId, PersonId};
use crate::movement::Act;

impl Compartment {
    /// What lies inside: the first [`OCCUPANTS_NAMED_MAX`] by id.
    pub fn named_occupants(&self) -> Vec<ExhibitId> {
        self.occupants.keys().copied().take(OCCUPANTS_NAMED_MAX).collect()
    }
}

impl Doors {
    /// A custody act names a cycle, and may explain its opening. Returns the cycle as it stands, if it is the
    /// compartment's last one.
    pub(crate) fn act(
        &mut self,
        compartment: CompartmentId,
        cycle: Digest,
        by: PersonId,
        explains: bool,
    ) -> Option<Cycle> {
        let last = self.compartments.get_mut(&compartment)?.cycle.as_mut()?;
        if last.hash != cycle {
            return None;
        }
        last.acts = last.acts.saturating_add(1);
        if let Some(opening) = last.opening.and_then(|index| self.openings.get_mut(&(compartment, index)))
            && opening.cause == Cause::Unexplained
            && explains
        {
            opening.cause = Cause::Act(by);
        }
        Some(last.clone())
    }

    /// An attended check names a cycle: it explains an opening that was not forced, if it was opened for the
    /// check, in the very session. Nobody explains by looking later what another opened before.
    pub(crate) fn explain(&mut self, compartment: CompartmentId, cycle: Digest, by: Act) {
        let last = self.get(compartment).and_then(|state| state.cycle.as_ref());
        let opened_for_it = last.filter(|last| last.hash == cycle && last.session == Some(by.session));
        let index = opened_for_it.and_then(|last| last.opening);
        if let Some(opening) = index.and_then(|index| self.openings.get_mut(&(compartment, index)))
            && opening.cause == Cause::Unexplained
            && !opening.is_forced
        {
            opening.cause = Cause::Act(by.person);
        }
    }

    /// Somebody looked into the compartment. What was found otherwise than recorded puts all the time of what
    /// lies inside in doubt: nobody knows since when.
    pub(crate) fn looked_into(
        &mut self,
        compartment: CompartmentId,
        device: DeviceId,
        index: u64,
        wall_us: u64,
        is_as_recorded: bool,
    ) {
        if is_as_recorded {
            self.checks.insert((compartment, wall_us));
            return;
        }
        let Some(state) = self.compartments.get(&compartment).filter(|state| !state.occupants.is_empty())
        else {
            return;
        };
        let found = Opening {
            compartment,
            device,
            cycle: Digest::ZERO,
            session: None,
            is_forced: false,
            indices: alloc::vec![index],
            interval: Interval { from_us: wall_us, to_us: wall_us },
            error_us: 0,
            occupants: state.named_occupants(),
            occupant_count: state.occupants.len(),
            cause: Cause::FoundOtherwise,
            master: None,
            begun_us: wall_us,
            recorded_at_us: wall_us,
            transferred: Vec::new(),
        };
        self.openings.insert((compartment, index), found);
        self.by_time.insert((compartment, wall_us, index));
    }

    /// The compartment in which an exhibit lies, as the doors have it.
    pub fn holding(&self, exhibit: ExhibitId) -> Option<CompartmentId> {
        self.places.get(&exhibit).copied()
    }

    /// Puts exhibits into a compartment. Returns what lay there already.
    pub(crate) fn put(
        &mut self,
        compartment: CompartmentId,
        exhibits: &[ExhibitId],
        index: u64,
    ) -> Vec<ExhibitId> {
        let state = self.compartments.entry(compartment).or_default();
        let before = state.occupants.keys().copied().take(OCCUPANTS_NAMED_MAX).collect();
        state.inside.changed();
        state.occupants.extend(exhibits.iter().map(|exhibit| (*exhibit, index)));
        self.places.extend(exhibits.iter().map(|exhibit| (*exhibit, compartment)));
        before
    }

    /// The last cycle's opening put a second package in. False where no opening is on record.
    pub(crate) fn mark_second_package(&mut self, compartment: CompartmentId, by: PersonId) -> bool {
        let index =
            self.get(compartment).and_then(|state| state.cycle.as_ref()).and_then(|cycle| cycle.opening);
        let opening = index.and_then(|index| self.openings.get_mut(&(compartment, index)));
        let is_on_record = opening.is_some();
        if let Some(opening) = opening {
            opening.cause = Cause::SecondPackage(by);
        }
        is_on_record
    }

    /// Custody changes hands in a cycle: if that is the compartment's last one and opened on something, its opening
    /// knows.
    pub(crate) fn transferred(
        &mut self,
        compartment: CompartmentId,
        cycle: Digest,
        exhibits: &[ExhibitId],
        recorded_at_us: u64,
    ) {
        let last = self.get(compartment).and_then(|state| state.cycle.as_ref());
        let index = last.filter(|last| last.hash == cycle).and_then(|last| last.opening);
        let Some(opening) = index.and_then(|index| self.openings.get_mut(&(compartment, index))) else {
            return;
        };
        opening.recorded_at_us = opening.recorded_at_us.max(recorded_at_us);
        let free = OCCUPANTS_NAMED_MAX.saturating_sub(opening.transferred.len());
        opening.transferred.extend(exhibits.iter().take(free));
    }

    /// Takes exhibits out of a compartment, or forgets what turned out never to have been there.
    pub(crate) fn take(&mut self, compartment: CompartmentId, exhibits: &[ExhibitId]) {
        let Some(state) = self.compartments.get_mut(&compartment) else { return };
        let in_hand = state.cycle.as_ref().map(|cycle| cycle.hash);
        for exhibit in exhibits {
            if state.occupants.remove(exhibit).is_some() {
                state.inside.changed();
            }
            if self.places.get(exhibit) == Some(&compartment) {
                self.places.remove(exhibit);
            }
        }
        if let Some(cycle) = in_hand.filter(|_| state.occupants.is_empty()) {
            state.emptied_in(cycle);
        }
    }
}
