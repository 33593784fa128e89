//! The records that come of an action: one for each exhibit or case that it is about.

use super::action::name;
use super::chain::{Link, Part, Step, Subject};
use super::exhibit::holder_words;
use super::known::Known;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::reading::Reading;

/// The records of a step.
pub(super) fn records(known: &Known<'_>, names: Names<'_>, step: &Step<'_>, reading: &Reading) -> Vec<Node> {
    step.links.iter().map(|link| record(link, known, names, step, reading)).collect()
}

fn record(link: &Link, known: &Known<'_>, names: Names<'_>, step: &Step<'_>, reading: &Reading) -> Node {
    let node = Node::new(link.record.clone(), "case-investigation:ProvenanceRecord");
    let exhibit = match link.subject {
        Subject::Exhibit(exhibit) => exhibit,
        Subject::Case(case) => {
            return described(node, step).with("custody:case", Value::text(case.to_string()));
        }
    };
    let mut node = described(node, step);
    node.set_text("case-investigation:exhibitNumber", known.reference(exhibit));
    let roots = known.root_references(exhibit).into_iter().map(Value::Text);
    node.set_list("case-investigation:rootExhibitNumber", roots);
    node.set_refs("uco-core:object", [names.of("exhibit", &[&exhibit])]);
    if step.part == Part::Itself {
        seals(&mut node, step, reading, names);
        let custody = known.custody_from(exhibit, step.index);
        node.set_text("custody:custodyWith", custody.map(holder_words));
    }
    node
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
