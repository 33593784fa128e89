//! Windows: the times of doors that a camera must have seen, one a door cycle.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use custody::door::Cycle;
use custody::fact::{DoorEvent, Fact, Interval};
use custody::id::{CameraId, CompartmentId, Digest, ExhibitId};
use custody::ledger::Ledger;

use crate::state::Placed;

/// Windows kept at most, the newest: a month of an estate ten times the size of London's.
pub const WINDOWS_KEPT_MAX: usize = 200_000;

/// Exhibits named of one window at most. A drop slot's others have windows of their own.
const EXHIBITS_NAMED_MAX: usize = 256;

/// One window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The custody statement it is about; for an opening without one, the first statement of the door cycle.
    pub statement: Digest,
    /// Whose door.
    pub compartment: CompartmentId,
    /// The door cycle, by its first statement.
    pub cycle: Digest,
    /// From the door cycle's first statement, less the locker's clock error; true time, UTC microseconds.
    pub from_us: u64,
    /// To its last, and the error.
    pub to_us: u64,
    /// What lay inside, went in or came out.
    pub exhibits: BTreeSet<ExhibitId>,
}

/// The windows of the last months, in the order in which they became known.
#[derive(Debug, Default)]
pub struct Windows {
    kept: BTreeMap<u64, Window>,
    by_cycle: HashMap<(CompartmentId, Digest), u64>,
    next: u64,
}

impl Windows {
    pub(super) fn push(&mut self, placed: &Placed, ledger: &Ledger) {
        match &placed.decoded.statement.fact {
            Fact::Door { event, compartment, .. } => self.door(*event, *compartment, ledger),
            Fact::Movement(movement) => {
                let Some(at) = movement.at() else { return };
                let cycle = last_cycle(at.compartment, ledger).filter(|last| last.hash == at.door_cycle);
                let said = placed.decoded.statement.time.interval();
                let interval = cycle.map_or(said, with_error);
                let window = self.of(at.compartment, at.door_cycle, interval);
                window.statement = placed.decoded.hash;
                name(window, movement.exhibits().iter().copied());
            }
            _ => {}
        }
    }

    /// A door of an occupied compartment opens, or a cycle goes on that has a window.
    fn door(&mut self, event: DoorEvent, compartment: CompartmentId, ledger: &Ledger) {
        let Some(cycle) = last_cycle(compartment, ledger) else { return };
        let (hash, interval) = (cycle.hash, with_error(cycle));
        let occupants = ledger.doors().get(compartment).map(|state| &state.occupants);
        let opens = matches!(event, DoorEvent::Opened | DoorEvent::Forced);
        let is_occupied = occupants.is_some_and(|occupants| !occupants.is_empty());
        if self.by_cycle.contains_key(&(compartment, hash)) || (opens && is_occupied) {
            let window = self.of(compartment, hash, interval);
            name(window, occupants.into_iter().flat_map(|occupants| occupants.keys().copied()));
        }
    }

    /// The window of a door cycle, reaching at least over this interval.
    fn of(&mut self, compartment: CompartmentId, cycle: Digest, interval: Interval) -> &mut Window {
        let Interval { from_us, to_us } = interval;
        let next = self.next;
        let id = *self.by_cycle.entry((compartment, cycle)).or_insert(next);
        if id == next {
            self.next = next.saturating_add(1);
            if self.kept.len() >= WINDOWS_KEPT_MAX {
                self.forget_first();
            }
        }
        let exhibits = BTreeSet::new();
        let fresh = Window { statement: cycle, compartment, cycle, from_us, to_us, exhibits };
        let window = self.kept.entry(id).or_insert(fresh);
        window.from_us = window.from_us.min(from_us);
        window.to_us = window.to_us.max(to_us);
        window
    }

    /// Forgets those that ended before an instant, from the first one known on.
    pub(super) fn expire(&mut self, before_us: u64) {
        while self.kept.first_key_value().is_some_and(|(_, window)| window.to_us < before_us) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, first)) = self.kept.pop_first() {
            self.by_cycle.remove(&(first.compartment, first.cycle));
        }
    }

    /// Every window kept, the one known longest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Window> {
        self.kept.values()
    }
}

/// The cameras that the map in force at a window's beginning assigns to its locker.
pub(super) fn cameras_of(window: &Window, ledger: &Ledger) -> Vec<CameraId> {
    let estate = ledger.estate();
    let cameras = || {
        let (id, locker) = estate.locker_of(window.compartment)?;
        let site = locker.stand_at(window.from_us)?.site;
        Some(estate.map_at(site, window.from_us)?.cameras_of(id).collect())
    };
    cameras().unwrap_or_default()
}

fn last_cycle(compartment: CompartmentId, ledger: &Ledger) -> Option<&Cycle> {
    ledger.doors().get(compartment)?.cycle.as_ref()
}

fn with_error(cycle: &Cycle) -> Interval {
    Interval {
        from_us: cycle.interval.from_us.saturating_sub(cycle.error_us),
        to_us: cycle.interval.to_us.saturating_add(cycle.error_us),
    }
}

fn name(window: &mut Window, exhibits: impl Iterator<Item = ExhibitId>) {
    for exhibit in exhibits {
        if window.exhibits.len() < EXHIBITS_NAMED_MAX {
            window.exhibits.insert(exhibit);
        }
    }
}
