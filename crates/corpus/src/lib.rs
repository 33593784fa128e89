//! The corpus: seeded histories of the whole estate, with faults planted in them, and a scorer.
//!
//! It measures the verifier and shares no rule with it: what a fault must lead to is written down beside the fault,
//! after `docs/rulebook.md`, and what a history is, beside the history.
//!
//! In reading order: [`rng`] is all chance; [`line`] and [`script`] are a history that has not happened yet;
//! [`estate`], [`visit`], [`custody_acts`], [`journey`], [`stories`] and [`house`] write lines; [`history`] writes a whole
//! clean one; [`play`] signs and records it.

#![expect(
    clippy::missing_panics_doc,
    reason = "a story that asks a script for what it does not have fails where it asks"
)]

pub mod rng;

pub mod line;

pub mod script;

pub mod estate;

pub mod visit;

pub mod custody_acts;

pub mod journey;

pub mod stories;

pub mod house;

pub mod history;

pub mod play;

pub mod sealed;

pub mod edit;

pub mod plant;

pub mod case;

pub mod score;

pub mod words;
