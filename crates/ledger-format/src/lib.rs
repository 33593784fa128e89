//! The bytes of the ledger: statement, envelope, entry, tree, streams, census, checkpoint, receipt. Pure.
//!
//! Two halves. The public formats follow documents that others wrote, so that any tool of the
//! transparency-log world can read the archive: the Merkle tree of RFC 6962, and the C2SP signed
//! note, checkpoint, cosignature, tiles and proof. The ledger's own formats say what the leaves are.
//!
//! Nothing here decides whether custody holds; that is the crate `custody`.
#![no_std]
extern crate alloc;

#[cfg(test)]
extern crate std;

pub mod key;

pub mod merkle;

pub mod tile;

pub mod dsse;

pub mod note;

pub mod checkpoint;

pub mod cosignature;

pub mod receipt;

pub mod census;

pub mod disclosure;

// The ledger's own formats.
pub mod canonical;

pub mod stream;

pub mod opening;

pub mod statement;

pub mod said_heads;

pub mod envelope;

pub mod possession;

pub mod entry;

pub mod device_chain;
