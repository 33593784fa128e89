//! Counting, chasing and putting right.

use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{CompartmentId, Digest, ExhibitId, LockerId, SiteId};
use crate::movement::Act;

/// The id of one count.
pub type AuditId = [u8; 16];

/// One step of a count, a discrepancy, or a remark on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFact {
    /// A count begins.
    Started {
        /// Which.
        audit: AuditId,
        /// Where.
        site: SiteId,
        /// Of one locker; `None`: of all at the site.
        locker: Option<LockerId>,
        /// The counters do not see what should be there.
        is_blind: bool,
        /// Who counts.
        first: Act,
        /// And who else.
        second: Option<Act>,
    },
    /// It was there.
    Counted {
        /// In which count.
        audit: AuditId,
        /// What.
        exhibit: ExhibitId,
        /// Where.
        compartment: Option<CompartmentId>,
        /// Its seal.
        seal: Option<String>,
    },
    /// It was not there.
    NotFound {
        /// In which count.
        audit: AuditId,
        /// What.
        exhibit: ExhibitId,
    },
    /// Something was there that should not be.
    Unexpected {
        /// In which count.
        audit: AuditId,
        /// What, if it has a label.
        exhibit: Option<ExhibitId>,
        /// Where.
        compartment: Option<CompartmentId>,
    },
    /// The count ends.
    Closed {
        /// Which.
        audit: AuditId,
        /// Where.
        site: SiteId,
        /// How many were counted, by its own word.
        counted: u64,
    },
    /// Somebody says that something is wrong.
    DiscrepancyRaised {
        /// With what.
        exhibits: Vec<ExhibitId>,
        /// The statements it is about.
        about: Vec<Digest>,
        /// Who.
        by: Act,
    },
    /// Somebody says how it was put right.
    DiscrepancyResolved {
        /// With what.
        exhibits: Vec<ExhibitId>,
        /// Statement hash of the discrepancy.
        discrepancy: Digest,
        /// Who.
        by: Act,
    },
    /// The node says that something is overdue.
    OverdueRaised {
        /// What.
        exhibit: ExhibitId,
        /// Since when.
        due_us: u64,
    },
    /// The node says that it no longer is.
    OverdueCleared {
        /// What.
        exhibit: ExhibitId,
        /// Statement hash of the raising.
        overdue: Digest,
    },
    /// A remark on a statement. Changes nothing of it.
    Annotated {
        /// Which statement.
        statement: Digest,
        /// About what.
        exhibits: Vec<ExhibitId>,
        /// Who.
        by: Act,
    },
    /// A declared field was wrong; the original stays.
    Corrected {
        /// Of which statement.
        statement: Digest,
        /// About what.
        exhibits: Vec<ExhibitId>,
        /// Dotted path of the field within the fact.
        field: String,
        /// Who.
        by: Act,
        /// Who approves.
        approver: Act,
    },
}

impl AuditFact {
    /// The exhibits it names.
    pub fn exhibits(&self) -> &[ExhibitId] {
        match self {
            Self::Counted { exhibit, .. }
            | Self::NotFound { exhibit, .. }
            | Self::OverdueRaised { exhibit, .. }
            | Self::OverdueCleared { exhibit, .. } => core::slice::from_ref(exhibit),
            Self::Unexpected { exhibit, .. } => exhibit.as_slice(),
            Self::DiscrepancyRaised { exhibits, .. }
            | Self::DiscrepancyResolved { exhibits, .. }
            | Self::Annotated { exhibits, .. }
            | Self::Corrected { exhibits, .. } => exhibits,
            Self::Started { .. } | Self::Closed { .. } => &[],
        }
    }
}
