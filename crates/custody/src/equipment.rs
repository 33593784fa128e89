//! Equipment: issued, returned, overdue, missing; never an exhibit (A03).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::fact::{EquipmentFact, Interval};
use crate::finding::Finding;
use crate::id::{CompartmentId, DeviceId, Digest, EquipmentId, PersonId};
use crate::ledger::Recorded;
use crate::rule::RuleId;

/// Where a piece of equipment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// Somebody has it.
    Issued {
        /// Who.
        to: PersonId,
        /// Until when.
        due_us: Option<u64>,
        /// Statement hash of the issue.
        issue: Digest,
    },
    /// It lies in a compartment.
    In {
        /// Which.
        compartment: CompartmentId,
        /// It does not work.
        is_faulty: bool,
    },
    /// Nobody knows.
    Missing,
}

/// The last that is known of one piece.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Since when, by the device's clock.
    pub since_us: u64,
    /// The entry that says so.
    pub index: u64,
    /// The device that says so.
    pub device: DeviceId,
    /// The node has said that it is overdue.
    pub is_raised: bool,
}

/// Every piece of equipment that a fact names.
#[derive(Debug, Clone, Default)]
pub struct Equipment(BTreeMap<EquipmentId, Piece>);

impl Equipment {
    /// Folds one fact. What happened last by the devices' clocks counts, however late it was told.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &EquipmentFact) {
        let (equipment, whereabouts) = match *fact {
            EquipmentFact::Issued { equipment, by, due_us, .. } => {
                (equipment, Whereabouts::Issued { to: by.person, due_us, issue: recorded.hash })
            }
            EquipmentFact::Returned { at, equipment, is_faulty, .. } => {
                (equipment, Whereabouts::In { compartment: at.compartment, is_faulty })
            }
            EquipmentFact::Missing { equipment, .. } => (equipment, Whereabouts::Missing),
            EquipmentFact::Overdue { equipment, issue, .. } => {
                let piece = self.0.get_mut(&equipment);
                if let Some(piece) = piece.filter(|piece| piece.whereabouts.is_of(issue)) {
                    piece.is_raised = true;
                }
                return;
            }
        };
        let since_us = recorded.statement.time.wall_us;
        let device = recorded.statement.device;
        let piece = Piece { whereabouts, since_us, index: recorded.index, device, is_raised: false };
        let known = self.0.entry(equipment).or_insert(piece);
        if (known.since_us, known.index) <= (piece.since_us, piece.index) {
            *known = piece;
        }
    }

    /// Every piece, by id.
    pub fn iter(&self) -> impl Iterator<Item = (EquipmentId, &Piece)> {
        self.0.iter().map(|(id, piece)| (*id, piece))
    }

    /// A03: what should be back and is not, and what nobody can find.
    pub(crate) fn closing(&self, newest_us: u64) -> Vec<Finding> {
        self.0.iter().filter_map(|(id, piece)| chased(*id, piece, newest_us)).collect()
    }
}

impl Whereabouts {
    fn is_of(&self, wanted: Digest) -> bool {
        matches!(self, Self::Issued { issue, .. } if *issue == wanted)
    }
}

fn chased(equipment: EquipmentId, piece: &Piece, newest_us: u64) -> Option<Finding> {
    let (sentence, from_us, person) = match piece.whereabouts {
        Whereabouts::Issued { to, due_us: Some(due_us), .. } if due_us < newest_us => {
            let raised = if piece.is_raised { "" } else { ", and nobody has raised it" };
            (
                alloc::format!(
                    "Equipment {equipment} has not come back, and the day it was due is past{raised}."
                ),
                due_us,
                Some(to),
            )
        }
        Whereabouts::Missing => (alloc::format!("Equipment {equipment} is missing."), piece.since_us, None),
        Whereabouts::Issued { .. } | Whereabouts::In { .. } => return None,
    };
    let finding = Finding::new(RuleId::A03, sentence)
        .at([piece.index])
        .during(Interval { from_us, to_us: newest_us.max(from_us) })
        .by_device(piece.device);
    Some(match person {
        Some(person) => finding.by_person(person),
        None => finding,
    })
}
