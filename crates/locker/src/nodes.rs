//! The nodes of one ledger: their addresses as configured, and a way to each, of which one is taken at a time.
//!
//! One node writes and the others stand by, and which one writes may change at any time. A device does not ask: what
//! took its last upload gets the next one. When to turn to another is [`crate::sync`]'s.

use std::collections::{BTreeSet, VecDeque};

use serde::Deserialize;

use crate::uplink::{Uplink, UplinkError};

/// The most nodes in one configuration: more than any cluster has, and few enough that all of them can be asked in one
/// round, each with its time limit.
pub const NODES_MAX: usize = 8;

/// The base URLs of the nodes of one ledger: at least one, and none twice.
///
/// In a configuration a URL alone, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct NodeUrls {
    first: String,
    others: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "must be a URL or a list of URLs")]
enum Written {
    One(String),
    Several(Vec<String>),
}

/// URLs that are no list of nodes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeUrlsError {
    /// There is none.
    #[error("node: at least one URL is needed")]
    None,
    /// There are more than [`NODES_MAX`].
    #[error("node: {found} URLs, at most {NODES_MAX}")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// One stands twice, and would only be waited for twice.
    #[error("node: {0} stands twice")]
    Twice(String),
}

impl NodeUrls {
    /// In the order written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.first).chain(&self.others).map(String::as_str)
    }
}

impl TryFrom<Vec<String>> for NodeUrls {
    type Error = NodeUrlsError;

    fn try_from(urls: Vec<String>) -> Result<Self, NodeUrlsError> {
        if urls.len() > NODES_MAX {
            return Err(NodeUrlsError::TooMany { found: urls.len() });
        }
        let mut known = BTreeSet::new();
        if let Some(url) = urls.iter().find(|url| !known.insert(url.trim_end_matches('/'))) {
            return Err(NodeUrlsError::Twice(url.clone()));
        }
        let mut urls = urls.into_iter();
        let first = urls.next().ok_or(NodeUrlsError::None)?;
        Ok(Self { first, others: urls.collect() })
    }
}

impl TryFrom<Written> for NodeUrls {
    type Error = NodeUrlsError;

    fn try_from(written: Written) -> Result<Self, NodeUrlsError> {
        match written {
            Written::One(first) => Ok(Self { first, others: Vec::new() }),
            Written::Several(urls) => urls.try_into(),
        }
    }
}

/// Something for each node of a ledger, of which one is the present one.
#[derive(Debug)]
pub struct Nodes<T> {
    present: T,
    /// Those that come next, in order.
    others: VecDeque<T>,
}

impl<T> Nodes<T> {
    /// What `make` makes for each URL. The first is the present one.
    pub fn make<E>(urls: &NodeUrls, mut make: impl FnMut(&str) -> Result<T, E>) -> Result<Self, E> {
        let present = make(&urls.first)?;
        let others = urls.others.iter().map(|url| make(url)).collect::<Result<_, _>>()?;
        Ok(Self { present, others })
    }

    /// The present one.
    pub fn present(&self) -> &T {
        &self.present
    }

    /// The present one, to be used.
    pub fn present_mut(&mut self) -> &mut T {
        &mut self.present
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.others.len().saturating_add(1)
    }

    /// The next one is the present one from now on. After the last comes the first.
    pub fn turn(&mut self) {
        if let Some(next) = self.others.pop_front() {
            self.others.push_back(std::mem::replace(&mut self.present, next));
        }
    }

    /// The one that is looked for is the present one from now on; if there is none, all stays as it was.
    pub fn turn_to(&mut self, is_looked_for: impl Fn(&T) -> bool) {
        for _ in 0..self.count() {
            if is_looked_for(&self.present) {
                return;
            }
            self.turn();
        }
    }
}

impl<U: Uplink> Uplink for Nodes<U> {
    fn submit(&mut self, request: &[u8]) -> Result<Vec<u8>, UplinkError> {
        self.present.submit(request)
    }

    fn node(&self) -> &str {
        self.present.node()
    }

    fn nodes(&self) -> usize {
        self.count()
    }

    fn turn(&mut self) {
        self.turn();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(written: &[&str]) -> Result<NodeUrls, NodeUrlsError> {
        written.iter().map(ToString::to_string).collect::<Vec<_>>().try_into()
    }

    #[test]
    fn the_nodes_of_a_ledger_are_at_least_one_and_none_stands_twice() {
        let [one, two] = ["https://one.example.test", "https://two.example.test"];
        assert_eq!(urls(&[one, two]).unwrap().iter().collect::<Vec<_>>(), [one, two]);
        assert_eq!(urls(&[]), Err(NodeUrlsError::None));
        let slashed = "https://one.example.test/";
        assert_eq!(urls(&[one, two, slashed]), Err(NodeUrlsError::Twice(slashed.to_owned())));
        let many: Vec<_> = (0..=NODES_MAX).map(|number| format!("https://{number}.example.test")).collect();
        assert_eq!(NodeUrls::try_from(many), Err(NodeUrlsError::TooMany { found: NODES_MAX + 1 }));
    }

    #[test]
    fn turning_leads_to_each_node_once_and_then_to_the_first_again() {
        let each = urls(&["a", "b", "c"]).unwrap();
        let mut nodes = Nodes::make(&each, |url| Ok::<_, ()>(url.to_owned())).unwrap();
        let mut met = Vec::new();
        for _ in 0..4 {
            met.push(nodes.present().clone());
            nodes.turn();
        }
        assert_eq!(met, ["a", "b", "c", "a"]);
        nodes.turn_to(|node| node == "c");
        assert_eq!(nodes.present(), "c");
        nodes.turn_to(|node| node == "d");
        assert_eq!((nodes.present().as_str(), nodes.count()), ("c", 3));
    }
}
