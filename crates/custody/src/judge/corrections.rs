//! Putting the record right: only what was declared, of a statement on record, with another's approval (S07).

use alloc::collections::BTreeSet;
use alloc::format;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::{AuditFact, Matter};
use crate::id::{Digest, ExhibitId};
use crate::movement::Act;
use crate::rule::RuleId;

/// Where the fields of a fact stand that a person declared.
const DECLARED: &str = "declared.";

impl Judgement<'_> {
    /// A correction.
    pub(super) fn corrected(&mut self, fact: &ExhibitFact, audit: &AuditFact) {
        let AuditFact::Corrected { statement, exhibits, field, by, approver } = audit else { return };
        let why = if !field.starts_with(DECLARED) {
            "it corrects what no person declared"
        } else if is_one(*by, *approver) {
            "nobody else approved it"
        } else if !self.is_on_record(*statement, exhibits) {
            "it corrects a statement that is not on the exhibit's record"
        } else {
            return;
        };
        let sentence = format!("A correction is not as it should be: {why}.");
        let finding = self.of_package(RuleId::S07, &sentence, fact).by_person(by.person);
        self.find(finding);
    }

    /// A re-attribution.
    pub(super) fn reattributed(&mut self, fact: &ExhibitFact, matter: &Matter) {
        let Matter::Reattributed { by, approver, .. } = matter else { return };
        if !is_one(*by, *approver) {
            return;
        }
        let sentence = "Facts were given to another exhibit, and nobody else approved it.";
        let finding = self.of_package(RuleId::S07, sentence, fact).by_person(by.person);
        self.find(finding);
    }

    /// Whether a statement is on the record of one of the exhibits.
    fn is_on_record(&mut self, statement: Digest, exhibits: &[ExhibitId]) -> bool {
        let (record, ledger) = (self.record, self.ledger);
        let hashes_of = |exhibit: &ExhibitId| -> BTreeSet<Digest> {
            let facts = if *exhibit == self.exhibit { Some(record) } else { ledger.exhibit(*exhibit) };
            facts.into_iter().flat_map(|record| &record.facts).map(|fact| fact.hash).collect()
        };
        let known = &mut self.hashes;
        exhibits
            .iter()
            .any(|exhibit| known.entry(*exhibit).or_insert_with(|| hashes_of(exhibit)).contains(&statement))
    }
}

/// Whether two are one person, or acted in one session.
pub(super) fn is_one(one: Act, other: Act) -> bool {
    one.person == other.person || one.session == other.session
}
