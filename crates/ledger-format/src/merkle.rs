//! The Merkle tree of RFC 6962 §2.1 (the same as RFC 9162 §2.1) over SHA-256.
//!
//! ```text
//! MTH({})   = SHA-256("")
//! leaf      = SHA-256(0x00 || entry)
//! node      = SHA-256(0x01 || left || right)
//! MTH(D[n]) = node(MTH(D[0:k]), MTH(D[k:n])), k = largest power of two smaller than n
//! ```
//!
//! Where the nodes lie (memory, store, tiles) is the business of a [`HashReader`].

mod frontier;
mod many;
mod prove;
mod reader;
mod verify;

use custody::id::Digest;
use sha2::{Digest as _, Sha256};

pub use frontier::Frontier;
pub use many::{ManyError, Proven, prove_many, verify_many};
pub use prove::{ProveError, consistency_proof, inclusion_proof, root_at};
pub use reader::{HashReader, MemoryTree, Missing};
pub use verify::{ProofError, verify_consistency, verify_inclusion};

/// The most hashes a proof may carry on the wire: C2SP tlog-witness allows 63 lines, and no proof in a
/// tree of fewer than 2^62 entries needs more.
pub const PROOF_HASHES_MAX: usize = 63;

/// `SHA-256(0x00 || entry)`: the leaf hash of the exact stored bytes (RFC 6962 §2.1).
pub fn leaf_hash(entry: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0x00]).chain_update(entry).finalize().into())
}

