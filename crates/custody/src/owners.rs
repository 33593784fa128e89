//! For whom each key was introduced: what is signed with a key that was given to two is neither's alone (K01).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use crate::fact::{Fact, Key};
use crate::finding::Finding;
use crate::id::{DeviceId, Digest};
use crate::rule::RuleId;
use crate::said_head::short;
use crate::severity::Severity;

/// By key id, whose it is; none for the ledger's own.
#[derive(Debug, Clone, Default)]
pub struct KeyOwners(BTreeMap<Digest, Option<DeviceId>>);

impl KeyOwners {
    /// Takes note of the keys that a believed fact introduces, agreed on or not.
    pub fn follow(&mut self, index: u64, fact: &Fact) -> Vec<Finding> {
        let mut findings = Vec::new();
        let of_ledger = match fact {
            Fact::Genesis { ledger_key: key, .. } | Fact::LedgerKeyRotated { key, .. } => Some((None, key)),
            _ => None,
        };
        let of_devices = device_keys(fact).into_iter().map(|(device, key)| (Some(device), key));
        for (owner, key) in of_devices.chain(of_ledger) {
            if *self.0.entry(key.id).or_insert(owner) != owner {
                let key = short(&key.id);
                let sentence = format!("One key, {key}, is given to two: what it signs is neither's alone.");
                let finding = Finding::new(RuleId::K01, sentence).weighing(Severity::Break);
                findings.push(finding.at([index]));
            }
        }
        findings
    }
}

/// The devices' keys that a fact introduces.
pub fn device_keys(fact: &Fact) -> Vec<(DeviceId, &Key)> {
    match fact {
        Fact::Genesis { authorities, node, .. } => {
            authorities.iter().chain([node]).map(|named| (named.device, &named.key)).collect()
        }
        Fact::DeviceEnrolled { device, key, .. } | Fact::DeviceKeyRotated { device, key, .. } => {
            alloc::vec![(*device, key)]
        }
        _ => Vec::new(),
    }
}
