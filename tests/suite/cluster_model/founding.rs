//! The ledger that every schedule begins with: two authorities, an epoch of the node that is alone, three lockers.

use std::sync::Arc;

use custody::id::{DeviceId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::device_chain::DeviceChain;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_node::admission::Submission;
use ledger_node::clock::{Clock as _, Reading, SetClock};
use ledger_node::evidence::Evidence;
use ledger_node::folder::NodeKeys;
use ledger_node::genesis::{AuthorityKey, begin};
use ledger_node::home::HomeName;
use ledger_node::node::Node;
use ledger_node::outcome::Outcome;
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, start};
use ledger_node::vault::Vault;
use ledger_store::head::write_head_file;
use ledger_store::memory::MemoryStore;
use ledger_store::{Batch, Store as _};
use tempfile::TempDir;
use verifier::trust::Trust;

use crate::estate::ORIGIN;
use crate::estate::voice::{Voice, enrolled};

/// Some day in 2027, at noon.
pub(crate) const NOON_US: u64 = 1_800_014_400_000_000;

/// Lockers that are enrolled; a schedule uses some.
pub(crate) const LOCKERS: u8 = 3;

const NODE: DeviceId = DeviceId([0x10; 16]);

/// The entries, the newest checkpoint over them, and who may speak.
pub(crate) struct Founding {
    pub(crate) store: MemoryStore,
    pub(crate) head: String,
    pub(crate) trust: Trust,
    pub(crate) lockers: Vec<Voice>,
}

pub(crate) fn node_keys() -> NodeKeys {
    NodeKeys { ledger: key(1), node: key(2) }
}

pub(crate) fn now() -> Reading {
    SetClock::new(NOON_US).read()
}

/// A folder in memory where there is such: what a loss of power does to files is tried elsewhere.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// What a machine is made of, but for the entries and the clock.
pub(crate) fn parts<S>(store: S, folder: &TempDir, clock: &Arc<SetClock>) -> Parts<S, Arc<SetClock>> {
    Parts {
        store,
        home: HomeName::kurrentdb(),
        vault: Arc::new(Vault::open(folder.path()).unwrap()),
        evidence: Arc::new(Evidence::open(folder.path()).unwrap()),
        keys: node_keys(),
        heads: vec![folder.path().join("head")],
        known: Vec::new(),
        clock: Arc::clone(clock),
        judging: Judging::when_asked(verifier::testing::policies()),
    }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

impl Founding {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(SetClock::new(NOON_US));
        let devices = [(DeviceId([0x11; 16]), key(3)), (DeviceId([0x12; 16]), key(4))];
        let authorities =
            [0, 1].map(|who| AuthorityKey { device: devices[who].0, key: devices[who].1.public_key() });
        let beginning = begin(ORIGIN, &authorities, node_keys(), NODE, &clock).unwrap();
        let store = MemoryStore::new();
        store.append(0, &Batch::new(vec![beginning.entry]).unwrap()).await.unwrap();
        let folder = folder();
        write_head_file(&folder.path().join("head"), beginning.note.to_string().as_bytes()).unwrap();
        let node = start(parts(store.reopen(), &folder, &clock)).await.unwrap();
        let mut council = devices.map(|(device, key)| Voice {
            chain: DeviceChain::new(device, beginning.leaf),
            key: Arc::new(key),
        });
        let mut lockers = Vec::new();
        for number in 0..LOCKERS {
            lockers.push(enrol(&node, &mut council, 0x20 + number).await);
        }
        let head = node.checkpoint().note.to_string();
        node.shutdown().await;
        Self { store, head, trust: Trust::parse(&beginning.trust).unwrap(), lockers }
    }
}

/// Both authorities enrol a locker.
async fn enrol(node: &Node<MemoryStore>, council: &mut [Voice; 2], number: u8) -> Voice {
    let (device, secret) = (DeviceId([number; 16]), key(number));
    let proposal = council[0].says(enrolled(device, v1::DeviceKind::Locker, &secret), now());
    let declared = v1::approved::Declared { statement: proposal.statement_hash().0.to_vec() };
    let approval = council[1].says(Fact::Approved(v1::Approved { declared: Some(declared) }), now());
    let submissions = [proposal, approval].map(|envelope| Submission { envelope, openings: Vec::new() });
    let answer = node.submit(submissions.into(), 0).await;
    let Some(Outcome::Recorded(receipted)) = answer.outcomes.last() else { panic!("{answer:?}") };
    let enrolment: Digest = leaf_hash(&receipted.entry);
    Voice { chain: DeviceChain::new(device, enrolment), key: Arc::new(secret) }
}
