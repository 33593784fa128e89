//! Ledgers built in memory, for tests: an estate of two authorities, a node and lockers that say real, signed
//! statements; and archives of them, whole or tampered with by somebody who has the ledger's key.
//!
//! Nothing here is random: the same calls make the same bytes.

#![expect(clippy::missing_panics_doc, reason = "a test that asks for what is not there fails where it asks")]

mod acts;
mod estate;
mod policy;
mod world;
mod writer;

pub use acts::{Cycle, Exhibit};
pub use estate::Locker;
pub use policy::{policies, policy_text};
pub use world::{AUTHORITIES, NODE, Said, Speaker, SpeakerId, World, key_of};
pub use writer::Writer;
