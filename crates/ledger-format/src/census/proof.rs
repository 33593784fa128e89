//! What is at a key of a census, proved by the hashes beside its path.

use alloc::vec::Vec;

use custody::id::Digest;

use super::{DEPTH_MAX, EMPTY, StreamHead, bit, leaf_hash, node_hash};

/// The path of a key in a census, down to where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CensusProof {
    /// What is at the end of the path.
    pub found: Found,
    /// The hashes beside the path, beginning below the root. At most [`DEPTH_MAX`].
    pub siblings: Vec<Digest>,
}

/// What is at the end of a key's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No stream's key begins with the bits of the path.
    Empty,
    /// Exactly one stream's does: the one asked for, or another that proves its absence.
    Leaf(StreamHead),
}

/// What a proof says about the stream asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// It is in the census.
    Present {
        /// The revision of its last entry.
        revision: u64,
        /// The hash of its last entry.
        head: Digest,
    },
    /// It is not.
    Absent,
}

/// A proof says nothing about the key under this root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CensusError {
    /// More than [`DEPTH_MAX`] hashes.
    #[error("{found} hashes, at most {DEPTH_MAX}")]
    TooDeep {
        /// How many there are.
        found: usize,
    },
    /// The stream found cannot be at this place: its key begins otherwise.
    #[error("stream with key {key} is not on the path")]
    OffPath {
        /// The key of the stream found.
        key: Digest,
    },
    /// A subtree with one stream or none must be written shorter, so the lowest hash is never empty.
    #[error("path goes on below its end")]
    NotCollapsed,
    /// The path leads to another root.
    #[error("root computed as {computed}, expected {expected}")]
    Root {
        /// The root the proof leads to.
        computed: Digest,
        /// The root given.
        expected: Digest,
    },
}

/// Checks a proof about `key` under the census `root`. For one root and one key there is only one answer
/// that can be proved, even under a root that was not built by the rules.
pub fn verify(root: Digest, key: &Digest, proof: &CensusProof) -> Result<Membership, CensusError> {
    let depth = proof.siblings.len();
    if depth > DEPTH_MAX {
        return Err(CensusError::TooDeep { found: depth });
    }
    if proof.siblings.last() == Some(&EMPTY) {
        return Err(CensusError::NotCollapsed);
    }
    let (end, membership) = match &proof.found {
        Found::Empty => (EMPTY, Membership::Absent),
        Found::Leaf(leaf) => {
            if (0..depth).any(|depth| bit(&leaf.key, depth) != bit(key, depth)) {
                return Err(CensusError::OffPath { key: leaf.key });
            }
            let present = Membership::Present { revision: leaf.revision, head: leaf.head };
            (leaf_hash(leaf), if leaf.key == *key { present } else { Membership::Absent })
        }
    };
    let climb = |hash, (depth, sibling): (usize, &Digest)| {
        if bit(key, depth) { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) }
    };
    let computed = proof.siblings.iter().enumerate().rev().fold(end, climb);
    if computed == root { Ok(membership) } else { Err(CensusError::Root { computed, expected: root }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::{Census, key};
    use alloc::vec;
    use proptest::prelude::*;

    fn head(name: &str) -> StreamHead {
        StreamHead { key: key(name.as_bytes()), revision: 3, head: key(b"entry") }
    }

    #[test]
    fn another_stream_on_the_path_proves_absence_and_one_off_it_proves_nothing() {
        // One stream alone: its leaf is the root and lies on every path.
        let only = CensusProof { found: Found::Leaf(head("a")), siblings: vec![] };
        let root = leaf_hash(&head("a"));
        assert_eq!(verify(root, &key(b"b"), &only), Ok(Membership::Absent));
        let mut census: Census = [head("a"), head("b")].into_iter().collect();
        let mut proof = census.proof(&key(b"a"));
        proof.found = Found::Leaf(head("b"));
        let off = CensusError::OffPath { key: key(b"b") };
        assert_eq!(verify(census.root(), &key(b"a"), &proof), Err(off));
    }

    #[test]
    fn an_empty_census_proves_every_absence() {
        let proof = CensusProof { found: Found::Empty, siblings: vec![] };
        assert_eq!(verify(EMPTY, &key(b"a"), &proof), Ok(Membership::Absent));
        assert!(verify(leaf_hash(&head("a")), &key(b"a"), &proof).is_err());
    }

    #[test]
    fn a_path_longer_than_a_key_or_than_needed_is_refused() {
        let found = Found::Empty;
        let long = CensusProof { found, siblings: vec![Digest([1; 32]); DEPTH_MAX + 1] };
        assert_eq!(verify(EMPTY, &key(b"a"), &long), Err(CensusError::TooDeep { found: 257 }));
        let slack = CensusProof { found: Found::Leaf(head("a")), siblings: vec![EMPTY] };
        let root = if bit(&key(b"a"), 0) {
            node_hash(&EMPTY, &leaf_hash(&head("a")))
        } else {
            node_hash(&leaf_hash(&head("a")), &EMPTY)
        };
        assert_eq!(verify(root, &key(b"a"), &slack), Err(CensusError::NotCollapsed));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn no_made_up_proof_verifies(
            root: [u8; 32], asked: [u8; 32], leaf: Option<[u8; 32]>, siblings in prop::collection::vec(any::<[u8; 32]>(), 0..300),
        ) {
            let leaf = leaf.map(|key| Found::Leaf(StreamHead { key: Digest(key), revision: 0, head: Digest::ZERO }));
            let siblings = siblings.into_iter().map(Digest).collect();
            let proof = CensusProof { found: leaf.unwrap_or(Found::Empty), siblings };
            prop_assert!(verify(Digest(root), &Digest(asked), &proof).is_err());
        }
    }
}
