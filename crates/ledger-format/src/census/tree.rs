//! The census kept in memory, one step behind nothing: each update costs a path, each root the paths
//! that changed since the last.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;

use custody::id::Digest;

use super::{CensusProof, EMPTY, Found, StreamHead, bit, leaf_hash, node_hash};

/// The heads of all streams as a tree. An update walks about `log2 n` nodes and hashes nothing; the next
/// root hashes the nodes on changed paths once each. About 200 bytes for each stream.
///
/// Nothing can be taken out: a stream, once begun, is there for good.
#[derive(Debug, Clone, Default)]
pub struct Census {
    tree: Tree,
    count: usize,
}

#[derive(Debug, Clone, Default)]
enum Tree {
    #[default]
    Empty,
    Leaf(Box<StreamHead>),
    Node(Box<Node>),
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// None while something below has changed since it was computed.
    hash: Option<Digest>,
    left: Tree,
    right: Tree,
}

impl Census {
    /// Puts in a stream's new head; returns the one it had.
    pub fn update(&mut self, head: StreamHead) -> Option<StreamHead> {
        let mut place = &mut self.tree;
        let mut depth = 0;
        loop {
            match place {
                Tree::Empty => {
                    *place = Tree::Leaf(Box::new(head));
                    self.count += 1;
                    return None;
                }
                Tree::Leaf(leaf) if leaf.key == head.key => return Some(mem::replace(leaf, head)),
                // Two streams share these bits: the one that is here moves a level down, and on we go.
                Tree::Leaf(leaf) => {
                    let side = bit(&leaf.key, depth);
                    let mut node = Node::default();
                    *node.child(side) = mem::take(place);
                    *place = Tree::Node(Box::new(node));
                }
                Tree::Node(node) => {
                    node.hash = None;
                    place = node.child(bit(&head.key, depth));
                    depth += 1;
                }
            }
        }
    }

    /// The root over all streams.
    pub fn root(&mut self) -> Digest {
        self.tree.hash()
    }

    /// How many streams there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The head of the stream with this key.
    pub fn get(&self, key: &Digest) -> Option<&StreamHead> {
        let mut place = &self.tree;
        let mut depth = 0;
        loop {
            match place {
                Tree::Empty => return None,
                Tree::Leaf(leaf) => return Some(&**leaf).filter(|leaf| leaf.key == *key),
                Tree::Node(node) => place = if bit(key, depth) { &node.right } else { &node.left },
            }
            depth += 1;
        }
    }

    /// The proof, under [`Census::root`], of what is at a key: its stream, or that there is none.
    pub fn proof(&mut self, key: &Digest) -> CensusProof {
        let mut siblings = Vec::new();
        let mut place = &mut self.tree;
        loop {
            match place {
                Tree::Empty => return CensusProof { found: Found::Empty, siblings },
                Tree::Leaf(leaf) => return CensusProof { found: Found::Leaf(**leaf), siblings },
                Tree::Node(node) => {
                    let side = bit(key, siblings.len());
                    siblings.push(node.child(!side).hash());
                    place = node.child(side);
                }
            }
        }
    }
}

impl FromIterator<StreamHead> for Census {
    fn from_iter<I: IntoIterator<Item = StreamHead>>(heads: I) -> Self {
        let mut census = Self::default();
        for head in heads {
            census.update(head);
        }
        census
    }
}

impl Tree {
    /// Computes what changed; recursion ends after 256 levels.
    fn hash(&mut self) -> Digest {
        match self {
            Self::Empty => EMPTY,
            Self::Leaf(leaf) => leaf_hash(leaf),
            Self::Node(node) => {
                let Node { hash, left, right } = &mut **node;
                *hash.get_or_insert_with(|| node_hash(&left.hash(), &right.hash()))
            }
        }
    }
}

impl Node {
    fn child(&mut self, right: bool) -> &mut Tree {
        if right { &mut self.right } else { &mut self.left }
    }
}
