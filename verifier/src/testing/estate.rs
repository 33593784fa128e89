//! What two authorities agree on: devices, sites, lockers, and the ledger's own key.

use custody::id::{CompartmentId, Digest, LockerId, SiteId};
use custody_proto::v1::{self, statement::Fact};
use ledger_format::device_chain::Saying;
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_format::possession::possession_message;
use sha2::{Digest as _, Sha256};

use super::world::{public_key, seed_of};
use super::{AUTHORITIES, NODE, Said, Speaker, SpeakerId, World};

/// A locker on record.
#[derive(Debug, Clone)]
pub struct Locker {
    /// The device that speaks for it.
    pub speaker: SpeakerId,
    /// Its id.
    pub locker: LockerId,
    /// Its compartments.
    pub compartments: Vec<CompartmentId>,
}

impl World {
    /// The first authority proposes and the second agrees. Returns the agreement's entry.
    pub fn agree(&mut self, fact: Fact) -> Said {
        let [first, second] = AUTHORITIES;
        let proposal = self.say(first, fact);
        self.approve(second, proposal.hash)
    }

    /// An authority agrees to a statement.
    pub fn approve(&mut self, authority: SpeakerId, statement: Digest) -> Said {
        let declared = v1::approved::Declared { statement: statement.0.to_vec() };
        self.say(authority, Fact::Approved(v1::Approved { declared: Some(declared) }))
    }

    /// Enrols a new device.
    pub fn enrol(&mut self, kind: v1::DeviceKind, site: Option<SiteId>) -> SpeakerId {
        let who = self.speaker(Digest::ZERO);
        let fact = self.enrolment(who, kind, site);
        self.agree(fact);
        let leaf = self.writer.last();
        self.speakers.get_mut(who).expect("just made").chain.enrolment = leaf;
        who
    }

    /// The fact that proposes to enrol a device under its key.
    pub fn enrolment(&self, who: SpeakerId, kind: v1::DeviceKind, site: Option<SiteId>) -> Fact {
        let speaker = self.speakers.get(who).expect("a speaker of this world");
        let (device, key) = (speaker.chain.device.0, speaker.key());
        let declared = v1::device_enrolled::Declared {
            device: device.to_vec(),
            kind: kind.into(),
            key: Some(public_key(&key)),
            possession: key.sign(&possession_message(&device, key.public_key().as_bytes())).to_vec(),
            site: site.map(|site| site.0.to_vec()),
            attestation: None,
        };
        Fact::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) })
    }

    /// A device changes its key, with its old key and two authorities.
    pub fn rotate(&mut self, who: SpeakerId) {
        let (device, label) = (self.device(who).0, format!("{} device {who} key 1", self.origin));
        let seed = seed_of(&label);
        let key = SigningKey::from_seed(&seed);
        let declared = v1::device_key_rotated::Declared {
            device: device.to_vec(),
            key: Some(public_key(&key)),
            possession: key.sign(&possession_message(&device, key.public_key().as_bytes())).to_vec(),
        };
        let rotation =
            self.say(who, Fact::DeviceKeyRotated(v1::DeviceKeyRotated { declared: Some(declared) }));
        for authority in AUTHORITIES {
            self.approve(authority, rotation.hash);
        }
        let leaf = self.writer.last();
        let speaker = self.speakers.get_mut(who).expect("a speaker of this world");
        speaker.seed = seed;
        speaker.chain.enrolment = leaf;
    }

    /// Ends a device's key, beyond nothing that is on record.
    pub fn revoke(&mut self, who: SpeakerId) {
        let declared = v1::device_key_revoked::Declared {
            device: self.device(who).0.to_vec(),
            last_good: None,
            reason: v1::RevocationReason::Stolen.into(),
            compromised_since_us: None,
        };
        self.agree(Fact::DeviceKeyRevoked(v1::DeviceKeyRevoked { declared: Some(declared) }));
    }

    /// The key that signs checkpoints changes.
    pub fn rotate_ledger_key(&mut self) {
        let seed = seed_of(&format!("{} ledger 1", self.origin));
        let key = SigningKey::from_seed(&seed);
        let node = self.device(NODE).0;
        let declared = v1::ledger_key_rotated::Declared {
            key: Some(public_key(&key)),
            possession: key.sign(&possession_message(&node, key.public_key().as_bytes())).to_vec(),
        };
        self.agree(Fact::LedgerKeyRotated(v1::LedgerKeyRotated { declared: Some(declared) }));
        self.ledger_seed = seed;
    }

    /// Registers a site.
    pub fn site(&mut self) -> SiteId {
        let site = SiteId(self.id());
        let declared = v1::site_registered::Declared { site: site.0.to_vec(), name: vec![7; 32] };
        self.agree(Fact::SiteRegistered(v1::SiteRegistered { declared: Some(declared) }));
        site
    }

    /// Enrols and registers a locker with so many compartments for one package each.
    pub fn locker(&mut self, site: SiteId, compartments: usize) -> Locker {
        let speaker = self.enrol(v1::DeviceKind::Locker, Some(site));
        let locker = LockerId(self.id());
        let compartments: Vec<CompartmentId> = (0..compartments).map(|_| CompartmentId(self.id())).collect();
        let registered = |(place, compartment): (usize, &CompartmentId)| v1::Compartment {
            compartment: compartment.0.to_vec(),
            label: format!("{}", place + 1),
            mode: v1::CompartmentMode::Single.into(),
        };
        let declared = v1::locker_registered::Declared {
            locker: locker.0.to_vec(),
            device: self.device(speaker).0.to_vec(),
            site: site.0.to_vec(),
            store: None,
            purpose: v1::LockerPurpose::Exhibits.into(),
            compartments: compartments.iter().enumerate().map(registered).collect(),
        };
        self.agree(Fact::LockerRegistered(v1::LockerRegistered { declared: Some(declared) }));
        Locker { speaker, locker, compartments }
    }

    /// The node counts the streams.
    pub fn census(&mut self) -> Said {
        let (root, streams) = self.writer.census();
        self.census_of(root, streams)
    }

    /// The node says what the census is, right or wrong.
    pub fn census_of(&mut self, root: Digest, streams: u64) -> Said {
        let derived = v1::census_taken::Derived { root: root.0.to_vec(), streams };
        self.say(NODE, Fact::CensusTaken(v1::CensusTaken { derived: Some(derived) }))
    }

    /// A clone of the device, as it was `before` its last statement, says another thing with the same number,
    /// and the node keeps it as evidence. Returns the envelope kept.
    pub fn fork(&mut self, who: SpeakerId, fact: Fact, before: Speaker) -> Envelope {
        let recorded = self.speakers.get(who).expect("a speaker of this world").chain.last;
        let sequence = before.chain.next_sequence;
        let saying = Saying::new(fact, self.time(who));
        let mut clone = before;
        let key = clone.key();
        let (envelope, conflicting) = clone.chain.say(saying, &key).expect("what is said can be read");
        let bytes = envelope.encode();
        let digest = Digest(Sha256::digest(&bytes).into());
        self.evidence.insert(digest, bytes);
        let observed = v1::fork_evidenced::Observed {
            device: self.device(who).0.to_vec(),
            sequence,
            recorded: recorded.0.to_vec(),
            conflicting: conflicting.0.to_vec(),
            envelope: digest.0.to_vec(),
        };
        self.say(NODE, Fact::ForkEvidenced(v1::ForkEvidenced { observed: Some(observed) }));
        envelope
    }
}
