//! The policies an audit was given: the ledger says by its hash which was in force when.

use custody::id::Digest;
use custody::policy::Policy;

/// Every policy file at hand.
#[derive(Debug, Clone)]
pub struct Policies {
    first: Policy,
    others: Vec<Policy>,
}

impl Default for Policies {
    /// The documented default alone.
    fn default() -> Self {
        Self { first: Policy::standard(), others: Vec::new() }
    }
}

impl Policies {
    /// These policies; the first holds until the ledger adopts one. The documented default is always at hand.
    pub fn of(policies: impl IntoIterator<Item = Policy>) -> Self {
        let mut policies = policies.into_iter().chain([Policy::standard()]);
        let first = policies.next().unwrap_or_else(Policy::standard);
        Self { first, others: policies.collect() }
    }

    /// What holds before the ledger has adopted any.
    pub fn before_any(&self) -> &Policy {
        &self.first
    }

    /// The policy with this hash, if it is at hand.
    pub fn with_hash(&self, hash: Digest) -> Option<&Policy> {
        core::iter::once(&self.first).chain(&self.others).find(|policy| policy.hash == hash)
    }
}
