//! The archives that the second implementation wrote, read file by file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use custody::fact::Fact;
use custody::id::Digest;
use ledger_format::census::{Census, StreamHead};
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::key::PublicKey;
use ledger_format::merkle::{self, MemoryTree};
use ledger_format::note::{self, Note, VerifierKey};
use ledger_format::receipt::Receipt;
use ledger_format::statement::{self, Decoded};
use ledger_format::tile::{self, TileKind};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::support::{digest, path, unhex, vectors};

#[derive(Deserialize)]
struct Trust {
    origin: String,
    genesis: String,
    ledger_key: String,
    witnesses: Vec<String>,
    auditors: Vec<String>,
}

impl Trust {
    fn read(archive: &str) -> Self {
        let path = path("vectors").join(archive).join("trust.toml");
        toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn log(&self) -> VerifierKey {
        self.ledger_key.parse().unwrap()
    }

    fn cosigners(&self) -> Vec<VerifierKey> {
        self.witnesses.iter().chain(&self.auditors).map(|vkey| vkey.parse().unwrap()).collect()
    }
}

/// All files of an archive, by path.
fn files(archive: &str) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for found in std::fs::read_dir(folder).unwrap() {
            let path = found.unwrap().path();
            if path.is_dir() {
                collect(root, &path, into);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                into.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let root = path("vectors").join(archive).join("log");
    let mut all = BTreeMap::new();
    collect(&root, &root, &mut all);
    all
}

struct Read {
    checkpoint: Checkpoint,
    entries: Vec<Vec<u8>>,
    files: BTreeMap<String, Vec<u8>>,
}

fn read(archive: &str) -> Read {
    let files = files(archive);
    let trust = Trust::read(archive);
    let signed = Note::parse(&files["checkpoint"]).unwrap();
    let mut keys = trust.cosigners();
    keys.push(trust.log());
    let verified = note::verify(&signed, &keys).unwrap();
    assert!(keys.iter().all(|key| verified.is_by(key)) && verified.unknown.is_empty());
    let checkpoint = Checkpoint::parse(signed.text()).unwrap();
    assert_eq!(checkpoint.origin(), trust.origin);
    let mut entries = Vec::new();
    for tile in tile::tiles(checkpoint.size()).filter(|tile| tile.kind() == TileKind::Entries) {
        let bundle = tile::decode_bundle(&files[&tile.to_string()], tile.width()).unwrap();
        entries.extend(bundle.into_iter().map(<[u8]>::to_vec));
    }
    Read { checkpoint, entries, files }
}

/// Replays an archive by the format's rules alone: chain, streams, seen, census, devices' chains.
#[track_caller]
fn check(archive: &str) {
    let Read { checkpoint, entries, files } = read(archive);
    let mut tree = MemoryTree::default();
    let mut heads: BTreeMap<String, StreamHead> = BTreeMap::new();
    let (mut previous, mut censuses) = (Digest::ZERO, 0);
    for (index, bytes) in (0u64..).zip(&entries) {
        let entry = Entry::decode(bytes).unwrap();
        assert_eq!(&entry.encode(), bytes);
        assert_eq!((entry.index, entry.previous), (index, previous));
        let decoded = statement::decode(&entry.envelope.statement).unwrap();
        assert_eq!(entry.streams.len(), decoded.streams.len());
        if let Some(seen) = decoded.statement.seen {
            assert_eq!(merkle::root_at(&tree, seen.size), Ok(seen.root));
        }
        if let Fact::CensusTaken { root, streams } = decoded.statement.fact {
            let mut census: Census = heads.values().copied().collect();
            assert_eq!((census.root(), u64::try_from(census.count()).unwrap()), (root, streams));
            censuses += 1;
        }
        let leaf = merkle::leaf_hash(bytes);
        for (link, name) in entry.streams.iter().zip(&decoded.streams) {
            let next =
                heads.get(&name.to_string()).map_or((0, Digest::ZERO), |head| (head.revision + 1, head.head));
            assert_eq!((link.revision, link.previous), next, "{name} at {index}");
            heads.insert(
                name.to_string(),
                StreamHead { key: name.census_key(), revision: next.0, head: leaf },
            );
        }
        previous = leaf;
        tree.push(leaf);
    }
    assert_eq!(merkle::root_at(&tree, checkpoint.size()), Ok(checkpoint.root()));
    assert_eq!(merkle::leaf_hash(&entries[0]).to_string(), Trust::read(archive).genesis);
    assert!(censuses > 0 || archive == "fork");
    check_files(&checkpoint, &tree, &files);
}

/// The files are the tiles of the tree, the checkpoint and evidence named by its hash, and nothing else.
fn check_files(checkpoint: &Checkpoint, tree: &MemoryTree, files: &BTreeMap<String, Vec<u8>>) {
    let mut expected = BTreeSet::from(["checkpoint".to_owned()]);
    for tile in tile::tiles(checkpoint.size()) {
        expected.insert(tile.to_string());
        if tile.kind() != TileKind::Entries {
            let bytes = tile::hash_tile(tree, checkpoint.size(), tile).unwrap();
            assert_eq!(bytes, files[&tile.to_string()], "{tile}");
        }
    }
    for (name, bytes) in files {
        let evidence = format!("evidence/{}", hex::encode(Sha256::digest(bytes)));
        assert!(expected.contains(name) || *name == evidence, "{name}");
    }
    assert!(expected.iter().all(|name| files.contains_key(name)));
}

#[test]
fn the_archive_of_a_quiet_day_replays() {
    check("archive");
}

#[test]
fn the_archive_with_a_fork_replays_and_holds_the_other_statement() {
    check("fork");
    let Read { entries, files, .. } = read("fork");
    let decoded = |bytes: &[u8]| -> Decoded {
        statement::decode(&Entry::decode(bytes).unwrap().envelope.statement).unwrap()
    };
    let last = decoded(entries.last().unwrap());
    let Fact::ForkEvidenced { device, sequence, recorded, conflicting, envelope } = last.statement.fact
    else {
        panic!("the last entry is {}", last.name);
    };
    let kept = Envelope::decode(&files[&format!("evidence/{envelope}")]).unwrap();
    let other = statement::decode(&kept.statement).unwrap();
    assert_eq!(
        (other.hash, other.statement.device, other.statement.sequence),
        (conflicting, device, sequence)
    );
    let stands = decoded(&entries[entries.len() - 2]);
    assert_eq!(
        (stands.hash, stands.statement.device, stands.statement.sequence),
        (recorded, device, sequence)
    );
}

#[derive(Deserialize)]
struct ReceiptVector {
    index: u64,
    leaf: String,
    receipt: String,
}

#[test]
fn the_receipts_of_the_archive_prove_their_entries() {
    let (trust, tree) = (Trust::read("archive"), read("archive"));
    for vector in vectors::<Vec<ReceiptVector>>("receipts.json") {
        let receipt = Receipt::parse(vector.receipt.as_bytes()).unwrap();
        assert_eq!((receipt.index(), receipt.to_string()), (vector.index, vector.receipt));
        let entry = &tree.entries[usize::try_from(vector.index).unwrap()];
        assert_eq!(merkle::leaf_hash(entry), digest(&vector.leaf));
        let proven = receipt.verify(digest(&vector.leaf), &trust.log(), &trust.cosigners()).unwrap();
        assert_eq!((proven.checkpoint, proven.cosignatures.len()), (tree.checkpoint.clone(), 2));
    }
}

#[derive(Deserialize)]
struct Worked {
    index: u64,
    statement: String,
    statement_hash: String,
    envelope: String,
    entry: String,
    leaf: String,
    public_key: String,
    receipt: String,
}

#[test]
fn the_worked_example_is_one_entry_of_the_small_archive() {
    let worked = vectors::<Worked>("worked.json");
    let archive = read("fork");
    let entry = Entry::decode(&unhex(&worked.entry)).unwrap();
    assert_eq!(archive.entries[usize::try_from(worked.index).unwrap()], unhex(&worked.entry));
    assert_eq!(hex::encode(&entry.envelope.statement), worked.statement);
    assert_eq!(entry.envelope.statement_hash(), digest(&worked.statement_hash));
    assert_eq!(hex::encode(entry.envelope.encode()), worked.envelope);
    let key = PublicKey::enrol(&unhex(&worked.public_key)).unwrap();
    assert_eq!(entry.envelope.verify(&key), Ok(()));
    assert_eq!(merkle::leaf_hash(&unhex(&worked.entry)), digest(&worked.leaf));
    let trust = Trust::read("fork");
    let receipt = Receipt::parse(worked.receipt.as_bytes()).unwrap();
    assert!(receipt.verify(digest(&worked.leaf), &trust.log(), &trust.cosigners()).is_ok());
}

/// The document may not drift from the vectors: every line of hexadecimal or of a note that the worked
/// example prints is in them, whole.
#[test]
fn the_format_document_prints_the_worked_example_byte_for_byte() {
    let document = std::fs::read_to_string(path("../FORMAT.md")).unwrap();
    let squeezed: String = document.split_whitespace().collect();
    let worked = vectors::<Worked>("worked.json");
    for (what, hex) in
        [("statement", &worked.statement), ("leaf hash", &worked.leaf), ("hash", &worked.statement_hash)]
    {
        assert!(squeezed.contains(hex.as_str()), "{what} is not in FORMAT.md");
    }
    assert!(document.contains(&worked.receipt), "the receipt is not in FORMAT.md");
    let trust = std::fs::read_to_string(path("vectors/fork/trust.toml")).unwrap();
    assert!(document.contains(&trust), "the trust file is not in FORMAT.md");
    assert_eq!(drawn(&document), worked.statement, "the statement as drawn field by field");
}

/// The hexadecimal of the document's first drawing whose lines begin with any. Field numbers beside it have one
/// or three digits, bytes an even number.
fn drawn(document: &str) -> String {
    let example = document.split_once("## A worked example").unwrap().1;
    let block = example.split("```").nth(1).unwrap();
    let is_bytes =
        |word: &&str| word.len().is_multiple_of(2) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    block.lines().skip(1).flat_map(|line| line.split_whitespace().take_while(is_bytes)).collect()
}

#[test]
fn the_format_document_lists_every_fact_with_its_number() {
    let document = std::fs::read_to_string(path("../FORMAT.md")).unwrap();
    for field in custody_proto::table::STATEMENT.fields.iter().filter(|field| field.number >= 100) {
        let listed = format!("{} {}", field.number, field.name);
        assert!(document.contains(&listed), "{listed:?} is not in FORMAT.md");
    }
}
