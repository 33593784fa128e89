//! The chain: which actions there are, in one causal order, and which record each exhibit's action takes up.
//!
//! What the rulebook keeps of the exhibits is ordered as it orders one exhibit's facts, over all exhibits of the document
//! together, so that two chains never cross. Families that no rule reads, and facts about the case alone, are in no such
//! order: each stands before the first fact that was recorded after it.

use std::collections::{BTreeMap, BTreeSet};

use custody::exhibit::{ExhibitFact, What};
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
    /// The exhibits it is about, each with its place in that one's chain.
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

/// A step's place in one exhibit's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The exhibit.
    pub(super) exhibit: ExhibitId,
    /// The record that comes of the step.
    pub(super) record: Iri,
    /// The record and the action before; none at the exhibit's beginning.
    pub(super) before: Option<(Iri, Iri)>,
}

/// Every action of the document in order.
pub(super) fn steps<'a>(material: &Material<'a>, scope: &Scope, names: Names<'_>) -> Vec<Step<'a>> {
    let kept = Kept::of(material, scope);
    let mut chain = Chain { scope, names, steps: Vec::new(), last: BTreeMap::new(), cases: BTreeMap::new() };
    for (index, fact) in in_order(material, scope, &kept) {
        let Some(said) = material.entries.get(&index) else { continue };
        let owners = kept.owners.get(&index).cloned();
        let mut exhibits = owners.unwrap_or_else(|| scope.exhibits_of(said, material.ledger));
        if scope.is_about_case(said) {
            exhibits.extend(chain.begun_under(said));
        }
        for exhibit in &exhibits {
            chain.begin(material, *exhibit);
        }
        chain.push(index, said, Part::Itself, exhibits, fact);
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
        let is_action = || !scope.exhibits_of(said, material.ledger).is_empty() || scope.is_about_case(said);
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
    scope: &'n Scope,
    names: Names<'n>,
    steps: Vec<Step<'a>>,
    /// The newest record of each exhibit and the action that it came of.
    last: BTreeMap<ExhibitId, (Iri, Iri)>,
    /// The exhibits begun so far, by the case of a registration.
    cases: BTreeMap<CaseId, BTreeSet<ExhibitId>>,
}

impl<'a> Chain<'a, '_> {
    /// The exhibits with a chain so far that are registered under the case that an entry is about.
    fn begun_under(&self, said: &Said) -> Vec<ExhibitId> {
        let streams = said.decoded.streams.iter();
        streams.filter_map(|name| self.cases.get(&CaseId(name.id))).flatten().copied().collect()
    }

    /// Where an exhibit has no chain yet, begins it with what its registration says of the time before.
    fn begin(&mut self, material: &Material<'a>, exhibit: ExhibitId) {
        if self.last.contains_key(&exhibit) {
            return;
        }
        for (index, part) in before(material, exhibit) {
            let Some(said) = material.entries.get(&index) else { continue };
            self.push(index, said, Part::Before(part), [exhibit], None);
        }
    }

    fn push(
        &mut self,
        index: u64,
        said: &'a Said,
        part: Part,
        exhibits: impl IntoIterator<Item = ExhibitId>,
        fact: Option<&ExhibitFact>,
    ) {
        let action = name_of(self.names, said.leaf, &part);
        let mut links = Vec::new();
        for exhibit in exhibits {
            let record = self.names.of("provenance-record", &[&action, &exhibit]);
            let before = self.last.insert(exhibit, (record.clone(), action.clone()));
            links.push(Link { exhibit, record, before });
        }
        if let Some(What::Registered(registration)) = fact.map(|fact| &fact.what)
            && self.scope.cases.contains(&registration.case)
        {
            let begun = self.cases.entry(registration.case).or_default();
            begun.extend(links.iter().map(|link| link.exhibit));
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
