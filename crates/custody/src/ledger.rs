//! The state of the whole ledger, and the two levels of the rulebook over it.

use alloc::vec::Vec;

use crate::device::{Device, Devices, Refusal};
use crate::fact::{Key, Statement};
use crate::finding::Finding;
use crate::id::{DeviceId, Digest, ExhibitId};
use crate::policy::Policy;
use crate::verdict::Verdict;

/// One entry of the ledger as the rulebook sees it.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// Its position.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// SHA-256 of the statement.
    pub hash: Digest,
    /// SHA-256 of the key that signed it.
    pub key_id: Digest,
    /// The node's clock, UTC microseconds.
    pub recorded_at_us: u64,
    /// What was said.
    pub statement: &'a Statement,
}

/// Everything that the entries so far have established.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    devices: Devices,
}

impl Ledger {
    /// Before entry 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that must have signed this statement if it may stand next in the chain: the one question of
    /// admission. The genesis answers for itself: before entry 0 only it may stand, under its node's key.
    pub fn standing(&self, statement: &Statement, hash: Digest, key_id: Digest) -> Result<Key, Refusal> {
        self.devices.standing(statement, hash, key_id)
    }

    /// Folds one more entry, in chain order, whatever it says; returns what chain order decides.
    pub fn evolve(&mut self, recorded: &Recorded<'_>, policy: &Policy) -> Vec<Finding> {
        let _ = (recorded, policy);
        Vec::new()
    }

    /// The verdict on one exhibit over all facts so far; `None` for one that no fact names.
    pub fn judge(&self, exhibit: ExhibitId) -> Option<Verdict> {
        let _ = exhibit;
        None
    }

    /// Every exhibit that a fact names, by id.
    pub fn exhibits(&self) -> impl Iterator<Item = ExhibitId> + '_ {
        core::iter::empty()
    }

    /// One device.
    pub fn device(&self, device: DeviceId) -> Option<&Device> {
        self.devices.get(device)
    }

    /// All devices.
    pub fn devices(&self) -> &Devices {
        &self.devices
    }
}
