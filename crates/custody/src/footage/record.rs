//! What one recorder has said of one camera.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::keeping::{Asked, Keeping};
use super::offsets::{Offsets, true_us};
use super::outages::Outages;
use super::quality::{Manifest, Quality};
use super::runs::{Runs, Said};
use crate::fact::{FootageFact, Interval, LapseDecision, Segment};
use crate::finding::Finding;
use crate::id::{CameraId, Digest};
use crate::instant::{from_to, length};
use crate::ledger::Recorded;
use crate::policy::{Policy, days_us};
use crate::rule::RuleId;

/// The entry that says something of a stretch first; none where the footage itself shows it.
impl Said for Option<u64> {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Some(index), Some(other)) => Some(index.min(other)),
            (known, other) => known.or(other),
        }
    }
}

/// One camera's recording, by one recorder's word. All but `lapses` is in true time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) coverage: Runs<Quality>,
    pub(crate) outages: Outages,
    /// What is held is not what was committed to.
    pub(crate) struck: Runs<Option<u64>>,
    /// What was let go before its time.
    pub(crate) lost: Runs<Option<u64>>,
    pub(crate) keeping: Keeping,
    pub(super) offsets: Offsets,
    /// How far manifests reach: what they do not tell of up to there was not recorded.
    pub(crate) told_to_us: u64,
    /// How many manifests there are.
    pub(crate) manifests: u64,
}

/// How a fact reached the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival<'a> {
    pub(super) recorded: &'a Recorded<'a>,
    /// Its device had said that it was offline.
    pub(super) is_offline: bool,
    pub(super) policy: &'a Policy,
}

impl Record {
    /// Folds one fact, in chain order.
    pub(super) fn fold(&mut self, fact: &FootageFact, arrival: &Arrival<'_>) -> Option<Finding> {
        let index = arrival.recorded.index;
        let said_us = arrival.recorded.statement.time.wall_us;
        match fact {
            FootageFact::ManifestCommitted { .. } => self.manifest(fact, arrival),
            FootageFact::PreservationRequired { from_us, to_us, .. } => {
                let window = stretch(*from_us, *to_us);
                self.keeping.ask(Asked { window, said_us, index });
            }
            FootageFact::Preserved { segments, .. } => self.keeping.keep(segments, said_us),
            FootageFact::Outage { kind, from_us, to_us, .. } => {
                let truly = self.offsets.truly(stretch(*from_us, to_us.unwrap_or(*from_us)));
                let until_us = to_us.map(|_| truly.to_us);
                self.outages.note((*kind, *from_us), truly.from_us, until_us, index);
            }
            FootageFact::Lapsed { camera, from_us, to_us, decision } => {
                let time = stretch(*from_us, *to_us);
                return self.lapse(*camera, time, *decision, arrival);
            }
            FootageFact::Altered { camera, start_us, end_us, committed, found } => {
                let time = stretch(*start_us, *end_us);
                return Some(self.altered(*camera, time, *committed, *found, arrival.recorded));
            }
        }
        None
    }

    fn manifest(&mut self, fact: &FootageFact, arrival: &Arrival<'_>) {
        let FootageFact::ManifestCommitted {
            from_us,
            to_us,
            clock_offset_us,
            offset_measured_us,
            offset_error_us,
            segments,
            ..
        } = fact
        else {
            return;
        };
        let Arrival { recorded, is_offline, policy } = *arrival;
        self.offsets.note(stretch(*from_us, *to_us), *clock_offset_us);
        let manifest = Manifest {
            recorded_at_us: recorded.recorded_at_us,
            is_offline,
            // Where nobody says how well the offset is known, the recorder's own machine does.
            error_us: offset_error_us.unwrap_or(recorded.statement.time.error_us),
            measured_us: *offset_measured_us,
            to_us: true_us(*to_us, *clock_offset_us),
        };
        for segment in segments.iter().filter(|segment| segment.start_us < segment.end_us) {
            self.segment(segment, *clock_offset_us, &manifest, policy);
        }
        self.manifests = self.manifests.saturating_add(1);
        self.told_to_us = self.told_to_us.max(manifest.to_us);
    }

    fn segment(&mut self, segment: &Segment, offset_us: i64, manifest: &Manifest, policy: &Policy) {
        let truly = Interval {
            from_us: true_us(segment.start_us, offset_us),
            to_us: true_us(segment.end_us, offset_us),
        };
        let quality = Quality::of(segment, truly.from_us, manifest, &policy.cctv);
        self.coverage.insert(truly, quality, policy.cctv.hole_us_max());
        self.keeping.committed(&segment.sha256, truly);
    }

