//! A document as a reader of JSON has it.

use std::collections::BTreeMap;

use serde_json::Value;

const ACTION: &str = "case-investigation:InvestigativeAction";

/// A document that was read.
pub(crate) struct Document {
    pub(crate) text: String,
    graph: Vec<Value>,
    places: BTreeMap<String, usize>,
}

impl Document {
    /// Reads it.
    pub(crate) fn of(text: &str) -> Self {
        let document: Value = serde_json::from_str(text).expect("JSON");
        let graph: Vec<Value> = document.get("@graph").and_then(Value::as_array).expect("a graph").clone();
        let places = graph.iter().zip(0..).map(|(node, place)| (id(node), place)).collect();
        Self { text: text.to_owned(), graph, places }
    }

    /// Its actions, in the order written.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &Value> {
        self.graph.iter().filter(|node| node.get("@type").and_then(Value::as_str) == Some(ACTION))
    }

    /// What a record is about: the one exhibit, or the case.
    pub(crate) fn subject(&self, record: &str) -> String {
        let place = self.places.get(record).expect("a node of this name");
        let node = self.graph.get(*place).expect("a node of this name");
        match refs(node, "uco-core:object").as_slice() {
            [exhibit] => exhibit.clone(),
            _ => node.get("custody:case").and_then(Value::as_str).expect("a case").to_owned(),
        }
    }

    /// What all nodes of a type say in texts.
    pub(crate) fn texts(&self, kind: &str, property: &str) -> Vec<&str> {
        let nodes = self.graph.iter().filter(|node| node.get("@type").and_then(Value::as_str) == Some(kind));
        let lists = nodes.filter_map(|node| node.get(property).and_then(Value::as_array));
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// Tells every node's name.
    pub(crate) fn every_node(&self, visit: &mut dyn FnMut(&str)) {
        self.graph.iter().for_each(|node| walk(node, true, visit));
    }

    /// Tells every name that is referred to.
    pub(crate) fn every_ref(&self, visit: &mut dyn FnMut(&str)) {
        self.graph.iter().for_each(|node| walk(node, false, visit));
    }
}

/// The nodes that a node refers to.
pub(crate) fn refs(node: &Value, property: &str) -> Vec<String> {
    node.get(property).and_then(Value::as_array).into_iter().flatten().map(id).collect()
}

/// Those of one kind among them, by the word in their names.
pub(crate) fn of_kind(node: &Value, property: &str, kind: &str) -> Vec<String> {
    let prefix = format!("kb:{kind}-");
    refs(node, property).into_iter().filter(|name| name.starts_with(&prefix)).collect()
}

/// A node's name.
pub(crate) fn id(node: &Value) -> String {
    node.get("@id").and_then(Value::as_str).expect("a name").to_owned()
}

/// Tells the names of nodes that say something, or of those that are only referred to.
fn walk(value: &Value, is_node: bool, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, is_node, visit)),
        Value::Object(properties) => {
            if let Some(id) = properties.get("@id").and_then(Value::as_str)
                && is_node == (properties.len() > 1)
            {
                visit(id);
            }
            properties.values().for_each(|value| walk(value, is_node, visit));
        }
        _ => {}
    }
}
