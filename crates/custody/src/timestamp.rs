//! Time-stamps over heads of the ledger: what a head covers was not made after its time-stamp (T05).

use alloc::collections::{BTreeMap, VecDeque};
use alloc::format;
use alloc::vec::Vec;

use crate::fact::{HeadFact, Interval, Voucher};
use crate::finding::Finding;
use crate::id::DeviceId;
use crate::ledger::Recorded;
use crate::rule::RuleId;

/// Statements of one device since the last time-stamp that are kept one by one: a day of a busy locker. Where
/// time-stamps are rarer, the older ones are kept as the one that claims to be latest.
const STATEMENTS_KEPT_MAX: usize = 2_048;

/// A statement that no time-stamp has covered yet.
#[derive(Debug, Clone, Copy)]
struct Uncovered {
    index: u64,
    /// The earliest instant at which it was made, by the device's clock and error.
    interval: Interval,
}

/// The statements of one device that no time-stamp has covered yet.
#[derive(Debug, Clone, Default)]
struct Waiting {
    /// Of the older ones, the one that claims to be latest, and the greatest index among them.
    older: Option<(Uncovered, u64)>,
    recent: VecDeque<Uncovered>,
}

/// A head that a time-stamping authority has vouched for.
#[derive(Debug, Clone, Copy)]
struct Token {
    size: u64,
    time_us: u64,
}

/// What has been time-stamped, and what waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timestamps {
    waiting: BTreeMap<DeviceId, Waiting>,
    /// Ascending in size and in time: of two, the one that says less is left out.
    tokens: Vec<Token>,
}

impl Timestamps {
    /// A statement stands in the ledger.
    pub(crate) fn note(&mut self, recorded: &Recorded<'_>) {
        let interval = recorded.statement.time.interval();
        let waiting = self.waiting.entry(recorded.statement.device).or_default();
        if waiting.recent.len() >= STATEMENTS_KEPT_MAX
            && let Some(oldest) = waiting.recent.pop_front()
        {
            let latest = match waiting.older {
                Some((older, _)) if older.interval.from_us >= oldest.interval.from_us => older,
                _ => oldest,
            };
            waiting.older = Some((latest, oldest.index));
        }
        waiting.recent.push_back(Uncovered { index: recorded.index, interval });
    }

    /// A time-stamp over a head: every statement that it covers was made before it.
    pub(crate) fn stamped(&mut self, recorded: &Recorded<'_>, head: &HeadFact) -> Vec<Finding> {
        let Voucher::Timestamp { time_us } = head.by else { return Vec::new() };
        let token = Token { size: head.size, time_us };
        self.tokens.retain(|known| known.size > token.size || known.time_us < token.time_us);
        let place = self.tokens.partition_point(|known| known.size < token.size);
        if self.tokens.get(place).is_none_or(|later| later.time_us > token.time_us) {
            self.tokens.insert(place, token);
        }
        let mut findings = Vec::new();
        for (device, waiting) in &mut self.waiting {
            let mut check = |made: &Uncovered| {
                if made.interval.from_us > time_us {
                    findings.push(made_after(*device, made, recorded.index));
                }
            };
            if let Some((older, _)) = waiting.older.filter(|(_, last)| *last < head.size) {
                check(&older);
                waiting.older = None;
            }
            let covered = waiting.recent.partition_point(|made| made.index < head.size);
            waiting.recent.iter().take(covered).for_each(&mut check);
            waiting.recent.drain(..covered);
        }
        self.waiting.retain(|_, waiting| waiting.older.is_some() || !waiting.recent.is_empty());
        findings
    }

    /// Whether an entry was made after a time-stamp that covers it.
    pub(crate) fn contradicts(&self, index: u64, interval: Interval) -> bool {
        let place = self.tokens.partition_point(|token| token.size <= index);
        self.tokens.get(place).is_some_and(|token| interval.from_us > token.time_us)
    }
}

fn made_after(device: DeviceId, made: &Uncovered, stamped: u64) -> Finding {
    let sentence = format!(
        "Device {device} says that it made a statement after a time-stamp over the ledger that already held it."
    );
    Finding::new(RuleId::T05, sentence).at([made.index, stamped]).during(made.interval).by_device(device)
}
