//! Exhibits: reference and description where disclosed, seals, other ids, and what the verdict says of each stretch.

use std::collections::BTreeSet;

use custody::id::ExhibitId;
use custody::ledger::Ledger;
use custody::verdict::{Holder, Stretch, Verdict};

use super::known::Known;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::reading::words_of;
use super::record::seal_reference;

/// One exhibit.
pub(super) fn exhibit(id: ExhibitId, known: &Known<'_>, ledger: &Ledger, names: Names<'_>) -> Node {
    let mut node = Node::new(names.of("exhibit", &[&id]), "uco-core:Item");
    let reference = known.reference(id);
    node.set("uco-core:name", Value::Text(reference.unwrap_or_else(|| format!("exhibit {id}"))));
    if let Some(registered) = known.registered(id) {
        node.set("uco-core:description", Value::Text(words_of(&registered.description)));
        node.set("custody:exhibitReference", Value::Text(words_of(&registered.reference)));
        node.set("custody:category", Value::text(registered.category));
    }
    let verdict = known.verdict(id);
    let seals: BTreeSet<&str> =
        verdict.iter().flat_map(|verdict| &verdict.seals).filter_map(|step| step.seal.as_deref()).collect();
    let seals = seals
        .into_iter()
        .map(|seal| Value::Node(seal_reference(names.of("external-reference", &[&id, &seal]), seal)));
    node.set_list("uco-core:externalReference", seals);
    node.set("custody:exhibit", Value::text(id.to_string()));
    let others = ledger.one_with(&id).iter().filter(|other| **other != id);
    let others: BTreeSet<String> = others.map(ToString::to_string).collect();
    node.set_list("custody:alsoRecordedAs", others.into_iter().map(Value::Text));
    if let Some(verdict) = verdict {
        judged(&mut node, verdict, names);
    }
    node
}

/// What the verdict says of it.
fn judged(node: &mut Node, verdict: &Verdict, names: Names<'_>) {
    let standing = verdict.standing().map_or("NO CUSTODY", |standing| standing.name());
    node.set("custody:standing", Value::text(standing));
    node.set_text("custody:custodyWith", verdict.holder.map(holder_words));
    let stretches = verdict.stretches.iter().zip(0usize..).map(|(stretch, place)| {
        Value::Node(stretch_node(stretch, names.of("stretch", &[&verdict.exhibit, &place])))
    });
    node.set_list("custody:stretch", stretches);
}

fn stretch_node(stretch: &Stretch, id: Iri) -> Node {
    let mut node = Node::new(id, "custody:Stretch");
    node.set_instant("custody:from", Some(stretch.interval.from_us));
    node.set_instant("custody:to", Some(stretch.interval.to_us));
    node.set("custody:standing", Value::text(stretch.standing.name()));
    node.set("custody:custodyWith", Value::Text(holder_words(stretch.holder)));
    node.set_list("custody:reason", stretch.reasons.iter().map(|reason| Value::text(reason.as_str())));
    node
}

/// Who or what has an exhibit, in words and by id.
pub(super) fn holder_words(holder: Holder) -> String {
    match holder {
        Holder::Person(person) => format!("person {person}"),
        Holder::Compartment(compartment) => format!("compartment {compartment}"),
        Holder::Place(person) => format!("the place where person {person} received it"),
        Holder::Release(person) => format!("person {person}, on release"),
        Holder::Missing => "nobody knows".to_owned(),
        Holder::Ended => "nobody: custody has ended".to_owned(),
    }
}
