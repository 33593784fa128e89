//! The records that come of an action: one for each exhibit it is about.

use super::action::name;
use super::chain::{Link, Part, Step};
use super::exhibit::holder_words;
use super::known::Known;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::reading::Reading;

/// The records of a step. One about no exhibit that has begun leaves a record of its own all the same.
pub(super) fn records(known: &Known<'_>, names: Names<'_>, step: &Step<'_>, reading: &Reading) -> Vec<Node> {
    if step.links.is_empty() {
        let id = names.of("provenance-record", &[&step.action]);
        return vec![described(Node::new(id, "case-investigation:ProvenanceRecord"), step)];
    }
    let one = |link: &Link| {
        let mut node = Node::new(link.record.clone(), "case-investigation:ProvenanceRecord");
        node.set_text("case-investigation:exhibitNumber", known.reference(link.exhibit));
        let roots = known.root_references(link.exhibit).into_iter().map(Value::Text);
        node.set_list("case-investigation:rootExhibitNumber", roots);
        let mut node = described(node, step);
        node.set_refs("uco-core:object", [names.of("exhibit", &[&link.exhibit])]);
        if step.part == Part::Itself {
            seals(&mut node, step, reading, names);
            let custody = known.custody_from(link.exhibit, step.index);
            node.set_text("custody:custodyWith", custody.map(holder_words));
        }
        node
    };
    step.links.iter().map(one).collect()
}

fn described(mut node: Node, step: &Step<'_>) -> Node {
    let description = format!("{}, by entry {}", name(step), step.index);
    node.set("uco-core:description", Value::Text(description));
    node
}

/// The seals that the action names.
fn seals(node: &mut Node, step: &Step<'_>, reading: &Reading, names: Names<'_>) {
    let seals = reading.seals.iter().zip(0usize..).map(|(seal, place)| {
        let id = names.of("external-reference", &[&node.id, &step.index, &place]);
        Value::Node(seal_reference(id, seal))
    });
    let seals: Vec<Value> = seals.collect();
    node.set_list("uco-core:externalReference", seals);
}

/// One seal's number.
pub(super) fn seal_reference(id: Iri, seal: &str) -> Node {
    Node::new(id, "uco-core:ExternalReference")
        .with("uco-core:definingContext", Value::text("tamper-evident seal"))
        .with("uco-core:externalIdentifier", Value::text(seal))
}
