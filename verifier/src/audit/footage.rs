//! The footage that is still held, compared with what manifests have committed to (V04, V07).
//!
//! Each held segment is hashed and its length read anew; each committed one is held, or its lapse is on record, or it is
//! missing. What is found so is the ledger's before it judges, so that no window rests on it. Runs in one thread: a disk
//! full of video is read from end to end, and that is what takes the time.

mod committed;
mod held;

use std::collections::BTreeMap;

use custody::fact::{Interval, LapseDecision};
use custody::finding::Finding;
use custody::rule::RuleId;
use custody::severity::Severity;

pub(super) use self::committed::CommittedFootage;
use self::committed::{Committed, Manifest};
use self::held::{Held, look_at};
use super::replay::Replay;
use crate::archive::{Listed, ListedKind};
use crate::footage::{FootageReader, Named};
use crate::report::escaped;

/// What became of the footage, for the report.
#[derive(Debug, Clone, Default)]
pub(super) struct FootageOutcome {
    /// Segments committed to, each once.
    pub(super) committed: usize,
    /// Held, and what was committed to.
    pub(super) whole: usize,
    /// Held, and something else.
    pub(super) altered: usize,
    /// No longer held, by lapses on record.
    pub(super) lapsed: usize,
    /// Neither held nor lapsed.
    pub(super) missing: usize,
    /// Files that could not be read.
    pub(super) unread: usize,
    /// Why nothing could be listed, if so.
    pub(super) could_not_list: Option<String>,
}

/// What is known of a committed segment. Of several files of its name the best one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Absent,
    Unread,
    /// Something else is held in its place.
    Altered,
    Whole,
}

/// What has been found while looking at what is held.
#[derive(Debug, Default)]
struct Looked {
    /// Of each segment.
    fates: Vec<Fate>,
    /// What is wrong with what is held in a segment's place.
    wrongs: BTreeMap<usize, String>,
    unread: usize,
}

impl Looked {
    fn raise(&mut self, place: usize, fate: Fate) {
        if let Some(known) = self.fates.get_mut(place) {
            *known = fate.max(*known);
        }
    }
}

/// Looks at everything that is held.
pub(super) fn check(replay: &mut Replay<'_>, committed: CommittedFootage, footage: &dyn FootageReader) {
    let committed = committed.of_the_cameras_recorders(&replay.ledger);
    let count = committed.segments().len();
    let mut looked = Looked { fates: vec![Fate::Absent; count], ..Looked::default() };
    let listed = footage.list(&mut |listed| {
        if let Some(finding) = visit(&listed, &committed, footage, &mut looked) {
            replay.findings.add(finding);
        }
    });
    let could_not_list = listed.err().map(|why| escaped(&why.to_string()));
    let unread = looked.unread;
    let mut outcome =
        FootageOutcome { committed: count, unread, could_not_list, ..FootageOutcome::default() };
    // Of a folder that cannot be listed nobody knows what is missing.
    if outcome.could_not_list.is_none() {
        conclude(replay, &committed, &looked, &mut outcome);
    }
    replay.footage = Some(outcome);
}

/// One path: whose segment it is, and whether it is what was committed to. What is no segment is told (V04).
fn visit(
    listed: &Listed,
    committed: &CommittedFootage,
    footage: &dyn FootageReader,
    looked: &mut Looked,
) -> Option<Finding> {
    let surplus = |why: &str| {
        let sentence = format!("The footage holds {}, {why}.", escaped(&listed.path));
        Some(Finding::new(RuleId::V04, sentence).weighing(Severity::Warning))
    };
    match listed.kind {
        ListedKind::File => {}
        ListedKind::Link => return surplus("a symbolic link, which is not followed"),
        ListedKind::Special => return surplus("which is neither file nor folder"),
        ListedKind::TooDeep => return surplus("a folder deeper than any of footage"),
        ListedKind::Unreadable => {
            looked.unread += 1;
            return surplus("which cannot be looked at");
        }
    }
    let places = Named::read(&listed.path).map(|named| committed.named(&named)).unwrap_or_default();
    let candidates = committed.segments().get(places.clone()).unwrap_or_default();
    if candidates.is_empty() {
        return surplus("which is no segment that a manifest committed to");
    }
    match look_at(footage, &listed.path, candidates) {
        Held::Unread(why) => {
            looked.unread += 1;
            places.for_each(|place| looked.raise(place, Fate::Unread));
            return surplus(&format!("which cannot be read: {why}"));
        }
        Held::Whole(which) => looked.raise(places.start.saturating_add(which), Fate::Whole),
        Held::Altered(why) => {
            looked.raise(places.start, Fate::Altered);
            let wrong = looked.wrongs.entry(places.start).or_insert_with(|| why.clone());
            // Of two files in one place the same is told in whatever order they are listed.
            if why < *wrong {
                *wrong = why;
            }
        }
    }
    None
}

/// Segments that follow one another with one fate are told of together.
#[derive(Debug, Clone, Copy)]
struct Group {
    first: usize,
    last: usize,
}

/// What becomes of a segment that is not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absence {
    Lapsed(LapseDecision),
    Missing,
}

