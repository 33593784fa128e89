//! What was counted of each exhibit, and when: what a whole is compared with is on the records of its parts (S08).

use alloc::collections::BTreeMap;

use crate::fact::{Matter, Unit};
use crate::id::ExhibitId;
use crate::ledger::Recorded;

/// One count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    /// When, by its device's clock.
    pub(crate) wall_us: u64,
    /// Its entry.
    pub(crate) index: u64,
    /// How many.
    pub(crate) quantity: u64,
}

/// All counts, by exhibit, unit and time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tallies(BTreeMap<(ExhibitId, Unit, u64, u64), u64>);

impl Tallies {
    /// Takes note of a count.
    pub(crate) fn note(&mut self, recorded: &Recorded<'_>, matter: &Matter) {
        if let Matter::Counted { exhibit, quantity, unit, .. } = matter {
            let wall_us = recorded.statement.time.wall_us;
            self.0.insert((*exhibit, *unit, wall_us, recorded.index), *quantity);
        }
    }

    /// The last count of an exhibit in a unit that was not after an instant, whenever it arrived.
    pub(crate) fn last(&self, exhibit: ExhibitId, unit: Unit, until_us: u64) -> Option<Tally> {
        let range = (exhibit, unit, 0, 0)..=(exhibit, unit, until_us, u64::MAX);
        let ((_, _, wall_us, index), quantity) = self.0.range(range).next_back()?;
        Some(Tally { wall_us: *wall_us, index: *index, quantity: *quantity })
    }
}
