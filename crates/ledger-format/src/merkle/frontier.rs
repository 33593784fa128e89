//! The right edge of the tree: all that is needed to append and to know the root.

use super::{HashReader, empty_root, node_hash, peak_levels};
use alloc::vec::Vec;
use custody::id::Digest;

/// A compact range over the first `size` leaves: the roots of the complete subtrees they split into.
/// At most 64 hashes, so it is cheap to clone and to keep.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Largest subtree first; one for each binary digit 1 of `size`.
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of the first `size` leaves of a stored tree.
    ///
    /// # Errors
    /// Whatever the reader says.
    pub fn at<R: HashReader>(reader: &R, size: u64) -> Result<Self, R::Error> {
        let mut start = 0u64;
        let peaks = peak_levels(size).map(|level| {
            let node = reader.node(level, start >> level);
            start = start.wrapping_add(1 << level);
            node
        });
        Ok(Self { peaks: peaks.collect::<Result<_, _>>()?, size })
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends one leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        self.push_with(leaf, |_, _, _| {});
    }

    /// Appends one leaf hash and tells `visit` every subtree that it completes, as level, index and hash,
    /// lowest level first and beginning with the leaf itself at level 0.
    pub fn push_with(&mut self, leaf: Digest, mut visit: impl FnMut(u8, u64, Digest)) {
        visit(0, self.size, leaf);
        let mut hash = leaf;
        for level in 0..64u8 {
            if self.size >> level & 1 == 0 {
                break;
            }
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(&left, &hash);
            visit(level + 1, self.size >> level >> 1, hash);
        }
        self.peaks.push(hash);
        // Appending 2^64 leaves one by one takes longer than anybody has.
        self.size = self.size.wrapping_add(1);
    }

    /// The RFC 6962 root over all leaves so far. At most 63 hashes of work.
    pub fn root(&self) -> Digest {
        self.peaks
            .iter()
            .copied()
            .rev()
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(empty_root)
    }
}
