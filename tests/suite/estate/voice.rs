//! A device of which only its key and its chain are real: it says whatever a test wants said.

use std::sync::Arc;

use custody::id::{BootId, DeviceId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::device_chain::{DeviceChain, Saying};
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use ledger_format::key::SigningKey;
use ledger_node::clock::Reading;
use locker::device::possession;

/// A key and a chain.
#[derive(Clone)]
pub(crate) struct Voice {
    pub(crate) chain: DeviceChain,
    pub(crate) key: Arc<SigningKey>,
}

impl Voice {
    /// Its next statement.
    pub(crate) fn says(&mut self, fact: Fact, now: Reading) -> Envelope {
        let saying = Saying::new(fact, now.to_message(BootId([0xb0; 16])));
        self.chain.say(saying, &self.key).unwrap().0
    }

    /// What it would say next; it has not said it.
    pub(crate) fn would_say(&self, fact: Fact, now: Reading) -> Envelope {
        self.clone().says(fact, now)
    }

    /// As many statements as asked for.
    pub(crate) fn boots(&mut self, count: usize, now: Reading) -> Vec<v1::Submission> {
        (0..count).map(|_| submission(&self.says(booted("1.0"), now))).collect()
    }
}

/// An envelope on its way, without openings.
pub(crate) fn submission(envelope: &Envelope) -> v1::Submission {
    v1::Submission { envelope: Some(envelope.to_message()), openings: Vec::new() }
}

pub(crate) fn booted(firmware: &str) -> Fact {
    let reason = v1::BootReason::PowerOn.into();
    let observed = v1::device_booted::Observed { reason, firmware: firmware.to_owned() };
    Fact::DeviceBooted(v1::DeviceBooted { observed: Some(observed) })
}

pub(crate) fn enrolled(device: DeviceId, kind: v1::DeviceKind, key: &SigningKey) -> Fact {
    let declared = v1::device_enrolled::Declared {
        device: device.0.to_vec(),
        kind: kind.into(),
        key: Some(v1::PublicKey {
            algorithm: v1::Algorithm::Ed25519.into(),
            key: key.public_key().as_bytes().to_vec(),
        }),
        possession: possession(key, device).unwrap().to_vec(),
        site: None,
        attestation: None,
    };
    Fact::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) })
}

/// The key is stolen; everything up to `last_good` was still the device's.
pub(crate) fn revoked(device: DeviceId, last_good: Digest) -> Fact {
    let declared = v1::device_key_revoked::Declared {
        device: device.0.to_vec(),
        last_good: Some(last_good.0.to_vec()),
        reason: v1::RevocationReason::Stolen.into(),
        compromised_since_us: None,
    };
    Fact::DeviceKeyRevoked(v1::DeviceKeyRevoked { declared: Some(declared) })
}

pub(crate) fn retired(device: DeviceId, last_sequence: u64) -> Fact {
    let declared = v1::device_retired::Declared { device: device.0.to_vec(), last_sequence };
    Fact::DeviceRetired(v1::DeviceRetired { declared: Some(declared) })
}

/// A statement with one commitment, and what opens it.
pub(crate) fn refused_collection(reason: &str) -> (Fact, Disclosure) {
    let opening = Disclosure::new(&[9; 16], "reason", reason).unwrap();
    let declared = v1::collection_refused::Declared {
        exhibits: vec![vec![0xee; 16]],
        to: vec![0xaa; 16],
        by: None,
        reason: Some(opening.digest().0.to_vec()),
    };
    (Fact::CollectionRefused(v1::CollectionRefused { declared: Some(declared) }), opening)
}
