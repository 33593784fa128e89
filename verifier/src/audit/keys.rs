//! Keys that facts introduce, and the verdict on every signature under them.
//!
//! An envelope names its key by hash, so whether its signature verifies depends on the envelope alone and is
//! decided on many threads. Whether that key may speak for the device is another question, which only the
//! rulebook answers; being on the ring entitles a key to nothing.

use std::collections::BTreeMap;

use custody::fact::{Fact, Key};
use custody::id::{DeviceId, Digest};
use custody::ledger::Ledger;
use ledger_format::envelope::{Envelope, possession_message};
use ledger_format::key::PublicKey;

/// Every key that some fact introduces, and those that were ever in force for a device.
#[derive(Debug, Default)]
pub(super) struct Ring {
    keys: BTreeMap<Digest, PublicKey>,
    /// Introduced and not in force yet.
    waiting: BTreeMap<DeviceId, Vec<Digest>>,
    in_force: BTreeMap<DeviceId, Vec<Digest>>,
}

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
        match fact {
            Fact::Genesis { authorities, node, .. } => {
                for named in authorities.iter().chain([node]) {
                    self.put(named.device, &named.key);
                }
            }
            Fact::DeviceEnrolled { device, key, .. } | Fact::DeviceKeyRotated { device, key, .. } => {
                self.put(*device, key);
            }
            _ => {}
        }
    }

    fn put(&mut self, device: DeviceId, key: &Key) {
        // The decoder lets no other key through.
        if let Ok(public) = PublicKey::enrol(&key.bytes) {
            self.keys.insert(public.id(), public);
            self.waiting.entry(device).or_default().push(public.id());
        }
    }

    /// Takes note of which keys the rulebook has put in force, after a fact that may have done so.
    pub(super) fn settle(&mut self, fact: &Fact, ledger: &Ledger) {
        if !matches!(
            fact,
            Fact::Genesis { .. }
                | Fact::Approved { .. }
                | Fact::DeviceEnrolled { .. }
                | Fact::DeviceKeyRotated { .. }
        ) {
            return;
        }
        let in_force = &mut self.in_force;
        self.waiting.retain(|device, keys| {
            let now = ledger.device(*device).map(|device| device.tenure.key.id);
            keys.retain(|key| {
                if now == Some(*key) {
                    in_force.entry(*device).or_default().push(*key);
                }
                now != Some(*key)
            });
            !keys.is_empty()
        });
    }

    /// Whether a key is, or was, in force for a device.
    pub(super) fn was_in_force(&self, device: DeviceId, key: Digest) -> bool {
        self.in_force.get(&device).is_some_and(|keys| keys.contains(&key))
    }

    /// The verdict on an envelope's signature under the key that it names.
    pub(super) fn verdict(&self, envelope: &Envelope) -> SignatureVerdict {
        match self.keys.get(&envelope.key_id) {
            None => SignatureVerdict::NoKey,
            Some(key) if envelope.verify(key).is_ok() => SignatureVerdict::Valid,
            Some(_) => SignatureVerdict::Invalid,
        }
    }
}

/// Whether a new key proves that its holder has it; none for a fact that brings no new key.
pub(super) fn possession(fact: &Fact) -> Option<bool> {
    let (Fact::DeviceEnrolled { device, key, possession, .. }
    | Fact::DeviceKeyRotated { device, key, possession }) = fact
    else {
        return None;
    };
    let message = possession_message(&device.0, &key.bytes);
    let key = PublicKey::enrol(&key.bytes);
    Some(key.is_ok_and(|key| key.verify_strict(&message, possession).is_ok()))
}
