//! The vectors of the second implementation (`vectors/generate.py`), against our code.

use std::fmt::Debug;

use custody::id::Digest;
use custody_proto::schema::{Kind, Label};
use custody_proto::{table, v1};
use ledger_format::canonical::{self, DecodeError, Event, Value};
use ledger_format::census::{self, CensusProof, Membership, StreamHead};
use ledger_format::checkpoint::Checkpoint;
use ledger_format::cosignature::Cosigner;
use ledger_format::disclosure::Disclosure;
use ledger_format::dsse::{STATEMENT_PAYLOAD_TYPE, pae};
use ledger_format::entry::Entry;
use ledger_format::envelope::{Envelope, possession_message};
use ledger_format::key::{PublicKey, SigningKey};
use ledger_format::merkle::{self, MemoryTree};
use ledger_format::note::{Note, NoteSigner};
use ledger_format::statement;
use ledger_format::stream::StreamName;
use ledger_format::tile::{self, Tile, TileKind};
use prost::Message as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::support::{digest, digests, unhex, vectors};

#[derive(Deserialize)]
struct StatementVector {
    name: String,
    bytes: String,
    hash: String,
    streams: Vec<String>,
    commitments: Vec<String>,
    values: Vec<String>,
}

/// `path=value` for each value of a statement, as the generator writes them.
fn values(bytes: &[u8]) -> Vec<String> {
    let (mut path, mut lines) = (Vec::new(), Vec::new());
    canonical::walk(bytes, &table::STATEMENT, bytes.len(), &mut |event| match event {
        Event::Enter(field) => path.push(field.name),
        Event::Leave => drop(path.pop()),
        Event::Value(field, value) => {
            let prefix: String = path.iter().map(|part| format!("{part}.")).collect();
            let value = match value {
                Value::Number(number) if matches!(field.kind, Kind::Sint64) => unzigzag(number).to_string(),
                Value::Number(number) => number.to_string(),
                Value::Bytes(bytes) => hex::encode(bytes),
                Value::Text(text) => text.to_owned(),
            };
            lines.push(format!("{prefix}{}={value}", field.name));
        }
    })
    .unwrap();
    lines
}

fn unzigzag(number: u64) -> i128 {
    let half = i128::from(number >> 1);
    if number & 1 == 0 { half } else { -half - 1 }
}

#[test]
fn every_statement_decodes_to_what_the_second_implementation_encoded() {
    for vector in vectors::<Vec<StatementVector>>("statements.json") {
        let (name, bytes) = (&vector.name, unhex(&vector.bytes));
        let decoded = statement::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(decoded.hash.to_string(), vector.hash, "{name}");
        assert_eq!(name.split('/').next(), Some(decoded.name));
        let streams: Vec<String> = decoded.streams.iter().map(ToString::to_string).collect();
        assert_eq!(streams, vector.streams, "{name}");
        let commitments: Vec<String> =
            decoded.commitments.iter().map(|each| format!("{}={}", each.field, each.digest)).collect();
        assert_eq!(commitments, vector.commitments, "{name}");
        assert_eq!(values(&bytes), vector.values, "{name}");
    }
}

#[test]
fn every_statement_encodes_to_the_bytes_of_the_second_implementation() {
    for vector in vectors::<Vec<StatementVector>>("statements.json") {
        let bytes = unhex(&vector.bytes);
        let message = v1::Statement::decode(bytes.as_slice()).unwrap();
        assert_eq!(statement::encode(&message), Ok(bytes), "{}", vector.name);
    }
}

#[test]
fn every_fact_of_the_schema_has_a_vector_with_and_without_its_optional_fields() {
    let names: Vec<String> =
        vectors::<Vec<StatementVector>>("statements.json").into_iter().map(|vector| vector.name).collect();
    for field in table::STATEMENT.fields.iter().filter(|field| field.label == Label::Fact) {
        for variant in ["least", "full"] {
            assert!(names.contains(&format!("{}/{variant}", field.name)), "{}/{variant}", field.name);
        }
    }
}

#[derive(Deserialize)]
struct MalformedVector {
    message: String,
    rule: String,
    problem: String,
    what: String,
    bytes: String,
}

