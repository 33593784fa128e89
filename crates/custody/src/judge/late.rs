//! Late entries: a hand-over that was not recorded when it happened, told afterwards by somebody who took part (T06).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::Matter;
use crate::finding::Finding;
use crate::id::PersonId;
use crate::movement::Act;
use crate::policy::days_us;
use crate::rule::RuleId;
use crate::situation::whereabouts;
use crate::verdict::{Holder, Standing};

/// Microseconds in a day.
const DAY_US: u64 = 86_400_000_000;

/// A hand-over as told.
#[derive(Clone, Copy)]
struct Told {
    from: PersonId,
    to: PersonId,
    by: Act,
}

impl<'a> Judgement<'a> {
    /// T06: moves the exhibit on where the record does not say otherwise, by the handler's word; and says what is wrong
    /// with how it was told.
    pub(super) fn late_entry(&mut self, fact: &'a ExhibitFact, matter: &Matter) {
        let Matter::LateEntry { exhibits, from, to, by } = matter else { return };
        let told = Told { from: *from, to: *to, by: *by };
        for sentence in self.objections(fact, told) {
            let finding = self.told_late(fact, told, sentence);
            self.verdict.findings.push(finding.of_exhibits(exhibits.iter().copied()));
        }
        let before = self.leg.as_ref().map(|leg| leg.holder);
        if is_with(before, told.from) {
            self.hand_over(fact, told.to);
            return;
        }
        let sentence = format!(
            "A late entry contradicts the record: {from} is said to have handed the exhibit over while it was {}.",
            whereabouts(before)
        );
        let finding = self.told_late(fact, told, sentence);
        self.verdict.findings.push(finding);
    }

    /// What is wrong with how it was told, whatever the record says: the same for every exhibit of the entry.
    fn objections(&self, fact: &ExhibitFact, told: Told) -> Vec<String> {
        let mut out = Vec::new();
        if told.by.person != told.from && told.by.person != told.to {
            out.push(format!(
                "A late entry was made by {}, who neither gave nor took the exhibit.",
                told.by.person
            ));
        }
        let Some(occurred) = fact.occurred else {
            out.push(String::from("A late entry does not say when the act occurred."));
            return out;
        };
        let allowed_days = self.policy.clocks.late_entry_days_max;
        let late_us = fact.interval.from_us.saturating_sub(occurred.to_us);
        if late_us > days_us(allowed_days) {
            out.push(format!(
                "A late entry was made {} days after the act, and {allowed_days} are allowed.",
                late_us.div_ceil(DAY_US)
            ));
        }
        if occurred.to_us > fact.interval.to_us {
            out.push(String::from("A late entry says that the act ended after the entry was made."));
        }
        out
    }

    fn told_late(&self, fact: &ExhibitFact, told: Told, sentence: String) -> Finding {
        self.against(RuleId::T06, sentence, fact).during(fact.when()).by_person(told.by.person)
    }

    /// The exhibit goes from the one person to the other, by somebody's word.
    fn hand_over(&mut self, fact: &'a ExhibitFact, to: PersonId) {
        let mut doubts = Vec::new();
        for flaw in &fact.flaws {
            self.doubt_end(*flaw);
            doubts.push((Standing::NotProven, flaw.reason().into()));
        }
        doubts.extend(self.distrust(fact));
        if let Some(leg) = self.leg.take() {
            let to_us = self.last_us.max(fact.order_us());
            self.close(&leg, to_us, Some(fact));
        }
        self.begin(Holder::Person(to), fact, doubts);
    }
}

/// Whether a person has the exhibit, as far as the record says anything yet.
fn is_with(holder: Option<Holder>, person: PersonId) -> bool {
    match holder {
        // Before the first leg there is nothing to contradict.
        None => true,
        Some(Holder::Person(who) | Holder::Place(who) | Holder::Release(who)) => who == person,
        Some(Holder::Compartment(_) | Holder::Missing | Holder::Ended) => false,
    }
}
