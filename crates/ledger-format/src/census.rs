//! The census: one hash that commits to the head of every stream, and proofs of presence and absence.
//!
//! A sparse Merkle tree over SHA-256. A stream's place is its key, `SHA-256(name)`, read from the most
//! significant bit of the first byte: bit 0 goes left, bit 1 right. For the set `S` of streams whose keys
//! begin with the same `d` bits:
//!
//! ```text
//! tree(S, d) = 32 zero bytes                                       if S is empty
//!            = SHA-256(0x02 || key || u64be revision || head)      if S has one stream
//!            = SHA-256(0x03 || tree(S0, d + 1) || tree(S1, d + 1)) otherwise,
//! ```
//!
//! with `S0` and `S1` those of `S` whose bit `d` (counted from 0) is 0 and 1. The census is
//! `tree(all, 0)`. Two keys differ somewhere in their 256 bits, so `d` never exceeds 255 in the last case.
//!
//! Whoever builds a census decides what is in it: it is complete only according to its builder, until
//! somebody replays the ledger and builds it again.

mod proof;
mod text;
mod tree;

use custody::id::Digest;
use sha2::{Digest as _, Sha256};

pub use proof::{CensusError, CensusProof, Found, Membership, verify};
pub use text::CensusTextError;
pub use tree::Census;

/// How many levels a tree has at most: one for each bit of a key.
pub const DEPTH_MAX: usize = 256;

/// The root of the census of no streams.
pub const EMPTY: Digest = Digest::ZERO;

/// One stream as the census sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamHead {
    /// SHA-256 of the stream's name, see [`key`].
    pub key: Digest,
    /// The revision of the stream's last entry.
    pub revision: u64,
    /// The hash of the stream's last entry.
    pub head: Digest,
}

/// `SHA-256(name)`: a stream's place in the census.
pub fn key(name: &[u8]) -> Digest {
    Digest(Sha256::digest(name).into())
}

/// The root over these streams; of two heads with the same key the later counts. Where the streams are
/// kept and change little between two censuses, keep a [`Census`] instead.
pub fn root(heads: impl IntoIterator<Item = StreamHead>) -> Digest {
    heads.into_iter().collect::<Census>().root()
}

/// `SHA-256(0x02 || key || u64be revision || head)`.
fn leaf_hash(leaf: &StreamHead) -> Digest {
    let hash = Sha256::new()
        .chain_update([0x02])
        .chain_update(leaf.key.0)
        .chain_update(leaf.revision.to_be_bytes())
        .chain_update(leaf.head.0);
    Digest(hash.finalize().into())
}

