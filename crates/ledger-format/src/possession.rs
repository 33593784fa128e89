//! Possession: a fact that gives a new key its place carries the new key's own signature, so that nobody can have
//! a key enrolled that they do not hold.

use alloc::vec::Vec;

use custody::fact::{Fact, Key};
use custody::id::DeviceId;

use crate::dsse::pae;
use crate::key::PublicKey;

/// The payload type of what a new key signs; never that of a statement.
pub const POSSESSION_PAYLOAD_TYPE: &str = "application/vnd.custody-ledger.possession.v1";

/// What a new key signs: DSSE PAE over `device || raw public key`. The device is the one that the key is for; for
/// a new ledger key, the node.
pub fn possession_message(device: &[u8; 16], key: &[u8; 32]) -> Vec<u8> {
    pae(POSSESSION_PAYLOAD_TYPE, &[device.as_slice(), key.as_slice()].concat())
}

/// Whether the new key of a fact has proved its possession; `None` for a fact without a new key. `node` is the
/// ledger's node, once there is one. The genesis' keys have no proof of their own: the node's signs it, and the
/// others are vouched for by the trust file.
pub fn is_proven(fact: &Fact, node: Option<DeviceId>) -> Option<bool> {
    let (device, key, possession) = match fact {
        Fact::DeviceEnrolled { device, key, possession, .. }
        | Fact::DeviceKeyRotated { device, key, possession } => (Some(*device), key, possession),
        Fact::LedgerKeyRotated { key, possession } => (node, key, possession),
        _ => return None,
    };
    Some(device.is_some_and(|device| verifies(device, key, possession)))
}

fn verifies(device: DeviceId, key: &Key, possession: &[u8; 64]) -> bool {
    let message = possession_message(&device.0, &key.bytes);
    PublicKey::enrol(&key.bytes).is_ok_and(|key| key.verify_strict(&message, possession).is_ok())
}
