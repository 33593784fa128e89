//! Which policy is in force: the ledger says by its hash which two authorities have adopted; the files are given
//! from outside.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Policy;
use crate::id::Digest;

/// Every policy file at hand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Policies {
    first: Arc<Policy>,
    others: Vec<Arc<Policy>>,
}

impl Default for Policies {
    /// The documented default alone.
    fn default() -> Self {
        Self::of([])
    }
}

impl Policies {
    /// These policies; the first holds until the ledger adopts one. The documented default is always at hand.
    pub fn of(policies: impl IntoIterator<Item = Policy>) -> Self {
        let standard = Arc::new(Policy::standard());
        let mut policies = policies.into_iter().map(Arc::new);
        let first = policies.next().unwrap_or_else(|| Arc::clone(&standard));
        Self { first, others: policies.chain([standard]).collect() }
    }

    /// What holds before the ledger has adopted any.
    pub fn before_any(&self) -> &Policy {
        &self.first
    }

    /// The policy with this hash, if it is at hand.
    pub fn with_hash(&self, hash: Digest) -> Option<&Arc<Policy>> {
        core::iter::once(&self.first).chain(&self.others).find(|policy| policy.hash == hash)
    }
}

/// The policy in force at one point of a ledger, followed from entry to entry.
///
/// One that was adopted and is not at hand leaves the one before in force: something must judge, and whoever shows the
/// verdict says that it is not under the policy adopted.
#[derive(Debug, Clone)]
pub struct InForce {
    policies: Policies,
    policy: Arc<Policy>,
    adopted: Option<Digest>,
    /// Every policy that was ever adopted and is at hand, in the order of their hashes.
    followed: BTreeMap<Digest, Arc<Policy>>,
    missing: BTreeSet<Digest>,
}

impl Default for InForce {
    fn default() -> Self {
        Self::before_any(Policies::default())
    }
}

impl InForce {
    /// Before the first entry.
    pub fn before_any(policies: Policies) -> Self {
        let policy = Arc::clone(&policies.first);
        Self { policies, policy, adopted: None, followed: BTreeMap::new(), missing: BTreeSet::new() }
    }

    /// Goes on after an entry; `adopted` is the hash that the ledger names then
    /// ([`Ledger::policy`](crate::ledger::Ledger::policy)).
    pub fn follow(&mut self, adopted: Option<Digest>) {
        if adopted == self.adopted {
            return;
        }
        self.adopted = adopted;
        let Some(hash) = adopted else { return };
        match self.policies.with_hash(hash) {
            Some(policy) => {
                self.policy = Arc::clone(policy);
                self.followed.insert(hash, Arc::clone(policy));
            }
            None => {
                self.missing.insert(hash);
            }
        }
    }

    /// What judges now.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// Every policy that was ever adopted and is at hand, by hash.
    pub fn adopted(&self) -> impl Iterator<Item = &Policy> {
        self.followed.values().map(AsRef::as_ref)
    }

    /// The policy that the ledger has adopted last, if it is not at hand.
    pub fn not_at_hand(&self) -> Option<Digest> {
        self.adopted.filter(|hash| self.policies.with_hash(*hash).is_none())
    }

    /// Every policy that was ever adopted and is not at hand.
    pub fn missing(&self) -> impl Iterator<Item = Digest> + '_ {
        self.missing.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::DEFAULT_TEXT;

    fn policy(version: &str) -> Policy {
        Policy::parse(&DEFAULT_TEXT.replacen("default-3", version, 1)).unwrap()
    }

    #[test]
    fn the_first_holds_until_the_ledger_adopts_one_and_the_default_is_always_at_hand() {
        let (first, second) = (policy("first"), policy("second"));
        let second_hash = second.hash;
        let mut in_force = InForce::before_any(Policies::of([first, second]));
        in_force.follow(None);
        assert_eq!(in_force.policy().version, "first");
        in_force.follow(Some(second_hash));
        assert_eq!(in_force.policy().version, "second");
        in_force.follow(Some(Policy::standard().hash));
        assert_eq!(in_force.policy().version, "default-3");
        assert_eq!(in_force.missing().count(), 0);
    }

    #[test]
    fn one_that_is_not_at_hand_leaves_the_one_before_in_force_and_is_told() {
        let adopted = policy("elsewhere").hash;
        let mut in_force = InForce::before_any(Policies::of([policy("first")]));
        in_force.follow(Some(adopted));
        assert_eq!((in_force.policy().version.as_str(), in_force.not_at_hand()), ("first", Some(adopted)));
        in_force.follow(Some(Policy::standard().hash));
        assert_eq!(in_force.not_at_hand(), None);
        assert_eq!(in_force.missing().collect::<Vec<_>>(), [adopted]);
    }
}
