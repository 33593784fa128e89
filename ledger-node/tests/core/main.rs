//! The node without its edge: what it admits, what it promises, and what it remembers.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test fails the test where it stands"
)]

mod support;

mod scene;

mod admission;

mod erasing;

mod evidence;

mod durability;

mod starting;

mod folder;

mod census;

mod archive;

mod authority;

mod rounds;

mod alerts;

mod footage;

mod standby;

mod take_over;

mod claims;

mod moving;

mod outage;

mod two_nodes;

#[cfg(feature = "kurrentdb")]
mod on_cluster;
