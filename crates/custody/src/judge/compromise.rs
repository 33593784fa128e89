//! What rests on the word of a device whose key was misused (K03).

use alloc::format;
use alloc::string::String;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::rule::RuleId;
use crate::verdict::Standing;

impl Judgement<'_> {
    /// Neither the leg that an act ends nor the one that it begins is proven where the key had been compromised: doubts the
    /// one, returns the doubt for the other. The finding itself is told by the revocation.
    pub(super) fn distrust(&mut self, fact: &ExhibitFact) -> Option<(Standing, String)> {
        let compromise = self.ledger.device(fact.device)?.compromise?;
        if fact.index >= compromise.index || fact.interval.from_us < compromise.since_us {
            return None;
        }
        let reason = format!("{} ({})", RuleId::K03.reason(), RuleId::K03);
        self.doubt(Standing::NotProven, &reason);
        Some((Standing::NotProven, reason))
    }
}
