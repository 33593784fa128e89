//! A node on the disk with its estate: two authorities, a site, and lockers that it knows.

use std::sync::Arc;

use custody::id::Digest;
use custody_proto::v1::{self, statement::Fact};
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_format::possession::possession_message;
use ledger_node::admission::Submission;
use ledger_node::clock::SetClock;
use ledger_node::folder::Folder;
use ledger_node::genesis::{AuthorityKey, init};
use ledger_node::home::HomeName;
use ledger_node::node::Node;
use ledger_node::outcome::{Answer, Outcome, Receipted};
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, start};
use ledger_node::{evidence::Evidence, vault::Vault};
use ledger_store::Store;
use ledger_store::sqlite::SqliteStore;
use tempfile::TempDir;

use crate::acts::id;
use crate::lockers::{NOON_US, Speaker};

/// The numbers of the authorities among all speakers.
const AUTHORITIES: [u64; 2] = [1_000_001, 1_000_002];

/// A running node and its data.
pub(crate) struct Estate<S = SqliteStore> {
    pub(crate) node: Node<S>,
    pub(crate) folder: Folder,
    pub(crate) clock: Arc<SetClock>,
    authorities: [Speaker; 2],
    _scratch: TempDir,
}

impl Estate {
    /// A new ledger with a site, in the embedded store.
    pub(crate) async fn new(scratch: TempDir) -> Self {
        Self::on(scratch, async |embedded| embedded).await
    }
}

impl<S: Store> Estate<S> {
    /// A new ledger with a site, in the store that is made of the embedded one with its genesis.
    pub(crate) async fn on(scratch: TempDir, store: impl AsyncFnOnce(SqliteStore) -> S) -> Self {
        let clock = Arc::new(SetClock::new(NOON_US));
        let folder = Folder::new(scratch.path().join("data"));
        let keys = AUTHORITIES.map(|number| {
            let Speaker { chain, key, .. } = Speaker::new(number, Digest::ZERO);
            AuthorityKey { device: chain.device, key: key.public_key() }
        });
        let beginning =
            init(&folder, "ledger.example.test/bench", &keys, &clock).await.expect("a new folder");
        let embedded = SqliteStore::open(&folder.store()).expect("a new ledger");
        let parts = Parts {
            store: store(embedded).await,
            home: HomeName::embedded(),
            vault: Arc::new(Vault::open(folder.path()).expect("a new folder")),
            evidence: Arc::new(Evidence::open(folder.path()).expect("a new folder")),
            keys: folder.read_keys().expect("just made"),
            heads: vec![folder.head()],
            known: Vec::new(),
            clock: Arc::clone(&clock),
            judging: Judging::when_asked(custody::policy::Policies::default()),
        };
        let node = start(parts).await.expect("a new ledger");
        let authorities = AUTHORITIES.map(|number| Speaker::new(number, beginning.leaf));
        let mut estate = Self { node, folder, clock, authorities, _scratch: scratch };
        let declared = v1::site_registered::Declared { site: site(), name: vec![7; 32] };
        estate.agree(Fact::SiteRegistered(v1::SiteRegistered { declared: Some(declared) })).await;
        estate
    }

    /// Locker `number` with its one compartment, enrolled and registered.
    pub(crate) async fn locker(&mut self, number: u64) -> Speaker {
        let stranger = Speaker::new(number, Digest::ZERO);
        let enrolment = self.agree(enrolled(&stranger)).await;
        self.agree(registered(&stranger, number)).await;
        Speaker::new(number, enrolment)
    }

    /// Both authorities agree on a fact. Returns the leaf hash of the agreement.
    async fn agree(&mut self, fact: Fact) -> Digest {
        let [first, second] = &mut self.authorities;
        let (proposal, hash) = first.say(fact);
        let declared = v1::approved::Declared { statement: hash.0.to_vec() };
        let (approval, _) = second.say(Fact::Approved(v1::Approved { declared: Some(declared) }));
        let answer = self.node.submit(submissions(vec![proposal, approval]), 0).await;
        leaf_hash(&recorded(&answer).last().expect("both").entry)
    }
}

/// Envelopes as they are submitted, without openings.
pub(crate) fn submissions(envelopes: Vec<Envelope>) -> Vec<Submission> {
    envelopes.into_iter().map(|envelope| Submission { envelope, openings: Vec::new() }).collect()
}

/// What was recorded by a request of which everything was.
pub(crate) fn recorded(answer: &Answer) -> Vec<&Receipted> {
    let mut all = Vec::with_capacity(answer.outcomes.len());
    for outcome in &answer.outcomes {
        match outcome {
            Outcome::Recorded(receipted) => all.push(receipted),
            other => panic!("not recorded: {other:?}"),
        }
    }
    all
}

fn site() -> Vec<u8> {
    id(0x51, 0).to_vec()
}

fn public_key(key: &SigningKey) -> v1::PublicKey {
    v1::PublicKey { algorithm: v1::Algorithm::Ed25519.into(), key: key.public_key().as_bytes().to_vec() }
}

fn enrolled(locker: &Speaker) -> Fact {
    let (device, key) = (locker.chain.device, &locker.key);
    let declared = v1::device_enrolled::Declared {
        device: device.0.to_vec(),
        kind: v1::DeviceKind::Locker.into(),
        key: Some(public_key(key)),
        possession: key.sign(&possession_message(&device.0, key.public_key().as_bytes())).to_vec(),
        site: Some(site()),
        attestation: None,
    };
    Fact::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) })
}

fn registered(locker: &Speaker, number: u64) -> Fact {
    let compartment = v1::Compartment {
        compartment: locker.compartment.to_vec(),
        label: "1".to_owned(),
        mode: v1::CompartmentMode::Single.into(),
    };
    let declared = v1::locker_registered::Declared {
        locker: id(0x10, number).to_vec(),
        device: locker.chain.device.0.to_vec(),
        site: site(),
        store: None,
        purpose: v1::LockerPurpose::Exhibits.into(),
        compartments: vec![compartment],
    };
    Fact::LockerRegistered(v1::LockerRegistered { declared: Some(declared) })
}
