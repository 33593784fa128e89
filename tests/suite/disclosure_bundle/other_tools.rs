//! A bundle taken apart: each piece is what the tools of others take, and refuse when it was tampered with.

use std::collections::BTreeMap;
use std::path::Path;

use custody::id::Digest;
use disclosure::pack::unpack;
use disclosure::profile::Profile;
use ledger_format::entry::Entry;
use ledger_format::key::PublicKey;
use ledger_format::statement;
use ledger_node::disclose::Scope;
use serde_json::Value;
use tempfile::TempDir;
use verifier::bundle::extract;
use verifier::receipt;

use super::handed_out::{CASE, bundle, estate, folder_of};
use crate::estate::Estate;
use crate::estate::http::get;
use crate::support::{dsse_verifier_is_here, python_is_here, run_python};

/// A bundle of the whole case, taken apart.
struct Extracted {
    estate: Estate,
    folder: TempDir,
    entries: BTreeMap<u64, Entry>,
    keys: BTreeMap<Digest, PublicKey>,
}

impl Extracted {
    fn new() -> Self {
        let estate = estate();
        let files = unpack(&bundle(&estate, Scope::Case(CASE), Profile::Internal)).unwrap();
        let extracted = extract(&files).unwrap();
        let folder = folder_of(&extracted, estate.node.node.trust());
        let entries: BTreeMap<u64, Entry> = extracted
            .iter()
            .filter(|(name, _)| name.starts_with("entries/"))
            .map(|(_, bytes)| Entry::decode(bytes).unwrap())
            .map(|entry| (entry.index, entry))
            .collect();
        assert_eq!(extracted.len(), 3 * entries.len(), "three files for each entry");
        // What facts introduce, as a reader of the bundle finds them.
        let introduced = entries.values().flat_map(|entry| {
            let decoded = statement::decode(&entry.envelope.statement).unwrap();
            let keys = custody::owners::device_keys(&decoded.statement.fact).into_iter();
            keys.map(|(_, key)| PublicKey::enrol(&key.bytes).unwrap()).collect::<Vec<_>>()
        });
        let keys = introduced.map(|key| (key.id(), key)).collect();
        Self { estate, folder, entries, keys }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn key(&self, index: u64) -> String {
        hex::encode(self.keys[&self.entries[&index].envelope.key_id].as_bytes())
    }

    /// The first, the last, and every seventh between them.
    fn some(&self) -> Vec<u64> {
        let last = self.entries.keys().next_back().copied();
        self.entries.keys().copied().step_by(7).chain(last).collect()
    }
}

fn flip(path: &str, place: impl FnOnce(usize) -> usize) -> Vec<u8> {
    let whole = std::fs::read(path).unwrap();
    let mut flipped = whole.clone();
    flipped[place(whole.len())] ^= 1;
    std::fs::write(path, flipped).unwrap();
    whole
}

#[test]
fn every_proof_in_a_bundle_is_a_receipt_of_its_entry() {
    let extracted = Extracted::new();
    for (index, entry) in &extracted.entries {
        let read = |name: String| std::fs::read(extracted.path(&name)).unwrap();
        let (proof, bytes) =
            (read(format!("proofs/{index}.tlog-proof")), read(format!("entries/{index}.bin")));
        let proof = receipt::check(&proof, &bytes, &extracted.estate.trust).unwrap();
        assert_eq!((proof.index, proof.device), (*index, device(entry)));
        let other = extracted.entries.keys().find(|other| *other != index).unwrap();
        let other = read(format!("proofs/{other}.tlog-proof"));
        assert!(receipt::check(&other, &bytes, &extracted.estate.trust).is_err(), "another entry's");
    }
}

fn device(entry: &Entry) -> custody::id::DeviceId {
    statement::decode(&entry.envelope.statement).unwrap().statement.device
}

#[test]
fn the_second_implementation_takes_the_proofs_of_a_bundle_for_receipts() {
    if !python_is_here() {
        return;
    }
    let extracted = Extracted::new();
    let check = |index: u64| {
        let [trust, proof, entry] =
            ["trust.toml".to_owned(), format!("proofs/{index}.tlog-proof"), format!("entries/{index}.bin")]
                .map(|name| extracted.path(&name));
        run_python("verify_receipt.py", &[&trust, &proof, &entry, "--device-key", &extracted.key(index)])
    };
    for index in extracted.some() {
        let (status, said) = check(index);
        assert_eq!(status, Some(0), "{index}: {said}");
        assert!(said.contains("is signed with the device key given"), "{said}");
    }
    let index = extracted.some()[1];
    for name in [format!("proofs/{index}.tlog-proof"), format!("entries/{index}.bin")] {
        let path = extracted.path(&name);
        let whole = flip(&path, |len| len / 2);
        let (status, said) = check(index);
        assert_eq!(status, Some(1), "{said}");
        std::fs::write(path, whole).unwrap();
    }
}

/// Changes a member of an envelope's JSON.
fn edit(path: &str, edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let whole = std::fs::read(path).unwrap();
    let mut value: Value = serde_json::from_slice(&whole).unwrap();
    edit(&mut value);
    std::fs::write(path, value.to_string()).unwrap();
    whole
}

#[test]
fn a_stock_dsse_verifier_accepts_every_statement_and_no_other() {
    if !dsse_verifier_is_here() {
        return;
    }
    let extracted = Extracted::new();
    let check = |index: u64, key: &str| {
        run_python("check_dsse.py", &[&extracted.path(&format!("dsse/{index}.json")), key])
    };
    for index in extracted.some() {
        let (status, said) = check(index, &extracted.key(index));
        assert_eq!(status, Some(0), "{index}: {said}");
        let hash = extracted.entries[&index].envelope.statement_hash();
        assert!(said.contains(&hash.to_string()), "{said}");
    }

    let index = extracted.some()[1];
    let path = extracted.path(&format!("dsse/{index}.json"));
    let refused = |why: &str, key: &str, whole: Vec<u8>| {
        let (status, said) = check(index, key);
        assert_eq!(status, Some(1), "{why}: {said}");
        std::fs::write(&path, whole).unwrap();
    };
    let key = extracted.key(index);
    let other = extracted.keys.values().map(|key| hex::encode(key.as_bytes())).find(|other| *other != key);
    let other = other.unwrap();
    refused("another key", &other, std::fs::read(&path).unwrap());
    let id = extracted.keys.values().find(|key| hex::encode(key.as_bytes()) == other).unwrap().id();
    let named = |value: &mut Value| value["signatures"][0]["keyid"] = id.to_string().into();
    refused("another key under its own name", &other, edit(&path, named));
    refused("a flipped byte of the payload", &key, flip(&path, |_| "{\"payload\":\"".len() + 8));
    refused("a flipped byte of the signature", &key, flip(&path, |len| len - 40));
    let types = ["application/vnd.custody-ledger.possession.v1", "application/json"];
    for payload_type in types {
        let retyped = |value: &mut Value| value["payloadType"] = payload_type.into();
        refused("another payload type", &key, edit(&path, retyped));
    }
    refused("no signature", &key, edit(&path, |value| value["signatures"] = Value::Array(Vec::new())));
    assert_eq!(check(index, &key).0, Some(0), "as it was");
}

#[test]
fn a_running_node_answers_with_the_envelopes_of_a_bundle() {
    let extracted = Extracted::new();
    let node = &extracted.estate.node;
    for index in extracted.some() {
        let hash = extracted.entries[&index].envelope.statement_hash();
        let (status, body) = get(node.address(), &format!("/v1/statements/{hash}/envelope"), &node.token);
        assert_eq!(status, 200, "{body}");
        let written = std::fs::read_to_string(extracted.path(&format!("dsse/{index}.json"))).unwrap();
        assert_eq!(body, written);
    }
    assert!(Path::new(&extracted.path("trust.toml")).exists());
}
