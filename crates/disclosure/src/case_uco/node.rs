//! JSON-LD nodes, written in the order in which their properties were set: no map of a library decides it.

use custody::id::Digest;
use custody::instant::utc;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::name::Iri;

/// The length of an instant of a year of four digits, as [`utc`] writes it. Whoever reads `xsd:dateTime` reads no others.
const INSTANT_LEN: usize = "2026-08-19T10:15:00.000000Z".len();

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Its name.
    pub(super) id: Iri,
    kind: &'static str,
    properties: Vec<(&'static str, Value)>,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(u64),
    /// `{"@id": …}`.
    Ref(Iri),
    /// A literal and its type.
    Typed(&'static str, String),
    Node(Node),
    List(Vec<Value>),
}

impl Node {
    /// A node that says nothing yet.
    pub(super) fn new(id: Iri, kind: &'static str) -> Self {
        Self { id, kind, properties: Vec::new() }
    }

    /// Says one thing more of it.
    pub(super) fn set(&mut self, property: &'static str, value: Value) {
        self.properties.push((property, value));
    }

    /// The same in a chain.
    #[must_use]
    pub(super) fn with(mut self, property: &'static str, value: Value) -> Self {
        self.set(property, value);
        self
    }

    /// Says a text, if there is one.
    pub(super) fn set_text(&mut self, property: &'static str, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.set(property, Value::Text(text.into()));
        }
    }

    /// Says an instant; nothing where there is none or it lies beyond the year 9999.
    pub(super) fn set_instant(&mut self, property: &'static str, us: Option<u64>) {
        let texts = us.map(utc).filter(|text| text.len() == INSTANT_LEN);
        if let Some(text) = texts {
            self.set(property, Value::Typed("xsd:dateTime", text));
        }
    }

    /// Says a list, unless it is empty.
    pub(super) fn set_list(&mut self, property: &'static str, values: impl IntoIterator<Item = Value>) {
        let values: Vec<Value> = values.into_iter().collect();
        if !values.is_empty() {
            self.set(property, Value::List(values));
        }
    }

    /// Names other nodes, each once, in the order given; nothing where there are none.
    pub(super) fn set_refs(&mut self, property: &'static str, names: impl IntoIterator<Item = Iri>) {
        let mut once: Vec<Value> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for name in names {
            if seen.insert(name.clone()) {
                once.push(Value::Ref(name));
            }
        }
        self.set_list(property, once);
    }
}

impl Value {
    /// A digest in hexadecimal, typed.
    pub(super) fn hex(digest: Digest) -> Self {
        Self::Typed("xsd:hexBinary", digest.to_string())
    }

    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.properties.len().saturating_add(2)))?;
        map.serialize_entry("@id", &self.id)?;
        map.serialize_entry("@type", self.kind)?;
        for (property, value) in &self.properties {
            map.serialize_entry(property, value)?;
        }
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Ref(id) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("@id", id)?;
                map.end()
            }
            Self::Typed(kind, text) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("@type", kind)?;
                map.serialize_entry("@value", text)?;
                map.end()
            }
            Self::Node(node) => node.serialize(serializer),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
        }
    }
}
