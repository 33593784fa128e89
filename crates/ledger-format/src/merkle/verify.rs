//! Checking proofs: pure, total, and exact about how many hashes a proof must have.
//!
//! Every hash of a proof is used and the count must be the one that the sizes demand, so that neither a
//! proof checked only at its ends nor surplus hashes can pass.

use super::{empty_root, node_hash};
use custody::id::Digest;

/// A proof does not prove what was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf in a tree of that size.
    #[error("index {index} lies outside a tree of size {size}")]
    Index {
        /// The leaf's position.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The tree shrank.
    #[error("old size {old} is larger than new size {new}")]
    Order {
        /// The earlier size.
        old: u64,
        /// The later size.
        new: u64,
    },
    /// The sizes demand another number of hashes.
    #[error("{found} hashes, expected {expected}")]
    Length {
        /// How many the proof has.
        found: usize,
        /// How many it must have.
        expected: usize,
    },
    /// The proof does not lead to the earlier root.
    #[error("old root computed as {computed}, expected {expected}")]
    OldRoot {
        /// The root the proof leads to.
        computed: Digest,
        /// The root given.
        expected: Digest,
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

/// Checks that `leaf` is at `index` of the tree of `size` leaves with this `root` (RFC 9162 §2.1.3.2).
///
/// # Errors
/// [`ProofError::Index`], [`ProofError::Length`] or [`ProofError::Root`].
pub fn verify_inclusion(
    leaf: Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Index { index, size });
    }
    let (inner, border) = path_lengths(index, size);
    let (inner, border) = split_proof(proof, inner, border)?;
    let computed = climb_border(climb_inner(leaf, inner, index), border);
    expect_root(computed, root)
}

/// Checks that the tree of `old_size` leaves with `old_root` is a prefix of the tree of `new_size` leaves
/// with `new_root` (RFC 9162 §2.1.4.2). The proof is empty if the sizes are equal or the old one is 0,
/// and the roots are checked all the same.
///
/// # Errors
/// [`ProofError::Order`], [`ProofError::Length`], [`ProofError::OldRoot`] or [`ProofError::Root`].
pub fn verify_consistency(
    old_size: u64,
    old_root: Digest,
    new_size: u64,
    new_root: Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Order { old: old_size, new: new_size });
    }
    if old_size == 0 {
        expect_length(proof, 0)?;
        expect_old_root(empty_root(), old_root)?;
        return if new_size == 0 { expect_root(empty_root(), new_root) } else { Ok(()) };
    }
    if old_size == new_size {
        expect_length(proof, 0)?;
        return expect_root(old_root, new_root);
    }
    // The path to the old tree's last leaf, from the largest complete subtree that ends there.
    let (inner, border) = path_lengths(old_size - 1, new_size);
    let shift = old_size.trailing_zeros();
    let inner = inner - shift;
    let (seed, rest) = if old_size.is_power_of_two() {
        (&old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length { found: 0, expected: count(1 + inner + border) })?
    };
    let (inner, border) = split_proof(rest, inner, border).map_err(|_| ProofError::Length {
        found: proof.len(),
        expected: proof.len() - rest.len() + count(inner + border),
    })?;
    let path = (old_size - 1) >> shift;
    let computed = climb_border(climb_inner_left(*seed, inner, path), border);
    expect_old_root(computed, old_root)?;
    let computed = climb_border(climb_inner(*seed, inner, path), border);
    expect_root(computed, new_root)
}

/// How many hashes of the path of leaf `index` lie below the level where it leaves the tree's right edge,
/// and how many above (all of them on the left). `index < size`.
fn path_lengths(index: u64, size: u64) -> (u32, u32) {
    let inner = 64 - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    (inner, border)
}

fn split_proof(proof: &[Digest], inner: u32, border: u32) -> Result<(&[Digest], &[Digest]), ProofError> {
    expect_length(proof, count(inner + border))?;
    Ok(proof.split_at_checked(count(inner)).unwrap_or((proof, &[])))
}

/// From the bottom up; a binary digit 1 of `path` says that the sibling is on the left.
fn climb_inner(seed: Digest, proof: &[Digest], path: u64) -> Digest {
    proof.iter().zip(digits(path)).fold(seed, |hash, (sibling, left)| {
        if left { node_hash(sibling, &hash) } else { node_hash(&hash, sibling) }
    })
}

/// The same, taking only the siblings on the left: what the tree was before it grew to the right.
fn climb_inner_left(seed: Digest, proof: &[Digest], path: u64) -> Digest {
    let lefts = proof.iter().zip(digits(path)).filter(|(_, left)| *left);
    lefts.fold(seed, |hash, (sibling, _)| node_hash(sibling, &hash))
}

fn climb_border(seed: Digest, proof: &[Digest]) -> Digest {
    proof.iter().fold(seed, |hash, sibling| node_hash(sibling, &hash))
}

