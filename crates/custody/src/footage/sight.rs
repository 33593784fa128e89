//! What one camera saw of a window.

use alloc::vec::Vec;

use super::quality::{Commit, Quality, VideoSignature};
use super::record::Record;
use super::runs::holes;
use crate::fact::{Interval, OutageKind};
use crate::id::{CameraId, DeviceId};
use crate::policy::{Cctv, seconds_us};

/// Why a stretch of a window shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// No segment is committed to.
    NoFootage,
    /// The camera did not do its work.
    Outage(OutageKind),
    /// What is held is not what was committed to.
    Altered,
}

/// A stretch of a window that a camera does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hole {
    pub(crate) interval: Interval,
    pub(crate) why: Why,
}

/// Footage that was committed to too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lateness {
    /// After the window's end, or the act's recording.
    pub(crate) after_us: u64,
    /// The recorder had not said that it was offline.
    pub(crate) is_unexplained: bool,
}

/// When a door moved, and when the ledger learnt of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The door cycle, with the locker's error on both sides.
    pub(crate) door: Interval,
    /// When it was by the locker's clock: what was in force then decides.
    pub(crate) at_us: u64,
    /// When the act was recorded, by the node's clock.
    pub(crate) recorded_at_us: u64,
}

/// What one camera saw of a window.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) camera: CameraId,
    pub(crate) recorder: DeviceId,
    /// The door's time with both clocks' errors and the margin.
    pub(crate) window: Interval,
    /// What it does not show, in order.
    pub(crate) holes: Vec<Hole>,
    /// Entries that say why.
    pub(crate) indices: Vec<u64>,
    /// Its recorder may still commit to what is missing.
    pub(crate) is_awaited: bool,
    /// It shows the window by late manifests alone.
    pub(crate) late: Option<Lateness>,
    /// What it shows rests on a clock that was not measured.
    pub(crate) is_unmeasured: bool,
    /// A segment within is thin.
    pub(crate) is_thin: bool,
    /// The worst that is said of the video's own signature.
    pub(crate) signature: VideoSignature,
    /// What it showed and was let go before its time.
    pub(crate) lost: Vec<Interval>,
    /// What of the window has lapsed and is not kept, and in which hour that was said.
    pub(crate) lapsed: Vec<(Interval, u64)>,
}

/// A part of a window that the camera shows.
type Piece = (Interval, Quality);

impl Sight {
    /// How long it is blind.
    pub(crate) fn blind_us(&self) -> u64 {
        let long = |hole: &Hole| hole.interval.to_us.saturating_sub(hole.interval.from_us);
        self.holes.iter().map(long).fold(0, u64::saturating_add)
    }

    /// Of a camera of which nothing is on record.
    pub(super) fn nothing(camera: CameraId, recorder: DeviceId, moment: Moment, cctv: &Cctv) -> Self {
        Self::of(camera, recorder, &Record::default(), moment, cctv)
    }

    /// Of a camera's recording.
    pub(super) fn of(
        camera: CameraId,
        recorder: DeviceId,
        record: &Record,
        moment: Moment,
        cctv: &Cctv,
    ) -> Self {
        let window = window(record, moment.door, cctv);
        let tolerated_us = cctv.hole_us_max();
        let covered: Vec<Piece> = record.coverage.within(window).collect();
        let (cuts, indices) = cuts(record, window, tolerated_us);
        let shown = without(&covered, &cuts);
        let holes_of = |counts: &dyn Fn(&Quality) -> bool| {
            let counted = shown.iter().filter(|(_, quality)| counts(quality)).map(|(piece, _)| *piece);
            holes(window, counted, tolerated_us)
        };
        let all = holes_of(&|_| true);
        let is_whole = all.is_empty();
        let due_us = moment.recorded_at_us.max(window.to_us).saturating_add(seconds_us(cctv.commit_s_max));
        let is_in_time = |quality: &Quality| match quality.commit {
            Commit::Prompt => true,
            Commit::At { recorded_at_us, .. } => recorded_at_us <= due_us,
        };
        let is_late = is_whole && !holes_of(&is_in_time).is_empty();
        let is_unmeasured = holes_of(&|quality| quality.is_measured) != all;
        let lost = record.lost.within(window).map(|(gone, _)| gone);
        Self {
            camera,
            recorder,
            window,
            // What begins before the end of what manifests tell of was not recorded.
            is_awaited: cuts.is_empty()
                && all.iter().all(|hole| hole.from_us.saturating_add(tolerated_us) >= record.told_to_us),
            holes: all.into_iter().map(|interval| Hole { interval, why: why(interval, &cuts) }).collect(),
            indices,
            late: is_late.then(|| lateness(&shown, due_us, cctv)),
            is_unmeasured,
            is_thin: covered.iter().any(|(_, quality)| quality.is_thin),
            signature: covered
                .iter()
                .map(|(_, quality)| quality.signature)
                .max()
                .unwrap_or(VideoSignature::Fine),
            lost: lost.collect(),
            lapsed: record.lapsed_within(window, tolerated_us),
        }
    }
}

