//! Findings as annotations, all of them; and the entries that they rest on and that are no action of an exhibit, as events.

use std::collections::{BTreeMap, BTreeSet};

use custody::finding::Finding;

use super::action::words;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::reading::Reading;
use super::scope::Scope;
use crate::material::{Material, Said};

/// The fields of an event that are lists of hundreds.
const LONG: &str = "observed.segments";

/// Events and annotations, in this order.
pub(super) fn findings(
    material: &Material<'_>,
    scope: &Scope,
    names: Names<'_>,
    actions: &BTreeMap<u64, Iri>,
    investigation: &Iri,
) -> Vec<Node> {
    let cited: BTreeSet<u64> = material.findings.iter().flat_map(evidence).collect();
    let cited = cited.into_iter().filter(|index| !actions.contains_key(index));
    let others: BTreeMap<u64, &Said> =
        cited.filter_map(|index| Some((index, material.entries.get(&index)?))).collect();
    let events = others.iter().map(|(index, said)| event(*index, said, material, names));
    let mut nodes: Vec<Node> = events.collect();
    for (finding, number) in material.findings.iter().zip(1u64..) {
        let things = finding.exhibits.iter().map(|exhibit| material.ledger.judged_as(*exhibit));
        let things = things.filter(|exhibit| scope.exhibits.contains(exhibit));
        let mut about: Vec<Iri> = things.map(|exhibit| names.of("exhibit", &[&exhibit])).collect();
        about.extend(evidence(finding).filter_map(|index| {
            let event = || others.get(&index).map(|said| names.of("event", &[&said.leaf]));
            actions.get(&index).cloned().or_else(event)
        }));
        if about.is_empty() {
            about.push(investigation.clone());
        }
        nodes.push(annotation(finding, number, about, material, names));
    }
    nodes
}

/// The entries that prove a finding, and those that were said beside it later.
fn evidence(finding: &Finding) -> impl Iterator<Item = u64> + '_ {
    finding.indices.iter().copied().chain(finding.beside.iter().map(|beside| beside.index))
}

fn annotation(
    finding: &Finding,
    number: u64,
    about: Vec<Iri>,
    material: &Material<'_>,
    names: Names<'_>,
) -> Node {
    let id = names.of("annotation", &[&material.request.root, &material.request.requested_at, &number]);
    let mut node = Node::new(id, "uco-core:Annotation");
    node.set("uco-core:statement", Value::List(vec![Value::text(finding.sentence.as_str())]));
    node.set_refs("uco-core:object", about);
    node.set("custody:finding", Value::Number(number));
    node.set("custody:rule", Value::text(finding.rule.name()));
    node.set("custody:severity", Value::text(finding.severity.name()));
    node.set("custody:remedy", Value::text(finding.remedy.as_str()));
    node.set_instant("custody:from", finding.interval.map(|interval| interval.from_us));
    node.set_instant("custody:to", finding.interval.map(|interval| interval.to_us));
    node.set_list("custody:entryIndex", finding.indices.iter().map(|index| Value::Number(*index)));
    let later =
        finding.beside.iter().map(|beside| format!("{}, by entry {}", beside.what.name(), beside.index));
    node.set_list("custody:saidLater", later.map(Value::Text));
    node
}

fn event(index: u64, said: &Said, material: &Material<'_>, names: Names<'_>) -> Node {
    let statement = &said.decoded.statement;
    let mut node = Node::new(names.of("event", &[&said.leaf]), "uco-core:Event");
    node.set("uco-core:eventType", Value::List(vec![Value::Text(words(said.decoded.name))]));
    node.set_instant("uco-core:startTime", Some(statement.time.wall_us));
    node.set_instant("uco-core:endTime", Some(statement.time.wall_us));
    node.set("custody:device", Value::text(statement.device.to_string()));
    node.set("custody:entryIndex", Value::Number(index));
    node.set("custody:leafHash", Value::hex(said.leaf));
    node.set("custody:statementHash", Value::hex(said.decoded.hash));
    node.set("custody:clockErrorMicroseconds", Value::Number(statement.time.error_us));
    node.set_instant("custody:recordedAt", Some(said.recorded_at_us));
    let fields = Reading::of(said, material.openings).fields.into_iter();
    let fields = fields.filter(|field| !field.starts_with(LONG));
    node.set_list("custody:says", fields.map(Value::Text));
    node
}
