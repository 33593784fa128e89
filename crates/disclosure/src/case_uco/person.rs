//! People: by the name that is disclosed, otherwise by pseudonym.

use custody::id::PersonId;

use super::label::Labels;
use super::name::Names;
use super::node::{Node, Value};
use super::reading::words_of;
use crate::openings::Field;

/// One person.
pub(super) fn person(id: PersonId, labels: &Labels, names: Names<'_>) -> Node {
    let mut node = Node::new(names.of("person", &[&id]), "uco-identity:Person");
    let name = labels.disclosed(id.0).map_or_else(|| format!("pseudonym:{id}"), str::to_owned);
    node.set("uco-core:name", Value::Text(name));
    node.set("custody:pseudonym", Value::text(id.to_string()));
    let withheld = labels.field(id.0).filter(|field| !matches!(field, Field::Disclosed(_)));
    node.set_text("custody:identity", withheld.map(words_of));
    node
}
