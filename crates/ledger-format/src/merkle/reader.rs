//! Where the hashes of complete subtrees come from.

use super::Frontier;
use alloc::vec::Vec;
use custody::id::Digest;

/// A source of the hashes of complete subtrees.
///
/// `node(level, index)` is `MTH(D[index * 2^level : (index + 1) * 2^level])`; level 0 is the leaf hashes.
/// It is only asked for subtrees that lie wholly within the size the caller named.
pub trait HashReader {
    /// Why a hash could not be had.
    type Error;

    /// The hash of the complete subtree of height `level` that begins at leaf `index * 2^level`.
    fn node(&self, level: u8, index: u64) -> Result<Digest, Self::Error>;
}

impl<R: HashReader + ?Sized> HashReader for &R {
    type Error = R::Error;

    fn node(&self, level: u8, index: u64) -> Result<Digest, Self::Error> {
        (**self).node(level, index)
    }
}

/// The tree held has no such complete subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no complete subtree of level {level} at index {index}")]
pub struct Missing {
    /// Height of the subtree asked for.
    pub level: u8,
    /// Its position among the subtrees of that height.
    pub index: u64,
}

/// A whole tree in memory: 64 bytes for each leaf. For replay and tests; a node keeps its tree stored.
#[derive(Debug, Clone, Default)]
pub struct MemoryTree {
    frontier: Frontier,
    levels: Vec<Vec<Digest>>,
}

impl MemoryTree {
    /// Appends one leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        let Self { frontier, levels } = self;
        frontier.push_with(leaf, |level, _, hash| {
            let level = usize::from(level);
            if let Some(nodes) = levels.get_mut(level) {
                nodes.push(hash);
            } else {
                // A level begins one above the highest there is: the lower ones came first.
                levels.push(Vec::from([hash]));
            }
        });
    }

    /// The right edge of the tree: its size and root.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}

impl HashReader for MemoryTree {
    type Error = Missing;

    fn node(&self, level: u8, index: u64) -> Result<Digest, Missing> {
        let nodes = self.levels.get(usize::from(level));
        let place = usize::try_from(index).ok();
        nodes.zip(place).and_then(|(nodes, place)| nodes.get(place)).copied().ok_or(Missing { level, index })
    }
}

impl FromIterator<Digest> for MemoryTree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}
