//! What the clocks say: that they do not know (T02), nothing of the order of two neighbours (S02), or the contrary
//! (T04).

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
use crate::transfer_point::is_transfer_point;
use crate::verdict::Standing;

/// Microseconds in a second.
const SECOND_US: u64 = 1_000_000;

impl Judgement<'_> {
    /// T02: at a custody transfer point the clock's error is within the policy's bound. One finding for the whole
    /// package.
    pub(super) fn check_error(&mut self, fact: &ExhibitFact, movement: &Movement) {
        let allowed_s = self.policy.clocks.error_s_max;
        if fact.error_us <= seconds_us(allowed_s) || !is_transfer_point(movement) {
            return;
        }
        let sentence = format!(
            "Custody changed hands by a clock that may have erred by {} s, and {allowed_s} s are allowed.",
            fact.error_us.div_ceil(SECOND_US)
        );
        let finding = self.against(RuleId::T02, sentence, fact);
        self.verdict.findings.push(finding.of_exhibits(movement.exhibits().iter().copied()));
    }

    /// What stands later in causal order and by every clock happened before contradicts the clocks (T04).
    fn compare_times(&mut self, fact: &ExhibitFact, next: &ExhibitFact) {
        // Within one device the clock's own statements say what happened to it (T01).
        let (before, after) = (fact.when(), next.when());
        let is_one_clock = next.device == fact.device && !fact.is_late_entry() && !next.is_late_entry();
        if is_one_clock || after.to_us >= before.from_us {
            return;
        }
        let sentence = String::from(
            "A custody act is dated before the one that it continues, beyond what both clocks may err.",
        );
        let contradicted = Interval { from_us: after.from_us, to_us: before.to_us };
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
