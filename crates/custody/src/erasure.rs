//! Openings that were destroyed, and what the ledger said of disclosures (G03).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::id::{DeviceId, Digest, ExhibitId};

/// One opening that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Index of the entry that says so.
    pub index: u64,
    /// Who said so.
    pub device: DeviceId,
    /// The exhibits that it names.
    pub exhibits: Vec<ExhibitId>,
}

/// Everything that was erased.
#[derive(Debug, Clone, Default)]
pub struct Erasures {
    /// By statement and commitment; the first that says so stands.
    erased: BTreeMap<(Digest, Digest), Erasure>,
    /// Statements that concern exhibits and stand on no exhibit's record: disclosures, and what its device may not say.
    beside: BTreeSet<Digest>,
}

impl Erasures {
    /// Takes note of an erasure.
    pub(crate) fn note(&mut self, statement: Digest, commitment: Digest, erasure: Erasure) {
        self.erased.entry((statement, commitment)).or_insert(erasure);
    }

    /// Takes note of a statement that no exhibit's record holds.
    pub(crate) fn stands_beside(&mut self, statement: Digest) {
        self.beside.insert(statement);
    }

    /// Whether a statement is one that no exhibit's record holds.
    pub(crate) fn is_beside(&self, statement: &Digest) -> bool {
        self.beside.contains(statement)
    }

    /// What says that the opening of a statement's commitment is gone.
    pub fn of(&self, statement: Digest, commitment: Digest) -> Option<&Erasure> {
        self.erased.get(&(statement, commitment))
    }

    /// Every opening that is gone: statement, commitment, and what says so.
    pub fn iter(&self) -> impl Iterator<Item = (Digest, Digest, &Erasure)> {
        self.erased.iter().map(|((statement, commitment), erasure)| (*statement, *commitment, erasure))
    }

    /// Whether nothing was erased.
    pub fn is_empty(&self) -> bool {
        self.erased.is_empty()
    }
}