/// `SHA-256(0x01 || left || right)`: an interior node (RFC 6962 §2.1).
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest(Sha256::new().chain_update([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// `SHA-256("")`: the root of the tree without entries (RFC 6962 §2.1).
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// The levels of the complete subtrees that a range of `count` leaves splits into, largest first: the
/// binary digits of `count`.
fn peak_levels(count: u64) -> impl DoubleEndedIterator<Item = u8> {
    (0..64u8).rev().filter(move |level| count >> level & 1 == 1)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    /// The roots of the trees over "a", "b", "c", "d", "e" with 1 to 5 leaves.
    pub(crate) const ROOTS: [&str; 5] = [
        "Aippeebat6pa5MPl5F9+l3ESp+Y1k4INvsHsc4ok+Tw=",
        "sTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes=",
        "NmQuc8JUCrEh46a/lUWwokmCzYMOsT080Z3jzmwCHsE=",
        "MzdqO9Y+mZNwioTd/mworli4NQXdH+1xG9kk7FpiOfA=",
        "/hSlQm+9cMD6c/UjQq/tDaC9I8SDhmLM9riKMHDq2Xs=",
    ];

    pub(crate) fn digest(text: &str) -> Digest {
        Digest::try_from(STANDARD.decode(text).unwrap().as_slice()).unwrap()
    }

    pub(crate) fn letters() -> MemoryTree {
        ["a", "b", "c", "d", "e"].iter().map(|letter| leaf_hash(letter.as_bytes())).collect()
    }

    /// RFC 6962 §2.1, word by word.
    fn mth(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            many => {
                let k = many.len().next_power_of_two() / 2;
                node_hash(&mth(&many[..k]), &mth(&many[k..]))
            }
        }
    }

    /// RFC 6962 §2.1.1, word by word.
    fn path(m: usize, leaves: &[Digest]) -> Vec<Digest> {
        if leaves.len() <= 1 {
            return Vec::new();
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, other) = if m < k {
            (path(m, &leaves[..k]), mth(&leaves[k..]))
        } else {
            (path(m - k, &leaves[k..]), mth(&leaves[..k]))
        };
        proof.push(other);
        proof
    }

    /// RFC 6962 §2.1.2, word by word.
    fn subproof(m: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { alloc::vec![mth(leaves)] };
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, other) = if m <= k {
            (subproof(m, &leaves[..k], whole), mth(&leaves[k..]))
        } else {
            (subproof(m - k, &leaves[k..], false), mth(&leaves[..k]))
        };
        proof.push(other);
        proof
    }

    fn leaves(count: usize) -> Vec<Digest> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    fn number(count: usize) -> u64 {
        u64::try_from(count).unwrap()
    }

    #[test]
    fn the_published_roots_and_proofs_come_out() {
        let tree = letters();
        assert_eq!(empty_root().0[..4], [0xe3, 0xb0, 0xc4, 0x42]);
        let mut frontier = Frontier::new();
        for (size, root) in (1..).zip(ROOTS) {
            frontier.push(leaf_hash(&[b'a' + u8::try_from(size - 1).unwrap()]));
            assert_eq!(root_at(&tree, size), Ok(digest(root)));
            assert_eq!((frontier.size(), frontier.root()), (size, digest(root)));
        }
        let expected = [
            "0HDcW42prqfcD1rUwp2JllIABZyaDOyjq9XaJJLctx0=",
            ROOTS[1],
            "KCSnzNosqnIMhcn7oei1tzXuz9sDh45Pjf5sNiUDC8Q=",
        ];
        assert_eq!(inclusion_proof(&tree, 2, 5), Ok(expected.map(digest).to_vec()));
        let expected = ["WX/LMSgtNGVMIA00GPylcFxkjr8ybsc9jd7xGEH4dtg=", expected[0], ROOTS[1], expected[2]];
        // Four hashes: c's leaf, d's leaf, ab, e.
        assert_eq!(consistency_proof(&tree, 3, 5), Ok(expected.map(digest).to_vec()));
    }

    #[test]
    fn every_small_tree_agrees_with_the_text_of_the_rfc() {
        let all = leaves(40);
        let tree: MemoryTree = all.iter().copied().collect();
        let mut frontier = Frontier::new();
        for size in 0..=all.len() {
            let root = mth(&all[..size]);
            assert_eq!(root_at(&tree, number(size)), Ok(root));
            assert_eq!(frontier.root(), root);
            assert_eq!(Frontier::at(&tree, number(size)), Ok(frontier.clone()));
            if size < all.len() {
                frontier.push(all[size]);
            }
            for index in 0..size {
                let proof = inclusion_proof(&tree, number(index), number(size)).unwrap();
                assert_eq!(proof, path(index, &all[..size]));
                assert_eq!(verify_inclusion(all[index], number(index), number(size), &proof, root), Ok(()));
            }
            for old in 1..=size {
                let proof = consistency_proof(&tree, number(old), number(size)).unwrap();
                assert_eq!(proof, subproof(old, &all[..size], true));
                let old_root = mth(&all[..old]);
                assert_eq!(verify_consistency(number(old), old_root, number(size), root, &proof), Ok(()));
            }
        }
    }

    #[test]
    fn what_a_leaf_completes_is_told_once_and_in_order() {
        let tree = letters();
        let mut seen: Vec<String> = Vec::new();
        let mut frontier = Frontier::new();
        for letter in ["a", "b", "c", "d", "e"] {
            frontier.push_with(leaf_hash(letter.as_bytes()), |level, index, hash| {
                assert_eq!(tree.node(level, index), Ok(hash));
                seen.push(alloc::format!("{level}/{index}"));
            });
        }
        assert_eq!(seen, ["0/0", "0/1", "1/0", "0/2", "0/3", "1/1", "2/0", "0/4"]);
    }

    type Check<'a> = &'a dyn Fn(&[Digest]) -> Result<(), ProofError>;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn an_edited_dropped_or_surplus_hash_breaks_every_proof(
            size in 2usize..200, at in any::<prop::sample::Index>(), old in any::<prop::sample::Index>(),
            place in any::<prop::sample::Index>(), bit in 0u8..8, byte in 0usize..32,
        ) {
            let all = leaves(size);
            let tree: MemoryTree = all.iter().copied().collect();
            let (index, old, n) = (at.index(size), 1 + old.index(size), number(size));
            let (root, old_root) = (mth(&all), mth(&all[..old]));
            let inclusion = inclusion_proof(&tree, number(index), n).unwrap();
            let consistency = consistency_proof(&tree, number(old), n).unwrap();
            let included = |proof: &[Digest]| verify_inclusion(all[index], number(index), n, proof, root);
            let consistent = |proof: &[Digest]| verify_consistency(number(old), old_root, n, root, proof);
            let checks: [(&[Digest], Check); 2] =
                [(&inclusion, &included), (&consistency, &consistent)];
            for (proof, check) in checks {
                prop_assert_eq!(check(proof), Ok(()));
                // Surplus hashes at any place, whatever they are.
                let mut longer = proof.to_vec();
                longer.insert(place.index(proof.len() + 1), root);
                prop_assert!(check(&longer).is_err());
                if proof.is_empty() {
                    continue;
                }
                let mut shorter = proof.to_vec();
                shorter.remove(place.index(proof.len()));
                prop_assert!(check(&shorter).is_err());
                let mut edited = proof.to_vec();
                edited[place.index(proof.len())].0[byte] ^= 1 << bit;
                prop_assert!(check(&edited).is_err());
            }
        }

        #[test]
        fn hostile_numbers_never_panic(
            index in any::<u64>(), size in any::<u64>(), old in any::<u64>(), count in 0usize..70,
        ) {
            let proof = alloc::vec![Digest::ZERO; count];
            let _ = verify_inclusion(Digest::ZERO, index, size, &proof, Digest::ZERO);
            let _ = verify_consistency(old, Digest::ZERO, size, Digest::ZERO, &proof);
            let empty = MemoryTree::default();
            let _ = inclusion_proof(&empty, index, size);
            let _ = consistency_proof(&empty, old, size);
            let _ = root_at(&empty, size);
        }
    }
}
