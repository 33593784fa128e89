//! The document: its context, and its nodes in one order.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::ExhibitId;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::action::Acting;
use super::chain::steps;
use super::device::{camera, device};
use super::exhibit::exhibit;
use super::finding::findings;
use super::footage::file;
use super::known::Known;
use super::label::Labels;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::person::person;
use super::place::{compartment, site};
use super::referred::Referred;
use super::scope::Scope;
use crate::material::Material;

/// Prefixes and what they stand for. Names of the ledger's own are under `.invalid` (RFC 2606): nobody can own them, and
/// nothing is looked up there.
const CONTEXT: [(&str, &str); 12] = [
    ("case-investigation", "https://ontology.caseontology.org/case/investigation/"),
    ("custody", "https://custody.invalid/ns/case/1#"),
    ("kb", "https://custody.invalid/kb/"),
    ("uco-action", "https://ontology.unifiedcyberontology.org/uco/action/"),
    ("uco-core", "https://ontology.unifiedcyberontology.org/uco/core/"),
    ("uco-identity", "https://ontology.unifiedcyberontology.org/uco/identity/"),
    ("uco-location", "https://ontology.unifiedcyberontology.org/uco/location/"),
    ("uco-observable", "https://ontology.unifiedcyberontology.org/uco/observable/"),
    ("uco-role", "https://ontology.unifiedcyberontology.org/uco/role/"),
    ("uco-types", "https://ontology.unifiedcyberontology.org/uco/types/"),
    ("uco-vocabulary", "https://ontology.unifiedcyberontology.org/uco/vocabulary/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The document for a bundle: JSON with two spaces and a final newline. The same material gives the same bytes.
///
/// In order: the investigation; exhibits by id; people, devices, cameras and places by id; footage; then each action with
/// its records, in the order of causes, and what it authorises; events and annotations.
pub fn case_jsonld(material: &Material<'_>) -> String {
    let names = Names { origin: &material.request.origin };
    let scope = Scope::of(material);
    let steps = steps(material, &scope, names);
    let mut referred = Referred::new(names);
    let known = Known::of(material, &scope);
    let mut acting = Acting::new(material, &known, names, &steps);
    let (mut acted, mut authorisations, mut actions) = (Vec::new(), Vec::new(), BTreeMap::new());
    for step in &steps {
        let next = acting.next(step, &mut referred);
        acted.extend(next.nodes);
        authorisations.extend(next.authorisation);
        actions.insert(step.index, step.action.clone());
    }
    let investigation = names.of("investigation", &[&material.request.root, &material.request.requested_at]);
    let found = findings(material, &scope, names, &actions, &investigation);
    let exhibits: BTreeSet<ExhibitId> =
        scope.exhibits.iter().copied().filter(|id| material.ledger.exhibit(*id).is_some()).collect();
    let mut graph = vec![Node::new(investigation, "case-investigation:Investigation")];
    graph.extend(exhibits.iter().map(|id| exhibit(*id, &known, material.ledger, names)));
    graph.extend(things(material, referred, names));
    let authorised: Vec<Iri> = authorisations.iter().map(|node| node.id.clone()).collect();
    graph.extend(authorisations);
    let all: Vec<Iri> = acted.iter().chain(&found).map(|node| node.id.clone()).collect();
    graph.extend(acted);
    graph.extend(found);
    if let Some(first) = graph.first_mut() {
        investigate(first, material, (&scope, &known), all, authorised);
    }
    written(&Document(graph))
}

/// What the actions referred to.
fn things(material: &Material<'_>, mut referred: Referred<'_>, names: Names<'_>) -> Vec<Node> {
    let labels = Labels::of(material);
    let mut footage: Vec<_> = core::mem::take(&mut referred.films).into_iter().collect();
    footage.sort_by_key(|(_, film)| (film.camera, film.segment.start_us, film.index));
    let files: Vec<Node> = footage
        .into_iter()
        .map(|(id, film)| {
            let camera = referred.camera(film.camera);
            file(id, &film, camera, names)
        })
        .collect();
    let people = referred.people.iter().map(|id| person(*id, &labels, names));
    let devices = referred.devices.iter().map(|id| device(*id, material.ledger, names));
    let cameras = referred.cameras.iter().map(|id| camera(*id, &labels, names));
    let sites = referred.sites.iter().map(|id| site(*id, &labels, names));
    let compartments = referred.compartments.iter().map(|id| compartment(*id, material.ledger, names));
    people.chain(devices).chain(cameras).chain(sites).chain(compartments).chain(files).collect()
}

/// The investigation: what was asked, of which ledger, what was checked, and all that belongs to it.
fn investigate(
    node: &mut Node,
    material: &Material<'_>,
    (scope, known): (&Scope, &Known<'_>),
    all: Vec<Iri>,
    authorised: Vec<Iri>,
) {
    let (request, standing) = (material.request, material.standing);
    let references: BTreeSet<String> = known.case_references().collect();
    let ids: Vec<String> = scope.cases.iter().map(ToString::to_string).collect();
    let name = match (references.is_empty(), ids.is_empty()) {
        (false, _) => references.into_iter().collect::<Vec<_>>().join(", "),
        (true, false) => format!("case {}", ids.join(", ")),
        (true, true) => "exhibits under no case".to_owned(),
    };
    node.set("uco-core:name", Value::Text(name));
    node.set("case-investigation:investigationForm", Value::text("case"));
    node.set_refs("uco-core:object", all);
    node.set_refs("case-investigation:relevantAuthorization", authorised);
    node.set_list("custody:case", ids.into_iter().map(Value::Text));
    node.set("custody:origin", Value::text(request.origin.as_str()));
    node.set("custody:size", Value::Number(request.size));
    node.set("custody:root", Value::hex(request.root));
    node.set("custody:profile", Value::text(request.profile.name()));
    node.set("custody:requestedInEntry", Value::Number(request.requested_at));
    node.set("custody:completeToEntry", Value::Number(request.census_at));
    node.set("custody:completeness", Value::text(standing.completeness.as_str()));
    let lists = [
        ("custody:checked", &standing.checked),
        ("custody:restsOnAudit", &standing.rests_on_audit),
        ("custody:cosigned", &standing.cosigned),
    ];
    for (property, sentences) in lists {
        node.set_list(property, sentences.iter().map(|sentence| Value::text(sentence.as_str())));
    }
    node.set("custody:program", Value::text(standing.program.as_str()));
    node.set("custody:policyVersion", Value::text(material.policy.version.as_str()));
    node.set("custody:policyHash", Value::hex(material.policy.hash));
    node.set(
        "custody:notDisclosed",
        Value::Number(u64::try_from(material.register.len()).unwrap_or(u64::MAX)),
    );
}

fn written(document: &Document) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("texts, numbers and lists can be written");
    text.push('\n');
    text
}

struct Document(Vec<Node>);

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("@context", &Context)?;
        map.serialize_entry("@graph", &self.0)?;
        map.end()
    }
}

struct Context;

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(CONTEXT.len()))?;
        CONTEXT.iter().try_for_each(|(prefix, iri)| map.serialize_entry(prefix, iri))?;
        map.end()
    }
}
