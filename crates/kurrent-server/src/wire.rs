//! The messages and services of the protocol, generated from `proto/` and committed.
#![expect(
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::as_conversions,
    reason = "generated code is as its generator writes it"
)]

include!("generated/event_store.client.rs");

pub(crate) mod server_features {
    include!("generated/event_store.client.server_features.rs");
}

pub(crate) mod gossip {
    include!("generated/event_store.client.gossip.rs");
}

pub(crate) mod streams {
    include!("generated/event_store.client.streams.rs");
}
