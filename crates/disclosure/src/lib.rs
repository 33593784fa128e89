//! What a disclosure bundle says of one case: a model of it, and the reports that are written from the model.
//!
//! Pure: no clock, file, socket, random source or thread. Who replays the bundle's entries, and compares what came out
//! with what the bundle says of itself, is `verifier::bundle`; who collects the entries is the node.

pub mod case_uco;
pub mod lines;
pub mod manifest;
pub mod material;
pub mod model;
pub mod openings;
pub mod pack;
pub mod profile;
pub mod quote;
pub mod scope;

pub mod build;

pub mod html;

pub mod text;

pub mod drafts;

pub use build::{NOT_ASSERTED, report};
pub use html::html;
pub use text::text;
