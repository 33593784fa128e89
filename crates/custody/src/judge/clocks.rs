//! What the clocks say of the order of two neighbours: nothing (S02), or the contrary (T04).

use alloc::format;
use alloc::string::String;

use super::Judgement;
use crate::exhibit::{ExhibitFact, What};
use crate::fact::Interval;
use crate::finding::Finding;
use crate::movement::Movement;
use crate::order::is_ambiguous;
use crate::policy::seconds_us;
use crate::rule::RuleId;
use crate::situation::destination;
use crate::verdict::Standing;

impl Judgement<'_> {
    /// The clock's error at a custody transfer point (T02).
    pub(super) fn check_error(&mut self, fact: &ExhibitFact, movement: &Movement) {
        let error_us_max = seconds_us(self.policy.clocks.error_s_max);
        if destination(movement).is_none() || fact.error_us <= error_us_max {
            return;
        }
        let sentence = format!(
            "At a custody transfer point the clock could be wrong by {} s.",
            fact.error_us.div_ceil(1_000_000)
        );
        let finding = self.of_package(RuleId::T02, &sentence, fact);
        self.find(finding);
    }

    /// What stands later in causal order and by every clock happened before contradicts the clocks (T04).
    fn compare_times(&mut self, fact: &ExhibitFact, next: &ExhibitFact) {
        // Within one device the clock's own statements say what happened to it (T01).
        if next.device == fact.device || next.interval.to_us >= fact.interval.from_us {
            return;
        }
        let sentence = String::from(
            "A custody act is dated before the one that it continues, beyond what both clocks may err.",
        );
        let contradicted = Interval { from_us: next.interval.from_us, to_us: fact.interval.to_us };
        self.contradicted.push(contradicted);
        self.verdict.findings.push(
            Finding::new(RuleId::T04, sentence)
                .at([fact.index, next.index])
                .during(contradicted)
                .of_exhibits([self.exhibit])
                .by_device(fact.device)
                .by_device(next.device),
        );
    }

    /// Two acts of which nothing says which came first leave the time they share unproven (S02).
    pub(super) fn compare_order(&mut self, fact: &ExhibitFact, next: &ExhibitFact) {
        self.compare_times(fact, next);
        let both_move = matches!((&fact.what, &next.what), (What::Moved(_), What::Moved(_)));
        if !both_move || !is_ambiguous(fact, next) {
            return;
        }
        let shared = Interval { from_us: next.interval.from_us, to_us: fact.interval.to_us };
        let sentence = String::from(
            "Two custody acts of different devices may have happened in either order: their clocks' intervals meet \
             and neither names the other.",
        );
        self.doubt(Standing::NotProven, "two acts may have happened in either order (S02)");
        self.verdict.findings.push(
            Finding::new(RuleId::S02, sentence)
                .at([fact.index, next.index])
                .during(shared)
                .of_exhibits([self.exhibit])
                .by_device(fact.device)
                .by_device(next.device),
        );
    }
}
