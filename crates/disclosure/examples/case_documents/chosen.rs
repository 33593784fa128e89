//! Twelve histories that together show everything; `--choose` writes this table anew.

use corpus::case::Case;
use corpus::plant::{Planter, planters};

/// A history: its seed, and the kinds of its faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) seed: u64,
    pub(crate) kinds: &'static [&'static str],
}

impl Chosen {
    /// The history; none where a fault finds no room in it.
    pub(crate) fn case(&self) -> Option<Case> {
        let all = planters();
        let named = |kind: &&str| all.iter().find(|planter| planter.kind == *kind).copied();
        let faults: Option<Vec<Planter>> = self.kinds.iter().map(named).collect();
        Case::new(self.seed, &faults?)
    }
}

/// The twelve.
pub(crate) const CHOSEN: [Chosen; 1] = [Chosen { seed: 0, kinds: &[] }];
