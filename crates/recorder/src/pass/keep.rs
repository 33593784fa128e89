//! What is kept, and what is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use custody::id::{CameraId, Digest};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use locker::clock::Clock;
use locker::key::Signer;
use locker::storage::Storage;

use crate::catalogue::Known;
use crate::kept;
use crate::manifest::SEGMENTS_MAX;
use crate::segment::Segment;

use super::{CameraReport, Closeness, FORGET_AFTER_US, PassError, Recorder, Watched};

impl<G: Signer, C: Clock, F: Storage> Recorder<G, C, F> {
    /// Copies what is wanted beyond retention.
    pub(super) fn preserve(
        &mut self,
        watched: &mut Watched,
        names: &[String],
        report: &mut CameraReport,
    ) -> Result<(), PassError> {
        let camera = watched.rules.camera;
        let wanted: Vec<_> =
            self.wanted_of(camera).into_iter().filter(|window| window.is_preserved).collect();
        let book = self.book.of(camera);
        let is_wanted = |segment: &&Segment| {
            let is_due = book.segments.contains_key(&segment.key()) && !book.is_preserved(segment.sha256);
            is_due && wanted.iter().any(|window| window.reaches(segment))
        };
        let segments: Vec<Segment> =
            self.segments(camera, names).into_iter().filter(is_wanted).cloned().collect();
        let mut kept = Vec::new();
        for segment in &segments {
            match self.keep(watched, segment) {
                Ok(()) => kept.push(segment.sha256.0.to_vec()),
                Err(problem) => report.problems.push(problem),
            }
        }
        let facts = kept.chunks(SEGMENTS_MAX).map(|segments| {
            let observed =
                v1::footage_preserved::Observed { camera: camera.0.to_vec(), segments: segments.to_vec() };
            Fact::FootagePreserved(v1::FootagePreserved { observed: Some(observed) })
        });
        self.say(facts.collect(), report)
    }

    fn keep(&self, watched: &mut Watched, segment: &Segment) -> Result<(), String> {
        let camera = watched.rules.camera;
        let fetched = watched.source.fetch(&segment.name, &self.folder).map_err(|error| error.to_string())?;
        kept::preserve(&self.folder, camera, segment, fetched.path()).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// What was not listed is forgotten, except where only one look has missed it.
    pub(super) fn forget(&mut self, watched: &Watched, closeness: Closeness, names: &[String], now_us: u64) {
        if closeness != Closeness::Full {
            return;
        }
        let (rules, listed) = (&watched.rules, names.iter().collect::<BTreeSet<&String>>());
        let is_gone = |(name, known): &(&String, &Known)| {
            !listed.contains(name) && !watched.missed.contains(&known.segment.key())
        };
        let known = self.catalogue.of(rules.camera);
        let gone: Vec<_> = known.filter(is_gone).map(|(name, _)| name.clone()).collect();
        for name in &gone {
            self.catalogue.remove(rules.camera, name);
        }
        let kept_us = rules.retention_us.saturating_add(FORGET_AFTER_US);
        self.book.forget(rules.camera, now_us.saturating_sub(kept_us));
    }

    /// Every stretch of a camera that was committed to, is not known to be gone and overlaps that time, with the
    /// file that holds it now, if one does.
    pub fn held(
        &self,
        camera: CameraId,
        from_us: u64,
        to_us: u64,
    ) -> BTreeMap<(u64, Digest), Option<&Segment>> {
        let by_start: BTreeMap<u64, &Segment> =
            self.catalogue.of(camera).map(|(_, known)| (known.segment.start_us, &known.segment)).collect();
        let by_key: BTreeMap<_, _> =
            self.catalogue.of(camera).map(|(_, known)| (known.segment.key(), &known.segment)).collect();
        let committed = self.book.of(camera).segments.iter();
        let inside =
            committed.filter(|((start_us, _), segment)| *start_us < to_us && from_us < segment.end_us);
        // Altered: what stands there now begins where it began.
        let found = |key: &(u64, Digest)| by_key.get(key).or_else(|| by_start.get(&key.0)).copied();
        inside.map(|(key, _)| (*key, found(key))).collect()
    }
}
