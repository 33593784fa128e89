//! The policy under which the node judges what it records.

use std::sync::LazyLock;

use custody::policy::Policy;

/// The policy in force.
pub(crate) fn in_force() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(Policy::standard);
    &POLICY
}
