//! A small ledger to test on: two authorities, a store in memory, and devices that speak.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::disclosure::Disclosure;
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::note::{NoteSigner, VerifierKey};
use ledger_format::possession::possession_message;
use ledger_format::receipt::Receipt;
use ledger_node::admission::Submission;
use ledger_node::clock::{Clock as _, SetClock};
use ledger_node::cluster::Cluster;
use ledger_node::evidence::Evidence;
use ledger_node::folder::NodeKeys;
use ledger_node::genesis::{AuthorityKey, Beginning, begin};
use ledger_node::home::HomeName;
use ledger_node::node::Node;
use ledger_node::outcome::{Answer, Outcome, Receipted};
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, StartError, start, start_standby};
use ledger_node::vault::Vault;
use ledger_store::head::write_head_file;
use ledger_store::lease::MemoryLease;
use ledger_store::memory::{Fault, MemoryStore};
use ledger_store::{AppendError, Batch, ReadError, ReadLimit, Store};
use tempfile::TempDir;
use tokio::sync::{Semaphore, watch};
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::trust::Trust;

pub(crate) const ORIGIN: &str = "ledger.example/test";

/// Some day in 2027, at noon.
pub(crate) const NOON_US: u64 = 1_800_014_400_000_000;

pub(crate) const NODE: DeviceId = DeviceId([0x10; 16]);
pub(crate) const FIRST: DeviceId = DeviceId([0x11; 16]);
pub(crate) const SECOND: DeviceId = DeviceId([0x12; 16]);

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(crate) fn node_keys() -> NodeKeys {
    NodeKeys { ledger: key(1), node: key(2) }
}

/// The data of a node, of which nothing is running.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) store: MemoryStore,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) genesis: Digest,
    pub(crate) first: Speaker,
    pub(crate) second: Speaker,
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(SetClock::new(NOON_US));
        let authorities = [
            AuthorityKey { device: FIRST, key: key(3).public_key() },
            AuthorityKey { device: SECOND, key: key(4).public_key() },
        ];
        let beginning = begin(ORIGIN, &authorities, node_keys(), NODE, &clock).unwrap();
        let Beginning { entry, leaf: genesis, note, .. } = beginning;
        let store = MemoryStore::new();
        store.append(0, &Batch::new(vec![entry]).unwrap()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        write_head_file(&folder.path().join("head"), note.to_string().as_bytes()).unwrap();
        let first = Speaker::new(FIRST, key(3), genesis);
        let second = Speaker::new(SECOND, key(4), genesis);
        Self { folder, store, clock, genesis, first, second }
    }

    pub(crate) fn parts<S>(&self, store: S) -> Parts<S, Arc<SetClock>> {
        Parts {
            store,
            home: HomeName::embedded(),
            vault: self.vault(),
            evidence: Arc::new(Evidence::open(self.folder.path()).unwrap()),
            keys: node_keys(),
            heads: vec![self.folder.path().join("head")],
            known: Vec::new(),
            clock: Arc::clone(&self.clock),
            judging: Judging::when_asked(verifier::testing::policies()),
        }
    }

    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::new(Vault::open(self.folder.path()).unwrap())
    }

    pub(crate) async fn start(&self) -> Node<MemoryStore> {
        self.try_start().await.unwrap()
    }

    pub(crate) async fn try_start(&self) -> Result<Node<MemoryStore>, StartError> {
        start(self.parts(self.store.reopen())).await
    }

    /// A locker enrolled by both authorities.
    pub(crate) async fn locker<S: Store>(&mut self, node: &Node<S>, id: u8) -> Speaker {
        let (device, secret) = (DeviceId([id; 16]), key(id));
        let (proposal, hash) = self.first.says(enrolled(device, &secret));
        let (approval, _) = self.second.says(approved(hash));
        let receipted = recorded(&node.submit(vec![proposal, approval], 0).await);
        Speaker::new(device, secret, leaf_hash(&receipted[1].entry))
    }

    /// Both authorities agree on a fact. Returns the receipt of the approval.
    pub(crate) async fn agree<S: Store>(&mut self, node: &Node<S>, fact: v1::statement::Fact) -> Receipted {
        let (proposal, hash) = self.first.says(fact);
        let (approval, _) = self.second.says(approved(hash));
        recorded(&node.submit(vec![proposal, approval], 0).await).pop().unwrap()
    }
}

