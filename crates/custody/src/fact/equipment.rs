//! Radios, laptops, uniform: what also lies in lockers and is never an exhibit.

use crate::id::{Digest, EquipmentId};
use crate::movement::{Act, AtCompartment};

/// What happened to one piece of equipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EquipmentFact {
    /// Taken out by somebody.
    Issued {
        /// Sensors.
        at: AtCompartment,
        /// What.
        equipment: EquipmentId,
        /// Who.
        by: Act,
        /// Until when.
        due_us: Option<u64>,
    },
    /// Brought back.
    Returned {
        /// Sensors.
        at: AtCompartment,
        /// What.
        equipment: EquipmentId,
        /// Who.
        by: Act,
        /// It does not work.
        is_faulty: bool,
    },
    /// The node says that it should be back.
    Overdue {
        /// What.
        equipment: EquipmentId,
        /// Statement hash of the issue.
        issue: Digest,
        /// Since when.
        due_us: u64,
    },
    /// Nobody knows where it is.
    Missing {
        /// What.
        equipment: EquipmentId,
        /// Who says so.
        by: Act,
    },
}

impl EquipmentFact {
    /// What the locker sensed, for the acts at a compartment.
    pub fn at(&self) -> Option<&AtCompartment> {
        match self {
            Self::Issued { at, .. } | Self::Returned { at, .. } => Some(at),
            Self::Overdue { .. } | Self::Missing { .. } => None,
        }
    }
}
