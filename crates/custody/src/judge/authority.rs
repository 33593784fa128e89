//! Authorities: to collect, to return, to dispose; holds (P05, S01, P03).

use alloc::format;

use super::Judgement;
use crate::exhibit::{ExhibitFact, What};
use crate::fact::AuthorityFact;
use crate::id::Digest;
use crate::movement::{Ending, Movement};
use crate::rule::RuleId;

impl Judgement<'_> {
    /// Whether the act had the authority it needs.
    pub(super) fn check_authority(&mut self, fact: &ExhibitFact, movement: &Movement) {
        match movement {
            Movement::Deposited { by, .. } => self.note_depositor(by.person),
            Movement::Collected { by, authority, .. } => {
                let takes_own_back = self.depositors.contains(&by.person);
                let objection = match authority {
                    None if !self.policy.authority.collection_required || takes_own_back => None,
                    None => Some("it names no authority"),
                    Some(authority) => self.collection_objection(*authority, fact, movement),
                };
                if let Some(why) = objection {
                    let sentence = format!("The authority to collect did not allow it: {why}.");
                    let finding = self.of_package(RuleId::P05, &sentence, fact);
                    self.find(finding.by_person(by.person));
                }
            }
            Movement::Ended { how, authority, by, .. } => {
                self.check_end_under_hold(fact);
                let what = match how {
                    Ending::ReturnedToOwner => "return",
                    Ending::Disposed => "dispose of",
                };
                if let Some(why) = self.ending_objection(*how, *authority, fact) {
                    let sentence = format!("The authority to {what} it did not allow it: {why}.");
                    let finding = self.of_package(RuleId::P05, &sentence, fact);
                    self.find(finding.by_person(by.person));
                }
                self.check_executor(fact, *authority, movement);
            }
            _ => {}
        }
    }

    /// What this exhibit's record says of an authority, and the fact that says it.
    fn authority_on_record(&self, hash: Digest) -> Option<(&AuthorityFact, &ExhibitFact)> {
        let fact = self.record.by_statement(&hash)?;
        match &fact.what {
            What::Allowed(authority) => Some((authority, fact)),
            _ => None,
        }
    }

    fn collection_objection(
        &self,
        hash: Digest,
        fact: &ExhibitFact,
        movement: &Movement,
    ) -> Option<&'static str> {
        let Some((AuthorityFact::CollectionAuthorised { to, expires_us, .. }, said)) =
            self.authority_on_record(hash)
        else {
            return Some("none that names the exhibit is on record");
        };
        let by = movement.by()?.person;
        if *to != by {
            return Some("it names another person");
        }
        if fact.interval.from_us > *expires_us {
            return Some("it had expired");
        }
        if said.interval.from_us > fact.interval.to_us {
            return Some("it was given after the collection");
        }
        let refused = self.record.facts.iter().any(|later| {
            let What::Allowed(authority) = &later.what else { return false };
            let names = matches!(&**authority, AuthorityFact::CollectionRefused { to, .. } if *to == by);
            names
                && later.interval.from_us > said.interval.to_us
                && later.interval.to_us < fact.interval.from_us
        });
        refused.then_some("it had been refused since")
    }

    fn ending_objection(&self, how: Ending, hash: Digest, fact: &ExhibitFact) -> Option<&'static str> {
        let Some((authority, said)) = self.authority_on_record(hash) else {
            return Some("none that names the exhibit is on record");
        };
        if said.interval.from_us > fact.interval.to_us {
            return Some("it was given afterwards");
        }
        match (how, authority) {
            (Ending::ReturnedToOwner, AuthorityFact::ReturnAuthorised { expires_us, .. }) => {
                (fact.interval.from_us > *expires_us).then_some("it had expired")
            }
            (Ending::Disposed, AuthorityFact::DisposalAuthorised { is_retention_checked, .. }) => {
                (!is_retention_checked).then_some("nobody had checked whether it must be kept")
            }
            _ => Some("it allows something else"),
        }
    }

    /// S01: nothing that is held is returned or disposed of.
    fn check_end_under_hold(&mut self, fact: &ExhibitFact) {
        let case = self.registration.map(|registration| registration.case);
        if !self.ledger.permissions().holds_at(self.exhibit, case, fact.wall_us) {
            return;
        }
        let finding =
            self.against(RuleId::S01, "Its custody was ended while it had to be kept (hold).", fact);
        self.find(finding);
    }

    /// P03: who authorises a disposal does not carry it out.
    fn check_executor(&mut self, fact: &ExhibitFact, authority: Digest, movement: &Movement) {
        let by = movement.by().map(|by| by.person);
        let authorised = self.authority_on_record(authority);
        let authoriser = authorised.and_then(|(authority, _)| match authority {
            AuthorityFact::DisposalAuthorised { by, .. } => Some(by.person),
            _ => None,
        });
        let Some(person) = authoriser.filter(|authoriser| Some(*authoriser) == by) else { return };
        let sentence = format!("{person} authorised the disposal and carried it out.");
        let finding = self.of_package(RuleId::P03, &sentence, fact);
        self.find(finding.by_person(person));
    }
}