/// One machine of several that hold one ledger: a folder and clocks of its own, and the same keys.
pub(crate) struct Machine {
    pub(crate) folder: TempDir,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<SetClock>,
}

impl Machine {
    /// A machine that was given the world's newest head file, and its way to the store.
    pub(crate) fn of(world: &World) -> Self {
        // In memory where there is such a folder: what a loss of power does to files is tried elsewhere.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        std::fs::copy(world.folder.path().join("head"), folder.path().join("head")).unwrap();
        Self { folder, store: Arc::new(world.store.reopen()), clock: Arc::new(SetClock::new(NOON_US)) }
    }

    pub(crate) fn parts<S>(&self, store: S) -> Parts<S, Arc<SetClock>> {
        Parts {
            store,
            home: HomeName::embedded(),
            vault: self.vault(),
            evidence: Arc::new(Evidence::open(self.folder.path()).unwrap()),
            keys: node_keys(),
            heads: vec![self.head()],
            known: Vec::new(),
            clock: Arc::clone(&self.clock),
            judging: Judging::when_asked(verifier::testing::policies()),
        }
    }

    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::new(Vault::open(self.folder.path()).unwrap())
    }

    pub(crate) fn head(&self) -> std::path::PathBuf {
        self.folder.path().join("head")
    }

    /// Stands by, leaving marks and looking for them when asked.
    pub(crate) async fn start(&self, lease: &Arc<MemoryLease>) -> Node<Arc<MemoryStore>> {
        let cluster = Cluster::when_asked(Arc::clone(lease));
        start_standby(self.parts(Arc::clone(&self.store)), cluster).await.unwrap()
    }

    /// Lets time pass on this machine.
    pub(crate) fn pass(&self, time: Duration) {
        let us = u64::try_from(time.as_micros()).unwrap();
        self.clock.set(self.clock.read().wall_us + us);
    }
}

/// That nothing is wrong with the whole ledger, by the verifier's word.
pub(crate) async fn expect_verified<S: Store>(node: &Node<S>) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    node.export_archive(&archive).await.unwrap();
    let archive = DirectoryArchive::open(&archive).unwrap();
    let trust = Trust::parse(node.trust()).unwrap();
    let options = Options { threads: NonZeroUsize::MIN };
    let report = audit(&archive, &trust, &[], &verifier::testing::policies(), &options, &mut |_| {});
    assert_eq!(report.could_not_check, None);
    assert_eq!(report.outcome(), verifier::report::Outcome::Verified, "{:#?}", report.findings);
}

/// A device with its key and its chain.
pub(crate) struct Speaker {
    pub(crate) chain: DeviceChain,
    pub(crate) key: SigningKey,
}

impl Speaker {
    pub(crate) fn new(device: DeviceId, key: SigningKey, enrolment: Digest) -> Self {
        Self { chain: DeviceChain::new(device, enrolment), key }
    }

    /// Its next statement, and the statement's hash.
    pub(crate) fn says(&mut self, fact: v1::statement::Fact) -> (Submission, Digest) {
        let (envelope, hash) = self.chain.say(Saying::new(fact, now()), &self.key).unwrap();
        (Submission { envelope, openings: Vec::new() }, hash)
    }

    /// As many statements as asked for.
    pub(crate) fn boots(&mut self, count: usize) -> Vec<Submission> {
        (0..count).map(|_| self.says(booted("1.0")).0).collect()
    }

    /// What it would say next, without having said it.
    pub(crate) fn would_say(&self, fact: v1::statement::Fact) -> Submission {
        let mut chain = self.chain.clone();
        let (envelope, _) = chain.say(Saying::new(fact, now()), &self.key).unwrap();
        Submission { envelope, openings: Vec::new() }
    }
}

