//! One proof for many leaves: the hashes of the largest subtrees that hold none of them.
//!
//! ```text
//! root(lo, hi) = the proof's next hash                      no leaf of the set lies in [lo, hi)
//!              = the leaf's hash                            hi − lo = 1
//!              = node(root(lo, mid), root(mid, hi))         otherwise, mid = lo + largest power of two < hi − lo
//! ```
//!
//! Evaluated left before right it uses every hash, and `root(0, size)` is the root. The audit path of each leaf falls out
//! of it ([`Proven::path`]).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use custody::id::Digest;

use super::prove::{range_root, split};
use super::{HashReader, ProveError, node_hash};

/// A proof for many leaves does not prove what was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManyError {
    /// There is nothing to prove.
    #[error("no leaf to prove")]
    Nothing,
    /// The leaves are not in ascending order, each once.
    #[error("leaf {index} does not come after the one before")]
    Order {
        /// The leaf out of order.
        index: u64,
    },
    /// There is no such leaf in a tree of that size.
    #[error("index {index} lies outside a tree of size {size}")]
    Index {
        /// The leaf's position.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The leaves and the size demand more hashes.
    #[error("the proof has {found} hashes, and they end too early")]
    TooFew {
        /// How many the proof has.
        found: usize,
    },
    /// The leaves and the size demand fewer hashes.
    #[error("the proof has {found} hashes, {used} of which are needed")]
    TooMany {
        /// How many the proof has.
        found: usize,
        /// How many are needed.
        used: usize,
    },
    /// The proof does not lead to the root.
    #[error("root computed as {computed}, expected {expected}")]
    Root {
        /// The root the proof leads to.
        computed: Digest,
        /// The root given.
        expected: Digest,
    },
}

/// The hashes that prove the leaves at `indices`, ascending and each once, in the tree of `size` leaves.
///
/// # Errors
/// [`ProveError::Index`] unless each `index < size`; [`ProveError::Read`].
pub fn prove_many<R: HashReader>(
    reader: &R,
    indices: &[u64],
    size: u64,
) -> Result<Vec<Digest>, ProveError<R::Error>> {
    if let Some(index) = indices.iter().copied().find(|index| *index >= size) {
        return Err(ProveError::Index { index, size });
    }
    let mut proof = Vec::new();
    gather(reader, indices, 0, size, &mut proof).map_err(ProveError::Read)?;
    Ok(proof)
}

/// Depth: one for each bit of a size.
fn gather<R: HashReader>(
    reader: &R,
    indices: &[u64],
    start: u64,
    end: u64,
    proof: &mut Vec<Digest>,
) -> Result<(), R::Error> {
    if indices.is_empty() {
        if start < end {
            proof.push(range_root(reader, start, end)?);
        }
        return Ok(());
    }
    if end - start <= 1 {
        return Ok(());
    }
    let middle = split(start, end);
    let (left, right) = indices.split_at(indices.partition_point(|index| *index < middle));
    gather(reader, left, start, middle, proof)?;
    gather(reader, right, middle, end, proof)
}

/// What a proof for many leaves has shown.
#[derive(Debug, Clone)]
pub struct Proven {
    size: u64,
    /// Every hash met on the way, by the range of leaves that it covers.
    nodes: BTreeMap<(u64, u64), Digest>,
}

impl Proven {
    /// The audit path of a proven leaf (RFC 6962 §2.1.1), its sibling first; `None` for a leaf that was not proven.
    pub fn path(&self, index: u64) -> Option<Vec<Digest>> {
        let (mut start, mut end) = (0, self.size);
        let mut path = Vec::new();
        while end.checked_sub(start)? > 1 {
            let middle = split(start, end);
            let sibling = if index < middle { (middle, end) } else { (start, middle) };
            path.push(*self.nodes.get(&sibling)?);
            if index < middle { end = middle } else { start = middle }
        }
        self.nodes.contains_key(&(start, end)).then(|| {
            path.reverse();
            path
        })
    }
}

/// Checks that every one of `leaves`, by index, ascending and each once, stands in the tree of `size` leaves with this
/// `root`.
pub fn verify_many(
    leaves: &[(u64, Digest)],
    size: u64,
    proof: &[Digest],
    root: Digest,
) -> Result<Proven, ManyError> {
    if leaves.is_empty() {
        return Err(ManyError::Nothing);
    }
    for pair in leaves.windows(2) {
        if let [(before, _), (index, _)] = pair
            && before >= index
        {
            return Err(ManyError::Order { index: *index });
        }
    }
    if let Some((index, _)) = leaves.iter().copied().find(|(index, _)| *index >= size) {
        return Err(ManyError::Index { index, size });
    }
    let mut proven = Proven { size, nodes: BTreeMap::new() };
    let mut rest = proof.iter();
    let computed = climb(leaves, 0, size, &mut rest, &mut proven.nodes);
    let computed = computed.ok_or(ManyError::TooFew { found: proof.len() })?;
    if !rest.as_slice().is_empty() {
        return Err(ManyError::TooMany { found: proof.len(), used: proof.len() - rest.as_slice().len() });
    }
    if computed != root {
        return Err(ManyError::Root { computed, expected: root });
    }
    Ok(proven)
}

