//! People: what each may do, and where each has been (P01, P04).

use alloc::vec::Vec;

use crate::fact::RoleFact;
use crate::finding::Finding;
use crate::ledger::Recorded;

/// What authorities have granted, and where people have acted.
#[derive(Debug, Clone, Default)]
pub struct People {}

impl People {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &RoleFact) -> Vec<Finding> {
        Vec::new()
    }
}
