//! How far the audit has come, on a terminal and nowhere else.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

use verifier::audit::Progress;

/// Often enough to see that it moves, seldom enough to cost nothing.
const EVERY: Duration = Duration::from_millis(200);

/// One line on standard error.
pub(crate) struct Bar {
    is_terminal: bool,
    shown: Option<Instant>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Self { is_terminal: stderr().is_terminal(), shown: None }
    }

    /// Shows where the audit is, if it is time to.
    pub(crate) fn show(&mut self, progress: Progress) {
        if !self.is_terminal || self.shown.is_some_and(|shown| shown.elapsed() < EVERY) {
            return;
        }
        self.shown = Some(Instant::now());
        let percent = u128::from(progress.done) * 100 / u128::from(progress.size.max(1));
        // A terminal that has gone away is no reason to stop.
        let _ = write!(stderr(), "\r{percent:3} % of {} entries", progress.size);
    }

    /// Clears the line.
    pub(crate) fn finish(&mut self) {
        if self.shown.is_some() {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }
}