/// `SHA-256(0x03 || left || right)`.
fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest(Sha256::new().chain_update([0x03]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Bit `depth` of a key, the most significant of the first byte being bit 0. False beyond the last.
fn bit(key: &Digest, depth: usize) -> bool {
    key.0.get(depth / 8).is_some_and(|byte| byte << (depth % 8) & 0x80 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// The definition, word by word.
    fn naive(heads: &[StreamHead], depth: usize) -> Digest {
        match heads {
            [] => EMPTY,
            [one] => leaf_hash(one),
            many => {
                let (right, left): (Vec<_>, Vec<_>) = many.iter().partition(|head| bit(&head.key, depth));
                node_hash(&naive(&left, depth + 1), &naive(&right, depth + 1))
            }
        }
    }

    /// Keys that meet deep in the tree as often as near the top.
    fn any_key() -> impl Strategy<Value = Digest> {
        let crowded = (0usize..32, 0u8..4, 0u8..8).prop_map(|(byte, value, bit)| {
            let mut key = [0xa5; 32];
            key[byte] ^= value << (bit % 7);
            Digest(key)
        });
        prop_oneof![crowded, any::<[u8; 32]>().prop_map(Digest)]
    }

    fn any_head() -> impl Strategy<Value = StreamHead> {
        let head = (any_key(), any::<u64>(), any::<[u8; 32]>());
        head.prop_map(|(key, revision, head)| StreamHead { key, revision, head: Digest(head) })
    }

    fn head(name: &str, revision: u64) -> StreamHead {
        StreamHead { key: key(name.as_bytes()), revision, head: key(&revision.to_be_bytes()) }
    }

    #[test]
    fn a_key_is_read_from_the_most_significant_bit() {
        let mut one = [0; 32];
        one[0] = 0b1000_0001;
        one[31] = 1;
        let set: Vec<usize> = (0..300).filter(|depth| bit(&Digest(one), *depth)).collect();
        assert_eq!(set, [0, 7, 255]);
    }

    #[test]
    fn no_stream_and_one_stream_and_two() {
        assert_eq!(root([]), Digest([0; 32]));
        let (a, b) = (head("a", 1), head("b", 2));
        assert_eq!(root([a]), leaf_hash(&a));
        // SHA-256("a") begins with ca, SHA-256("b") with 3e: they part at the first bit.
        assert_eq!(root([a, b]), node_hash(&leaf_hash(&b), &leaf_hash(&a)));
        assert_eq!(root([b, a, a]), root([a, b]));
    }

    /// Made by a second program in another language, from the definition alone. Stream `i` is named
    /// `stream/<i>`, has revision `i` and the head `SHA-256(u64be i)`.
    const VECTORS: [(u64, &str); 6] = [
        (1, "fe7ca194c2d4341825e34465b346cd9e03c36556f630deb7874c0bceb57b69c6"),
        (2, "7be0670e1915ec3bd01541da677ece9f02ab43540c761fb701a3d69e8bfc0e02"),
        (3, "d92f46a620013f3ac361d5fd19ee718d9fad2fc9771d148a733cf079820b55af"),
        (10, "ca9c17ab718d35305395f1677f781440c78792a7489a5646fe0e5a25c3bf2ebe"),
        (100, "62d30ea59827f22442353c74456cd488e319db3698c49be71e7bfe54e2bb6233"),
        (1000, "7e770bd352747a64aa0ade4e66f7028023166defd4217b856d122d9b5f429673"),
    ];

    #[test]
    fn the_vectors_of_the_second_implementation_come_out() {
        let heads = |count: u64| (0..count).map(|number| head(&std::format!("stream/{number}"), number));
        for (count, expected) in VECTORS {
            assert_eq!(hex::encode(root(heads(count)).0), expected, "{count} streams");
        }
    }

    #[test]
    fn keys_that_differ_in_the_last_bit_only_meet_at_the_last_level() {
        let leaf = |last: u8| {
            let mut key = [0x5a; 32];
            key[31] = last;
            StreamHead { key: Digest(key), revision: 1, head: Digest::ZERO }
        };
        let (even, odd) = (leaf(0x5a), leaf(0x5b));
        let mut census: Census = [even, odd].into_iter().collect();
        let proof = census.proof(&odd.key);
        assert_eq!(proof.siblings.len(), DEPTH_MAX);
        let found = Membership::Present { revision: 1, head: Digest::ZERO };
        assert_eq!(verify(census.root(), &odd.key, &proof), Ok(found));
        assert_eq!(census.root(), naive(&[even, odd], 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_census_kept_up_to_date_is_the_census_of_the_definition(
            updates in prop::collection::vec((any_head(), any::<bool>()), 0..40), absent in any_key(),
        ) {
            let mut census = Census::default();
            let mut heads = BTreeMap::new();
            for (head, look) in updates {
                prop_assert_eq!(census.update(head), heads.insert(head.key, head));
                // Roots taken between updates must not leave a stale hash behind.
                if look {
                    census.root();
                }
            }
            let all: Vec<StreamHead> = heads.values().copied().collect();
            let root = naive(&all, 0);
            prop_assert_eq!((census.root(), census.count()), (root, all.len()));
            prop_assert_eq!(super::root(all.iter().rev().copied()), root);
            for head in &all {
                let proof = census.proof(&head.key);
                let present = Membership::Present { revision: head.revision, head: head.head };
                prop_assert_eq!(verify(root, &head.key, &proof), Ok(present));
                prop_assert_eq!(census.get(&head.key), Some(head));
            }
            if !heads.contains_key(&absent) {
                prop_assert_eq!(verify(root, &absent, &census.proof(&absent)), Ok(Membership::Absent));
                prop_assert_eq!(census.get(&absent), None);
            }
        }

        #[test]
        fn any_change_of_a_stream_changes_the_root(
            heads in prop::collection::btree_map(any_key(), any::<u64>(), 1..20),
            place in any::<prop::sample::Index>(), what in 0u8..3,
        ) {
            let heads: Vec<StreamHead> = heads.into_iter()
                .map(|(key, revision)| StreamHead { key, revision, head: Digest::ZERO })
                .collect();
            let mut edited = heads.clone();
            let place = place.index(heads.len());
            match what {
                0 => edited[place].revision ^= 1,
                1 => edited[place].head.0[31] ^= 1,
                _ => { edited.remove(place); }
            }
            prop_assert_ne!(root(heads), root(edited));
        }

        #[test]
        fn an_edited_proof_proves_nothing(
            heads in prop::collection::vec(any_head(), 1..20), asked in any_key(), ask_present: bool,
            place in any::<prop::sample::Index>(), bit in 0u8..8, how in 0u8..5,
        ) {
            let mut census: Census = heads.iter().copied().collect();
            let asked = if ask_present { heads[0].key } else { asked };
            let honest = census.proof(&asked);
            let mut edited = honest.clone();
            let at = place.index(edited.siblings.len() + 1);
            match (how, &mut edited.found) {
                (0, _) => edited.siblings.insert(at, Digest::ZERO),
                (1, _) if at < edited.siblings.len() => { edited.siblings.remove(at); }
                (2, _) if at < edited.siblings.len() => edited.siblings[at].0[at % 32] ^= 1 << bit,
                (3, Found::Leaf(leaf)) => leaf.revision ^= 1 << bit,
                (_, Found::Leaf(_)) => edited.found = Found::Empty,
                (_, found) => *found = Found::Leaf(heads[0]),
            }
            prop_assert_ne!(&edited, &honest);
            prop_assert!(verify(census.root(), &asked, &edited).is_err());
        }
    }
}
