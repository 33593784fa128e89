//! What is said of an exhibit and does not move it: seals, quantities, identities, late entries.

use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{Digest, ExhibitId, PersonId};
use crate::movement::Act;

/// In what a quantity is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Things.
    Pieces,
    /// Money.
    Pence,
}

/// What is said of one or more exhibits and does not move them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A provisional exhibit is this registered one.
    Identified {
        /// The one deposited before it was registered.
        provisional: ExhibitId,
        /// The one registered.
        registered: ExhibitId,
        /// Who says so.
        by: Act,
    },
    /// What was recorded under one belongs to another.
    Reattributed {
        /// Under which.
        from: ExhibitId,
        /// To which.
        to: ExhibitId,
        /// The statements concerned.
        statements: Vec<Digest>,
        /// Who says so.
        by: Act,
        /// Who approves.
        approver: Act,
    },
    /// One became many.
    Split {
        /// The one.
        parent: ExhibitId,
        /// The many.
        children: Vec<ExhibitId>,
        /// How much of it each has, in the unit in which the parent was counted; empty where it was not.
        quantities: Vec<u64>,
        /// Who.
        by: Act,
    },
    /// Something was found in it.
    SubExhibitCreated {
        /// In which.
        parent: ExhibitId,
        /// What.
        child: ExhibitId,
        /// Who.
        by: Act,
    },
    /// Many became one.
    Consolidated {
        /// The many.
        parts: Vec<ExhibitId>,
        /// The one.
        whole: ExhibitId,
        /// Who.
        by: Act,
    },
    /// It was put on a scale.
    Weighed {
        /// What.
        exhibit: ExhibitId,
        /// How much, milligrams.
        weight_mg: u64,
        /// Bound on the scale's error, milligrams either way.
        error_mg: u64,
        /// Who.
        by: Act,
        /// And who saw it.
        witness: Option<Act>,
    },
    /// It was counted.
    Counted {
        /// What.
        exhibit: ExhibitId,
        /// How many.
        quantity: u64,
        /// Of what.
        unit: Unit,
        /// Who.
        by: Act,
        /// And who saw it.
        witness: Option<Act>,
    },
    /// Its seal was seen to be whole.
    SealObservedIntact {
        /// Of what.
        exhibits: Vec<ExhibitId>,
        /// Its number.
        seal: String,
        /// Who.
        by: Act,
    },
    /// Its seal was broken, on purpose.
    SealBroken {
        /// Of what.
        exhibits: Vec<ExhibitId>,
        /// Its number.
        seal: String,
        /// Who.
        by: Act,
    },
    /// Its seal is not the one recorded.
    SealDiscrepancy {
        /// Of what.
        exhibits: Vec<ExhibitId>,
        /// The number recorded.
        expected: String,
        /// The number found, if there is a seal.
        found: Option<String>,
        /// Who.
        by: Act,
    },
    /// Its package was opened.
    PackageOpened {
        /// Of what.
        exhibits: Vec<ExhibitId>,
        /// Who.
        by: Act,
        /// And who saw it.
        witness: Option<Act>,
        /// It names an examination for which it was opened.
        names_examination: bool,
    },
    /// A custody act that was not recorded when it happened; the statement says when it did.
    LateEntry {
        /// Of what.
        exhibits: Vec<ExhibitId>,
        /// From whom.
        from: PersonId,
        /// To whom.
        to: PersonId,
        /// Who says so.
        by: Act,
    },
    /// An act was recorded on paper.
    PaperFallback {
        /// Of what.
        exhibits: Vec<ExhibitId>,
        /// SHA-256 of the scanned document.
        document: Digest,
        /// Who says so.
        by: Act,
    },
    /// A compartment recorded as empty holds it.
    FoundInEmptyCompartment {
        /// What, if it has a label.
        exhibit: Option<ExhibitId>,
        /// Where.
        compartment: crate::id::CompartmentId,
        /// Who.
        by: Act,
    },
}

impl Matter {
    /// The exhibits it is about.
    pub fn exhibits(&self) -> Vec<ExhibitId> {
        match self {
            Self::Identified { provisional, registered, .. } => alloc::vec![*provisional, *registered],
            Self::Reattributed { from, to, .. } => alloc::vec![*from, *to],
            Self::Split { parent, children, .. } => {
                core::iter::once(parent).chain(children).copied().collect()
            }
            Self::SubExhibitCreated { parent, child, .. } => alloc::vec![*parent, *child],
            Self::Consolidated { parts, whole, .. } => parts.iter().chain([whole]).copied().collect(),
            Self::Weighed { exhibit, .. } | Self::Counted { exhibit, .. } => alloc::vec![*exhibit],
            Self::SealObservedIntact { exhibits, .. }
            | Self::SealBroken { exhibits, .. }
            | Self::SealDiscrepancy { exhibits, .. }
            | Self::PackageOpened { exhibits, .. }
            | Self::LateEntry { exhibits, .. }
            | Self::PaperFallback { exhibits, .. } => exhibits.clone(),
            Self::FoundInEmptyCompartment { exhibit, .. } => exhibit.iter().copied().collect(),
        }
    }

    /// Every person's part in it; the first is who says so.
    pub fn acts(&self) -> Vec<Act> {
        match self {
            Self::Reattributed { by, approver, .. } => alloc::vec![*by, *approver],
            Self::Weighed { by, witness, .. }
            | Self::Counted { by, witness, .. }
            | Self::PackageOpened { by, witness, .. } => core::iter::once(*by).chain(*witness).collect(),
            Self::Identified { by, .. }
            | Self::Split { by, .. }
            | Self::SubExhibitCreated { by, .. }
            | Self::Consolidated { by, .. }
            | Self::SealObservedIntact { by, .. }
            | Self::SealBroken { by, .. }
            | Self::SealDiscrepancy { by, .. }
            | Self::LateEntry { by, .. }
            | Self::PaperFallback { by, .. }
            | Self::FoundInEmptyCompartment { by, .. } => alloc::vec![*by],
        }
    }
}
