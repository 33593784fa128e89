//! One entry as an action: who, with what, where, what it took up and what came of it.

use std::collections::BTreeMap;

use custody::fact::{AuthorityFact, Fact, Interval};
use custody::id::Digest;

use super::chain::{Link, Part, Step};
use super::footage::Films;
use super::known::Known;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::place::places_of;
use super::reading::Reading;
use super::record::records;
use super::referred::Referred;
use crate::material::Material;

/// Kinds of fact by which somebody allows something.
const AUTHORISING: [&str; 6] = [
    "collection_authorised",
    "return_authorised",
    "disposal_authorised",
    "maintenance_authorised",
    "operator_override",
    "break_glass",
];

/// Kinds of fact that tell of what did not come about.
const FAILING: [&str; 6] = [
    "deposit_abandoned",
    "transfer_rejected",
    "collection_refused",
    "refused_as_unsuitable",
    "no_compartment_available",
    "item_not_found",
];

/// People who are named and did not take part in a session of their own: by the field that names them.
const NAMED: [(&str, &str); 6] = [
    ("from", "custody:fromPerson"),
    ("to", "custody:toPerson"),
    ("holder", "custody:holder"),
    ("producer", "custody:producer"),
    ("person", "custody:person"),
    ("surveyor", "custody:surveyor"),
];

/// What the actions have in common.
#[derive(Debug)]
pub(super) struct Acting<'a> {
    material: &'a Material<'a>,
    known: &'a Known<'a>,
    names: Names<'a>,
    films: Films,
    /// By statement, its action: of every step.
    actions: BTreeMap<Digest, Iri>,
    /// By statement, what was authorised by the steps so far.
    authorised: BTreeMap<Digest, Iri>,
}

/// The nodes that one step becomes.
#[derive(Debug)]
pub(super) struct Acted {
    /// The action, then its records.
    pub(super) nodes: Vec<Node>,
    /// What it authorises.
    pub(super) authorisation: Option<Node>,
}

