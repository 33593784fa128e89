//! When, where and how fast an audit ran: facts of the machine, which stand in no report.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// An audit that runs.
pub(crate) struct RunFacts {
    begun: Instant,
    begun_at: SystemTime,
    threads: NonZeroUsize,
}

/// An audit that has run.
#[derive(Debug, Serialize)]
pub(crate) struct Ended {
    /// Version of the program.
    verifier: &'static str,
    /// Operating system and processor it was built for.
    platform: String,
    /// When it began, by this machine's clock, UTC microseconds.
    begun_at_us: u64,
    /// How long it took.
    duration_us: u64,
    threads: usize,
    entries: u64,
    entries_per_s: Option<u64>,
}

impl RunFacts {
    /// It begins now.
    pub(crate) fn beginning(threads: NonZeroUsize) -> Self {
        Self { begun: Instant::now(), begun_at: SystemTime::now(), threads }
    }

    /// It has ended now.
    pub(crate) fn ended(self, entries: u64) -> Ended {
        let took = self.begun.elapsed();
        let rate = u128::from(entries).saturating_mul(1_000_000).checked_div(took.as_micros());
        Ended {
            verifier: env!("CARGO_PKG_VERSION"),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            begun_at_us: self.begun_at.duration_since(UNIX_EPOCH).map_or(0, micros),
            duration_us: micros(took),
            threads: self.threads.get(),
            entries,
            entries_per_s: rate.and_then(|rate| u64::try_from(rate).ok()),
        }
    }
}

impl Ended {
    /// As JSON, with a final newline.
    pub(crate) fn json(&self) -> String {
        // A structure of numbers and texts serialises always.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.duration_us / 1_000_000, self.duration_us / 1_000 % 1_000);
        write!(f, "{} entries in {seconds}.{millis:03} s on {} threads: ", self.entries, self.threads)?;
        match self.entries_per_s {
            Some(rate) => write!(f, "{rate} entries/s"),
            None => f.write_str("too short to tell a rate"),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
