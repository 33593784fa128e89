//! Instants in words: UTC, and beside it the civil time of a named zone with its abbreviation and offset.
//!
//! For people to read. Nothing is ever ordered, compared or computed by civil time: one hour of October happens
//! twice and one of March never. The zone's rules are compiled in, so that every machine prints the same text.

#![no_std]

extern crate alloc;

mod zone;

pub use custody::instant::utc;
pub use zone::{LONDON, UnknownZone, Zone, zone_database};