/// The name of a problem: the first word of its debug form.
fn problem(error: &DecodeError) -> String {
    format!("{:?}", error.problem).chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn decode_as(message: &str, bytes: &[u8]) -> Result<(), DecodeError> {
    match message {
        "Statement" => statement::decode(bytes).map(drop),
        "Envelope" => Envelope::decode(bytes).map(drop),
        "Entry" => Entry::decode(bytes).map(drop),
        other => panic!("no message {other}"),
    }
}

#[test]
fn every_malformed_encoding_is_refused_for_the_rule_it_breaks() {
    let all = vectors::<Vec<MalformedVector>>("malformed.json");
    assert!(all.len() > 100);
    for vector in all {
        let what = format!("{}: {} ({})", vector.message, vector.what, vector.rule);
        match decode_as(&vector.message, &unhex(&vector.bytes)) {
            Ok(()) => panic!("accepted: {what}"),
            Err(error) => assert_eq!(problem(&error), vector.problem, "{what}: {error}"),
        }
    }
}

#[test]
fn every_cut_of_a_statement_is_refused() {
    for vector in vectors::<Vec<StatementVector>>("statements.json") {
        let bytes = unhex(&vector.bytes);
        for len in 0..bytes.len() {
            assert!(statement::decode(&bytes[..len]).is_err(), "{} cut to {len}", vector.name);
        }
    }
}

#[derive(Deserialize)]
struct EnvelopeVector {
    public_key: String,
    statement: String,
    statement_hash: String,
    signed: String,
    key_id: String,
    signature: String,
    envelope: String,
    bad_signatures: Vec<BadSignatureVector>,
}

#[derive(Deserialize)]
struct BadSignatureVector {
    why: String,
    signature: String,
}

#[test]
fn envelopes_are_signed_over_the_pre_authentication_encoding() {
    for vector in vectors::<Vec<EnvelopeVector>>("envelopes.json") {
        let key = PublicKey::enrol(&unhex(&vector.public_key)).unwrap();
        let mut envelope = Envelope::decode(&unhex(&vector.envelope)).unwrap();
        assert_eq!(hex::encode(&envelope.statement), vector.statement);
        assert_eq!(hex::encode(envelope.signature), vector.signature);
        assert_eq!((envelope.key_id, key.id()), (digest(&vector.key_id), digest(&vector.key_id)));
        assert_eq!(envelope.statement_hash(), digest(&vector.statement_hash));
        assert_eq!(hex::encode(pae(STATEMENT_PAYLOAD_TYPE, &envelope.statement)), vector.signed);
        assert_eq!(envelope.verify(&key), Ok(()));
        assert_eq!(hex::encode(envelope.encode()), vector.envelope);
        for bad in vector.bad_signatures {
            envelope.signature = unhex(&bad.signature).try_into().unwrap();
            assert!(envelope.verify(&key).is_err(), "{}", bad.why);
        }
    }
}

#[derive(Deserialize)]
struct KeyVectors {
    fit: Vec<FitKey>,
    unfit: Vec<UnfitKey>,
}

#[derive(Deserialize)]
struct FitKey {
    device: String,
    public_key: String,
    key_id: String,
    possession_message: String,
    possession: String,
}

#[derive(Deserialize)]
struct UnfitKey {
    bytes: String,
    why: String,
}

#[test]
fn keys_are_enrolled_or_refused_as_the_second_implementation_says() {
    let vectors = vectors::<KeyVectors>("keys.json");
    for vector in vectors.fit {
        let key = PublicKey::enrol(&unhex(&vector.public_key)).unwrap();
        assert_eq!(key.id(), digest(&vector.key_id));
        let message = possession_message(&unhex(&vector.device).try_into().unwrap(), key.as_bytes());
        assert_eq!(hex::encode(&message), vector.possession_message);
        assert_eq!(key.verify_strict(&message, &unhex(&vector.possession).try_into().unwrap()), Ok(()));
    }
    for vector in vectors.unfit {
        assert!(PublicKey::enrol(&unhex(&vector.bytes)).is_err(), "{}: {}", vector.why, vector.bytes);
    }
}

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
