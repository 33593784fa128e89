//! The chain: which actions there are, in one causal order, and which record each exhibit's action takes up.
//!
//! What the rulebook keeps of the exhibits is ordered as it orders one exhibit's facts, over all exhibits of the document
//! together, so that two chains never cross. Families that no rule reads, and facts about the case alone, are in no such
//! order: each stands before the first fact that was recorded after it.

use std::collections::{BTreeMap, BTreeSet};

use custody::exhibit::ExhibitFact;
use custody::fact::Interval;
use custody::id::{CaseId, Digest, ExhibitId};
use custody::order::causal_order;

use super::name::{Iri, Names};
use super::scope::Scope;
use super::seizure::{Before, before};
use crate::material::{Material, Said};

/// One action.
#[derive(Debug)]
pub(super) struct Step<'a> {
    /// Its name.
    pub(super) action: Iri,
    /// Index of its entry.
    pub(super) index: u64,
    /// The entry.
    pub(super) said: &'a Said,
    /// What of the entry: itself, or what it says of the time before it.
    pub(super) part: Part,
    /// What it is about, with its place in the chain of each.
    pub(super) links: Vec<Link>,
    /// From the door's opening to its lock, for acts at one.
    pub(super) door: Option<Interval>,
    /// Its place follows from causes; else from its index.
    pub(super) is_causal: bool,
}

/// Which action of an entry a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// What the entry records.
    Itself,
    /// What a registration says of the time before the ledger knew the exhibit.
    Before(Before),
}

/// What has a chain of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// One exhibit.
    Exhibit(ExhibitId),
    /// A case as a whole. Were what is said of it chained to each of its exhibits, a document would grow with their product.
    Case(CaseId),
}

impl Subject {
    /// The exhibit, if it is one.
    pub(super) fn exhibit(self) -> Option<ExhibitId> {
        match self {
            Self::Exhibit(exhibit) => Some(exhibit),
            Self::Case(_) => None,
        }
    }
}

/// A step's place in one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// Whose chain.
    pub(super) subject: Subject,
    /// The record that comes of the step.
    pub(super) record: Iri,
    /// The record and the action before; none where the chain begins.
    pub(super) before: Option<(Iri, Iri)>,
}

/// Every action of the document in order.
pub(super) fn steps<'a>(material: &Material<'a>, scope: &Scope, names: Names<'_>) -> Vec<Step<'a>> {
    let kept = Kept::of(material, scope);
    let mut chain = Chain { names, steps: Vec::new(), last: BTreeMap::new() };
    for (index, fact) in in_order(material, scope, &kept) {
        let Some(said) = material.entries.get(&index) else { continue };
        let owners = kept.owners.get(&index).cloned();
        let exhibits = owners.unwrap_or_else(|| scope.exhibits_of(said, material.ledger));
        for exhibit in &exhibits {
            chain.begin(material, *exhibit);
        }
        let cases = scope.cases_of(said).into_iter().map(Subject::Case);
        chain.push(index, said, Part::Itself, exhibits.into_iter().map(Subject::Exhibit).chain(cases), fact);
    }
    chain.steps
}

/// What the rulebook keeps of the exhibits.
#[derive(Debug, Default)]
struct Kept {
    /// Each fact once, as recorded.
    facts: Vec<ExhibitFact>,
    /// By index, the exhibits on whose record it stands: for what was re-attributed not those that it names.
    owners: BTreeMap<u64, BTreeSet<ExhibitId>>,
}

impl Kept {
    fn of(material: &Material<'_>, scope: &Scope) -> Self {
        let mut facts: BTreeMap<u64, ExhibitFact> = BTreeMap::new();
        let mut owners: BTreeMap<u64, BTreeSet<ExhibitId>> = BTreeMap::new();
        for exhibit in &scope.exhibits {
            let Some(record) = material.ledger.whole_record(*exhibit) else { continue };
            for fact in &record.facts {
                facts.entry(fact.index).or_insert_with(|| fact.clone());
                owners.entry(fact.index).or_default().insert(*exhibit);
            }
        }
        Self { facts: facts.into_values().collect(), owners }
    }
}

/// The index of each entry that is an action, in order, with the fact that places it causally, if one does.
fn in_order<'k>(
    material: &Material<'_>,
    scope: &Scope,
    kept: &'k Kept,
) -> Vec<(u64, Option<&'k ExhibitFact>)> {
    let is_other = |(index, said): &(&u64, &Said)| {
        let is_action =
            || !scope.exhibits_of(said, material.ledger).is_empty() || !scope.cases_of(said).is_empty();
        !kept.owners.contains_key(index) && is_action()
    };
    let mut others = material.entries.iter().filter(is_other).map(|(index, _)| *index).peekable();
    let mut ordered = Vec::new();
    for fact in causal_order(&kept.facts) {
        while let Some(other) = others.next_if(|other| *other < fact.index) {
            ordered.push((other, None));
        }
        ordered.push((fact.index, Some(fact)));
    }
    ordered.extend(others.map(|other| (other, None)));
    ordered
}

struct Chain<'a, 'n> {
    names: Names<'n>,
    steps: Vec<Step<'a>>,
    /// The newest record of each chain and the action that it came of.
    last: BTreeMap<Subject, (Iri, Iri)>,
}

impl<'a> Chain<'a, '_> {
    /// Where an exhibit has no chain yet, begins it with what its registration says of the time before.
    fn begin(&mut self, material: &Material<'a>, exhibit: ExhibitId) {
        if self.last.contains_key(&Subject::Exhibit(exhibit)) {
            return;
        }
        for (index, part) in before(material, exhibit) {
            let Some(said) = material.entries.get(&index) else { continue };
            self.push(index, said, Part::Before(part), [Subject::Exhibit(exhibit)], None);
        }
    }

    fn push(
        &mut self,
        index: u64,
        said: &'a Said,
        part: Part,
        subjects: impl IntoIterator<Item = Subject>,
        fact: Option<&ExhibitFact>,
    ) {
        let action = name_of(self.names, said.leaf, &part);
        let mut links = Vec::new();
        for subject in subjects {
            let record = match subject {
                Subject::Exhibit(exhibit) => self.names.of("provenance-record", &[&action, &exhibit]),
                Subject::Case(case) => self.names.of("provenance-record", &[&action, &case]),
            };
            let before = self.last.insert(subject, (record.clone(), action.clone()));
            links.push(Link { subject, record, before });
        }
        let (door, is_causal) = (fact.and_then(|fact| fact.door), fact.is_some());
        self.steps.push(Step { action, index, said, part, links, door, is_causal });
    }
}

/// The name of an action: by its entry's leaf hash, and for what a registration says of the time before by its place there.
fn name_of(names: Names<'_>, leaf: Digest, part: &Part) -> Iri {
    match part {
        Part::Itself => names.of("investigative-action", &[&leaf]),
        Part::Before(before) => names.of("investigative-action", &[&leaf, &before.place]),
    }
}
