//! Counts of a store, and discrepancies (A01, A02).

use alloc::vec::Vec;

use crate::fact::AuditFact;
use crate::finding::Finding;
use crate::ledger::Recorded;

/// Every count and every discrepancy.
#[derive(Debug, Clone, Default)]
pub struct Counts {}

impl Counts {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &AuditFact) -> Vec<Finding> {
        Vec::new()
    }
}
