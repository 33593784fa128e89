//! What cameras saw of a custody transfer point (V01 to V03, V05, V06, V08, V09).

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::movement::Movement;

impl Judgement<'_> {
    /// Whether a camera of an official transit store was recording.
    pub(super) fn check_view(&mut self, _fact: &ExhibitFact, _movement: &Movement) {}
}
