//! Who allowed what.

use alloc::vec::Vec;

use crate::id::{CaseId, CompartmentId, Digest, ExhibitId, PersonId};
use crate::movement::Act;

/// Somebody allowed, refused or held something. Moves nothing by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityFact {
    /// A person may collect.
    CollectionAuthorised {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// By whom.
        by: Act,
        /// Who may.
        to: PersonId,
        /// Until when.
        expires_us: u64,
    },
    /// A person may not collect.
    CollectionRefused {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// Who may not.
        to: PersonId,
    },
    /// It may go back to its owner.
    ReturnAuthorised {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// By whom.
        by: Act,
        /// Until when.
        expires_us: u64,
    },
    /// It may be disposed of.
    DisposalAuthorised {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// By whom.
        by: Act,
        /// Somebody looked whether it must be kept.
        is_retention_checked: bool,
    },
    /// It must be kept.
    HoldPlaced {
        /// A whole case.
        case: Option<CaseId>,
        /// These exhibits.
        exhibits: Vec<ExhibitId>,
        /// By whom.
        by: Act,
    },
    /// It need not be kept any more.
    HoldReleased {
        /// Statement hash of the hold.
        hold: Digest,
        /// By whom.
        by: Act,
    },
    /// Doors may be opened with the master key.
    MaintenanceAuthorised {
        /// Which.
        compartments: Vec<CompartmentId>,
        /// By whom.
        by: Act,
        /// And by whom.
        second: Act,
        /// From when.
        from_us: u64,
        /// Until when.
        to_us: u64,
    },
}

impl AuthorityFact {
    /// The exhibits it names.
    pub fn exhibits(&self) -> &[ExhibitId] {
        match self {
            Self::CollectionAuthorised { exhibits, .. }
            | Self::CollectionRefused { exhibits, .. }
            | Self::ReturnAuthorised { exhibits, .. }
            | Self::DisposalAuthorised { exhibits, .. }
            | Self::HoldPlaced { exhibits, .. } => exhibits,
            Self::HoldReleased { .. } | Self::MaintenanceAuthorised { .. } => &[],
        }
    }
}
