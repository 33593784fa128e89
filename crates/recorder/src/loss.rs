//! What became of stretches that were committed to: changed, deleted before their time, or lapsed at its end.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::Digest;
use custody_proto::v1;
use custody_proto::v1::statement::Fact;

use crate::book::{Alteration, CameraBook, Committed};
use crate::rules::Rules;
use crate::segment::Segment;
use crate::wanted::Window;

/// All stretches that are there, by start and hash.
pub type Present<'a> = BTreeMap<(u64, Digest), &'a Segment>;

/// What was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// What is there.
    pub present: &'a Present<'a>,
    /// Everything that begins here or later was looked for.
    pub from_us: u64,
    /// What the look before already missed. A file that is being moved, or a disk that is being mounted, is
    /// missing once.
    pub missed_before: &'a BTreeSet<(u64, Digest)>,
    /// What the node wants; `None` if it could not be asked of late.
    pub wanted: Option<&'a [Window]>,
    /// The CCTV recorder's time.
    pub now_us: u64,
}

/// What is to be said, and what this look missed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Losses {
    /// To be said now.
    pub facts: Vec<Fact>,
    /// Missing: to be said if the next look misses it too.
    pub missed: BTreeSet<(u64, Digest)>,
}

/// What became of the stretches committed to. `is_kept` tells which of them are in this device's own keeping.
pub fn losses(
    rules: &Rules,
    book: &CameraBook,
    looked: &Looked<'_>,
    is_kept: impl Fn((u64, Digest)) -> bool,
) -> Losses {
    let (mut losses, mut lapsed) = (Losses::default(), Vec::new());
    for (key, committed) in book.segments.range((looked.from_us, Digest::ZERO)..) {
        let found = replacement(book, looked.present, key.0);
        // A copy in our own keeping makes up for one that is gone, and hides none that was altered.
        let is_there = looked.present.contains_key(key) || (found.is_none() && is_kept(*key));
        if is_there || committed.is_lapsed {
            flush(rules, looked, &mut lapsed, &mut losses.facts);
            continue;
        }
        let is_over = committed.end_us.saturating_add(rules.retention_us) <= looked.now_us;
        let is_missed_twice = looked.missed_before.contains(key);
        if found.is_none() && is_missed_twice && is_over && committed.altered != Some(Alteration::Gone) {
            lapsed.push((*key, *committed));
            continue;
        }
        flush(rules, looked, &mut lapsed, &mut losses.facts);
        if found.is_none() && !is_missed_twice {
            losses.missed.insert(*key);
        } else if committed.altered != Some(found.into()) {
            losses.facts.push(altered(rules, *key, committed, found));
        }
    }
    flush(rules, looked, &mut lapsed, &mut losses.facts);
    losses
}

/// True if a stretch that was never committed to stands where one committed to is missing: it is that one,
/// altered, and must not be committed to as if it were new.
pub fn is_replacement(book: &CameraBook, present: &Present<'_>, segment: &Segment) -> bool {
    let committed =
        book.segments.range((segment.start_us, Digest::ZERO)..=(segment.start_us, Digest([0xff; 32])));
    committed.into_iter().any(|(key, _)| !present.contains_key(key))
}

fn replacement(book: &CameraBook, present: &Present<'_>, start_us: u64) -> Option<Digest> {
    let there = present.range((start_us, Digest::ZERO)..=(start_us, Digest([0xff; 32])));
    there.map(|(key, _)| *key).find(|key| !book.segments.contains_key(key)).map(|(_, sha256)| sha256)
}

fn altered(rules: &Rules, key: (u64, Digest), committed: &Committed, found: Option<Digest>) -> Fact {
    let (start_us, Digest(sha256)) = key;
    let observed = v1::footage_altered::Observed {
        camera: rules.camera.0.to_vec(),
        start_us,
        end_us: committed.end_us,
        committed: sha256.to_vec(),
        found: found.map(|Digest(found)| found.to_vec()),
    };
    Fact::FootageAltered(v1::FootageAltered { observed: Some(observed) })
}

/// Says of stretches that follow one another that they lapsed, in one fact.
fn flush(
    rules: &Rules,
    looked: &Looked<'_>,
    lapsed: &mut Vec<((u64, Digest), Committed)>,
    facts: &mut Vec<Fact>,
) {
    let Some((&((from_us, _), _), &((last_us, _), last))) = lapsed.first().zip(lapsed.last()) else { return };
    let to_us = last.end_us.max(last_us.saturating_add(1));
    // Nobody needs it, as far as the node was able to say.
    let is_decided = looked.wanted.is_some_and(|windows| {
        let needs = |window: &Window| window.is_preserved && window.overlaps(rules.camera, from_us, to_us);
        !windows.iter().any(needs)
    });
    let decision = if is_decided { v1::LapseDecision::NotNeeded } else { v1::LapseDecision::Undecided };
    let observed = v1::footage_lapsed::Observed { camera: rules.camera.0.to_vec(), from_us, to_us };
    let declared = v1::footage_lapsed::Declared { decision: decision.into() };
    facts.push(Fact::FootageLapsed(v1::FootageLapsed { observed: Some(observed), declared: Some(declared) }));
    lapsed.clear();
}
