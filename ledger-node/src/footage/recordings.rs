//! What recorders have said that they hold: periods of manifests, segments, what is kept, and what was asked to be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use custody::fact::FootageFact;
use custody::id::{CameraId, Digest};

/// Segments kept in mind of one camera at most, the newest: a month of one a minute, and half as many again.
const SEGMENTS_MAX: usize = 65_536;

/// Requirements kept in mind of one camera at most, the newest.
const REQUIRED_MAX: usize = 4_096;

/// The node has asked that this be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Requirement {
    /// True time, UTC microseconds.
    pub(super) from_us: u64,
    pub(super) to_us: u64,
    /// The statement that asks for it.
    pub(super) statement: Digest,
}

/// One camera.
#[derive(Debug, Default)]
struct Recording {
    /// Periods of manifests in true time, from and to; none meets another.
    periods: BTreeMap<u64, u64>,
    /// Segments by their beginning in true time, and hash: their end.
    segments: BTreeMap<(u64, Digest), u64>,
    /// The length of the longest segment: none that begins earlier reaches into a window.
    longest_us: u64,
    preserved: BTreeSet<Digest>,
    required: VecDeque<Requirement>,
}

/// By camera, what its recorder has said.
#[derive(Debug, Default)]
pub struct Recordings {
    cameras: BTreeMap<CameraId, Recording>,
}

impl Recordings {
    pub(super) fn push(&mut self, fact: &FootageFact) {
        let recording = self.cameras.entry(fact.camera()).or_default();
        match fact {
            FootageFact::ManifestCommitted { from_us, to_us, clock_offset_us, segments, .. } => {
                let true_us = |us: &u64| us.saturating_add_signed(clock_offset_us.saturating_neg());
                recording.cover(true_us(from_us), true_us(to_us));
                for segment in segments {
                    let (start_us, end_us) = (true_us(&segment.start_us), true_us(&segment.end_us));
                    recording.longest_us = recording.longest_us.max(end_us.saturating_sub(start_us));
                    recording.segments.insert((start_us, segment.sha256), end_us);
                    if recording.segments.len() > SEGMENTS_MAX {
                        recording.segments.pop_first();
                    }
                }
            }
            FootageFact::PreservationRequired { from_us, to_us, statement, .. } => {
                let (from_us, to_us, statement) = (*from_us, *to_us, *statement);
                recording.required.push_back(Requirement { from_us, to_us, statement });
                if recording.required.len() > REQUIRED_MAX {
                    recording.required.pop_front();
                }
            }
            FootageFact::Preserved { segments, .. } => recording.preserved.extend(segments),
            FootageFact::Lapsed { .. } | FootageFact::Altered { .. } | FootageFact::Outage { .. } => {}
        }
    }

    /// Forgets what ended before an instant.
    pub(super) fn expire(&mut self, before_us: u64) {
        for recording in self.cameras.values_mut() {
            recording.expire(before_us);
        }
    }

    /// Whether manifests say, for all of this time, what the camera's recorder holds of it.
    pub(super) fn covers(&self, camera: CameraId, from_us: u64, to_us: u64) -> bool {
        self.cameras.get(&camera).is_some_and(|recording| recording.covers(from_us, to_us))
    }

    /// Whether the node has asked already that all of this be kept.
    pub(super) fn is_required(&self, camera: CameraId, from_us: u64, to_us: u64) -> bool {
        let required = self.cameras.get(&camera).into_iter().flat_map(|recording| &recording.required);
        required.into_iter().any(|required| required.from_us <= from_us && to_us <= required.to_us)
    }

    /// What must be kept of one camera and no recorder has said that it does.
    pub(super) fn unkept(&self, camera: CameraId) -> impl Iterator<Item = Requirement> + '_ {
        let recording = self.cameras.get(&camera);
        recording.into_iter().flat_map(|recording| {
            recording.required.iter().filter(|required| !recording.keeps(required)).copied()
        })
    }
}

impl Recording {
    /// Joins a period with those that it meets.
    fn cover(&mut self, from_us: u64, to_us: u64) {
        let (mut from_us, mut to_us) = (from_us, to_us);
        if from_us >= to_us {
            return;
        }
        while let Some((met_from, met_to)) = self
            .periods
            .range(..=to_us)
            .next_back()
            .map(|(from, to)| (*from, *to))
            .filter(|(_, to)| *to >= from_us)
        {
            self.periods.remove(&met_from);
            (from_us, to_us) = (from_us.min(met_from), to_us.max(met_to));
        }
        self.periods.insert(from_us, to_us);
        if self.periods.len() > SEGMENTS_MAX {
            self.periods.pop_first();
        }
    }

    fn covers(&self, from_us: u64, to_us: u64) -> bool {
        self.periods.range(..=from_us).next_back().is_some_and(|(_, covered_to)| *covered_to >= to_us)
    }

    /// A manifest says all that there is of it, and every segment of that is preserved.
    fn keeps(&self, required: &Requirement) -> bool {
        let (from_us, to_us) = (required.from_us, required.to_us);
        let first = (from_us.saturating_sub(self.longest_us), Digest::ZERO);
        let begun = self.segments.range(first..(to_us.max(first.0), Digest::ZERO));
        let mut met = begun.filter(|(_, end_us)| **end_us > from_us);
        self.covers(from_us, to_us) && met.all(|((_, hash), _)| self.preserved.contains(hash))
    }

    fn expire(&mut self, before_us: u64) {
        while self.periods.first_key_value().is_some_and(|(_, to_us)| *to_us < before_us) {
            self.periods.pop_first();
        }
        while let Some(((_, hash), _)) = self.segments.first_key_value().filter(|(_, end)| **end < before_us)
        {
            self.preserved.remove(hash);
            self.segments.pop_first();
        }
        while self.required.front().is_some_and(|required| required.to_us < before_us) {
            self.required.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(periods: &[(u64, u64)], covered: (u64, u64), expect: bool) {
        let mut recording = Recording::default();
        for (from_us, to_us) in periods {
            recording.cover(*from_us, *to_us);
        }
        assert_eq!(recording.covers(covered.0, covered.1), expect, "{:?}", recording.periods);
    }

    #[test]
    fn periods_that_meet_cover_what_lies_across_them_and_those_that_do_not_leave_a_gap() {
        check(&[(0, 10), (10, 20)], (5, 15), true);
        check(&[(10, 20), (0, 10)], (0, 20), true);
        check(&[(0, 10), (20, 30), (5, 25)], (0, 30), true);
        check(&[(0, 10), (11, 20)], (5, 15), false);
        check(&[(0, 10)], (5, 11), false);
        check(&[(7, 7), (9, 3)], (7, 7), false);
        check(&[], (0, 1), false);
    }
}
