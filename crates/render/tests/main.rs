//! The PDF, read by programs that are not ours.
#![expect(clippy::unwrap_used, reason = "what a helper of a test cannot do ends the test")]

mod hostile;
mod program;
mod said;
mod sound;
mod support;
