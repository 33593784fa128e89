//! What two must agree on: proposals, and the approvals that make them take effect.

use alloc::collections::{BTreeMap, BTreeSet};

use crate::fact::{DeviceKind, Fact, Health};
use crate::id::{DeviceId, Digest};
use crate::ledger::Recorded;

/// Authorities that must approve a key rotation which the device itself has signed.
const APPROVALS_OF_A_DEVICES_ROTATION: usize = 2;
/// Authorities that must approve what one authority has proposed: with the proposer they are two.
const APPROVALS_OF_AN_AUTHORITYS_PROPOSAL: usize = 1;

/// A statement that waits for approval.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it says.
    pub fact: Fact,
    /// Who said it.
    pub proposer: DeviceId,
    /// Index of its entry.
    pub index: u64,
    /// When it was said, by the proposer's wall clock, UTC microseconds.
    pub said_us: u64,
    /// Whether its device said it itself, and not an authority.
    pub is_by_the_device: bool,
    approvals: BTreeSet<DeviceId>,
}

/// All statements that wait.
#[derive(Debug, Clone, Default)]
pub struct Proposals(BTreeMap<Digest, Proposal>);

impl Proposals {
    /// Takes note of a statement that needs approval. Returns false for any other.
    pub(crate) fn propose(&mut self, recorded: &Recorded<'_>, kind: DeviceKind) -> bool {
        let (fact, proposer, index) = (&recorded.statement.fact, recorded.statement.device, recorded.index);
        let said_us = recorded.statement.time.wall_us;
        let is_by_the_device = matches!(fact, Fact::DeviceKeyRotated { device, .. } if *device == proposer && kind != DeviceKind::Authority);
        if !(needs_approval(fact) && (kind == DeviceKind::Authority || is_by_the_device)) {
            return false;
        }
        let approvals = BTreeSet::new();
        let fact = fact.clone();
        let proposal = Proposal { fact, proposer, index, said_us, is_by_the_device, approvals };
        self.0.insert(recorded.hash, proposal);
        true
    }

    /// An authority approves. Returns the proposal once as many as it needs have.
    ///
    /// The proposer's own approval counts for nothing, and neither does a second one by the same authority.
    pub(crate) fn approve(&mut self, hash: Digest, authority: DeviceId) -> Option<Proposal> {
        let proposal = self.0.get_mut(&hash)?;
        if authority == proposal.proposer {
            return None;
        }
        proposal.approvals.insert(authority);
        let needed = if proposal.is_by_the_device {
            APPROVALS_OF_A_DEVICES_ROTATION
        } else {
            APPROVALS_OF_AN_AUTHORITYS_PROPOSAL
        };
        if proposal.approvals.len() < needed { None } else { self.0.remove(&hash) }
    }

    /// What waits, with the statement's hash.
    pub fn iter(&self) -> impl Iterator<Item = (Digest, &Proposal)> {
        self.0.iter().map(|(hash, proposal)| (*hash, proposal))
    }
}

/// Changes of the estate, of keys and of the policy take effect only when two have agreed.
fn needs_approval(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::LedgerKeyRotated { .. }
            | Fact::PolicyAdopted { .. }
            | Fact::DeviceEnrolled { .. }
            | Fact::DeviceKeyRotated { .. }
            | Fact::DeviceKeyRevoked { .. }
            | Fact::DeviceRetired { .. }
            | Fact::SiteRegistered { .. }
            | Fact::TransitStoreDesignated { .. }
            | Fact::TransitStoreWithdrawn { .. }
            | Fact::LockerRegistered { .. }
            | Fact::LockerMoved { .. }
            | Fact::CompartmentModeSet { .. }
            | Fact::CameraRegistered { .. }
            | Fact::CoverageMapApproved { .. }
            | Fact::Health(Health::FirmwareApproved { .. })
    )
}
