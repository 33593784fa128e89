//! The audit of ledgers, whole and tampered with. Each name of a test is the rule it states.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail where they stand")]

mod support;

mod honest;

mod bytes;

mod entries;

mod statements;

mod heads;

mod times;

mod files;

mod evidence;

mod hostile;

mod command;

mod footage;
