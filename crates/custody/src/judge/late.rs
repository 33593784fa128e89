//! Late entries: a custody act that was not recorded when it happened, by the word of somebody who took part (T06).

use alloc::format;
use alloc::vec::Vec;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::Matter;
use crate::policy::days_us;
use crate::rule::RuleId;
use crate::verdict::Holder;

impl<'a> Judgement<'a> {
    /// A late entry that contradicts nothing moves the exhibit at the time it names. One that is not as it should be
    /// is told; one that contradicts the record moves nothing.
    pub(super) fn late_entry(&mut self, fact: &'a ExhibitFact, matter: &Matter) {
        let Matter::LateEntry { from, to, by, .. } = matter else { return };
        let mut wrong: Vec<&str> = Vec::new();
        match fact.occurred {
            None => wrong.push("it does not say when the act occurred"),
            Some(occurred) => {
                let late_us = fact.wall_us.saturating_sub(occurred.to_us);
                if late_us > days_us(self.policy.clocks.late_entry_days_max) {
                    wrong.push("it was made too long after the act");
                }
                if occurred.to_us > fact.interval.to_us {
                    wrong.push("the act is said to have occurred after the entry was made");
                }
            }
        }
        if by.person != *from && by.person != *to {
            wrong.push("who made it took no part in the act");
        }
        let holder = self.leg.as_ref().map(|leg| leg.holder);
        let contradicts = holder != Some(Holder::Person(*from));
        if contradicts {
            wrong.push("it contradicts the record");
        }
        if !wrong.is_empty() {
            let sentence = format!("A late entry is not as it should be: {}.", wrong.join("; "));
            let finding = self.of_package(RuleId::T06, &sentence, fact).by_person(by.person);
            self.find(finding);
        }
        if !contradicts {
            self.end(fact, None);
            self.begin(Holder::Person(*to), fact, Vec::new());
        }
    }
}
