//! Trees, notes, censuses and disclosures of the second implementation (`vectors/generate.py`), against our code.

use std::fmt::Debug;

use custody::id::Digest;
use ledger_format::census::{self, CensusProof, Membership, StreamHead};
use ledger_format::checkpoint::Checkpoint;
use ledger_format::cosignature::Cosigner;
use ledger_format::disclosure::Disclosure;
use ledger_format::key::SigningKey;
use ledger_format::merkle::{self, MemoryTree};
use ledger_format::note::{Note, NoteSigner};
use ledger_format::stream::StreamName;
use ledger_format::tile::{self, Tile, TileKind};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::support::{digest, digests, unhex, vectors};

#[derive(Deserialize)]
struct MerkleVectors {
    leaves: Vec<String>,
    roots: Vec<String>,
    inclusion: Vec<InclusionVector>,
    consistency: Vec<ConsistencyVector>,
    all_inclusion_sha256: String,
    all_consistency_sha256: String,
    tile_paths: Vec<(String, u64, u16, String)>,
}

#[derive(Deserialize)]
struct InclusionVector {
    index: u64,
    size: u64,
    proof: Vec<String>,
}

#[derive(Deserialize)]
struct ConsistencyVector {
    old: u64,
    new: u64,
    proof: Vec<String>,
}

fn all<E: Debug>(proofs: impl Iterator<Item = Result<Vec<Digest>, E>>) -> String {
    let mut hash = Sha256::new();
    for proof in proofs {
        proof.unwrap().iter().for_each(|each| hash.update(each.0));
    }
    hex::encode(hash.finalize())
}

#[test]
fn roots_and_proofs_of_every_size_to_forty_are_those_of_the_second_implementation() {
    let vectors = vectors::<MerkleVectors>("merkle.json");
    let leaves = digests(&vectors.leaves);
    let tree: MemoryTree = leaves.iter().copied().collect();
    for (number, leaf) in leaves.iter().enumerate() {
        assert_eq!(merkle::leaf_hash(format!("leaf {number}").as_bytes()), *leaf);
    }
    let roots = digests(&vectors.roots);
    for (size, root) in (0u64..).zip(&roots) {
        assert_eq!(merkle::root_at(&tree, size), Ok(*root), "size {size}");
    }
    let root = |size: u64| roots[usize::try_from(size).unwrap()];
    for InclusionVector { index, size, proof } in vectors.inclusion {
        let proof = digests(&proof);
        assert_eq!(merkle::inclusion_proof(&tree, index, size).unwrap(), proof, "{index} of {size}");
        let leaf = leaves[usize::try_from(index).unwrap()];
        assert_eq!(merkle::verify_inclusion(leaf, index, size, &proof, root(size)), Ok(()));
    }
    for ConsistencyVector { old, new, proof } in vectors.consistency {
        let proof = digests(&proof);
        assert_eq!(merkle::consistency_proof(&tree, old, new).unwrap(), proof, "{old} to {new}");
        assert_eq!(merkle::verify_consistency(old, root(old), new, root(new), &proof), Ok(()));
    }
    let sizes = || 1..=40u64;
    let inclusion = sizes()
        .flat_map(|size| (0..size).map(move |index| (index, size)))
        .map(|(index, size)| merkle::inclusion_proof(&tree, index, size));
    assert_eq!(all(inclusion), vectors.all_inclusion_sha256);
    let consistency = sizes()
        .flat_map(|new| (0..=new).map(move |old| (old, new)))
        .map(|(old, new)| merkle::consistency_proof(&tree, old, new));
    assert_eq!(all(consistency), vectors.all_consistency_sha256);
    for (level, index, width, path) in vectors.tile_paths {
        let kind = level.parse().map_or(TileKind::Entries, |level| TileKind::Hashes { level });
        let tile = Tile::new(kind, index, width).unwrap();
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse(), Ok(tile));
    }
}

#[derive(Deserialize)]
struct BundleVectors {
    many: Vec<ManyVector>,
    every_set_of_sizes_1_to_8_sha256: String,
    zip: ZipVector,
}

#[derive(Deserialize)]
struct ManyVector {
    size: u64,
    indices: Vec<u64>,
    proof: Vec<String>,
    root: String,
}

#[derive(Deserialize)]
struct ZipVector {
    files: Vec<(String, String)>,
    bytes: String,
}

