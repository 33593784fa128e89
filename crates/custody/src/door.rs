//! Doors: the cycle each compartment is in, what lies in it, and every opening while something did.
//!
//! One device speaks for a compartment, and its statements arrive in its own order; so chain order decides
//! here what belongs to which cycle, however late the locker was.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::fact::{CheckResult, DoorEvent, Interval};
use crate::id::{CompartmentId, DeviceId, Digest, ExhibitId, PersonId};

/// One door cycle: from the release or forcing of the door to its lock.
#[derive(Debug, Clone)]
pub struct Cycle {
    /// Hash of its first statement.
    pub hash: Digest,
    /// Entries of its statements.
    pub indices: Vec<u64>,
    /// The session in which it was released.
    pub session: Option<Digest>,
    /// How often the door opened.
    pub openings: u32,
    /// It closed after it opened.
    pub is_closed: bool,
    /// It was locked after it closed.
    pub is_locked: bool,
    /// It was forced.
    pub is_forced: bool,
    /// How many custody acts have named it.
    pub acts: u32,
    /// The entry at which it opened while something lay inside.
    opening: Option<u64>,
}

/// What an opening means for those who lay inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No custody event names it, yet or ever.
    Unexplained,
    /// A custody act by this person, concerning something else in the compartment or this very exhibit.
    Act(PersonId),
    /// Something was put where something lay already.
    SecondPackage(PersonId),
    /// It is known from the close counter alone.
    Unrecorded,
}

/// How many exhibits an opening names. A verdict on any of the others takes it into account all the same; only
/// the finding's list ends here, so that a drop slot opened often does not cost its content each time.
pub const OCCUPANTS_NAMED_MAX: usize = 256;

/// One opening of an occupied compartment.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Which compartment.
    pub compartment: CompartmentId,
    /// Who spoke for it.
    pub device: DeviceId,
    /// Hash of the cycle.
    pub cycle: Digest,
    /// The session in which it was released.
    pub session: Option<Digest>,
    /// Whether it was forced.
    pub is_forced: bool,
    /// Entries of the cycle so far.
    pub indices: Vec<u64>,
    /// From its opening to its last sign, by the device's wall clock.
    pub interval: Interval,
    /// What lay inside when it opened: the first [`OCCUPANTS_NAMED_MAX`] by id.
    pub occupants: Vec<ExhibitId>,
    /// How many lay inside.
    pub occupant_count: usize,
    /// Why it opened.
    pub cause: Cause,
}

/// An attended check of a compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Which compartment.
    pub compartment: CompartmentId,
    /// When, by the device's wall clock.
    pub wall_us: u64,
    /// With what result.
    pub result: CheckResult,
}

/// One reading of a close counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What it said.
    pub count: u64,
    /// When, by the device's wall clock.
    pub wall_us: u64,
}

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
    /// A forced, open or failing door that nobody has looked after since.
    pub trouble: Option<Trouble>,
}

/// All compartments that have spoken, and all openings while something lay inside.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    compartments: BTreeMap<CompartmentId, Compartment>,
    /// By compartment and the entry at which it opened.
    openings: BTreeMap<(CompartmentId, u64), Opening>,
    /// The same by compartment and wall time.
    by_time: BTreeSet<(CompartmentId, u64, u64)>,
    /// Where each exhibit lies; the other side of the compartments' occupants.
    places: BTreeMap<ExhibitId, CompartmentId>,
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
}

