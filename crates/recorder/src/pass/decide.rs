//! What is to be said after a look: the pure functions of the crate, given what this recorder knows.

use custody::id::Digest;
use custody_proto::v1::OutageKind;
use custody_proto::v1::statement::Fact;
use locker::clock::Clock;
use locker::key::Signer;
use locker::storage::Storage;

use crate::book::CameraBook;
use crate::kept;
use crate::look::Seen;
use crate::loss::{Looked, Present, is_replacement, losses};
use crate::manifest::{EARLIER_US_MAX, due, empty_manifest, manifests};
use crate::outage;
use crate::rules::{Rules, TimeCheck};
use crate::segment::Segment;
use crate::wanted::Window;

use super::{Closeness, QUICK_REACH_US, Recorder, WANTED_FRESH_US, Watched};

impl<G: Signer, C: Clock, F: Storage> Recorder<G, C, F> {
    /// What is to be said after a look.
    pub(super) fn facts(
        &self,
        watched: &mut Watched,
        seen: &Seen,
        looked: (u64, Closeness),
        now_us: u64,
    ) -> Vec<Fact> {
        let (from_us, closeness) = looked;
        let segments = self.segments(watched.rules.camera, &seen.names);
        let present: Present<'_> = segments.iter().map(|segment| (segment.key(), *segment)).collect();
        let mut facts = Vec::new();
        // The run begins with the oldest of the past that is to be committed to; until that is read it waits.
        if self.book.of(watched.rules.camera).began_us.is_some() || !seen.is_partial {
            facts.extend(self.recorded(&watched.rules, &segments, &present, now_us));
        }
        if closeness == Closeness::Full && !seen.is_partial {
            facts.extend(self.lost(watched, &present, from_us, now_us));
        }
        facts
    }

    /// What was recorded, and when nothing was.
    fn recorded(
        &self,
        rules: &Rules,
        segments: &[&Segment],
        present: &Present<'_>,
        now_us: u64,
    ) -> Vec<Fact> {
        let book = self.book.of(rules.camera);
        let wanted = self.wanted_of(rules.camera);
        let is_new = |segment: &&Segment| {
            !book.segments.contains_key(&segment.key()) && !is_replacement(book, present, segment)
        };
        let due = due(rules, book, segments.iter().copied().filter(is_new).collect(), &wanted, now_us);
        let before = book.segments.iter().next_back().and_then(|(key, _)| self.segment(rules.camera, *key));
        let mut facts = manifests(rules, book, &due, self.check);
        facts.extend(outage::outages(rules, book, &due.run, before));
        if due.run.is_empty() {
            let last_us = segments.iter().map(|segment| segment.end_us).max().max(book.last_end_us);
            facts.extend(outage::silence(rules, book, last_us, now_us));
            facts.extend(silent_window(rules, book, &wanted, self.check, now_us));
        }
        facts
    }

    /// What became of what was committed to.
    fn lost(&self, watched: &mut Watched, present: &Present<'_>, from_us: u64, now_us: u64) -> Vec<Fact> {
        let (camera, book) = (watched.rules.camera, self.book.of(watched.rules.camera));
        let wanted = self.wanted_of(camera);
        let is_fresh = |at_us: &u64| self.device.now().wall_us.saturating_sub(*at_us) <= WANTED_FRESH_US;
        let looked = Looked {
            present,
            from_us,
            missed_before: &watched.missed,
            wanted: self.wanted_at_us.filter(is_fresh).map(|_| wanted.as_slice()),
            now_us,
        };
        let is_kept = |key: (u64, Digest)| {
            book.is_preserved(key.1) && kept::preserved(&self.folder, camera, key).exists()
        };
        let losses = losses(&watched.rules, book, &looked, is_kept);
        watched.missed = losses.missed;
        losses.facts
    }
}

/// From where on a look is taken.
pub(super) fn look_from(rules: &Rules, book: &CameraBook, closeness: Closeness, now_us: u64) -> u64 {
    let Some(began_us) = book.began_us else { return now_us.saturating_sub(rules.backfill_us) };
    let first_held_us = book.first_held_us().unwrap_or(book.committed_to_us);
    match closeness {
        Closeness::Quick => book.committed_to_us.saturating_sub(QUICK_REACH_US),
        Closeness::Full if first_held_us <= began_us.saturating_add(EARLIER_US_MAX) => {
            began_us.saturating_sub(EARLIER_US_MAX)
        }
        Closeness::Full => first_held_us,
    }
}

/// A window that the node wants lies in a time in which nothing was recorded: that is said at once.
fn silent_window(
    rules: &Rules,
    book: &CameraBook,
    wanted: &[Window],
    check: Option<TimeCheck>,
    now_us: u64,
) -> Option<Fact> {
    book.lasting(OutageKind::NoSignal)?;
    let known_to_us = now_us.saturating_sub(rules.no_signal_us);
    let ends = wanted.iter().map(|window| window.to_us.min(known_to_us));
    let to_us = ends.max().filter(|to_us| *to_us > book.committed_to_us)?;
    let is_asked = wanted.iter().any(|window| window.overlaps(rules.camera, book.committed_to_us, to_us));
    is_asked.then(|| empty_manifest(rules, book.committed_to_us, to_us, check))
}
