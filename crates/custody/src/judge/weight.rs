//! What is deposited weighs no less than it weighed before (E06).

use alloc::format;
use alloc::vec::Vec;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::movement::Movement;
use crate::rule::RuleId;
use crate::weight::Weighing;

/// Milligrams in a gram: people read grams.
const MG_IN_G: u64 = 1000;

impl Judgement<'_> {
    /// The compartment's scale against what its exhibits weighed when they were last weighed. Others may lie there too:
    /// more is nothing unusual.
    pub(super) fn check_deposited_weight(&mut self, fact: &ExhibitFact, movement: &Movement) {
        let Movement::Deposited { at, item, .. } = movement else { return };
        let Some(found_mg) = at.weight_mg else { return };
        let weights = self.ledger.weights();
        let last = item.exhibits.iter().filter_map(|exhibit| weights.last(*exhibit, fact.wall_us));
        let weighings: Vec<Weighing> = last.collect();
        let least_mg = weighings.iter().fold(0, |sum: u64, each| sum.saturating_add(each.least_mg));
        if found_mg.saturating_add(self.policy.packages.weight_tolerance_mg) >= least_mg {
            return;
        }
        let sentence = format!(
            "What was deposited weighs {} g in the compartment, and it weighed {} g on a scale before.",
            found_mg / MG_IN_G,
            least_mg / MG_IN_G
        );
        let finding = self.against(RuleId::E06, sentence, fact).of_exhibits(item.exhibits.iter().copied());
        let finding = finding.at(weighings.iter().map(|each| each.index)).in_compartment(at.compartment);
        self.find(finding);
    }
}
