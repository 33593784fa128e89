//! Authorities: to collect, to return, to dispose; holds (P05, S01, P03).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use super::Judgement;
use crate::exhibit::{ExhibitFact, What};
use crate::fact::{AuthorityFact, Interval};
use crate::id::{Digest, PersonId};
use crate::movement::{Ending, Movement};
use crate::rule::RuleId;

/// By person, when a collection was refused them: in the order of the beginnings, each with the earliest end of it and
/// all later ones.
#[derive(Debug, Default)]
pub(super) struct Refusals(BTreeMap<PersonId, Vec<(u64, u64)>>);

impl Refusals {
    pub(super) fn of(facts: &[ExhibitFact]) -> Self {
        let mut refusals = Self::default();
        for fact in facts {
            if let What::Allowed(authority) = &fact.what
                && let AuthorityFact::CollectionRefused { to, .. } = **authority
            {
                let refusal = (fact.interval.from_us, fact.interval.to_us);
                refusals.0.entry(to).or_default().push(refusal);
            }
        }
        for refused in refusals.0.values_mut() {
            refused.sort_unstable();
            let mut earliest_us = u64::MAX;
            for (_, to_us) in refused.iter_mut().rev() {
                earliest_us = earliest_us.min(*to_us);
                *to_us = earliest_us;
            }
        }
        refusals
    }

    /// Whether a person was refused, for certain, after one time and before another.
    fn is_refused_between(&self, person: PersonId, after: Interval, before: Interval) -> bool {
        let Some(refused) = self.0.get(&person) else { return false };
        let first = refused.partition_point(|(from_us, _)| *from_us <= after.to_us);
        refused.get(first).is_some_and(|(_, earliest_us)| *earliest_us < before.from_us)
    }
}

impl<'a> Judgement<'a> {
    /// Whether the act had the authority it needs.
    pub(super) fn check_authority(&mut self, fact: &'a ExhibitFact, movement: &Movement) {
        self.note_depositor(fact, movement);
        match movement {
            Movement::Collected { by, authority, .. } => {
                let takes_own_back = self.depositors.contains_key(&by.person);
                let objection = match authority {
                    None if !self.policy.authority.collection_required || takes_own_back => None,
                    None => Some("it names no authority"),
                    Some(authority) => self.collection_objection(*authority, fact, by.person),
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
                self.check_executor(fact, *authority, by.person);
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

    fn collection_objection(&self, hash: Digest, fact: &ExhibitFact, by: PersonId) -> Option<&'static str> {
        let Some((AuthorityFact::CollectionAuthorised { to, expires_us, .. }, said)) =
            self.authority_on_record(hash)
        else {
            return Some("none that names the exhibit is on record");
        };
        if *to != by {
            return Some("it names another person");
        }
        if fact.interval.from_us > *expires_us {
            return Some("it had expired");
        }
        if said.interval.from_us > fact.interval.to_us {
            return Some("it was given after the collection");
        }
        let is_refused = self.refusals.is_refused_between(by, said.interval, fact.interval);
        is_refused.then_some("it had been refused since")
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

    /// Whether the exhibit, or its case, was held at an instant.
    pub(super) fn is_held(&self, at_us: u64) -> bool {
        let case = || self.registration.map(|registration| registration.case);
        let held = self.held.get_or_init(|| self.ledger.permissions().held(self.exhibit, case()));
        let begun = held.partition_point(|hold| hold.from_us <= at_us);
        begun.checked_sub(1).and_then(|last| held.get(last)).is_some_and(|hold| at_us < hold.to_us)
    }

    /// S01: nothing that is held is returned or disposed of.
    fn check_end_under_hold(&mut self, fact: &ExhibitFact) {
        if !self.is_held(fact.wall_us) {
            return;
        }
        let finding =
            self.against(RuleId::S01, "Its custody was ended while it had to be kept (hold).", fact);
        self.find(finding);
    }

    /// P03: who authorises a disposal does not carry it out.
    fn check_executor(&mut self, fact: &ExhibitFact, authority: Digest, executor: PersonId) {
        let Some((AuthorityFact::DisposalAuthorised { by, .. }, _)) = self.authority_on_record(authority)
        else {
            return;
        };
        if by.person != executor {
            return;
        }
        let sentence = format!("{executor} authorised the disposal and carried it out.");
        let finding = self.of_package(RuleId::P03, &sentence, fact);
        self.find(finding.by_person(executor));
    }
}
