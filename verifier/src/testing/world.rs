//! Those who speak, and what the ledger keeps of it.

use std::collections::BTreeMap;

use custody::fact::Seen;
use custody::id::{CompartmentId, DeviceId, Digest};
use custody_proto::v1::{self, statement::Fact};
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::note::{Note, SignatureType, VerifierKey};
use sha2::{Digest as _, Sha256};

use super::Writer;
use crate::archive::MemoryArchive;
use crate::trust::Trust;

/// A speaker's place among the speakers of its world.
pub type SpeakerId = usize;

/// The two authorities.
pub const AUTHORITIES: [SpeakerId; 2] = [0, 1];

/// The node.
pub const NODE: SpeakerId = 2;

/// When a world begins that nobody gave another time: 21 September 2026, 13:33:20 UTC.
const BEGINNING_US: u64 = 1_789_997_600_000_000;

/// How long the ledger takes to record a statement.
const DELAY_US: u64 = 200_000;

/// One device with its key.
#[derive(Debug, Clone)]
pub struct Speaker {
    /// Where its chain stands.
    pub chain: DeviceChain,
    /// Seed of its key.
    pub seed: [u8; 32],
}

impl Speaker {
    /// Its key.
    pub fn key(&self) -> SigningKey {
        SigningKey::from_seed(&self.seed)
    }
}

/// One statement on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Index of its entry.
    pub index: u64,
    /// Its hash.
    pub hash: Digest,
}

/// A ledger and all who speak in it.
#[derive(Debug, Clone)]
pub struct World {
    /// The log's name.
    pub origin: String,
    /// Seed of the key that signs checkpoints now.
    pub ledger_seed: [u8; 32],
    /// What is on record.
    pub writer: Writer,
    /// Who speaks.
    pub speakers: Vec<Speaker>,
    /// Envelopes kept beside the ledger.
    pub evidence: BTreeMap<Digest, Vec<u8>>,
    /// The wall clock of everybody.
    pub now_us: u64,
    /// What each door's close counter says.
    pub closings: BTreeMap<CompartmentId, u64>,
    /// When the genesis was said.
    beginning_us: u64,
    trust: Trust,
    ids: u64,
}

/// The key that a label stands for.
pub fn key_of(label: &str) -> SigningKey {
    SigningKey::from_seed(&seed_of(label))
}

pub(super) fn seed_of(label: &str) -> [u8; 32] {
    Sha256::digest(label).into()
}

/// A new key as the schema writes it.
pub(super) fn public_key(key: &SigningKey) -> v1::PublicKey {
    v1::PublicKey { algorithm: v1::Algorithm::Ed25519.into(), key: key.public_key().as_bytes().to_vec() }
}

impl World {
    /// A ledger with its genesis on record. Worlds with other origins share no id and no key.
    pub fn new(origin: &str) -> Self {
        Self::beginning(origin, BEGINNING_US)
    }

    /// Such a ledger that begins at another time, UTC microseconds.
    pub fn beginning(origin: &str, beginning_us: u64) -> Self {
        let ledger_seed = seed_of(&format!("{origin} ledger 0"));
        let ledger_key = SigningKey::from_seed(&ledger_seed).public_key();
        let mut world = Self {
            origin: origin.to_owned(),
            ledger_seed,
            writer: Writer::default(),
            speakers: Vec::new(),
            evidence: BTreeMap::new(),
            now_us: beginning_us,
            beginning_us,
            trust: Trust {
                origin: origin.to_owned(),
                genesis: Digest::ZERO,
                ledger_key: VerifierKey::new(origin, SignatureType::Ed25519, ledger_key).expect("a fit name"),
                witnesses: Vec::new(),
                auditors: Vec::new(),
            },
            closings: BTreeMap::new(),
            ids: 0,
        };
        for _ in 0..3 {
            world.speaker(Digest::ZERO);
        }
        world.found();
        world
    }

    fn found(&mut self) {
        let device_key = |speaker: &Speaker| v1::DeviceKey {
            device: speaker.chain.device.0.to_vec(),
            key: Some(public_key(&speaker.key())),
        };
        let authorities =
            AUTHORITIES.iter().filter_map(|id| self.speakers.get(*id)).map(device_key).collect();
        let declared = v1::genesis::Declared {
            origin: self.origin.clone(),
            format_version: 1,
            authorities,
            node: self.speakers.get(NODE).map(device_key),
            ledger_key: Some(public_key(&SigningKey::from_seed(&self.ledger_seed))),
            predecessor: None,
        };
        self.say(NODE, Fact::Genesis(v1::Genesis { declared: Some(declared) }));
        let genesis = self.writer.last();
        self.trust.genesis = genesis;
        self.speakers.iter_mut().for_each(|speaker| speaker.chain.enrolment = genesis);
    }

