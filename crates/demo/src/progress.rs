//! A line that counts up on a terminal, and one line at the end elsewhere.

use std::io::{IsTerminal as _, Write as _};

/// How often a terminal's line is drawn again: once for so many steps.
const STEPS_PER_DRAWING: usize = 5;

/// Counts the steps of one part of the day.
pub(crate) struct Progress {
    what: &'static str,
    total: usize,
    done: usize,
    is_terminal: bool,
}

impl Progress {
    pub(crate) fn new(what: &'static str, total: usize) -> Self {
        Self { what, total, done: 0, is_terminal: std::io::stdout().is_terminal() }
    }

    /// One step is done.
    pub(crate) fn step(&mut self) {
        self.done += 1;
        if self.is_terminal && (self.done.is_multiple_of(STEPS_PER_DRAWING) || self.done == self.total) {
            print!("\r  {}: {} of {}", self.what, self.done, self.total);
            // A terminal that went away is no reason to stop.
            let _ = std::io::stdout().flush();
        }
    }

    /// Ends the line.
    pub(crate) fn finish(self) {
        if self.is_terminal {
            println!();
        } else {
            println!("  {}: {}", self.what, self.done);
        }
    }
}