impl Compartment {
    /// The first trouble with something inside is kept until somebody has looked.
    fn note_trouble(&mut self, fact: &DoorFact) {
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
    /// One compartment.
    pub fn get(&self, compartment: CompartmentId) -> Option<&Compartment> {
        self.compartments.get(&compartment)
    }

    /// Every opening of an occupied compartment, by compartment and then as recorded.
    pub fn openings(&self) -> impl Iterator<Item = &Opening> {
        self.openings.values()
    }

    /// The openings of one compartment whose entries lie after `from` and before `to`.
    pub(crate) fn openings_between(
        &self,
        compartment: CompartmentId,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = &Opening> {
        let first = from.saturating_add(1);
        self.openings.range((compartment, first)..(compartment, to.max(first))).map(|(_, opening)| opening)
    }

    /// The openings of one compartment that began within an interval of the device's wall clock.
    pub(crate) fn openings_during(
        &self,
        compartment: CompartmentId,
        interval: Interval,
    ) -> impl Iterator<Item = &Opening> {
        let range = (compartment, interval.from_us, 0)..=(compartment, interval.to_us, u64::MAX);
        self.by_time
            .range(range)
            .filter_map(|(compartment, _, index)| self.openings.get(&(*compartment, *index)))
    }

    /// Whether this is the compartment's last cycle.
    pub(crate) fn is_last_cycle(&self, opening: &Opening) -> bool {
        let last = self.get(opening.compartment).and_then(|compartment| compartment.cycle.as_ref());
        last.is_some_and(|cycle| cycle.hash == opening.cycle)
    }

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
                occupants: occupants.clone(),
                occupant_count: compartment.occupants.len(),
                cause: Cause::Unrecorded,
            };
            self.openings.insert((fact.compartment, fact.index), opening);
            self.by_time.insert((fact.compartment, interval.from_us, fact.index));
        }
        Some(Discrepancy { surplus, interval, occupants })
    }

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

    /// Folds one statement about a door.
    pub(crate) fn door(&mut self, fact: &DoorFact) {
        let compartment = self.compartments.entry(fact.compartment).or_default();
        compartment.note_trouble(fact);
        let continues =
            fact.cycle.is_some() && compartment.cycle.as_ref().map(|cycle| cycle.hash) == fact.cycle;
        if !continues {
            compartment.cycle = Some(Cycle {
                hash: fact.cycle.unwrap_or(fact.hash),
                indices: Vec::new(),
                session: fact.session,
                openings: 0,
                is_closed: false,
                is_locked: false,
                is_forced: false,
                acts: 0,
                opening: None,
            });
        }
        let Some(cycle) = compartment.cycle.as_mut() else { return };
        cycle.indices.push(fact.index);
        let opens = match fact.event {
            DoorEvent::Opened | DoorEvent::Forced => {
                cycle.openings = cycle.openings.saturating_add(1);
                cycle.is_forced |= fact.event == DoorEvent::Forced;
                (cycle.is_closed, cycle.is_locked) = (false, false);
                true
            }
            DoorEvent::Closed => {
                cycle.is_closed = cycle.openings > 0;
                false
            }
            DoorEvent::Locked => {
                cycle.is_locked = cycle.is_closed;
                false
            }
            DoorEvent::FailedClose => {
                (cycle.is_closed, cycle.is_locked) = (false, false);
                false
            }
            DoorEvent::Unlocked | DoorEvent::LeftOpen | DoorEvent::MasterKey => false,
        };
        if let Some(opening) =
            cycle.opening.and_then(|index| self.openings.get_mut(&(fact.compartment, index)))
        {
            opening.indices.push(fact.index);
            opening.interval.to_us = opening.interval.to_us.max(fact.wall_us);
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
            occupants: compartment.occupants.keys().copied().take(OCCUPANTS_NAMED_MAX).collect(),
            occupant_count: compartment.occupants.len(),
            cause: Cause::Unexplained,
        };
        self.openings.insert((fact.compartment, fact.index), opening);
        self.by_time.insert((fact.compartment, fact.wall_us, fact.index));
    }

    /// A custody act names a cycle. Returns the cycle as it stands, if it is the compartment's last one.
    pub(crate) fn act(&mut self, compartment: CompartmentId, cycle: Digest, by: PersonId) -> Option<Cycle> {
        let last = self.compartments.get_mut(&compartment)?.cycle.as_mut()?;
        if last.hash != cycle {
            return None;
        }
        last.acts = last.acts.saturating_add(1);
        if let Some(opening) = last.opening.and_then(|index| self.openings.get_mut(&(compartment, index)))
            && opening.cause == Cause::Unexplained
        {
            opening.cause = Cause::Act(by);
        }
        Some(last.clone())
    }

    /// An attended check names a cycle: it explains an opening that was not forced.
    pub(crate) fn explain(&mut self, compartment: CompartmentId, cycle: Digest, by: PersonId) {
        let last = self.get(compartment).and_then(|state| state.cycle.as_ref());
        let index = last.filter(|last| last.hash == cycle).and_then(|last| last.opening);
        if let Some(opening) = index.and_then(|index| self.openings.get_mut(&(compartment, index)))
            && opening.cause == Cause::Unexplained
            && !opening.is_forced
        {
            opening.cause = Cause::Act(by);
        }
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
        state.occupants.extend(exhibits.iter().map(|exhibit| (*exhibit, index)));
        self.places.extend(exhibits.iter().map(|exhibit| (*exhibit, compartment)));
        before
    }

    /// The last cycle's opening put a second package in.
    pub(crate) fn mark_second_package(&mut self, compartment: CompartmentId, by: PersonId) {
        let index =
            self.get(compartment).and_then(|state| state.cycle.as_ref()).and_then(|cycle| cycle.opening);
        if let Some(opening) = index.and_then(|index| self.openings.get_mut(&(compartment, index))) {
            opening.cause = Cause::SecondPackage(by);
        }
    }

    /// Takes exhibits out of a compartment, or forgets what turned out never to have been there.
    pub(crate) fn take(&mut self, compartment: CompartmentId, exhibits: &[ExhibitId]) {
        let Some(state) = self.compartments.get_mut(&compartment) else { return };
        let in_hand = state.cycle.as_ref().map(|cycle| cycle.hash);
        for exhibit in exhibits {
            state.occupants.remove(exhibit);
            if self.places.get(exhibit) == Some(&compartment) {
                self.places.remove(exhibit);
            }
        }
        // What was taken out in the very cycle that had the trouble is in somebody's hands, who looked.
        if state.occupants.is_empty() && state.trouble.as_ref().map(|trouble| trouble.cycle) == in_hand {
            state.trouble = None;
        }
    }
}
