//! Keys: the ring of all that facts introduce, under which signatures are checked, and the tenures that the
//! rulebook grants them.
//!
//! An envelope names its key by hash, so whether its signature verifies depends on the envelope alone and is
//! decided on many threads, ahead of the fold. Whether that key may speak for the device is another question,
//! which only the rulebook answers; being on the ring entitles a key to nothing.

use std::collections::BTreeMap;

use custody::fact::Fact;
use custody::id::{DeviceId, Digest};
use custody::ledger::Ledger;
use custody::owners::device_keys;
use ledger_format::envelope::Envelope;
use ledger_format::key::PublicKey;

/// Every key that some fact introduces, whoever said it.
#[derive(Debug, Default)]
pub(crate) struct Ring(BTreeMap<Digest, PublicKey>);

/// The verdict on one signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureVerdict {
    /// It verifies.
    Valid,
    /// It does not.
    Invalid,
    /// Its key was never introduced, so there is nothing to check it with.
    NoKey,
}

impl Ring {
    /// Puts on the ring what a fact introduces.
    pub(crate) fn introduce(&mut self, fact: &Fact) {
        for (_, key) in device_keys(fact) {
            // The decoder lets no other key through.
            if let Ok(public) = PublicKey::enrol(&key.bytes) {
                self.0.insert(public.id(), public);
            }
        }
    }

    /// The verdict on an envelope's signature under the key that it names.
    pub(crate) fn verdict(&self, envelope: &Envelope) -> SignatureVerdict {
        match self.0.get(&envelope.key_id) {
            None => SignatureVerdict::NoKey,
            Some(key) if envelope.verify(key).is_ok() => SignatureVerdict::Valid,
            Some(_) => SignatureVerdict::Invalid,
        }
    }
}

/// The keys that facts which may be believed have introduced, and those that were ever in force.
#[derive(Debug, Default)]
pub(crate) struct Tenures {
    /// Introduced and not in force yet, by the hash of the statement that introduced it.
    waiting: BTreeMap<Digest, (DeviceId, PublicKey)>,
    /// By device, key id and the enrolment to which what it signs is bound.
    in_force: BTreeMap<(DeviceId, Digest, Digest), PublicKey>,
}

impl Tenures {
    /// Takes note of the keys that a believed fact introduces, and of those that the rulebook has put in force
    /// by it. `hash` is that of its statement.
    pub(crate) fn follow(&mut self, hash: Digest, fact: &Fact, ledger: &Ledger) {
        let introduced = device_keys(fact);
        // The decoder lets no key through that cannot be enrolled.
        let introduced = introduced
            .into_iter()
            .filter_map(|(device, key)| Some((device, PublicKey::enrol(&key.bytes).ok()?)));
        match fact {
            Fact::Genesis { .. } => introduced.for_each(|(device, key)| self.take_force(device, key, ledger)),
            // Looked up by what is approved, so that an approval costs nothing of all else that waits.
            Fact::Approved { statement } => {
                if let Some((device, key)) = self.waiting.get(statement).copied() {
                    self.take_force(device, key, ledger);
                }
            }
            _ => self.waiting.extend(introduced.map(|named| (hash, named))),
        }
    }

    /// The key is in force for the device, if the rulebook has it so.
    fn take_force(&mut self, device: DeviceId, key: PublicKey, ledger: &Ledger) {
        let tenure = ledger.device(device).map(|device| device.tenure);
        if let Some(tenure) = tenure.filter(|tenure| tenure.key.id == key.id()) {
            self.in_force.insert((device, tenure.key.id, tenure.enrolment), key);
        }
    }

    /// The key with this id, if it is, or was, in force for the device under this enrolment.
    pub(crate) fn key(&self, device: DeviceId, id: Digest, enrolment: Digest) -> Option<&PublicKey> {
        self.in_force.get(&(device, id, enrolment))
    }
}
