//! Places: sites by the name that is disclosed, and compartments.

use custody::id::{CompartmentId, SiteId};
use custody::ledger::Ledger;

use super::chain::Step;
use super::label::Labels;
use super::name::{Iri, Names};
use super::node::{Node, Value};
use super::reading::{Reading, words_of};
use super::referred::Referred;
use crate::openings::Field;

/// Where an action took place: the compartments that it names with their sites then; else the sites that it names; else
/// where its device stands.
pub(super) fn places_of(
    step: &Step<'_>,
    reading: &Reading,
    ledger: &Ledger,
    referred: &mut Referred<'_>,
) -> Vec<Iri> {
    let statement = &step.said.decoded.statement;
    let mut places = Vec::new();
    for compartment in &reading.compartments {
        places.push(referred.compartment(*compartment));
        let locker = ledger.estate().locker_of(*compartment).map(|(_, locker)| locker);
        let stand = locker.and_then(|locker| locker.stand_at(statement.time.wall_us));
        places.extend(stand.map(|stand| referred.site(stand.site)));
    }
    if places.is_empty() {
        places.extend(reading.sites.iter().map(|site| referred.site(*site)));
    }
    if places.is_empty() {
        let stand = ledger.estate().stand_of(statement.device, statement.time.wall_us);
        let device = ledger.device(statement.device).and_then(|device| device.site);
        places.extend(stand.map(|stand| stand.site).or(device).map(|site| referred.site(site)));
    }
    places
}

/// One site.
pub(super) fn site(id: SiteId, labels: &Labels, names: Names<'_>) -> Node {
    let mut node = Node::new(names.of("location", &[&id]), "uco-location:Location");
    let name = labels.disclosed(id.0).map_or_else(|| format!("site {id}"), str::to_owned);
    node.set("uco-core:name", Value::Text(name));
    node.set("custody:site", Value::text(id.to_string()));
    let withheld = labels.field(id.0).filter(|field| !matches!(field, Field::Disclosed(_)));
    node.set_text("custody:name", withheld.map(words_of));
    node
}

/// One compartment, with the label on its door.
pub(super) fn compartment(id: CompartmentId, ledger: &Ledger, names: Names<'_>) -> Node {
    let mut node = Node::new(names.of("location", &[&id]), "uco-location:Location");
    let place = ledger.estate().compartments.get(&id);
    let name = place.map_or_else(
        || format!("compartment {id}"),
        |place| format!("compartment {} of locker {}", place.label, place.locker),
    );
    node.set("uco-core:name", Value::Text(name));
    node.set("custody:compartment", Value::text(id.to_string()));
    node
}
