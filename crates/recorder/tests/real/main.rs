//! Real segments, and the real program.
//!
//! A binary of its own: what is started here inherits, for a moment, the locked files of every other thread, and
//! the tests of restarting open theirs again.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail where they stand")]

#[path = "../recorder/support.rs"]
#[expect(dead_code, reason = "the other binary uses the rest")]
mod support;

mod ffmpeg;

mod program;