/// `None` where the hashes end too early. Depth: one for each bit of a size.
fn climb(
    leaves: &[(u64, Digest)],
    start: u64,
    end: u64,
    rest: &mut core::slice::Iter<'_, Digest>,
    nodes: &mut BTreeMap<(u64, u64), Digest>,
) -> Option<Digest> {
    let hash = match leaves {
        [] => *rest.next()?,
        [(_, leaf)] if end - start == 1 => *leaf,
        _ => {
            let middle = split(start, end);
            let (left, right) = leaves.split_at(leaves.partition_point(|(index, _)| *index < middle));
            let left = climb(left, start, middle, rest, nodes)?;
            node_hash(&left, &climb(right, middle, end, rest, nodes)?)
        }
    };
    nodes.insert((start, end), hash);
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{MemoryTree, inclusion_proof, leaf_hash, root_at};
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    fn chosen(all: &[Digest], indices: &[u64]) -> Vec<(u64, Digest)> {
        indices.iter().map(|index| (*index, all[usize::try_from(*index).unwrap()])).collect()
    }

    #[test]
    fn every_set_of_leaves_of_every_small_tree_is_proved_and_no_hash_may_change() {
        for size in 1..=8u64 {
            let all = leaves(size);
            let tree: MemoryTree = all.iter().copied().collect();
            let root = root_at(&tree, size).unwrap();
            for set in 1..1u64 << size {
                let indices: Vec<u64> = (0..size).filter(|index| set >> index & 1 == 1).collect();
                let proof = prove_many(&tree, &indices, size).unwrap();
                let chosen = chosen(&all, &indices);
                let proven = verify_many(&chosen, size, &proof, root).unwrap();
                for index in 0..size {
                    let path = indices.contains(&index).then(|| inclusion_proof(&tree, index, size).unwrap());
                    // A leaf beside a proven one is met as a hash of its own and not as a leaf of the set.
                    if path.is_some() {
                        assert_eq!(proven.path(index), path);
                    }
                }
                for place in 0..proof.len() {
                    let mut other = proof.clone();
                    other[place].0[31] ^= 1;
                    assert!(matches!(verify_many(&chosen, size, &other, root), Err(ManyError::Root { .. })));
                    let mut fewer = proof.clone();
                    fewer.remove(place);
                    assert!(verify_many(&chosen, size, &fewer, root).is_err());
                }
                let more = [proof.as_slice(), &[root]].concat();
                assert!(verify_many(&chosen, size, &more, root).is_err());
            }
        }
    }

    #[test]
    fn leaves_out_of_order_twice_or_outside_are_refused() {
        let all = leaves(5);
        let tree: MemoryTree = all.iter().copied().collect();
        let root = root_at(&tree, 5).unwrap();
        let check = |leaves: &[(u64, Digest)]| verify_many(leaves, 5, &[], root).unwrap_err();
        assert_eq!(check(&[]), ManyError::Nothing);
        assert_eq!(check(&[(1, all[1]), (0, all[0])]), ManyError::Order { index: 0 });
        assert_eq!(check(&[(1, all[1]), (1, all[1])]), ManyError::Order { index: 1 });
        assert_eq!(check(&[(5, all[0])]), ManyError::Index { index: 5, size: 5 });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn a_leaf_of_another_place_or_content_is_not_proved(
            size in 2u64..400, picks in prop::collection::btree_set(0u64..400, 1..20), moved in any::<prop::sample::Index>(),
        ) {
            let all = leaves(size);
            let tree: MemoryTree = all.iter().copied().collect();
            let root = root_at(&tree, size).unwrap();
            let indices: Vec<u64> = picks.into_iter().filter(|index| *index < size).collect();
            prop_assume!(!indices.is_empty());
            let proof = prove_many(&tree, &indices, size).unwrap();
            let chosen = chosen(&all, &indices);
            prop_assert!(verify_many(&chosen, size, &proof, root).is_ok());
            let place = moved.index(chosen.len());
            let mut other = chosen.clone();
            other[place].1.0[0] ^= 0x80;
            prop_assert!(verify_many(&other, size, &proof, root).is_err());
            let mut fewer = chosen;
            fewer.remove(place);
            prop_assert!(verify_many(&fewer, size, &proof, root).is_err());
        }
    }
}