#[test]
fn one_proof_for_many_leaves_is_that_of_the_second_implementation() {
    let vectors = vectors::<BundleVectors>("bundle.json");
    let leaf = |index: u64| merkle::leaf_hash(format!("leaf {index}").as_bytes());
    let tree: MemoryTree = (0..40).map(leaf).collect();
    for ManyVector { size, indices, proof, root } in vectors.many {
        let (proof, root) = (digests(&proof), digest(&root));
        assert_eq!(merkle::prove_many(&tree, &indices, size).unwrap(), proof, "{indices:?} of {size}");
        let leaves: Vec<_> = indices.iter().map(|index| (*index, leaf(*index))).collect();
        let proven = merkle::verify_many(&leaves, size, &proof, root).unwrap();
        for index in indices {
            assert_eq!(proven.path(index), merkle::inclusion_proof(&tree, index, size).ok());
        }
    }
    let sets = (1..=8u64).flat_map(|size| (1..1u64 << size).map(move |set| (size, set)));
    let proofs = sets.map(|(size, set)| {
        let indices: Vec<u64> = (0..size).filter(|index| set >> index & 1 == 1).collect();
        merkle::prove_many(&tree, &indices, size)
    });
    assert_eq!(all(proofs), vectors.every_set_of_sizes_1_to_8_sha256);
}

#[test]
fn the_zip_of_the_second_implementation_is_the_one_form_of_its_files() {
    let vector = vectors::<BundleVectors>("bundle.json").zip;
    let files: Vec<_> = vector.files.into_iter().map(|(name, content)| (name, unhex(&content))).collect();
    assert_eq!(hex::encode(disclosure::pack::pack(&files).unwrap()), vector.bytes);
    assert_eq!(disclosure::pack::unpack(&unhex(&vector.bytes)).unwrap(), files);
}

#[derive(Deserialize)]
struct Published {
    roots: Vec<String>,
    log_vkey: String,
    witness_vkey: String,
    note: String,
    bundle: String,
    tile: String,
}

#[test]
fn the_published_note_bundle_and_tile_come_out() {
    let vector = vectors::<Published>("published.json");
    let letters: [&[u8]; 5] = [b"a", b"b", b"c", b"d", b"e"];
    let tree: MemoryTree = letters.iter().map(|letter| merkle::leaf_hash(letter)).collect();
    let seed = |first: u8| std::array::from_fn(|place| first + u8::try_from(place).unwrap());
    let log = NoteSigner::new("log.example.test/lockers", SigningKey::from_seed(&seed(0))).unwrap();
    let witness = Cosigner::new("witness.example.test/w1", SigningKey::from_seed(&seed(0x20))).unwrap();
    assert_eq!(log.verifier().to_string(), vector.log_vkey);
    assert_eq!(witness.verifier().to_string(), vector.witness_vkey);
    for (size, root) in (1u64..).zip(&vector.roots) {
        let text = Checkpoint::new("o", size, merkle::root_at(&tree, size).unwrap()).unwrap().to_string();
        assert_eq!(text, format!("o\n{size}\n{root}\n"));
    }
    let head = Checkpoint::new(log.verifier().name(), 5, merkle::root_at(&tree, 5).unwrap()).unwrap();
    let mut note: Note = log.sign(&head.to_string()).unwrap();
    witness.add_to(&mut note, 1_700_000_000).unwrap();
    assert_eq!(note.to_string(), vector.note);
    assert_eq!(hex::encode(tile::encode_bundle(letters).unwrap()), vector.bundle);
    let five = Tile::new(TileKind::Hashes { level: 0 }, 0, 5).unwrap();
    assert_eq!(hex::encode(tile::hash_tile(&tree, 5, five).unwrap()), vector.tile);
}

#[derive(Deserialize)]
struct CensusVector {
    streams: Vec<String>,
    root: String,
    proofs: Vec<CensusProofVector>,
}

#[derive(Deserialize)]
struct CensusProofVector {
    stream: String,
    present: bool,
    proof: String,
}

#[test]
fn censuses_and_their_proofs_are_those_of_the_second_implementation() {
    for vector in vectors::<Vec<CensusVector>>("census.json") {
        let head = |number: u64| Digest(Sha256::digest(number.to_be_bytes()).into());
        let key = |stream: &String| stream.parse::<StreamName>().unwrap().census_key();
        let heads = (0u64..).zip(&vector.streams);
        let mut census: census::Census = heads
            .map(|(number, stream)| StreamHead { key: key(stream), revision: number, head: head(number) })
            .collect();
        let root = digest(&vector.root);
        assert_eq!(census.root(), root);
        for asked in &vector.proofs {
            let proof: CensusProof = asked.proof.parse().unwrap();
            assert_eq!(census.proof(&key(&asked.stream)), proof);
            let found = census::verify(root, &key(&asked.stream), &proof).unwrap();
            assert_eq!(matches!(found, Membership::Present { .. }), asked.present, "{}", asked.stream);
        }
    }
}

#[derive(Deserialize)]
struct DisclosureVector {
    field: String,
    digest: String,
    disclosure: String,
}

#[test]
fn disclosures_have_the_digests_of_the_second_implementation() {
    for vector in vectors::<Vec<DisclosureVector>>("disclosures.json") {
        let disclosure = Disclosure { encoded: vector.disclosure };
        assert_eq!(disclosure.digest(), digest(&vector.digest));
        assert_eq!(disclosure.parse().unwrap().name, vector.field);
    }
}
