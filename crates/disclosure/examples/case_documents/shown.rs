//! What documents show: kinds of finding, and kinds of fact that stand in the stream of an exhibit or a case.

use std::collections::BTreeSet;

use custody::rule::{RULES, RuleId};
use custody_proto::schema::{Field, Kind, Label, Message, Stream};
use custody_proto::table;

use super::from_corpus::Prepared;

/// What documents show so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) rules: BTreeSet<RuleId>,
    pub(crate) facts: BTreeSet<&'static str>,
}

impl Shown {
    /// One more document.
    pub(crate) fn add(&mut self, prepared: &Prepared<'_>) {
        self.rules.extend(prepared.findings.iter().map(|finding| finding.rule));
        let entries = prepared.material().entries.values();
        let is_action = |kind| matches!(kind, Stream::Exhibit | Stream::Case);
        let actions = entries.filter(|said| said.decoded.streams.iter().any(|name| is_action(name.kind)));
        self.facts.extend(actions.map(|said| said.decoded.name));
    }

    /// What they do not show and should.
    pub(crate) fn wanting(&self) -> Vec<String> {
        let rules = RULES.iter().map(|rule| rule.id).filter(|rule| !self.rules.contains(rule));
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
