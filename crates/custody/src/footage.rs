//! Footage: what recorders have committed to, by camera (V01 to V09).

use alloc::vec::Vec;

use crate::fact::FootageFact;
use crate::finding::Finding;
use crate::ledger::Recorded;

/// What is committed of each camera's recording.
#[derive(Debug, Clone, Default)]
pub struct Footage {}

impl Footage {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &FootageFact) -> Vec<Finding> {
        Vec::new()
    }
}
