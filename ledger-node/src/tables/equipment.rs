//! Equipment: what is out, with whom, until when, and what nobody can find.

use std::collections::BTreeMap;

use custody::fact::EquipmentFact;
use custody::id::{CompartmentId, Digest, EquipmentId, PersonId};

use crate::state::Placed;

/// An issue that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// The statement.
    pub hash: Digest,
    /// Its entry.
    pub index: u64,
    /// When, by the locker's clock, UTC microseconds.
    pub at_us: u64,
    /// To whom.
    pub to: PersonId,
    /// Until when, if it was said.
    pub due_us: Option<u64>,
    /// The entry at which the node said that it should be back.
    pub overdue: Option<u64>,
}

/// One piece of equipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its issue, while it is out.
    pub issue: Option<Issue>,
    /// Where it lies, while it is not.
    pub compartment: Option<CompartmentId>,
    /// The entry that says that nobody knows where it is.
    pub missing: Option<u64>,
    /// It was brought back as faulty.
    pub is_faulty: bool,
}

/// Every piece that a fact names, by id.
#[derive(Debug, Default)]
pub struct Equipment {
    pieces: BTreeMap<EquipmentId, Piece>,
}

impl Equipment {
    pub(super) fn push(&mut self, placed: &Placed, fact: &EquipmentFact) {
        let index = placed.index;
        match *fact {
            EquipmentFact::Issued { equipment, by, due_us, .. } => {
                let at_us = placed.decoded.statement.time.wall_us;
                let hash = placed.decoded.hash;
                let issue = Issue { hash, index, at_us, to: by.person, due_us, overdue: None };
                let out = Piece { issue: Some(issue), compartment: None, missing: None, is_faulty: false };
                self.pieces.insert(equipment, out);
            }
            EquipmentFact::Returned { at, equipment, is_faulty, .. } => {
                let compartment = Some(at.compartment);
                let back = Piece { issue: None, compartment, missing: None, is_faulty };
                self.pieces.insert(equipment, back);
            }
            EquipmentFact::Overdue { equipment, issue, .. } => {
                let open = self.pieces.get_mut(&equipment).and_then(|piece| piece.issue.as_mut());
                if let Some(open) = open.filter(|open| open.hash == issue) {
                    open.overdue = Some(index);
                }
            }
            EquipmentFact::Missing { equipment, .. } => {
                let unknown = Piece { issue: None, compartment: None, missing: None, is_faulty: false };
                self.pieces.entry(equipment).or_insert(unknown).missing = Some(index);
            }
        }
    }

    /// Every piece, by id.
    pub fn iter(&self) -> impl Iterator<Item = (EquipmentId, &Piece)> {
        self.pieces.iter().map(|(id, piece)| (*id, piece))
    }

    /// What should be back by an instant, and has not been said to be overdue.
    pub(crate) fn due(&self, now_us: u64) -> impl Iterator<Item = (EquipmentId, Issue, u64)> {
        self.pieces.iter().filter_map(move |(id, piece)| {
            let issue = piece.issue.filter(|issue| issue.overdue.is_none())?;
            let due_us = issue.due_us.filter(|due_us| *due_us < now_us)?;
            Some((*id, issue, due_us))
        })
    }
}