pub(crate) fn now() -> v1::Time {
    SetClock::new(NOON_US).read().to_message(BootId([7; 16]))
}

pub(crate) fn booted(firmware: &str) -> v1::statement::Fact {
    let observed =
        v1::device_booted::Observed { reason: v1::BootReason::PowerOn.into(), firmware: firmware.to_owned() };
    v1::statement::Fact::DeviceBooted(v1::DeviceBooted { observed: Some(observed) })
}

pub(crate) fn public_key(key: &SigningKey) -> v1::PublicKey {
    v1::PublicKey { algorithm: v1::Algorithm::Ed25519.into(), key: key.public_key().as_bytes().to_vec() }
}

pub(crate) fn possession(device: DeviceId, key: &SigningKey) -> Vec<u8> {
    key.sign(&possession_message(&device.0, key.public_key().as_bytes())).to_vec()
}

pub(crate) fn enrolled(device: DeviceId, key: &SigningKey) -> v1::statement::Fact {
    let declared = v1::device_enrolled::Declared {
        device: device.0.to_vec(),
        kind: v1::DeviceKind::Locker.into(),
        key: Some(public_key(key)),
        possession: possession(device, key),
        site: None,
        attestation: None,
    };
    v1::statement::Fact::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) })
}

pub(crate) fn rotated(device: DeviceId, key: &SigningKey) -> v1::statement::Fact {
    let declared = v1::device_key_rotated::Declared {
        device: device.0.to_vec(),
        key: Some(public_key(key)),
        possession: possession(device, key),
    };
    v1::statement::Fact::DeviceKeyRotated(v1::DeviceKeyRotated { declared: Some(declared) })
}

pub(crate) fn revoked(device: DeviceId) -> v1::statement::Fact {
    let declared = v1::device_key_revoked::Declared {
        device: device.0.to_vec(),
        last_good: None,
        reason: v1::RevocationReason::Stolen.into(),
        compromised_since_us: None,
    };
    v1::statement::Fact::DeviceKeyRevoked(v1::DeviceKeyRevoked { declared: Some(declared) })
}

pub(crate) fn retired(device: DeviceId) -> v1::statement::Fact {
    let declared = v1::device_retired::Declared { device: device.0.to_vec(), last_sequence: 0 };
    v1::statement::Fact::DeviceRetired(v1::DeviceRetired { declared: Some(declared) })
}

pub(crate) fn approved(statement: Digest) -> v1::statement::Fact {
    let declared = v1::approved::Declared { statement: statement.0.to_vec() };
    v1::statement::Fact::Approved(v1::Approved { declared: Some(declared) })
}

/// A statement with a commitment named `reason`, and what opens it.
pub(crate) fn refused_collection(reason: &str) -> (v1::statement::Fact, Disclosure) {
    let opening = Disclosure::new(&[9; 16], "reason", reason).unwrap();
    let declared = v1::collection_refused::Declared {
        exhibits: vec![vec![0xee; 16]],
        to: vec![0xaa; 16],
        by: None,
        reason: Some(opening.digest().0.to_vec()),
    };
    let fact = v1::CollectionRefused { declared: Some(declared) };
    (v1::statement::Fact::CollectionRefused(fact), opening)
}

/// Signs bytes that are perhaps no statement.
pub(crate) fn signed(bytes: Vec<u8>, key: &SigningKey) -> Submission {
    Submission { envelope: Envelope::sign(bytes, key), openings: Vec::new() }
}

pub(crate) fn vkey() -> VerifierKey {
    NoteSigner::new(ORIGIN, key(1)).unwrap().verifier().clone()
}

/// What was recorded by a request of which everything was.
#[track_caller]
pub(crate) fn recorded(answer: &Answer) -> Vec<Receipted> {
    let receipted = |outcome: &Outcome| match outcome {
        Outcome::Recorded(receipted) => receipted.clone(),
        other => panic!("not recorded: {other:?}"),
    };
    let all: Vec<_> = answer.outcomes.iter().map(receipted).collect();
    for receipted in &all {
        check_receipt(receipted, answer);
    }
    all
}

