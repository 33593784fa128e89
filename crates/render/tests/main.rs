//! The PDF, read by programs that are not ours.

mod hostile;
mod program;
mod said;
mod sound;
mod support;
