//! One door cycle: from the release or forcing of a door to its lock.

use alloc::vec::Vec;

use super::MasterUse;
use crate::fact::{DoorEvent, Interval};
use crate::id::Digest;

/// How many entries of one cycle are named: a cycle has four to six; a device that makes one of thousands of
/// statements must not have every act that names it repeat them all.
const ENTRIES_NAMED_MAX: usize = 64;

/// Names one more entry of a cycle, up to [`ENTRIES_NAMED_MAX`].
pub(super) fn name_entry(indices: &mut Vec<u64>, index: u64) {
    if indices.len() < ENTRIES_NAMED_MAX {
        indices.push(index);
    }
}

/// One door cycle: from the release or forcing of the door to its lock.
#[derive(Debug, Clone)]
pub struct Cycle {
    /// Hash of its first statement.
    pub hash: Digest,
    /// Entries of its statements: the first [`ENTRIES_NAMED_MAX`].
    pub indices: Vec<u64>,
    /// The session in which it was released.
    pub session: Option<Digest>,
    /// From its first statement to its last, by the device's wall clock.
    pub interval: Interval,
    /// The greatest bound on that clock's error meanwhile.
    pub error_us: u64,
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
    /// The use of the master key that released the door, if it was one.
    pub(super) master: Option<MasterUse>,
    /// The entry at which it opened while something lay inside.
    pub(super) opening: Option<u64>,
}

impl Cycle {
    /// A cycle of which nothing has been said yet but its beginning.
    pub(super) fn new(hash: Digest, session: Option<Digest>, wall_us: u64) -> Self {
        Self {
            hash,
            indices: Vec::new(),
            session,
            interval: Interval { from_us: wall_us, to_us: wall_us },
            error_us: 0,
            openings: 0,
            is_closed: false,
            is_locked: false,
            is_forced: false,
            acts: 0,
            master: None,
            opening: None,
        }
    }

    /// Whether the door stands open, as far as it has said.
    pub(super) fn is_open(&self) -> bool {
        self.openings > 0 && !self.is_closed
    }

    /// Takes note of what happened to the door. True if it opened.
    pub(super) fn note(&mut self, event: DoorEvent) -> bool {
        match event {
            DoorEvent::Opened | DoorEvent::Forced => {
                self.openings = self.openings.saturating_add(1);
                self.is_forced |= event == DoorEvent::Forced;
                (self.is_closed, self.is_locked) = (false, false);
                return true;
            }
            DoorEvent::Closed => self.is_closed = self.openings > 0,
            DoorEvent::Locked => self.is_locked = self.is_closed,
            DoorEvent::FailedClose => (self.is_closed, self.is_locked) = (false, false),
            DoorEvent::Unlocked | DoorEvent::LeftOpen | DoorEvent::MasterKey => {}
        }
        false
    }
}
