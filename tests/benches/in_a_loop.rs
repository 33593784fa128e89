//! The verifier one would write first: one loop in one thread that decodes with prost alone, verifies with
//! dalek's `verify`, compares each entry's `previous` with the leaf hash before, and knows where exhibits are.
//!
//! It knows no tree, streams, censuses, devices' chains, doors, sessions, order or time, and takes every key
//! at its word. So it is a floor under what reading the same bytes costs, and no verifier.

use std::collections::HashMap;

use custody_proto::v1::{self, statement::Fact};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use ledger_format::dsse::{STATEMENT_PAYLOAD_TYPE, pae};
use ledger_format::tile::{TILE_WIDTH, Tile, TileKind, decode_bundle};
use prost::Message as _;
use sha2::{Digest as _, Sha256};
use verifier::archive::{ArchiveReader as _, BUNDLE_BYTES_MAX, MemoryArchive};

/// Where an exhibit is: with a person or in a compartment.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    Person(Vec<u8>),
    Compartment(Vec<u8>),
}

#[derive(Default)]
struct Reader {
    keys: HashMap<Vec<u8>, VerifyingKey>,
    holders: HashMap<Vec<u8>, Holder>,
    previous: Vec<u8>,
}

/// Reads so many entries and returns how many held.
pub(crate) fn read(archive: &MemoryArchive, size: u64) -> u64 {
    let mut reader = Reader { previous: vec![0; 32], ..Reader::default() };
    let mut held = 0;
    for bundle in 0..size.div_ceil(u64::from(TILE_WIDTH)) {
        let left = size - bundle * u64::from(TILE_WIDTH);
        let width = u16::try_from(left).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
        let tile = Tile::new(TileKind::Entries, bundle, width).expect("a width from 1 to 256");
        let bytes = archive.read(&tile.to_string(), BUNDLE_BYTES_MAX).expect("in memory").expect("there");
        for entry in decode_bundle(&bytes, width).expect("a whole bundle") {
            held += u64::from(reader.entry(entry).is_some());
        }
    }
    held
}

impl Reader {
    /// One entry; `None` where anything about it does not hold.
    fn entry(&mut self, bytes: &[u8]) -> Option<()> {
        let entry = v1::Entry::decode(bytes).ok()?;
        if entry.previous != self.previous {
            return None;
        }
        self.previous = Sha256::new().chain_update([0]).chain_update(bytes).finalize().to_vec();
        let envelope = entry.envelope?;
        let fact = v1::Statement::decode(envelope.statement.as_slice()).ok()?.fact?;
        self.introduce(&fact)?;
        let signature = Signature::from_slice(&envelope.signature).ok()?;
        let signed = pae(STATEMENT_PAYLOAD_TYPE, &envelope.statement);
        self.keys.get(&envelope.key_id)?.verify(&signed, &signature).ok()?;
        self.place(fact)
    }

    fn introduce(&mut self, fact: &Fact) -> Option<()> {
        match fact {
            Fact::Genesis(v1::Genesis { declared: Some(declared) }) => {
                for device in declared.authorities.iter().chain(&declared.node) {
                    self.put(device.key.as_ref()?)?;
                }
                Some(())
            }
            Fact::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) }) => {
                self.put(declared.key.as_ref()?)
            }
            _ => Some(()),
        }
    }

    fn put(&mut self, key: &v1::PublicKey) -> Option<()> {
        let bytes = <&[u8; 32]>::try_from(key.key.as_slice()).ok()?;
        let verifying = VerifyingKey::from_bytes(bytes).ok()?;
        self.keys.insert(Sha256::digest(bytes).to_vec(), verifying);
        Some(())
    }

    /// An exhibit goes into a compartment from a person, and out of the same compartment to a person.
    fn place(&mut self, fact: Fact) -> Option<()> {
        let (item, at, to_person) = match fact {
            Fact::ExhibitRegistered(fact) => {
                let declared = fact.declared?;
                self.holders.insert(declared.exhibit, Holder::Person(declared.holder));
                return Some(());
            }
            Fact::Deposited(fact) => (fact.declared?.item?, fact.observed?, None),
            Fact::Collected(fact) => {
                let declared = fact.declared?;
                (declared.item?, fact.observed?, Some(declared.by?.person))
            }
            _ => return Some(()),
        };
        for exhibit in item.exhibits {
            let holder = match &to_person {
                None => Holder::Compartment(at.compartment.clone()),
                Some(person) => Holder::Person(person.clone()),
            };
            let before = self.holders.insert(exhibit, holder)?;
            let is_lawful = match &to_person {
                None => matches!(before, Holder::Person(_)),
                Some(_) => before == Holder::Compartment(at.compartment.clone()),
            };
            if !is_lawful {
                return None;
            }
        }
        Some(())
    }
}
