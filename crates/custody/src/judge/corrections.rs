//! Corrections and re-attributions: the record is put right by two people, and what a device observed by nobody (S07).

use alloc::format;
use alloc::string::String;

use super::Judgement;
use crate::exhibit::ExhibitFact;
use crate::fact::{AuditFact, Matter};
use crate::id::{Digest, ExhibitId};
use crate::movement::Act;
use crate::rule::RuleId;

/// Where the declared fields of every fact stand in the schema.
const DECLARED: &str = "declared.";

impl Judgement<'_> {
    /// S07: a correction is of a declared field, of a statement on record, with another person's approval.
    pub(super) fn check_correction(&mut self, fact: &ExhibitFact, audit: &AuditFact) {
        let AuditFact::Corrected { statement, exhibits, field, by, approver } = audit else { return };
        if !field.starts_with(DECLARED) {
            let sentence = String::from(
                "A correction is of something that no person had declared: what a device observed is not corrected.",
            );
            self.put_right_wrongly(fact, sentence, exhibits, *by);
        }
        if by.is_one_with(*approver) {
            let sentence = format!("A correction was approved by {}, who made it.", by.person);
            self.put_right_wrongly(fact, sentence, exhibits, *by);
        }
        if !self.is_on_record(statement, exhibits) {
            let sentence =
                String::from("A correction is of a statement that is on the record of none of its exhibits.");
            self.put_right_wrongly(fact, sentence, exhibits, *by);
        }
    }

    /// S07: nothing is re-attributed by one person.
    pub(super) fn check_reattribution(&mut self, fact: &ExhibitFact, matter: &Matter) {
        let Matter::Reattributed { from, to, by, approver, .. } = matter else { return };
        if by.is_one_with(*approver) {
            let sentence = format!("A re-attribution was approved by {}, who made it.", by.person);
            self.put_right_wrongly(fact, sentence, &[*from, *to], *by);
        }
    }

    /// One finding for all exhibits concerned.
    fn put_right_wrongly(&mut self, fact: &ExhibitFact, sentence: String, exhibits: &[ExhibitId], by: Act) {
        let finding = self.against(RuleId::S07, sentence, fact).by_person(by.person);
        self.find(finding.of_exhibits(exhibits.iter().copied()));
    }

    /// Whether a statement is on the record of any of the exhibits, whenever it arrived.
    fn is_on_record(&self, statement: &Digest, exhibits: &[ExhibitId]) -> bool {
        self.record.by_statement(statement).is_some()
            || exhibits.iter().any(|exhibit| self.ledger.is_on_record(*exhibit, statement))
    }
}
