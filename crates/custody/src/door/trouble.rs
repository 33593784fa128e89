//! Doors that were forced, left open, released or tampered with, or did not close on an exhibit: somebody must go and
//! look (D04).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::{Compartment, DoorFact, Doors};
use crate::fact::{DoorEvent, Statement};
use crate::id::{CompartmentId, DeviceId, Digest, ExhibitId};
use crate::ledger::Recorded;

/// What happened to a compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// Its door was forced.
    Forced,
    /// Its door stayed open beyond the limit.
    LeftOpen,
    /// Its door was pushed to and did not close.
    FailedClose,
    /// Its door was released to save life.
    Released,
    /// A tamper switch of it, or of the housing, opened.
    Tampered,
}

impl Alarm {
    /// What makes an alarm of what happened to a door; none if it is nothing unusual.
    fn of(event: DoorEvent) -> Option<Self> {
        match event {
            DoorEvent::Forced => Some(Self::Forced),
            DoorEvent::LeftOpen => Some(Self::LeftOpen),
            DoorEvent::FailedClose => Some(Self::FailedClose),
            DoorEvent::Unlocked
            | DoorEvent::Opened
            | DoorEvent::Closed
            | DoorEvent::Locked
            | DoorEvent::MasterKey => None,
        }
    }

    /// In words, after "since".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Forced => "its door was forced on an exhibit",
            Self::LeftOpen => "its door was left open on an exhibit",
            Self::FailedClose => "its door did not close on an exhibit",
            Self::Released => "its door was released in an emergency with an exhibit inside",
            Self::Tampered => "it was tampered with while an exhibit lay inside",
        }
    }
}

/// Something happened to a compartment while something lay in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What happened to it first.
    pub alarm: Alarm,
    /// In which door cycle; the statement itself where it names none.
    pub cycle: Digest,
    /// The entry that says so.
    pub index: u64,
    /// Who said so.
    pub device: DeviceId,
    /// When, by the device's wall clock.
    pub wall_us: u64,
    /// What lay inside: the first [`super::OCCUPANTS_NAMED_MAX`] by id.
    pub occupants: Vec<ExhibitId>,
}

/// How many troubles of one compartment wait for somebody to look: the first ones, and the last. Nobody reads more, and
/// a door that says a thousand times that it is open must not fill the memory.
const WAITING_MAX: usize = 32;

/// When somebody last looked into a compartment, by one device's word.
#[derive(Debug, Clone, Copy)]
struct Look {
    index: u64,
    /// The latest instant at which it may have been, by the device's clock.
    to_us: u64,
}

/// What waits for somebody to look, and who has looked.
#[derive(Debug, Clone, Default)]
pub(super) struct Care {
    /// As recorded.
    troubles: Vec<Trouble>,
    /// The last look by each device that has told of one.
    looks: BTreeMap<DeviceId, Look>,
}

impl Compartment {
    /// What happened to a door with something inside waits until somebody has looked.
    pub(super) fn note_trouble(&mut self, fact: &DoorFact) {
        let Some(alarm) = Alarm::of(fact.event) else { return };
        self.keep(&Trouble {
            alarm,
            cycle: fact.cycle.unwrap_or(fact.hash),
            index: fact.index,
            device: fact.device,
            wall_us: fact.wall_us,
            occupants: Vec::new(),
        });
    }

    fn keep(&mut self, trouble: &Trouble) {
        let is_over = self.occupants.is_empty()
            || self.was_seen_since(trouble.device, trouble.index, trouble.wall_us)
            || self.care.troubles.iter().any(|known| known.cycle == trouble.cycle);
        if is_over {
            return;
        }
        if self.care.troubles.len() >= WAITING_MAX {
            self.care.troubles.pop();
        }
        let occupants = self.named_occupants();
        self.care.troubles.push(Trouble { occupants, ..trouble.clone() });
    }

    /// Whether somebody has looked into it since a statement: by the device's own order, or by the clocks where
    /// another device tells of the look.
    pub(crate) fn was_seen_since(&self, device: DeviceId, index: u64, wall_us: u64) -> bool {
        self.care.looks.iter().any(
            |(by, look)| {
                if *by == device { look.index > index } else { look.to_us >= wall_us }
            },
        )
    }

    /// What happened to it and nobody has looked after, as recorded.
    pub fn troubles(&self) -> impl Iterator<Item = &Trouble> {
        self.care.troubles.iter()
    }

    /// The first trouble of everything that lay inside at one: a second one of the same exhibits calls for the same look.
    fn first_troubles(&self) -> impl Iterator<Item = &Trouble> {
        let mut named = BTreeSet::new();
        self.troubles()
            .filter(move |trouble| trouble.occupants.iter().filter(|each| named.insert(**each)).count() > 0)
    }

    /// What was taken out in the very cycle that had the trouble is in somebody's hands, who looked.
    pub(super) fn emptied_in(&mut self, cycle: Digest) {
        self.care.troubles.retain(|trouble| trouble.cycle != cycle);
    }
}

impl Doors {
    /// A device raises an alarm over compartments, of no door cycle.
    pub(crate) fn alarmed(
        &mut self,
        recorded: &Recorded<'_>,
        alarm: Alarm,
        compartments: impl Iterator<Item = CompartmentId>,
    ) {
        let Statement { device, time, .. } = recorded.statement;
        for compartment in compartments {
            let Some(state) = self.compartments.get_mut(&compartment) else { continue };
            state.keep(&Trouble {
                alarm,
                cycle: recorded.hash,
                index: recorded.index,
                device: *device,
                wall_us: time.wall_us,
                occupants: Vec::new(),
            });
        }
    }

    /// Somebody went and looked: whatever had troubled the door by then has been looked after, also what is told later.
    pub(crate) fn settle(&mut self, compartment: CompartmentId, recorded: &Recorded<'_>) {
        let state = self.compartments.entry(compartment).or_default();
        let Statement { device, time, .. } = recorded.statement;
        let to_us = time.interval().to_us;
        let look = state.care.looks.entry(*device).or_insert(Look { index: recorded.index, to_us });
        *look = Look { index: recorded.index, to_us: to_us.max(look.to_us) };
        let mut troubles = core::mem::take(&mut state.care.troubles);
        troubles.retain(|trouble| !state.was_seen_since(trouble.device, trouble.index, trouble.wall_us));
        state.care.troubles = troubles;
        state.inside.looked();
    }

    /// Compartments with trouble that nobody has looked after.
    pub fn troubles(&self) -> impl Iterator<Item = (CompartmentId, &Trouble)> {
        self.compartments.iter().flat_map(|(id, state)| state.first_troubles().map(|trouble| (*id, trouble)))
    }
}
