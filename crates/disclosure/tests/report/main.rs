//! What reports promise, on histories of a whole estate with planted faults.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test fails where it stands")]

mod world;

mod page;

mod doors;

mod names;

mod drafts;

mod same;
