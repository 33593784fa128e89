//! What runs in a smart locker: key, journal, hardware port, deposit and collection, upload.
//!
//! A [`device::Device`] says facts: it numbers, links, signs and journals them, and only then does anything
//! else happen. [`deposit`], [`collect`] and [`attend`] are the guided sequences at the doors, [`desk`] is
//! what people say at a desk, [`sync`] hands everything to the ledger and believes no answer that it has
//! not verified. What custody means is the business of the crate `custody`, not of this one.

pub mod random;

pub mod key;

pub mod clock;

pub mod storage;

pub mod record_log;

pub mod journal;

pub mod memory;

pub mod device;

pub mod disclose;

pub mod reference;

pub mod hardware;

pub mod simulator;

pub mod act;

pub mod door;

pub mod deposit;

pub mod collect;

pub mod equipment;

pub mod attend;

pub mod desk;

pub mod answer;

pub mod uplink;

pub mod nodes;

pub mod sync;

pub mod status;

pub mod slip;

pub mod config;

#[cfg(test)]
mod testing;