    /// V07: what lapses undecided, too early, or though somebody asked for it.
    fn lapse(
        &mut self,
        camera: CameraId,
        time: Interval,
        decision: LapseDecision,
        arrival: &Arrival<'_>,
    ) -> Option<Finding> {
        let Arrival { recorded, policy, .. } = *arrival;
        let said_us = recorded.statement.time.wall_us;
        let tolerated_us = policy.cctv.hole_us_max();
        let truly = self.offsets.truly(time);
        self.keeping.lapsed(time, decision, said_us, tolerated_us);
        let mut reasons: Vec<String> = Vec::new();
        let mut lost: Vec<Interval> = Vec::new();
        if decision == LapseDecision::Undecided {
            reasons.push("nobody had decided that it might".into());
            lost.push(truly);
        }
        let kept_from_us = said_us.saturating_sub(days_us(policy.cctv.retention_days));
        if truly.to_us > kept_from_us {
            let early = Interval { from_us: truly.from_us.max(kept_from_us), to_us: truly.to_us };
            let age_us = said_us.saturating_sub(truly.to_us);
            reasons.push(format!("the newest of it was {} old", length(age_us)));
            lost.push(early);
        }
        let missed = self.keeping.lapse(truly, said_us, tolerated_us);
        if !missed.is_empty() {
            reasons.push("somebody had asked that it be kept".into());
            lost.extend(missed.iter().map(|(_, gone)| *gone));
        }
        let hull = hull(&lost)?;
        for gone in lost {
            self.lost.insert(gone, Some(recorded.index), 0);
        }
        let sentence =
            format!("Footage of camera {camera}, {}, was let go: {}.", from_to(hull), reasons.join(", and "));
        let asked_at = missed.into_iter().map(|(index, _)| index);
        let finding = against(RuleId::V07, sentence, camera, recorded).during(hull);
        Some(finding.at(asked_at.take(ENTRIES_NAMED_MAX)))
    }

    /// V04: another thing is held than was committed to. V07: it is gone.
    fn altered(
        &mut self,
        camera: CameraId,
        time: Interval,
        committed: Digest,
        found: Option<Digest>,
        recorded: &Recorded<'_>,
    ) -> Finding {
        let truly = self.offsets.truly(time);
        let what = format!("A segment of camera {camera}, {}, to whose hash {committed}", from_to(truly));
        let (rule, sentence) = if let Some(found) = found {
            self.struck.insert(truly, Some(recorded.index), 0);
            (RuleId::V04, format!("{what} a manifest committed, hashes to {found} now."))
        } else {
            self.lost.insert(truly, Some(recorded.index), 0);
            (RuleId::V07, format!("{what} a manifest committed, is gone before its time."))
        };
        against(rule, sentence, camera, recorded).during(truly)
    }

    /// True times of a stretch by the recorder's clock; never empty.
    pub(super) fn truly(&self, start_us: u64, end_us: u64) -> Interval {
        self.offsets.truly(stretch(start_us, end_us.max(start_us.saturating_add(1))))
    }

    /// What of a window has lapsed and is kept nowhere, with the hour in which that was said.
    pub(super) fn lapsed_within(&self, window: Interval, tolerated_us: u64) -> Vec<(Interval, u64)> {
        let lapses = self.keeping.lapses.within(self.offsets.by_the_recorder(window));
        let gone = lapses.flat_map(|(time, lapse)| {
            let gone = self.keeping.not_kept(self.offsets.truly(time), tolerated_us);
            gone.into_iter().map(move |gone| (gone, lapse.said_us))
        });
        gone.collect()
    }

    /// Whether the camera ever failed.
    pub(crate) fn has_outages(&self) -> bool {
        !self.outages.is_empty()
    }
}

/// What a device says of a time that ends before it begins, it says of its beginning.
fn stretch(from_us: u64, to_us: u64) -> Interval {
    Interval { from_us, to_us: to_us.max(from_us) }
}

/// How many requests one lapse names: more than anybody reads.
const ENTRIES_NAMED_MAX: usize = 64;

fn against(rule: RuleId, sentence: String, camera: CameraId, recorded: &Recorded<'_>) -> Finding {
    Finding::new(rule, sentence).at([recorded.index]).by_device(recorded.statement.device).of_camera(camera)
}

/// From the beginning of the first to the end of the last; none of none.
pub(crate) fn hull(intervals: &[Interval]) -> Option<Interval> {
    let from_us = intervals.iter().map(|interval| interval.from_us).min()?;
    let to_us = intervals.iter().map(|interval| interval.to_us).max()?;
    Some(Interval { from_us, to_us })
}
