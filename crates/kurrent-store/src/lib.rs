//! The append-only store of ledger entries over a KurrentDB cluster: one stream, whose revisions are the indices.
//!
//! The cluster is trusted to be durable and never to be honest: what it gives back is compared with the id that the bytes
//! themselves give, and with the index it was asked for; everything else is the verifier's. The client crate is not trusted
//! to come back from a fault: every call has an end of its own, runs where a panic is only an answer, and whatever is in doubt
//! costs the client, which is made anew.
//!
//! ```text
//! store ── writer task ── settle (what became of an append) ── cluster (one call) ── client, made anew after a fault
//!    └──── read, head, tail ──────────────────────────────────────┘
//! ```

mod address;
mod appending;
mod cluster;
mod contact;
mod event;
mod guard;
mod lease;
mod read;
mod session;
mod settle;
mod store;
mod trust;

pub use address::{Address, AddressError, STREAM};
pub use cluster::Patience;
pub use guard::Roles;
pub use lease::KurrentLease;
pub use store::{KurrentStore, OpenError};
