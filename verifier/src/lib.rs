//! The verifier: replays a whole ledger and says what it proves and what it does not. Pure.
//!
//! It believes the few keys of the trust file and nothing else: whatever stands in an archive is hostile
//! until it has been checked. Input comes through an [`archive::ArchiveReader`] and, where footage is at hand, a
//! [`footage::FootageReader`]; only [`archive::DirectoryArchive`] and [`footage::FootageDirectory`] touch a disk, and
//! nothing here knows a clock or a network.
//!
//! [`audit::audit`] is the replay; [`receipt::check`] checks one receipt. What custody means is the business
//! of the crate `custody`; what the bytes mean, of `ledger-format`.

pub mod archive;

pub mod footage;

pub mod trust;

pub mod known_head;

pub mod policies;

pub mod report;

pub mod audit;

pub mod receipt;

pub mod bundle;

#[cfg(feature = "testing")]
pub mod testing;
