//! Heads of the ledger that others vouch for, kept in the chain.

use alloc::string::String;

use crate::id::Digest;

/// A head of the ledger, by somebody's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadFact {
    /// Tree size.
    pub size: u64,
    /// Root at that size.
    pub root: Digest,
    /// Whose word it is.
    pub by: Voucher,
}

/// Who vouches for a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voucher {
    /// The ledger's own checkpoint.
    Ledger,
    /// A witness' or auditor's cosignature.
    Witness {
        /// Its name.
        name: String,
    },
    /// A time-stamping authority: the head existed before this instant.
    Timestamp {
        /// UTC microseconds.
        time_us: u64,
    },
}