/// The door's time, wider by the margin and by the greatest error that the recorder claims around it.
fn window(record: &Record, door: Interval, cctv: &Cctv) -> Interval {
    let near = widened(door, seconds_us(cctv.margin_s));
    let errors = record.coverage.within(near).map(|(_, quality)| quality.error_us);
    widened(near, errors.max().unwrap_or(0))
}

/// Wider on both sides; never empty.
pub(crate) fn widened(interval: Interval, by_us: u64) -> Interval {
    let from_us = interval.from_us.saturating_sub(by_us);
    let to_us = interval.to_us.saturating_add(by_us);
    Interval { from_us, to_us: to_us.max(from_us.saturating_add(1)) }
}

/// What counts as a hole though it was recorded: in order, with the entries that say so.
fn cuts(record: &Record, window: Interval, tolerated_us: u64) -> (Vec<(Interval, Why)>, Vec<u64>) {
    let is_long = |cut: &Interval| cut.to_us.saturating_sub(cut.from_us) > tolerated_us;
    let outages = record.outages.within(window).filter(|(cut, _)| is_long(cut));
    let outages = outages.map(|(cut, outage)| (cut, Why::Outage(outage.kind), Some(outage.index)));
    let struck = record.struck.within(window).filter(|(cut, _)| is_long(cut));
    let struck = struck.map(|(cut, index)| (cut, Why::Altered, index));
    let mut cuts: Vec<_> = outages.chain(struck).collect();
    cuts.sort_unstable();
    let indices = cuts.iter().filter_map(|(_, _, index)| *index).collect();
    (cuts.into_iter().map(|(cut, why, _)| (cut, why)).collect(), indices)
}

/// The pieces without what is cut out of them. Both are in order.
fn without(pieces: &[Piece], cuts: &[(Interval, Why)]) -> Vec<Piece> {
    let mut left = Vec::new();
    let mut next = cuts.iter().peekable();
    for (piece, quality) in pieces {
        let mut from_us = piece.from_us;
        while let Some((cut, _)) = next.peek().filter(|(cut, _)| cut.from_us < piece.to_us) {
            left.push((Interval { from_us, to_us: cut.from_us }, *quality));
            from_us = from_us.max(cut.to_us);
            if cut.to_us >= piece.to_us {
                break;
            }
            next.next();
        }
        left.push((Interval { from_us, to_us: piece.to_us }, *quality));
    }
    left.retain(|(piece, _)| piece.from_us < piece.to_us);
    left
}

/// The gravest reason for a hole.
fn why(hole: Interval, cuts: &[(Interval, Why)]) -> Why {
    let within = cuts.iter().filter(|(cut, _)| cut.from_us < hole.to_us && hole.from_us < cut.to_us);
    within.map(|(_, why)| *why).max().unwrap_or(Why::NoFootage)
}

/// How late the latest of what the window needs came.
fn lateness(shown: &[Piece], due_us: u64, cctv: &Cctv) -> Lateness {
    let late = shown.iter().filter_map(|(_, quality)| match quality.commit {
        Commit::At { recorded_at_us, is_offline } if recorded_at_us > due_us => {
            Some((recorded_at_us, is_offline))
        }
        _ => None,
    });
    let allowed_us = seconds_us(cctv.commit_s_max);
    let (mut after_us, mut is_unexplained) = (0, false);
    for (recorded_at_us, is_offline) in late {
        after_us = after_us.max(recorded_at_us.saturating_sub(due_us.saturating_sub(allowed_us)));
        is_unexplained |= !is_offline;
    }
    Lateness { after_us, is_unexplained }
}
