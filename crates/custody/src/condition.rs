//! The condition of devices: what they run (K05), and power cuts (D07).

mod firmware;
mod power;

use self::firmware::Firmware;
pub(crate) use self::power::Power;
use crate::fact::Health;
use crate::finding::Finding;
use crate::ledger::Recorded;
use crate::policy::Policy;

/// What devices have said of themselves.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    firmware: Firmware,
    /// Power cuts.
    pub(crate) power: Power,
}

impl Conditions {
    /// Folds one fact, in chain order. An approval comes here when it takes effect.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &Health) {
        self.firmware.fold(recorded, fact);
    }

    /// What is still open where the entries end, but for power cuts.
    pub(crate) fn closing_findings(&self, policy: &Policy) -> impl Iterator<Item = Finding> + '_ {
        self.firmware.unapproved(policy)
    }
}
