//! Authorities: to collect, to return, to dispose; holds (P05).

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::AuthorityFact;
use crate::movement::Movement;

impl Judgement<'_> {
    /// Somebody allowed, refused or held something about the exhibit.
    pub(super) fn allowed(&mut self, _fact: &ExhibitFact, _authority: &AuthorityFact) {}

    /// Whether the act had the authority it needs.
    pub(super) fn check_authority(&mut self, _fact: &ExhibitFact, _movement: &Movement) {}
}