fn conclude(
    replay: &mut Replay<'_>,
    committed: &CommittedFootage,
    looked: &Looked,
    outcome: &mut FootageOutcome,
) {
    let mut groups: Vec<(Absence, Group)> = Vec::new();
    let mut open: Option<(Absence, Group)> = None;
    for (place, (segment, fate)) in committed.segments().iter().zip(&looked.fates).enumerate() {
        let Some(manifest) = committed.manifest(segment) else { continue };
        let wrong = looked.wrongs.get(&place).map_or("", String::as_str);
        let absence = match fate {
            Fate::Whole => {
                outcome.whole += 1;
                if !wrong.is_empty() {
                    beside(replay, segment, manifest, wrong);
                }
                None
            }
            Fate::Altered => {
                outcome.altered += 1;
                altered(replay, segment, manifest, wrong);
                None
            }
            Fate::Unread => None,
            Fate::Absent => absence(replay, segment, manifest, outcome),
        };
        let follows = |(kind, group): &(Absence, Group)| {
            let before = committed.segments().get(group.last).and_then(|last| committed.manifest(last));
            Some(*kind) == absence && before.map(|before| before.camera) == Some(manifest.camera)
        };
        match (&mut open, absence) {
            (Some(going), Some(_)) if follows(going) => going.1.last = place,
            (_, absence) => {
                groups.extend(open.take());
                open = absence.map(|absence| (absence, Group { first: place, last: place }));
            }
        }
    }
    groups.extend(open);
    for (absence, group) in groups {
        tell_absence(replay, committed, absence, group);
    }
}

/// V04: the segment covers nothing any more. What the ledger itself has told is not told again.
fn altered(replay: &mut Replay<'_>, segment: &Committed, manifest: &Manifest, why: &str) {
    let Manifest { camera, recorder, index } = *manifest;
    let (start_us, end_us) = (segment.start_us, segment.end_us);
    let is_told = replay.ledger.footage().is_told(camera, recorder, start_us, end_us);
    replay.ledger.strike_footage(camera, recorder, start_us, end_us);
    if is_told {
        return;
    }
    let sentence = format!("A held segment of camera {camera} is not what a manifest committed to: {why}.");
    let finding = Finding::new(RuleId::V04, sentence).at([index]).by_device(recorder).of_camera(camera);
    replay.findings.add(finding.during(truly(replay, manifest, start_us, end_us)));
}

/// V04: the segment is held, and something else under its name too.
fn beside(replay: &mut Replay<'_>, segment: &Committed, manifest: &Manifest, why: &str) {
    let Manifest { camera, index, .. } = *manifest;
    let sentence =
        format!("Beside a segment of camera {camera} that is whole another file of its name is not: {why}.");
    let finding =
        Finding::new(RuleId::V04, sentence).weighing(Severity::Warning).at([index]).of_camera(camera);
    replay.findings.add(finding.during(truly(replay, manifest, segment.start_us, segment.end_us)));
}

/// Whether a lapse explains that a segment is not held; none where the ledger itself has told that it is gone.
fn absence(
    replay: &mut Replay<'_>,
    segment: &Committed,
    manifest: &Manifest,
    outcome: &mut FootageOutcome,
) -> Option<Absence> {
    let Manifest { camera, recorder, .. } = *manifest;
    let (start_us, end_us) = (segment.start_us, segment.end_us);
    let footage = replay.ledger.footage();
    if let Some(decision) = footage.lapse_of(camera, recorder, start_us, end_us) {
        outcome.lapsed += 1;
        return Some(Absence::Lapsed(decision));
    }
    outcome.missing += 1;
    if footage.is_told(camera, recorder, start_us, end_us) {
        return None;
    }
    replay.ledger.lose_footage(camera, recorder, start_us, end_us);
    Some(Absence::Missing)
}

/// V07, or information where a lapse is on record.
fn tell_absence(replay: &mut Replay<'_>, committed: &CommittedFootage, absence: Absence, group: Group) {
    let segments = committed.segments().get(group.first..=group.last).unwrap_or_default();
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return };
    let (Some(manifest), Some(last_manifest)) = (committed.manifest(first), committed.manifest(last)) else {
        return;
    };
    let Manifest { camera, recorder, index } = *manifest;
    let what = match segments.len() {
        1 => format!("A segment of camera {camera} is"),
        count => format!("{count} segments of camera {camera} that follow one another are"),
    };
    let (severity, why) = match absence {
        Absence::Missing => (RuleId::V07.rule().severity, "neither held nor said to have lapsed"),
        Absence::Lapsed(LapseDecision::NotNeeded) => (
            Severity::Information,
            "no longer held; the lapse is on record, by the decision that nothing needed it",
        ),
        Absence::Lapsed(LapseDecision::Undecided) => {
            (Severity::Information, "no longer held; the lapse is on record, and nobody had decided")
        }
    };
    let end_us = segments.iter().map(|segment| segment.end_us).max().unwrap_or(last.end_us);
    let finding = Finding::new(RuleId::V07, format!("{what} {why}."))
        .weighing(severity)
        .at([index, last_manifest.index])
        .by_device(recorder)
        .of_camera(camera);
    replay.findings.add(finding.during(truly(replay, manifest, first.start_us, end_us)));
}

fn truly(replay: &Replay<'_>, manifest: &Manifest, start_us: u64, end_us: u64) -> Interval {
    replay.ledger.footage().truly(manifest.camera, manifest.recorder, start_us, end_us)
}

/// What was compared, in words.
pub(super) fn against(outcome: &FootageOutcome) -> String {
    let FootageOutcome { committed, whole, altered, lapsed, missing, .. } = outcome;
    format!(
        "against {committed} committed segments, of which {whole} are held as committed, {altered} otherwise, {lapsed} have lapsed and {missing} are missing"
    )
}
