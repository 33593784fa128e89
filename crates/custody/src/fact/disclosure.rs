//! What was disclosed, and what can never be disclosed again.

use alloc::vec::Vec;

use crate::id::{CaseId, Digest, ExhibitId};

/// Somebody asked for a bundle, got one, or had an opening destroyed. Moves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DisclosureFact {
    /// A bundle was asked for.
    Requested {
        /// Of a whole case.
        case: Option<CaseId>,
        /// Of these exhibits.
        exhibits: Vec<ExhibitId>,
    },
    /// A bundle was handed out.
    Exported {
        /// Statement hash of the request.
        request: Digest,
        /// Of a whole case.
        case: Option<CaseId>,
        /// Of these exhibits.
        exhibits: Vec<ExhibitId>,
    },
    /// An opening was destroyed.
    Erased {
        /// SHA-256 of the statement that holds the commitment.
        statement: Digest,
        /// The commitment whose opening is gone.
        commitment: Digest,
        /// The case that the statement belongs to.
        case: Option<CaseId>,
        /// The exhibits that the statement names.
        exhibits: Vec<ExhibitId>,
    },
}

impl DisclosureFact {
    /// The case it names.
    pub fn case(&self) -> Option<CaseId> {
        match self {
            Self::Requested { case, .. } | Self::Exported { case, .. } | Self::Erased { case, .. } => *case,
        }
    }

    /// The exhibits it names.
    pub fn exhibits(&self) -> &[ExhibitId] {
        match self {
            Self::Requested { exhibits, .. }
            | Self::Exported { exhibits, .. }
            | Self::Erased { exhibits, .. } => exhibits,
        }
    }
}