    /// What a reader of this ledger is given out of band.
    pub fn trust(&self) -> Trust {
        self.trust.clone()
    }

    /// A device that nobody has enrolled.
    pub fn speaker(&mut self, enrolment: Digest) -> SpeakerId {
        let id = self.speakers.len();
        let device = DeviceId(self.id());
        let seed = seed_of(&format!("{} device {id} key 0", self.origin));
        self.speakers.push(Speaker { chain: DeviceChain::new(device, enrolment), seed });
        id
    }

    /// A fresh id.
    pub fn id(&mut self) -> [u8; 16] {
        self.ids += 1;
        let digest: [u8; 32] = Sha256::digest(format!("{} id {}", self.origin, self.ids)).into();
        let (id, _) = digest.split_first_chunk().expect("16 of 32 bytes");
        *id
    }

    /// The device of a speaker.
    pub fn device(&self, who: SpeakerId) -> DeviceId {
        self.speakers.get(who).expect("a speaker of this world").chain.device
    }

    /// Lets time pass.
    pub fn wait_us(&mut self, us: u64) {
        self.now_us += us;
    }

    /// A device has verified the newest checkpoint.
    pub fn see(&mut self, who: SpeakerId) {
        let size = self.writer.size();
        let seen = Seen { size, root: self.writer.root_at(size) };
        self.speakers.get_mut(who).expect("a speaker of this world").chain.seen = Some(seen);
    }

    /// A device says something now, and it is recorded.
    pub fn say(&mut self, who: SpeakerId, fact: Fact) -> Said {
        let (envelope, hash) = self.sign(who, Saying::new(fact, self.time(who)));
        Said { index: self.record(envelope), hash }
    }

    /// A device says something that continues a statement, and it is recorded.
    pub fn say_following(&mut self, who: SpeakerId, fact: Fact, follows: Option<Digest>) -> Said {
        let saying = Saying::new(fact, self.time(who)).following(follows);
        let (envelope, hash) = self.sign(who, saying);
        Said { index: self.record(envelope), hash }
    }

    /// A device signs what it says next; it is not recorded yet.
    pub fn sign(&mut self, who: SpeakerId, saying: Saying) -> (Envelope, Digest) {
        let speaker = self.speakers.get_mut(who).expect("a speaker of this world");
        let key = speaker.key();
        let signed = speaker.chain.say(saying, &key).expect("what is said can be read");
        self.wait_us(1_000_000);
        signed
    }

    /// The node records an envelope, whatever it says.
    pub fn record(&mut self, envelope: Envelope) -> u64 {
        self.writer.append(envelope, self.now_us + DELAY_US)
    }

    /// A speaker's clocks now.
    pub fn time(&self, who: SpeakerId) -> v1::Time {
        v1::Time {
            boot: self.device(who).0.to_vec(),
            monotonic_us: self.now_us - self.beginning_us + 1,
            wall_us: self.now_us,
            clock: Some(v1::ClockState {
                source: v1::ClockSource::Ntp.into(),
                synchronised: true,
                last_sync_us: self.now_us,
                error_us: 10_000,
            }),
        }
    }

    /// The ledger's key now.
    pub fn ledger_key(&self) -> SigningKey {
        SigningKey::from_seed(&self.ledger_seed)
    }

    /// The checkpoint over the first `size` entries.
    pub fn checkpoint(&self, size: u64) -> Note {
        self.writer.checkpoint(size, &self.origin, self.ledger_key())
    }

    /// The archive of everything on record.
    pub fn archive(&self) -> MemoryArchive {
        self.archive_of(&self.writer)
    }

    /// The archive of other entries under this ledger's key: what its operator could publish instead.
    pub fn archive_of(&self, writer: &Writer) -> MemoryArchive {
        let checkpoint = writer.checkpoint(writer.size(), &self.origin, self.ledger_key());
        writer.archive(&checkpoint, &self.evidence)
    }
}