/// The binary digits of a number, least significant first.
fn digits(number: u64) -> impl Iterator<Item = bool> {
    (0..64u8).map(move |place| number >> place & 1 == 1)
}

fn expect_length(proof: &[Digest], expected: usize) -> Result<(), ProofError> {
    let found = proof.len();
    if found == expected { Ok(()) } else { Err(ProofError::Length { found, expected }) }
}

fn expect_old_root(computed: Digest, expected: Digest) -> Result<(), ProofError> {
    if computed == expected { Ok(()) } else { Err(ProofError::OldRoot { computed, expected }) }
}

fn expect_root(computed: Digest, expected: Digest) -> Result<(), ProofError> {
    if computed == expected { Ok(()) } else { Err(ProofError::Root { computed, expected }) }
}

/// At most 128: two binary digit counts.
fn count(hashes: u32) -> usize {
    usize::try_from(hashes).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ROOTS, digest, letters};
    use super::super::{consistency_proof, inclusion_proof, leaf_hash};
    use super::*;

    #[test]
    fn a_leaf_outside_the_tree_is_in_no_tree() {
        let root = digest(ROOTS[0]);
        let leaf = leaf_hash(b"a");
        assert_eq!(verify_inclusion(leaf, 0, 1, &[], root), Ok(()));
        assert_eq!(verify_inclusion(leaf, 1, 1, &[], root), Err(ProofError::Index { index: 1, size: 1 }));
        let none = verify_inclusion(leaf, 0, 0, &[], empty_root());
        assert_eq!(none, Err(ProofError::Index { index: 0, size: 0 }));
        let far = verify_inclusion(leaf, u64::MAX, u64::MAX, &[], root);
        assert_eq!(far, Err(ProofError::Index { index: u64::MAX, size: u64::MAX }));
    }

    #[test]
    fn the_largest_tree_has_a_proof_length_too() {
        let error = verify_inclusion(Digest::ZERO, 0, u64::MAX, &[], Digest::ZERO);
        assert_eq!(error, Err(ProofError::Length { found: 0, expected: 64 }));
        let error = verify_inclusion(Digest::ZERO, u64::MAX - 1, u64::MAX, &[], Digest::ZERO);
        assert_eq!(error, Err(ProofError::Length { found: 0, expected: 63 }));
    }

    #[test]
    fn the_proof_of_one_leaf_proves_no_other() {
        let (tree, root) = (letters(), digest(ROOTS[4]));
        let proof = inclusion_proof(&tree, 2, 5).unwrap();
        assert_eq!(verify_inclusion(leaf_hash(b"c"), 2, 5, &proof, root), Ok(()));
        for (leaf, index, size) in [(b"d", 2, 5), (b"c", 3, 5), (b"c", 0, 5), (b"c", 2, 4), (b"c", 2, 9)] {
            assert!(verify_inclusion(leaf_hash(leaf), index, size, &proof, root).is_err());
        }
    }

    #[test]
    fn an_empty_or_equal_tree_is_consistent_without_hashes_and_only_with_its_own_root() {
        let (three, five) = (digest(ROOTS[2]), digest(ROOTS[4]));
        let length = |expected| Err(ProofError::Length { found: 1, expected });
        assert_eq!(verify_consistency(0, empty_root(), 5, five, &[]), Ok(()));
        assert_eq!(verify_consistency(0, empty_root(), 5, five, &[three]), length(0));
        assert!(verify_consistency(0, three, 5, five, &[]).is_err());
        assert_eq!(verify_consistency(0, empty_root(), 0, empty_root(), &[]), Ok(()));
        assert!(verify_consistency(0, empty_root(), 0, five, &[]).is_err());
        assert_eq!(verify_consistency(5, five, 5, five, &[]), Ok(()));
        assert_eq!(verify_consistency(5, five, 5, five, &[five]), length(0));
        let other = ProofError::Root { computed: five, expected: three };
        assert_eq!(verify_consistency(5, five, 5, three, &[]), Err(other));
        let order = ProofError::Order { old: 5, new: 3 };
        assert_eq!(verify_consistency(5, five, 3, three, &[]), Err(order));
        let short = Err(ProofError::Length { found: 0, expected: 4 });
        assert_eq!(verify_consistency(3, three, 5, five, &[]), short);
        assert_eq!(
            verify_consistency(3, three, 5, five, &[three]),
            Err(ProofError::Length { found: 1, expected: 4 })
        );
    }

    #[test]
    fn a_rewritten_history_is_told_from_a_wrong_new_root() {
        let letters = letters();
        let (three, four, five) = (digest(ROOTS[2]), digest(ROOTS[3]), digest(ROOTS[4]));
        let proof = consistency_proof(&letters, 3, 5).unwrap();
        let old = verify_consistency(3, four, 5, five, &proof);
        assert_eq!(old, Err(ProofError::OldRoot { computed: three, expected: four }));
        let new = verify_consistency(3, three, 5, four, &proof);
        assert_eq!(new, Err(ProofError::Root { computed: five, expected: four }));
    }
}
