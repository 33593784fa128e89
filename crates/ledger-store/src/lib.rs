//! The append-only store of ledger entries: the contract, the embedded engine, and the head file beside it.
//!
//! It keeps bytes in order and nothing else. What the bytes mean, whether they are admissible, and which
//! head was promised to whom is the node's business; that nothing was altered behind the store's back is the
//! verifier's: a store is trusted to be durable, never to be honest.

mod contract;

mod batch;
mod leaf;

pub mod head;

pub mod sqlite;

pub mod copy;

pub mod mirror;

pub mod lease;

#[cfg(any(test, feature = "testing"))]
pub mod memory;

#[cfg(any(test, feature = "testing"))]
pub mod contract_suite;

mod durable;

pub use batch::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, Batch, BatchError, ENTRY_BYTES_MAX};
pub use contract::{AppendError, READ_BYTES_MAX, READ_ENTRIES_MAX, ReadError, ReadLimit, Store};
pub use leaf::leaf_hash;