impl<'a> Acting<'a> {
    /// Before the first of these steps.
    pub(super) fn new(
        material: &'a Material<'a>,
        known: &'a Known<'a>,
        names: Names<'a>,
        steps: &[Step<'_>],
    ) -> Self {
        let own = steps.iter().filter(|step| step.part == Part::Itself);
        let actions = own.map(|step| (step.said.decoded.hash, step.action.clone())).collect();
        Self { material, known, names, films: Films::of(material), actions, authorised: BTreeMap::new() }
    }

    /// Writes the next step.
    pub(super) fn next(&mut self, step: &Step<'_>, referred: &mut Referred<'_>) -> Acted {
        let reading = Reading::of(step.said, self.material.openings);
        let authorisation = self.authorisation(step);
        let mut node = Node::new(step.action.clone(), "case-investigation:InvestigativeAction");
        node.set("uco-core:name", Value::Text(name(step)));
        let (from_us, to_us) = times(step);
        node.set_instant("uco-action:startTime", Some(from_us));
        node.set_instant("uco-action:endTime", Some(to_us));
        let is_failing = FAILING.contains(&step.said.decoded.name);
        node.set("uco-action:actionStatus", Value::text(if is_failing { "Fail" } else { "Success" }));
        self.who(&mut node, step, &reading, referred);
        let films = self.films(step, &reading, referred);
        self.taken(&mut node, step, &reading);
        let records = records(self.known, self.names, step, &reading);
        let items = step.links.iter().filter(|link| link.before.is_none());
        let items = items.filter_map(|link| self.item(link));
        let new = films.iter().filter(|(_, is_new)| *is_new).map(|(film, _)| film.clone());
        let authorises = authorisation.iter().map(|node| node.id.clone());
        node.set_refs(
            "uco-action:result",
            items.chain(records.iter().map(|record| record.id.clone())).chain(authorises).chain(new),
        );
        let before = step.links.iter().filter_map(|link| link.before.as_ref());
        node.set_refs("case-investigation:wasInformedBy", before.map(|(_, action)| action.clone()));
        node.set_refs("custody:footage", films.into_iter().map(|(film, _)| film));
        entry(&mut node, step, reading);
        Acted { nodes: core::iter::once(node).chain(records).collect(), authorisation }
    }

    /// Who acted, who took part, who else is named; with which device, and where.
    fn who(&self, node: &mut Node, step: &Step<'_>, reading: &Reading, referred: &mut Referred<'_>) {
        if let Part::Before(before) = &step.part {
            if let Some(holder) = before.holder {
                node.set("uco-action:performer", Value::Ref(referred.person(holder)));
            }
            return;
        }
        let mut acts = reading.acts.iter();
        if let Some(performer) = acts.next() {
            node.set("uco-action:performer", Value::Ref(referred.person(*performer)));
        }
        node.set_refs("uco-action:participant", acts.map(|person| referred.person(*person)));
        let device = referred.device(step.said.decoded.statement.device);
        node.set_list("uco-action:instrument", [Value::Ref(device)]);
        let places = places_of(step, reading, self.material.ledger, referred);
        node.set_refs("uco-action:location", places);
        for (field, property) in NAMED {
            let people = reading.people.iter().filter(|(name, _)| *name == field);
            node.set_refs(property, people.map(|(_, person)| referred.person(*person)).collect::<Vec<_>>());
        }
    }

    fn item(&self, link: &Link) -> Option<Iri> {
        link.subject.exhibit().map(|exhibit| self.names.of("exhibit", &[&exhibit]))
    }

    /// What it takes up: the exhibits that have a record, those records, and the authority that it names.
    fn taken(&self, node: &mut Node, step: &Step<'_>, reading: &Reading) {
        let taken = step.links.iter().filter_map(|link| {
            let (record, _) = link.before.as_ref()?;
            Some(self.item(link).into_iter().chain([record.clone()]))
        });
        let is_itself = step.part == Part::Itself;
        let digests = || reading.digests.iter().filter(|_| is_itself);
        let authorities = digests().filter_map(|digest| self.authorised.get(digest).cloned());
        // Nothing is taken up at an exhibit's beginning, be it allowed or not.
        let mut objects: Vec<Iri> = taken.flatten().collect();
        if !objects.is_empty() {
            objects.extend(authorities);
        }
        node.set_refs("uco-action:object", objects);
        let others = digests().filter_map(|digest| self.actions.get(digest).cloned());
        node.set_refs("custody:refersTo", others);
    }

    /// The footage of an act at a door, and whether it is told of for the first time.
    fn films(&self, step: &Step<'_>, reading: &Reading, referred: &mut Referred<'_>) -> Vec<(Iri, bool)> {
        let (Some(door), Some(compartment)) = (step.door, reading.compartments.first()) else {
            return Vec::new();
        };
        let margin_us = u64::from(self.material.policy.cctv.margin_s).saturating_mul(1_000_000);
        let window = Interval {
            from_us: door.from_us.saturating_sub(margin_us),
            to_us: door.to_us.saturating_add(margin_us),
        };
        let shown = self.films.showing(self.material, *compartment, window);
        shown.into_iter().map(|film| referred.film(film)).collect()
    }

    /// What a step authorises, for the steps to come.
    fn authorisation(&mut self, step: &Step<'_>) -> Option<Node> {
        let (said, decoded) = (step.said, &step.said.decoded);
        if step.part != Part::Itself || !AUTHORISING.contains(&decoded.name) {
            return None;
        }
        let id = self.names.of("authorization", &[&said.leaf]);
        self.authorised.insert(decoded.hash, id.clone());
        let mut node = Node::new(id, "case-investigation:Authorization");
        node.set("case-investigation:authorizationType", Value::Text(words(decoded.name)));
        node.set("case-investigation:authorizationIdentifier", Value::text(decoded.hash.to_string()));
        node.set_instant("uco-core:startTime", Some(decoded.statement.time.wall_us));
        node.set_instant("uco-core:endTime", expires_us(&decoded.statement.fact));
        node.set("custody:entryIndex", Value::Number(step.index));
        Some(node)
    }
}

/// The entry from which all this is: its place, its hashes, its clock, and everything that it says.
fn entry(node: &mut Node, step: &Step<'_>, reading: Reading) {
    let (said, statement) = (step.said, &step.said.decoded.statement);
    node.set("custody:entryIndex", Value::Number(step.index));
    node.set("custody:leafHash", Value::hex(said.leaf));
    node.set("custody:statementHash", Value::hex(said.decoded.hash));
    node.set("custody:deviceSequence", Value::Number(statement.sequence));
    node.set_instant("custody:saidAt", Some(statement.time.wall_us));
    node.set("custody:clockErrorMicroseconds", Value::Number(statement.time.error_us));
    node.set_instant("custody:recordedAt", Some(said.recorded_at_us));
    if let Part::Before(_) = step.part {
        node.set("custody:order", Value::text("by the word of the registration"));
        return;
    }
    let order = if step.is_causal { "by causes" } else { "as recorded" };
    node.set("custody:order", Value::text(order));
    node.set_list("custody:says", reading.fields.into_iter().map(Value::Text));
}

/// `transfer accepted`, `seized`.
pub(super) fn name(step: &Step<'_>) -> String {
    match &step.part {
        Part::Itself => words(step.said.decoded.name),
        Part::Before(before) => before.name.to_owned(),
    }
}

/// The name of a kind of fact in words.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// When: of an act at a door from its opening to its lock; of what happened before it was said the time that is named;
/// otherwise when it was said, by the device's clock.
fn times(step: &Step<'_>) -> (u64, u64) {
    let statement = &step.said.decoded.statement;
    match (&step.part, step.door, statement.occurred) {
        (Part::Before(before), ..) => (before.from_us, before.to_us),
        (Part::Itself, Some(time), _) | (Part::Itself, None, Some(time)) => (time.from_us, time.to_us),
        (Part::Itself, None, None) => (statement.time.wall_us, statement.time.wall_us),
    }
}

fn expires_us(fact: &Fact) -> Option<u64> {
    match fact {
        Fact::Authority(
            AuthorityFact::CollectionAuthorised { expires_us, .. }
            | AuthorityFact::ReturnAuthorised { expires_us, .. },
        ) => Some(*expires_us),
        Fact::Authority(AuthorityFact::MaintenanceAuthorised { to_us, .. }) => Some(*to_us),
        _ => None,
    }
}
