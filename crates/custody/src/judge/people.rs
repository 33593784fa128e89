//! People at custody transfer points: roles, second persons, duties kept apart (P01, P02, P03).

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::movement::Movement;

impl Judgement<'_> {
    /// Who acted here, and whether they might.
    pub(super) fn check_people(&mut self, _fact: &ExhibitFact, _movement: &Movement) {}
}
