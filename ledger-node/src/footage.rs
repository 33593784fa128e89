//! Footage: which windows of which cameras the ledger wants a manifest of, and which must be kept.
//!
//! Whether what was committed to is enough is the rulebook's to say (V01 to V09); here it is only asked for in time.

mod preserve;
mod recordings;
mod wanted;
mod windows;

use custody::fact::{Fact, FootageFact};
use custody::finding::Finding;
use custody::ledger::Ledger;
use custody::policy::Policy;
use custody::rule::RuleId;

pub(crate) use self::preserve::{Asked, Exceptions, to_preserve};
pub use self::recordings::Recordings;
pub use self::wanted::{WANTED_MAX, Wanted};
pub use self::windows::{WINDOWS_KEPT_MAX, Window, Windows};
use crate::state::Placed;

/// Microseconds in a second.
const SECOND_US: u64 = 1_000_000;

/// Microseconds in a day.
const DAY_US: u64 = 86_400 * SECOND_US;

/// What is wanted, what is there, and what must be kept.
#[derive(Debug, Default)]
pub struct Footage {
    windows: Windows,
    recordings: Recordings,
}

impl Footage {
    /// Takes in the next entry, which the ledger has folded.
    pub(crate) fn push(&mut self, placed: &Placed, found: &[Finding], ledger: &Ledger, policy: &Policy) {
        if found.iter().any(|finding| finding.rule == RuleId::K01 && finding.indices == [placed.index]) {
            return;
        }
        let fact = &placed.decoded.statement.fact;
        self.windows.push(placed, ledger);
        if let Fact::Footage(footage) = fact {
            self.recordings.push(footage);
        }
        let is_recording = matches!(fact, Fact::Footage(FootageFact::ManifestCommitted { .. }));
        if is_recording || placed.index.is_multiple_of(EXPIRED_EVERY) {
            let kept_us = retention_us(policy).saturating_mul(2);
            let from_us = ledger.newest_us().saturating_sub(kept_us);
            self.windows.expire(from_us);
            self.recordings.expire(from_us);
        }
    }

    /// The windows.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// What recorders have said that they hold.
    pub fn recordings(&self) -> &Recordings {
        &self.recordings
    }
}

/// Entries between two looks at what is too old to be wanted.
const EXPIRED_EVERY: u64 = 256;

/// How long footage is kept by itself, microseconds.
fn retention_us(policy: &Policy) -> u64 {
    u64::from(policy.cctv.retention_days).saturating_mul(DAY_US)
}

/// A window as the policy widens it.
fn widened(window: &Window, policy: &Policy) -> (u64, u64) {
    let margin_us = u64::from(policy.cctv.margin_s).saturating_mul(SECOND_US);
    (window.from_us.saturating_sub(margin_us), window.to_us.saturating_add(margin_us))
}
