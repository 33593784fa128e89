//! What a device remembers of its own statements: folded from the journal, and after each new one.

use std::collections::BTreeMap;

use custody::fact::{DoorEvent, Fact, Statement};
use custody::id::{CompartmentId, Digest, ExhibitId};
use custody::movement::Movement;

use crate::clock::LastTime;

/// A door cycle that has not ended with the lock engaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenCycle {
    /// Hash of its first statement.
    pub cycle: Digest,
    /// The session in which it was released, if any.
    pub session: Option<Digest>,
    /// What was last said of the door.
    pub last: DoorEvent,
}

/// What the device knows from what it said.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// Its clocks at its last statement.
    pub last_time: Option<LastTime>,
    /// The last custody act it recorded for each exhibit, with its number: what its next one follows.
    pub custody: BTreeMap<ExhibitId, (u64, Digest)>,
    /// The exhibits it put into each compartment and has not seen leave.
    pub occupants: BTreeMap<CompartmentId, Vec<ExhibitId>>,
    /// Door cycles not ended.
    pub open_cycles: BTreeMap<CompartmentId, OpenCycle>,
    /// Sessions not closed.
    pub open_sessions: Vec<Digest>,
    /// Sequence number of the statement that said it went offline, until one says that it drained.
    pub offline: Option<Offline>,
}

/// A time without the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offline {
    /// The statement that said so.
    pub entered_sequence: u64,
    /// The first and last statement handed over since.
    pub drained: Option<(u64, u64)>,
}

impl Memory {
    /// Takes note of a statement of the device's own.
    pub fn note(&mut self, statement: &Statement, hash: Digest) {
        let time = statement.time;
        self.last_time = Some(LastTime {
            boot: time.boot,
            monotonic_us: time.monotonic_us,
            wall_us: time.wall_us,
            synchronised: time.synchronised,
        });
        match &statement.fact {
            Fact::SessionOpened { .. } => self.open_sessions.push(hash),
            Fact::SessionClosed { session, .. } => self.open_sessions.retain(|open| open != session),
            Fact::Door { event, compartment, cycle, session, .. } => {
                self.note_door(*event, *compartment, cycle.unwrap_or(hash), *session);
            }
            Fact::OfflineEntered { .. } => {
                self.offline = Some(Offline { entered_sequence: statement.sequence, drained: None });
            }
            Fact::OfflineDrained => self.offline = None,
            Fact::ExhibitRegistered { exhibit, .. } => {
                self.custody.insert(*exhibit, (statement.sequence, hash));
            }
            Fact::Movement(movement) => self.note_movement(movement, (statement.sequence, hash)),
            _ => {}
        }
    }

    /// Takes note that the ledger has a statement.
    pub fn note_receipt(&mut self, sequence: u64) {
        if let Some(offline) = &mut self.offline {
            let (first, last) = offline.drained.unwrap_or((sequence, sequence));
            offline.drained = Some((first.min(sequence), last.max(sequence)));
        }
    }

    /// What an act on these exhibits continues: the newest act on any of them that this device recorded.
    pub fn follows(&self, exhibits: &[ExhibitId]) -> Option<Digest> {
        exhibits.iter().filter_map(|exhibit| self.custody.get(exhibit)).max().map(|(_, hash)| *hash)
    }

    fn note_door(&mut self, last: DoorEvent, at: CompartmentId, cycle: Digest, session: Option<Digest>) {
        if last == DoorEvent::Locked {
            self.open_cycles.remove(&at);
        } else {
            self.open_cycles.insert(at, OpenCycle { cycle, session, last });
        }
    }

    fn note_movement(&mut self, movement: &Movement, said: (u64, Digest)) {
        let mut moved = |exhibits: &[ExhibitId]| {
            self.custody.extend(exhibits.iter().map(|exhibit| (*exhibit, said)));
        };
        match movement {
            Movement::Deposited { at, item, .. } => {
                moved(&item.exhibits);
                self.occupants.entry(at.compartment).or_default().extend(&item.exhibits);
            }
            Movement::Collected { at, item, .. } | Movement::PassedBack { at, item, .. } => {
                moved(&item.exhibits);
                let left = self.occupants.entry(at.compartment).or_default();
                left.retain(|exhibit| !item.exhibits.contains(exhibit));
            }
            Movement::TransferAccepted { item, .. }
            | Movement::ReceivedAt { item, .. }
            | Movement::TemporarilyReleased { item, .. }
            | Movement::ReturnedFromRelease { item, .. }
            | Movement::Found { item, .. }
            | Movement::Ended { item, .. } => moved(&item.exhibits),
            Movement::Resealed { exhibits, .. } => moved(exhibits),
            _ => {}
        }
    }
}
