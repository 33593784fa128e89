//! Twelve histories that together show everything; `--choose` writes this table anew.

use corpus::case::Case;
use corpus::plant::{Planter, planters};
use corpus::score::case_of;

use super::odds::ODDS;

/// A history: its seed, and the kinds of its faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) seed: u64,
    pub(crate) kinds: &'static [&'static str],
    /// Whether it has one of every family of facts that no other history has.
    pub(crate) has_odds: bool,
}

impl Chosen {
    /// The history; one of another seed where a fault finds no room in it.
    #[allow(dead_code, reason = "bundles are made of what a node admits")]
    pub(crate) fn case(&self) -> Option<Case> {
        let all = planters();
        let named = |kind: &&str| all.iter().find(|planter| planter.kind == *kind).copied();
        let mut faults = self.kinds.iter().map(named).collect::<Option<Vec<Planter>>>()?;
        faults.extend(self.has_odds.then_some(ODDS));
        case_of(self.seed, &faults).map(|(_, case)| case)
    }
}

/// The twelve.
pub(crate) const CHOSEN: [Chosen; 12] = [
    Chosen {
        seed: 7,
        kinds: &[
            "passed over",
            "resolved by who raised it",
            "sixteen days in a locker",
            "never registered",
            "door of another's session",
            "one closing unseen",
            "empty compartment, no authority",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 16,
        kinds: &[
            "left open beside another's exhibit",
            "second package",
            "one officer, one reference",
            "another label at the deposit",
            "another seal broken than the last",
            "old package not inside the new",
            "signature altered",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 33,
        kinds: &[
            "nothing taken",
            "locks open without power",
            "occupied, says the sensor",
            "a statement lost",
            "spoke after revocation",
            "a desk's key without its old one",
            "booted with a version nobody approved",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 45,
        kinds: &[
            "sealed anew with another's number",
            "no examination named",
            "another entry named before it",
            "census with another root",
            "a witness saw another root",
            "a witness saw more",
            "statement in another encoding",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 59,
        kinds: &[
            "another index",
            "a self-test recorded twice",
            "evidence missing",
            "registered by a courier",
            "no second person at the deposit",
            "depositor orders the disposal",
            "five minutes apart",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 70,
        kinds: &[
            "no authority named",
            "collected, never deposited",
            "missing",
            "never back",
            "registered twice",
            "deposited by a colleague",
            "parts do not add up",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 83,
        kinds: &[
            "wall clock goes back",
            "at the deposit",
            "two hours late",
            "received before it was collected",
            "made after the stamp",
            "no time named",
            "in a locker for equipment",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 90,
        kinds: &[
            "recorder offline",
            "no signal",
            "altered, of a deposit",
            "few pictures of a collection",
            "offset measured 33 days ago",
            "gone without a decision",
            "signature does not verify",
        ],
        has_odds: false,
    },
    Chosen {
        seed: 107,
        kinds: &["deposited after disposal", "an observed field corrected"],
        has_odds: false,
    },
    Chosen { seed: 119, kinds: &[], has_odds: false },
    Chosen { seed: 131, kinds: &[], has_odds: false },
    Chosen { seed: 145, kinds: &[], has_odds: true },
];
