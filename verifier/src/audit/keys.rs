//! Keys: the ring of all that facts introduce, under which signatures are checked, and the tenures that the
//! rulebook grants them.
//!
//! An envelope names its key by hash, so whether its signature verifies depends on the envelope alone and is
//! decided on many threads, ahead of the fold. Whether that key may speak for the device is another question,
//! which only the rulebook answers; being on the ring entitles a key to nothing.

use std::collections::BTreeMap;

use custody::fact::{Fact, Key};
use custody::id::{DeviceId, Digest};
use custody::ledger::Ledger;
use ledger_format::envelope::Envelope;
use ledger_format::key::PublicKey;

/// Every key that some fact introduces, whoever said it.
#[derive(Debug, Default)]
pub(super) struct Ring(BTreeMap<Digest, PublicKey>);

/// The verdict on one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignatureVerdict {
    /// It verifies.
    Valid,
    /// It does not.
    Invalid,
    /// Its key was never introduced, so there is nothing to check it with.
    NoKey,
}

impl Ring {
    /// Puts on the ring what a fact introduces.
    pub(super) fn introduce(&mut self, fact: &Fact) {
        for (_, key) in device_keys(fact) {
            // The decoder lets no other key through.
            if let Ok(public) = PublicKey::enrol(&key.bytes) {
                self.0.insert(public.id(), public);
            }
        }
    }

    /// The verdict on an envelope's signature under the key that it names.
    pub(super) fn verdict(&self, envelope: &Envelope) -> SignatureVerdict {
        match self.0.get(&envelope.key_id) {
            None => SignatureVerdict::NoKey,
            Some(key) if envelope.verify(key).is_ok() => SignatureVerdict::Valid,
            Some(_) => SignatureVerdict::Invalid,
        }
    }
}

/// The keys that facts which may be believed have introduced, and those that were ever in force.
#[derive(Debug, Default)]
pub(super) struct Tenures {
    /// For whom each key was introduced; none for the ledger's own.
    owners: BTreeMap<Digest, Option<DeviceId>>,
    /// Introduced and not in force yet.
    waiting: BTreeMap<DeviceId, Vec<PublicKey>>,
    in_force: BTreeMap<DeviceId, Vec<PublicKey>>,
}

impl Tenures {
    /// Takes note of the keys that a believed fact introduces, and of those that the rulebook has put in force
    /// by it. Returns the keys that were introduced for somebody else before: what is signed with such a key is
    /// nobody's in particular.
    pub(super) fn follow(&mut self, fact: &Fact, ledger: &Ledger) -> Vec<Digest> {
        let mut shared = Vec::new();
        let mut own = |key: Digest, owner: Option<DeviceId>| {
            if *self.owners.entry(key).or_insert(owner) != owner {
                shared.push(key);
            }
        };
        for (device, key) in device_keys(fact) {
            own(key.id, Some(device));
            self.waiting.entry(device).or_default().extend(PublicKey::enrol(&key.bytes));
        }
        if let Fact::Genesis { ledger_key: key, .. } | Fact::LedgerKeyRotated { key, .. } = fact {
            own(key.id, None);
        }
        if matches!(fact, Fact::Genesis { .. } | Fact::Approved { .. }) {
            self.settle(ledger);
        }
        shared
    }

    fn settle(&mut self, ledger: &Ledger) {
        let in_force = &mut self.in_force;
        self.waiting.retain(|device, keys| {
            let now = ledger.device(*device).map(|device| device.tenure.key.id);
            let taken = keys.extract_if(.., |key| now == Some(key.id())).collect::<Vec<_>>();
            if !taken.is_empty() {
                in_force.entry(*device).or_default().extend(taken);
            }
            !keys.is_empty()
        });
    }

    /// The key with this id, if it is, or was, in force for the device.
    pub(super) fn key(&self, device: DeviceId, id: Digest) -> Option<&PublicKey> {
        self.in_force.get(&device)?.iter().find(|key| key.id() == id)
    }
}

/// The devices' keys that a fact introduces.
fn device_keys(fact: &Fact) -> Vec<(DeviceId, &Key)> {
    match fact {
        Fact::Genesis { authorities, node, .. } => {
            authorities.iter().chain([node]).map(|named| (named.device, &named.key)).collect()
        }
        Fact::DeviceEnrolled { device, key, .. } | Fact::DeviceKeyRotated { device, key, .. } => {
            vec![(*device, key)]
        }
        _ => Vec::new(),
    }
}
