//! Authorities to collect, return and dispose; holds; maintenance windows (P05, D05).

use alloc::vec::Vec;

use crate::fact::AuthorityFact;
use crate::finding::Finding;
use crate::id::{CaseId, ExhibitId};
use crate::ledger::Recorded;

/// Everything that somebody allowed, refused or held.
#[derive(Debug, Clone, Default)]
pub struct Permissions {}

impl Permissions {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &AuthorityFact) -> Vec<Finding> {
        Vec::new()
    }

    /// Whether a hold on the exhibit, or on its case, was in force at an instant.
    pub(crate) fn holds_at(&self, _exhibit: ExhibitId, _case: Option<CaseId>, _at_us: u64) -> bool {
        // MERGE: the family of authorities keeps the holds; until then nothing is held.
        false
    }
}
