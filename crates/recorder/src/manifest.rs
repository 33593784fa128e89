//! From closed stretches to manifests.
//!
//! The periods of a camera follow one another without a hole, each up to the end of its last stretch, so that a
//! gap in the recording shows as a hole between stretches inside a run of periods. What comes late (it begins
//! in a time that was committed to already) goes into a manifest of its own.
//!
//! Stretches of one statement never overlap. Where the next begins before the one before has ended, by no more
//! than [`CLIP_US_MAX`], the earlier one is said to end where the next begins: the container's duration is the
//! weaker claim, and less is claimed than was recorded, never more. One that overlaps by more (a clock that went
//! back, a second recording of the same time) goes with its like into a manifest of its own.

use custody::id::Digest;
use custody_proto::v1;
use custody_proto::v1::footage_manifest_committed::Observed;
use custody_proto::v1::statement::Fact;

use crate::book::CameraBook;
use crate::rules::{Rules, TimeCheck};
use crate::segment::Segment;
use crate::wanted::Window;

/// The most stretches of one statement. With the longest numbers each takes 82 bytes, so that their number and
/// not the 49,152 bytes of a statement is what limits it.
pub const SEGMENTS_MAX: usize = 512;

/// An overlap that rounding makes: a file's name tells whole seconds, a duration ends on a frame.
pub const CLIP_US_MAX: u64 = 2_000_000;

/// A stretch may begin so much before the first one committed to, and be committed to late: at the very first look
/// some may still be written, or be in motion.
pub const EARLIER_US_MAX: u64 = 600_000_000;

/// What is to be committed to now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due<'a> {
    /// The run's next stretches, by start.
    pub run: Vec<&'a Segment>,
    /// Stretches of a time that was committed to already, by start.
    pub late: Vec<&'a Segment>,
}

/// What is to be committed to now, of the stretches that are there and were never committed to. Times are the
/// CCTV recorder's.
pub fn due<'a>(
    rules: &Rules,
    book: &CameraBook,
    mut new: Vec<&'a Segment>,
    wanted: &[Window],
    now_us: u64,
) -> Due<'a> {
    new.sort_by_key(|segment| segment.key());
    let first_us = match book.began_us {
        Some(began_us) => began_us.saturating_sub(EARLIER_US_MAX),
        None => now_us.saturating_sub(rules.backfill_us),
    };
    new.retain(|segment| segment.start_us >= first_us);
    let is_late = |segment: &&Segment| segment.start_us.saturating_add(CLIP_US_MAX) < book.committed_to_us;
    let (late, run): (Vec<_>, Vec<_>) = new.into_iter().partition(is_late);
    let is_due = run.first().is_some_and(|first| {
        let from_us = if book.began_us.is_some() { book.committed_to_us } else { first.start_us };
        let last_end_us = run.iter().map(|segment| segment.end_us).max().unwrap_or(0);
        // Recording that stopped must not wait for a period that never fills.
        let is_overdue = now_us.saturating_sub(first.start_us) >= rules.period_us.saturating_mul(2);
        let asked = wanted.iter().any(|window| run.iter().any(|segment| window.reaches(segment)));
        last_end_us.saturating_sub(from_us) >= rules.period_us || is_overdue || asked
    });
    Due { run: if is_due { run } else { Vec::new() }, late }
}

/// The manifests that commit to what is due, in the order in which they are to be said.
pub fn manifests(rules: &Rules, book: &CameraBook, due: &Due<'_>, check: Option<TimeCheck>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (place, layer) in layers(&due.run).into_iter().enumerate() {
        let continues = place == 0 && book.began_us.is_some();
        let from_us = if continues { Some(book.committed_to_us) } else { None };
        facts.extend(statements(rules, &layer, from_us, check));
    }
    for layer in layers(&due.late) {
        facts.extend(statements(rules, &layer, None, check));
    }
    facts
}

/// A manifest that says that nothing was recorded.
pub fn empty_manifest(rules: &Rules, from_us: u64, to_us: u64, check: Option<TimeCheck>) -> Fact {
    fact(observed(rules, from_us, to_us, check))
}

/// A stretch with the end that is said of it.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    segment: &'a Segment,
    end_us: u64,
}

/// Sorted stretches in as few lists without overlaps as going through them once finds.
fn layers<'a>(sorted: &[&'a Segment]) -> Vec<Vec<Piece<'a>>> {
    let mut layers: Vec<Vec<Piece<'a>>> = Vec::new();
    for segment in sorted {
        let fits = |layer: &Vec<Piece<'_>>| {
            layer.last().is_none_or(|last| {
                last.segment.start_us < segment.start_us
                    && last.end_us.saturating_sub(segment.start_us) <= CLIP_US_MAX
            })
        };
        let piece = Piece { segment, end_us: segment.end_us };
        match layers.iter_mut().find(|layer| fits(layer)) {
            Some(layer) => {
                if let Some(last) = layer.last_mut() {
                    last.end_us = last.end_us.min(segment.start_us);
                }
                layer.push(piece);
            }
            None => layers.push(vec![piece]),
        }
    }
    layers
}

/// One list in statements of at most [`SEGMENTS_MAX`], whose periods follow one another.
fn statements(
    rules: &Rules,
    layer: &[Piece<'_>],
    from_us: Option<u64>,
    check: Option<TimeCheck>,
) -> Vec<Fact> {
    let start_of = |piece: &Piece<'_>| piece.segment.start_us;
    let first_us = layer.first().map_or(0, start_of);
    let mut from_us = from_us.map_or(first_us, |from_us| from_us.min(first_us));
    let mut facts = Vec::new();
    for (place, pieces) in layer.chunks(SEGMENTS_MAX).enumerate() {
        let next = layer.get(place.saturating_add(1).saturating_mul(SEGMENTS_MAX));
        let end_us = pieces.last().map_or(from_us, |last| last.end_us);
        let to_us = next.map_or(end_us, start_of);
        let segments = pieces.iter().map(message).collect();
        facts.push(fact(Observed { segments, ..observed(rules, from_us, to_us, check) }));
        from_us = to_us;
    }
    facts
}

fn message(piece: &Piece<'_>) -> v1::Segment {
    let Segment { start_us, frames, bytes, sha256: Digest(sha256), .. } = piece.segment;
    v1::Segment {
        start_us: *start_us,
        end_us: piece.end_us,
        frames: *frames,
        bytes: *bytes,
        sha256: sha256.to_vec(),
        signed_video: v1::SignedVideo::NotChecked.into(),
    }
}

fn observed(rules: &Rules, from_us: u64, to_us: u64, check: Option<TimeCheck>) -> Observed {
    Observed {
        camera: rules.camera.0.to_vec(),
        from_us,
        to_us,
        clock_offset_us: check.map_or(0, |check| check.offset_us),
        segments: Vec::new(),
        offset_measured_us: check.map(|check| check.measured_us),
        offset_error_us: check.map(|check| check.error_us),
    }
}

fn fact(observed: Observed) -> Fact {
    Fact::FootageManifestCommitted(v1::FootageManifestCommitted { observed: Some(observed) })
}
