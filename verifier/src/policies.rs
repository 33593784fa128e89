//! The policies an audit was given: the ledger says by its hash which was in force when.

pub use custody::policy::Policies;
