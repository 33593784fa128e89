//! The condition of devices: firmware, power, tamper switches (K05, D07).

mod power;

use alloc::vec::Vec;

pub(crate) use self::power::Power;

use crate::fact::Health;
use crate::finding::Finding;
use crate::ledger::Recorded;

/// What devices have said of themselves.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Power cuts.
    pub(crate) power: Power,
}

impl Conditions {
    /// Folds one fact, in chain order.
    pub(crate) fn fold(&mut self, _recorded: &Recorded<'_>, _fact: &Health) -> Vec<Finding> {
        Vec::new()
    }
}
