//! What a disclosure bundle says of one case: a model of it, and the reports that are written from the model.
//!
//! Pure: no clock, file, socket, random source or thread. Who replays the bundle's entries, and compares what came out
//! with what the bundle says of itself, is `verifier::bundle`; who collects the entries is the node.
//!
//! In reading order: [`pack`], [`manifest`] and [`lines`] are the files of a bundle; [`scope`] is what belongs to one;
//! [`material`] is what a reader has found out, and [`model`] what is said of it; [`build`] makes the one of the other;
//! [`html`], [`text`], [`drafts`] and [`case_uco`] write it down.

pub mod pack;

pub mod manifest;

pub mod lines;

pub mod scope;

pub mod profile;

pub mod openings;

pub mod material;

pub mod model;

pub mod build;

pub mod quote;

pub mod html;

pub mod text;

pub mod drafts;

pub mod case_uco;

pub use build::{NOT_ASSERTED, report};
pub use html::html;
pub use text::text;
