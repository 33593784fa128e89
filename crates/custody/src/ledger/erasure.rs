//! An erasure is recorded where it belongs, and nothing is erased under a hold (G03).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::erasure::{Erasure, Erasures};
use crate::exhibit::What;
use crate::fact::DisclosureFact;
use crate::finding::Finding;
use crate::id::{CaseId, Digest, ExhibitId};
use crate::rule::RuleId;

impl Ledger {
    /// What was erased.
    pub fn erasures(&self) -> &Erasures {
        &self.erasures
    }

    /// The hold that forbids erasing what concerns a case or one of these exhibits, as the record stands; `None` if none
    /// does. A hold on a case holds every exhibit registered under it.
    pub fn hold_on(&self, case: Option<CaseId>, exhibits: &[ExhibitId]) -> Option<Digest> {
        let cases: BTreeSet<CaseId> =
            exhibits.iter().flat_map(|exhibit| self.cases_of(exhibit)).chain(case).collect();
        let exhibits: BTreeSet<ExhibitId> =
            exhibits.iter().flat_map(|exhibit| self.one_with(exhibit)).copied().collect();
        self.permissions.standing_hold(&cases, &exhibits)
    }

    /// The case that an erasure may name which concerns a case (where the statement names one) and these exhibits: the
    /// one under which those that are registered are. `None` where there is none, or the record contradicts itself.
    pub fn case_of_all(&self, case: Option<CaseId>, exhibits: &[ExhibitId]) -> Option<CaseId> {
        let case = case.or_else(|| exhibits.iter().find_map(|exhibit| self.cases_of(exhibit).next()))?;
        exhibits.iter().all(|exhibit| !self.is_elsewhere(exhibit, case)).then_some(case)
    }

    /// The cases under which an exhibit is registered: one, unless its record contradicts itself.
    fn cases_of<'a>(&'a self, exhibit: &'a ExhibitId) -> impl Iterator<Item = CaseId> + 'a {
        let records = self.one_with(exhibit).iter().filter_map(|one| self.exhibits.get(one));
        let facts = records.flat_map(|record| &record.facts);
        facts.filter_map(|fact| match &fact.what {
            What::Registered(registration) => Some(registration.case),
            _ => None,
        })
    }

    /// Whether an exhibit is registered, and not under this case.
    fn is_elsewhere(&self, exhibit: &ExhibitId, case: CaseId) -> bool {
        let mut cases = self.cases_of(exhibit).peekable();
        cases.peek().is_some() && cases.all(|other| other != case)
    }

    /// Somebody asked for a bundle, got one, or had an opening destroyed.
    pub(super) fn disclosed(&mut self, recorded: &Recorded<'_>, fact: &DisclosureFact) -> Option<Finding> {
        self.erasures.stands_beside(recorded.hash);
        let DisclosureFact::Erased { statement, commitment, case, exhibits } = fact else { return None };
        let why = self.erasure_objection(*statement, *case, exhibits);
        let device = recorded.statement.device;
        let erasure = Erasure { index: recorded.index, device, exhibits: exhibits.clone() };
        self.erasures.note(*statement, *commitment, erasure);
        let sentence = format!("An opening was erased, and {}.", why?);
        let finding = Finding::new(RuleId::G03, sentence).at([recorded.index]).by_device(device);
        Some(finding.of_exhibits(exhibits.iter().copied()))
    }

    fn erasure_objection(
        &self,
        statement: Digest,
        case: Option<CaseId>,
        exhibits: &[ExhibitId],
    ) -> Option<String> {
        if let Some(hold) = self.hold_on(case, exhibits) {
            return Some(format!("what it concerned was under the hold {hold}"));
        }
        let is_elsewhere = |exhibit: &&ExhibitId| case.is_some_and(|case| self.is_elsewhere(exhibit, case));
        if let Some(exhibit) = exhibits.iter().find(is_elsewhere) {
            return Some(format!("exhibit {exhibit} is registered under another case than it names"));
        }
        let is_on_record = |exhibit: &ExhibitId| {
            let mut records = self.one_with(exhibit).iter().filter_map(|one| self.exhibits.get(one));
            records.any(|record| record.by_statement(&statement).is_some())
        };
        let is_known = exhibits.iter().any(is_on_record) || self.erasures.is_beside(&statement);
        (!exhibits.is_empty() && !is_known)
            .then(|| format!("statement {statement} is on the record of no exhibit that it names"))
    }

    /// Where the record ends: erasures that leave out an exhibit on whose record the statement stands, so that neither its
    /// history nor a hold on it shows them.
    pub(super) fn hidden_erasures(&self) -> Vec<Finding> {
        if self.erasures.is_empty() {
            return Vec::new();
        }
        let mut by_statement: BTreeMap<Digest, Vec<&Erasure>> = BTreeMap::new();
        for (statement, _, erasure) in self.erasures.iter() {
            by_statement.entry(statement).or_default().push(erasure);
        }
        let mut hidden: BTreeMap<u64, (&Erasure, BTreeSet<ExhibitId>)> = BTreeMap::new();
        for (exhibit, record) in &self.exhibits {
            let concerned = record.facts.iter().filter_map(|fact| by_statement.get(&fact.hash)).flatten();
            for erasure in concerned {
                if !erasure.exhibits.iter().any(|named| self.one_with(named).contains(exhibit)) {
                    hidden.entry(erasure.index).or_insert((erasure, BTreeSet::new())).1.insert(*exhibit);
                }
            }
        }
        let finding = |(erasure, exhibits): (&Erasure, BTreeSet<ExhibitId>)| {
            let sentence = "An opening was erased, and the entry leaves out whose record it was on.";
            let finding = Finding::new(RuleId::G03, sentence.into()).at([erasure.index]);
            finding.by_device(erasure.device).of_exhibits(exhibits)
        };
        hidden.into_values().map(finding).collect()
    }
}