/// A receipt proves its entry under the answer's checkpoint, by the ledger's key alone.
#[track_caller]
pub(crate) fn check_receipt(receipted: &Receipted, answer: &Answer) {
    let receipt = Receipt::parse(receipted.receipt.as_bytes()).unwrap();
    let keys = [vkey()];
    receipt.verify(leaf_hash(&receipted.entry), &keys[0], &[]).unwrap();
    assert_eq!(receipt.index(), receipted.index);
    assert!(receipted.receipt.ends_with(&answer.checkpoint));
    let entry = Entry::decode(&receipted.entry).unwrap();
    assert_eq!(entry.index, receipted.index);
}

/// The names of the outcomes: `recorded`, `already`, or the code.
pub(crate) fn names(answer: &Answer) -> Vec<&'static str> {
    let name = |outcome: &Outcome| match outcome {
        Outcome::Recorded(_) => "recorded",
        Outcome::AlreadyRecorded(_) => "already",
        Outcome::Declined(declined) => declined.code.name(),
    };
    answer.outcomes.iter().map(name).collect()
}

pub(crate) fn size<S>(node: &Node<S>) -> u64 {
    node.checkpoint().checkpoint.size()
}

/// The facts of the entries, by name, in order.
pub(crate) async fn facts<S: Store>(node: &Node<S>) -> Vec<&'static str> {
    let mut names = Vec::new();
    for index in 0..size(node) {
        names.push(node.entry(index).await.unwrap().unwrap().decoded.name);
    }
    names
}

/// A store whose appends wait while its gate is shut.
#[derive(Debug)]
pub(crate) struct Gated {
    inner: Arc<MemoryStore>,
    gate: Arc<Gate>,
}

#[derive(Debug)]
pub(crate) struct Gate {
    is_open: watch::Sender<bool>,
    asked: watch::Sender<u64>,
    passes: Semaphore,
}

impl Gated {
    pub(crate) fn new(inner: MemoryStore) -> (Self, Arc<Gate>) {
        let (is_open, asked) = (watch::Sender::new(true), watch::Sender::new(0));
        let gate = Arc::new(Gate { is_open, asked, passes: Semaphore::new(0) });
        (Self::behind(inner, &gate), gate)
    }

    /// Another way to the store behind the same gate.
    pub(crate) fn behind(inner: MemoryStore, gate: &Arc<Gate>) -> Self {
        Self { inner: Arc::new(inner), gate: Arc::clone(gate) }
    }

    /// What makes the next append fail, once the store has been given away.
    pub(crate) fn faults(&self) -> impl Fn(Fault) + use<> {
        let inner = Arc::clone(&self.inner);
        move |fault| inner.fail_next(fault)
    }
}

impl Gate {
    pub(crate) fn shut(&self) {
        self.is_open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.is_open.send_replace(true);
    }

    /// Shuts it, but for so many appends.
    pub(crate) fn let_through(&self, count: usize) {
        self.shut();
        self.passes.add_permits(count);
    }

    /// How many appends have been asked for.
    pub(crate) fn asked(&self) -> u64 {
        *self.asked.borrow()
    }

    /// Waits until more than `count` appends have been asked for.
    pub(crate) async fn asked_beyond(&self, count: u64) {
        self.asked.subscribe().wait_for(|asked| *asked > count).await.unwrap();
    }
}

impl Store for Gated {
    async fn head(&self) -> Result<u64, ReadError> {
        self.inner.head().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        self.gate.asked.send_modify(|asked| *asked += 1);
        let mut is_open = self.gate.is_open.subscribe();
        tokio::select! {
            biased;
            pass = self.gate.passes.acquire() => pass.unwrap().forget(),
            is_open = is_open.wait_for(|is_open| *is_open) => drop(is_open.unwrap()),
        }
        self.inner.append(expected_size, batch).await
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        self.inner.read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        self.inner.index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        self.inner.wait_beyond(size).await
    }
}
