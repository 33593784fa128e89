//! Equipment: issued, returned, overdue, missing; never an exhibit.

use alloc::vec::Vec;

use crate::fact::EquipmentFact;
use crate::finding::Finding;
use crate::ledger::Recorded;

/// Every piece of equipment that a fact names.
#[derive(Debug, Clone, Default)]
pub struct Equipment {}

impl Equipment {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &EquipmentFact) -> Vec<Finding> {
        Vec::new()
    }
}
