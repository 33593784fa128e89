//! What a document is about: the exhibits asked for, those that one of them was made of or became, and their cases.

use std::collections::BTreeSet;

use custody::exhibit::{Registration, What};
use custody::fact::{Fact, Matter};
use custody::id::{CaseId, ExhibitId};
use custody::ledger::Ledger;
use custody_proto::schema::Stream;

use crate::material::{Material, Said};

/// Exhibits and cases of a document. Exhibits that are one are here as the one as which they are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    /// The exhibits asked for, and those that became of them or of which they came.
    pub(super) exhibits: BTreeSet<ExhibitId>,
    /// The case asked for; where none was, those under which the exhibits are registered.
    pub(super) cases: BTreeSet<CaseId>,
}

impl Scope {
    /// What a bundle's document is about.
    pub(super) fn of(material: &Material<'_>) -> Self {
        let ledger = material.ledger;
        let asked: BTreeSet<ExhibitId> =
            material.request.exhibits.iter().map(|exhibit| ledger.judged_as(*exhibit)).collect();
        let mut cases: BTreeSet<CaseId> = material.request.case.into_iter().collect();
        if cases.is_empty() {
            let registrations = asked.iter().flat_map(|exhibit| registrations(ledger, *exhibit));
            cases.extend(registrations.map(|registration| registration.case));
        }
        let mut exhibits = asked.clone();
        for said in material.entries.values() {
            let named = lineage(&said.decoded.statement.fact);
            let named: Vec<ExhibitId> = named.iter().map(|exhibit| ledger.judged_as(*exhibit)).collect();
            if named.iter().any(|exhibit| asked.contains(exhibit)) {
                exhibits.extend(named);
            }
        }
        Self { exhibits, cases }
    }

    /// The exhibits of the document in whose streams an entry stands.
    pub(super) fn exhibits_of(&self, said: &Said, ledger: &Ledger) -> BTreeSet<ExhibitId> {
        let named = said.decoded.streams.iter().filter(|name| name.kind == Stream::Exhibit);
        let heads: BTreeSet<ExhibitId> = named.map(|name| ledger.judged_as(ExhibitId(name.id))).collect();
        heads.intersection(&self.exhibits).copied().collect()
    }

    /// The cases of the document that an entry is about as a whole, and not only about exhibits of theirs.
    pub(super) fn cases_of(&self, said: &Said) -> BTreeSet<CaseId> {
        let fact = &said.decoded.statement.fact;
        if matches!(fact, Fact::ExhibitRegistered { .. }) || !lineage(fact).is_empty() {
            return BTreeSet::new();
        }
        let named = said.decoded.streams.iter().filter(|name| name.kind == Stream::Case);
        named.map(|name| CaseId(name.id)).filter(|case| self.cases.contains(case)).collect()
    }
}

/// Every registration of an exhibit, under whichever id, in the order recorded.
pub(super) fn registrations(ledger: &Ledger, exhibit: ExhibitId) -> impl Iterator<Item = &Registration> + '_ {
    let members = ledger.one_with(&exhibit).to_vec();
    let facts =
        members.into_iter().filter_map(|member| ledger.exhibit(member)).flat_map(|record| &record.facts);
    facts.filter_map(|fact| match &fact.what {
        What::Registered(registration) => Some(&**registration),
        _ => None,
    })
}

/// The exhibits that a fact makes of one another.
fn lineage(fact: &Fact) -> Vec<ExhibitId> {
    match fact {
        Fact::Matter(
            matter @ (Matter::Identified { .. }
            | Matter::Reattributed { .. }
            | Matter::Split { .. }
            | Matter::SubExhibitCreated { .. }
            | Matter::Consolidated { .. }),
        ) => matter.exhibits(),
        _ => Vec::new(),
    }
}
