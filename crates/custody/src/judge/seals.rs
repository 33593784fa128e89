//! What is said of a seal outside a transfer: its number is the one last recorded wherever it is read (E03), and a package
//! is opened for an examination (E07).

use alloc::format;
use alloc::string::String;

use super::Judgement;
use super::lineage::Wear;
use crate::exhibit::ExhibitFact;
use crate::id::ExhibitId;
use crate::rule::RuleId;
use crate::verdict::Standing;

impl Judgement<'_> {
    /// From here on no number is the last recorded.
    pub(super) fn seal_broken(&mut self, fact: &ExhibitFact, exhibits: &[ExhibitId], seal: &String) {
        if let Some(last) = self.seal.take().filter(|last| last != seal) {
            let sentence = format!("Seal {seal} was broken, and {last} was the last recorded.");
            self.another_seal(fact, exhibits, sentence);
        }
        self.show_seal(fact, Some(seal.clone()), "broken");
        self.lineage.broken = Some(seal.clone());
        self.lineage.open(fact, "The seal of a package was broken");
    }

    /// Somebody looked between two transfers.
    pub(super) fn seal_observed(&mut self, fact: &ExhibitFact, exhibits: &[ExhibitId], seal: &String) {
        if let Some(last) = self.seal.replace(seal.clone()).filter(|last| last != seal) {
            let sentence = format!("Seal {seal} was seen intact, and {last} was the last recorded.");
            self.another_seal(fact, exhibits, sentence);
        }
        self.show_seal(fact, Some(seal.clone()), "seen intact");
        self.lineage.seen_whole_us = Some(fact.interval.from_us);
        self.lineage.wear = Wear::None;
    }

    /// Somebody says that the seal is not the one recorded. Where the record names none, what they expected counts;
    /// where it was broken, no number is to be expected.
    pub(super) fn seal_discrepancy(
        &mut self,
        fact: &ExhibitFact,
        exhibits: &[ExhibitId],
        expected: &str,
        found: Option<&String>,
    ) {
        let was_never_named = self.verdict.seals.is_empty();
        let last = self.seal.take().or_else(|| was_never_named.then(|| expected.into()));
        if let Some(last) = last.filter(|last| Some(last) != found) {
            let found = found.map_or("No seal".into(), |found| format!("Seal {found}"));
            let sentence = format!("{found} was found on a package, and {last} was the last recorded.");
            self.another_seal(fact, exhibits, sentence);
        }
        self.show_seal(fact, found.cloned(), "discrepancy");
        self.seal = found.cloned();
        self.lineage.is_explained = true;
    }

    /// A count that read another number is a step of the lineage; one that read the last is none.
    pub(super) fn seal_counted(&mut self, fact: &ExhibitFact, seal: &String) {
        if self.seal.as_ref() == Some(seal) {
            return;
        }
        if let Some(last) = self.seal.replace(seal.clone()) {
            let sentence = format!("Seal {seal} was found at a count, and {last} was the last recorded.");
            self.another_seal(fact, &[self.exhibit], sentence);
        }
        self.show_seal(fact, Some(seal.clone()), "at a count");
        self.lineage.on_record.clone_from(&self.seal);
    }

    /// E07: a package is opened for an examination, which is named.
    pub(super) fn package_opened(
        &mut self,
        fact: &ExhibitFact,
        exhibits: &[ExhibitId],
        names_examination: bool,
    ) {
        if !names_examination {
            let sentence = "A package was opened, and no examination is named for which it was.";
            let finding = self.against(RuleId::E07, sentence, fact);
            self.find(finding.of_exhibits(exhibits.iter().copied()));
        }
        self.show_seal(fact, self.seal.clone(), "opened");
        self.lineage.open(fact, "A package was opened");
    }

    /// E03, told of a whole package: whose it is, and since when, nobody knows, so the leg under way is not proven.
    pub(super) fn another_seal(&mut self, fact: &ExhibitFact, exhibits: &[ExhibitId], sentence: String) {
        let finding = self.about_package(RuleId::E03, sentence, fact, exhibits);
        self.doubt(Standing::NotProven, &format!("{} ({})", RuleId::E03.reason(), RuleId::E03));
        self.find(finding);
    }
}
