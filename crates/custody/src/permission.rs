//! Authorities to collect, return and dispose; holds; maintenance windows (P05, D05).

use alloc::vec::Vec;

use crate::fact::AuthorityFact;
use crate::finding::Finding;
use crate::ledger::Recorded;

/// Everything that somebody allowed, refused or held.
#[derive(Debug, Clone, Default)]
pub struct Permissions {}

impl Permissions {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &AuthorityFact) -> Vec<Finding> {
        Vec::new()
    }
}
