//! What documents show: kinds of finding, and kinds of fact that stand in the stream of an exhibit or a case.

use std::collections::BTreeSet;

use custody::id::{CaseId, ExhibitId};
use custody::rule::{RULES, RuleId};
use custody_proto::schema::{Field, Kind, Label, Message, Stream};
use custody_proto::table;
use ledger_format::stream::StreamName;

use super::from_corpus::{Prepared, Replayed, cases_of};

/// What documents show so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) rules: BTreeSet<RuleId>,
    pub(crate) facts: BTreeSet<&'static str>,
}

impl Shown {
    /// The exhibits of a history whose document shows more: those that findings name, and for each family of facts not shown
    /// yet the first of which it is told. Never none.
    pub(crate) fn worth_showing(&self, replayed: &Replayed) -> BTreeSet<ExhibitId> {
        let ledger = &replayed.ledger;
        let mut exhibits: BTreeSet<ExhibitId> =
            replayed.findings.iter().flat_map(|finding| finding.exhibits.iter().copied()).collect();
        let mut facts = self.facts.clone();
        for said in replayed.entries.values() {
            let named: Vec<&StreamName> =
                said.decoded.streams.iter().filter(|name| name.kind == Stream::Exhibit).collect();
            if !named.is_empty() && facts.insert(said.decoded.name) {
                exhibits.extend(named.iter().map(|name| ledger.judged_as(ExhibitId(name.id))));
            }
        }
        if exhibits.is_empty() {
            exhibits.extend(ledger.exhibits().take(3));
        }
        exhibits
    }

    /// One more document.
    pub(crate) fn add(&mut self, prepared: &Prepared<'_>) {
        self.rules.extend(prepared.findings.iter().map(|finding| finding.rule));
        let material = prepared.material();
        let asked: BTreeSet<ExhibitId> = material.request.exhibits.iter().copied().collect();
        let cases: BTreeSet<CaseId> =
            asked.iter().flat_map(|exhibit| cases_of(material.ledger, *exhibit)).collect();
        let is_asked = |name: &StreamName| match name.kind {
            Stream::Exhibit => asked.contains(&material.ledger.judged_as(ExhibitId(name.id))),
            Stream::Case => cases.contains(&CaseId(name.id)),
            _ => false,
        };
        let actions = material.entries.values().filter(|said| said.decoded.streams.iter().any(is_asked));
        self.facts.extend(actions.map(|said| said.decoded.name));
    }

    /// What they do not show and should.
    pub(crate) fn wanting(&self) -> Vec<String> {
        // What only a bundle can break is no history's to show.
        let rules = RULES.iter().map(|rule| rule.id).filter(|rule| !rule.name().starts_with('G'));
        let rules = rules.filter(|rule| !self.rules.contains(rule));
        let facts = families().into_iter().filter(|fact| !self.facts.contains(fact));
        rules
            .map(|rule| format!("rule {}", rule.name()))
            .chain(facts.map(|fact| format!("fact {fact}")))
            .collect()
    }
}

/// Every kind of fact that may stand in the stream of an exhibit or a case.
fn families() -> Vec<&'static str> {
    let facts = table::STATEMENT.fields.iter().filter(|field| field.label == Label::Fact);
    facts.filter(|field| is_in_stream(field)).map(|field| field.name).collect()
}

fn is_in_stream(field: &Field) -> bool {
    let names = |message: &'static Message| message.fields.iter().any(is_in_stream);
    match &field.kind {
        Kind::Message(message) => names(message),
        _ => matches!(field.stream, Some(Stream::Exhibit | Stream::Case)),
    }
}
