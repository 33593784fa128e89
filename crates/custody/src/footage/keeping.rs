//! What became of footage later: who asked for it, what is kept beyond retention, what lapsed, what was lost (V07).

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use super::runs::{Runs, Said};
use crate::fact::{Interval, LapseDecision};
use crate::id::Digest;

/// How many of a camera's newest segments are remembered one by one, so that a request that comes soon after knows
/// which segments it asks for: half a day of segments of twenty seconds.
const RECENT_MAX: usize = 2_048;

/// Lapses that follow one another and were said within the same stretch of this length are kept as one.
const LAPSE_STEP_US: u64 = 3_600_000_000;

/// The first bytes of a segment's hash: enough to find it again among a camera's own.
type Mark = [u8; 8];

/// A request that footage be kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    /// The window, true time.
    pub(super) window: Interval,
    /// When it was asked for.
    pub(super) said_us: u64,
    /// The entry that asks.
    pub(super) index: u64,
}

/// What is known of a lapse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lapse {
    /// Beginning of the hour in which it was said, UTC microseconds.
    pub(crate) said_us: u64,
    /// Whether anybody had decided.
    pub(crate) decision: LapseDecision,
}

/// What is gone is gone: the first lapse counts.
impl Said for Lapse {
    fn with(self, other: Self) -> Self {
        let is_decided = |lapse: &Self| lapse.decision == LapseDecision::NotNeeded;
        if (self.said_us, is_decided(&self)) <= (other.said_us, is_decided(&other)) { self } else { other }
    }
}

/// The requests, copies and lapses of one camera.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keeping {
    recent: BTreeMap<Mark, Interval>,
    order: VecDeque<Mark>,
    /// By the beginning of the window and the entry.
    asked: BTreeMap<(u64, u64), Asked>,
    longest_us: u64,
    /// Segments that overlap a window asked for, true time.
    wanted: BTreeMap<Mark, Interval>,
    /// What is kept beyond retention, true time.
    kept: Runs<()>,
    /// When last something was said to be kept of which only the hash is known.
    unplaced_us: Option<u64>,
    /// By the recorder's clock.
    pub(crate) lapses: Runs<Lapse>,
}

impl Keeping {
    /// A segment is committed to.
    pub(super) fn committed(&mut self, sha256: &Digest, truly: Interval) {
        let mark = mark(sha256);
        if self.recent.insert(mark, truly).is_none() {
            self.order.push_back(mark);
        }
        if self.order.len() > RECENT_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.recent.remove(&oldest);
        }
        if self.asked_within(truly).next().is_some() {
            self.wanted.insert(mark, truly);
        }
    }

    /// Somebody asks for a window.
    pub(super) fn ask(&mut self, asked: Asked) {
        let window = asked.window;
        self.longest_us = self.longest_us.max(window.to_us.saturating_sub(window.from_us));
        self.asked.insert((window.from_us, asked.index), asked);
        let meets = |segment: &Interval| segment.from_us < window.to_us && window.from_us < segment.to_us;
        let recent = self.recent.iter().filter(|(_, segment)| meets(segment));
        self.wanted.extend(recent.map(|(mark, segment)| (*mark, *segment)));
    }

    /// The recorder keeps these segments beyond retention.
    pub(super) fn keep(&mut self, segments: &[Digest], said_us: u64) {
        for sha256 in segments {
            let mark = mark(sha256);
            match self.wanted.get(&mark).or_else(|| self.recent.get(&mark)) {
                Some(truly) => self.kept.insert(*truly, (), 0),
                None => self.unplaced_us = self.unplaced_us.max(Some(said_us)),
            }
        }
    }

    /// A stretch lapses: says which requests ask for something of it that nothing keeps, and for what. They are
    /// answered with that.
    pub(super) fn lapse(&mut self, truly: Interval, said_us: u64, tolerated_us: u64) -> Vec<(u64, Interval)> {
        let met: Vec<Asked> = self.asked_within(truly).filter(|asked| asked.said_us <= said_us).collect();
        let mut missed = Vec::new();
        for asked in met {
            let shared = Interval {
                from_us: asked.window.from_us.max(truly.from_us),
                to_us: asked.window.to_us.min(truly.to_us),
            };
            if shared == asked.window {
                self.asked.remove(&(asked.window.from_us, asked.index));
            }
            let is_perhaps_kept = self.unplaced_us.is_some_and(|kept_us| kept_us >= asked.said_us);
            if is_perhaps_kept {
                continue;
            }
            let gone = self.not_kept(shared, tolerated_us);
            missed.extend(gone.into_iter().map(|gone| (asked.index, gone)));
        }
        missed
    }

    /// A stretch by the recorder's clock is no longer held.
    pub(super) fn lapsed(&mut self, time: Interval, decision: LapseDecision, said_us: u64, join_us: u64) {
        let said_us = said_us.saturating_sub(said_us % LAPSE_STEP_US);
        self.lapses.insert(time, Lapse { said_us, decision }, join_us);
    }

    /// What of a stretch of true time is not kept beyond retention.
    pub(super) fn not_kept(&self, truly: Interval, tolerated_us: u64) -> Vec<Interval> {
        self.kept.left_of(truly, tolerated_us, |()| true)
    }

    /// The requests that share time with a stretch.
    fn asked_within(&self, truly: Interval) -> impl Iterator<Item = Asked> + '_ {
        let from_us = truly.from_us.saturating_sub(self.longest_us);
        let begun = self.asked.range((from_us, 0)..(truly.to_us, 0)).map(|(_, asked)| *asked);
        begun.filter(move |asked| asked.window.to_us > truly.from_us)
    }
}

fn mark(sha256: &Digest) -> Mark {
    sha256.0.first_chunk().copied().unwrap_or_default()
}
