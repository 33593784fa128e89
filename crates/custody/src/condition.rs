//! The condition of devices: firmware, power, tamper switches (K05, D07).

mod firmware;

use alloc::vec::Vec;

use self::firmware::Firmware;
use crate::fact::Health;
use crate::finding::Finding;
use crate::ledger::Recorded;
use crate::policy::Policy;

/// What devices have said of themselves.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    firmware: Firmware,
}

impl Conditions {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &Health) -> Vec<Finding> {
        self.firmware.fold(recorded, fact);
        Vec::new()
    }

    /// What is still open where the entries end.
    pub(crate) fn closing_findings(&self, policy: &Policy) -> impl Iterator<Item = Finding> + '_ {
        self.firmware.unapproved(policy)
    }
}
