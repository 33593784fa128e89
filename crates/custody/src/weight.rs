//! What exhibits weighed when somebody put them on a scale (E06).

use alloc::collections::BTreeMap;

use crate::fact::Matter;
use crate::id::ExhibitId;
use crate::ledger::Recorded;
use crate::movement::Movement;

/// One weighing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weighing {
    /// The entry that says so.
    pub(crate) index: u64,
    /// What the exhibit weighs at least: what the scale said, less its error, milligrams.
    pub(crate) least_mg: u64,
}

/// Every weighing, by exhibit and by when it was said to have been made. Where something was done to the exhibit after
/// which it may weigh less, there is none to compare with from then on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights(BTreeMap<(ExhibitId, u64, u64), Option<Weighing>>);

impl Weights {
    /// Something is said of exhibits that moves none.
    pub(crate) fn follow_matter(&mut self, recorded: &Recorded<'_>, matter: &Matter) {
        match matter {
            Matter::Weighed { exhibit, weight_mg, error_mg, .. } => {
                let least_mg = weight_mg.saturating_sub(*error_mg);
                self.note(recorded, *exhibit, Some(Weighing { index: recorded.index, least_mg }));
            }
            Matter::PackageOpened { .. }
            | Matter::Split { .. }
            | Matter::SubExhibitCreated { .. }
            | Matter::Consolidated { .. } => {
                for exhibit in matter.exhibits() {
                    self.note(recorded, exhibit, None);
                }
            }
            _ => {}
        }
    }

    /// What is sealed anew may have been taken from.
    pub(crate) fn follow(&mut self, recorded: &Recorded<'_>, movement: &Movement) {
        if let Movement::Resealed { exhibits, .. } = movement {
            for exhibit in exhibits {
                self.note(recorded, *exhibit, None);
            }
        }
    }

    fn note(&mut self, recorded: &Recorded<'_>, exhibit: ExhibitId, weighing: Option<Weighing>) {
        self.0.insert((exhibit, recorded.statement.time.wall_us, recorded.index), weighing);
    }

    /// The last weighing of an exhibit up to an instant, if it still says what the exhibit weighs.
    pub(crate) fn last(&self, exhibit: ExhibitId, at_us: u64) -> Option<Weighing> {
        let until = (exhibit, 0, 0)..=(exhibit, at_us, u64::MAX);
        self.0.range(until).next_back().and_then(|(_, weighing)| *weighing)
    }
}
