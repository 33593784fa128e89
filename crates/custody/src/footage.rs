//! Footage: what recorders have committed to, by camera (V02 to V09).
//!
//! What is kept of a camera grows with what changes (a gap, a late manifest, a clock that was not measured), not with the
//! number of its segments. All of it is in true time: the recorder's time less the offset of its clock. Nothing here
//! depends on whether a manifest or the act that it shows was recorded first.

mod keeping;
mod offsets;
mod outages;
mod quality;
mod record;
mod runs;
mod scene;
mod sight;
mod tell;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use self::quality::VideoSignature;
use self::record::{Arrival, Record};
pub(crate) use self::runs::{RUNS_MET_MAX, Runs};
pub(crate) use self::scene::{Scene, View};
use self::sight::Sight;
pub(crate) use self::sight::{Moment, widened};
use crate::estate::Estate;
use crate::fact::{FootageFact, Interval, LapseDecision};
use crate::finding::Finding;
use crate::id::{CameraId, CompartmentId, DeviceId};
use crate::ledger::Recorded;
use crate::policy::{Cctv, Policy};

/// What is committed of each camera's recording.
///
/// By camera and recorder: what a device says of a camera that is another's, or becomes another's, counts for nothing.
#[derive(Debug, Clone, Default)]
pub struct Footage {
    records: BTreeMap<(CameraId, DeviceId), Record>,
}

impl Cctv {
    /// V02: the longest hole that is a join, in microseconds.
    pub(crate) fn hole_us_max(&self) -> u64 {
        u64::from(self.hole_ms_max).saturating_mul(1_000)
    }
}

impl Footage {
    /// Folds one fact about a camera whose recorder is `owner`, in chain order.
    pub(crate) fn fold(
        &mut self,
        recorded: &Recorded<'_>,
        fact: &FootageFact,
        owner: DeviceId,
        is_offline: bool,
        policy: &Policy,
    ) -> Option<Finding> {
        let record = self.records.entry((fact.camera(), owner)).or_default();
        record.fold(fact, &Arrival { recorded, is_offline, policy })
    }

    /// What the cameras that a compartment's map assigned then saw of a door cycle; `newest_us` is the node's clock at the
    /// newest entry. None where the policy asks for no camera, or none is assigned.
    pub(crate) fn view(
        &self,
        estate: &Estate,
        compartment: CompartmentId,
        moment: Moment,
        newest_us: u64,
        policy: &Policy,
    ) -> Option<View> {
        if !policy.sites.camera_required {
            return None;
        }
        let (id, locker) = estate.locker_of(compartment)?;
        let map = estate.map_at(locker.stand_at(moment.at_us)?.site, moment.at_us)?;
        let sights: Vec<Sight> = map
            .cameras_of(id)
            .filter_map(|camera| Some((camera, estate.cameras.get(&camera)?)))
            .map(|(id, camera)| {
                let sight = self.sight(id, camera.recorder, moment, &policy.cctv);
                let signature = if camera.is_signed_video { sight.signature } else { VideoSignature::Fine };
                Sight { signature, ..sight }
            })
            .collect();
        let may_come =
            |sight: &Sight| sight.is_awaited && newest_us <= View::due_us(sight.window, moment, policy);
        let is_awaited = sights.iter().any(may_come);
        (!sights.is_empty()).then_some(View { sights, surveyed_us: map.surveyed_us, is_awaited, moment })
    }

    fn sight(&self, camera: CameraId, recorder: DeviceId, moment: Moment, cctv: &Cctv) -> Sight {
        match self.records.get(&(camera, recorder)) {
            Some(record) => Sight::of(camera, recorder, record, moment, cctv),
            None => Sight::nothing(camera, recorder, moment, cctv),
        }
    }

    pub(crate) fn record(&self, camera: CameraId, recorder: DeviceId) -> Option<&Record> {
        self.records.get(&(camera, recorder))
    }

    /// Whether any camera ever failed: where none did, nobody need be asked who lay in its view.
    pub(crate) fn has_outages(&self) -> bool {
        self.records.values().any(Record::has_outages)
    }

    /// How many manifests recorders have committed to.
    pub fn manifest_count(&self) -> u64 {
        self.records.values().map(|record| record.manifests).fold(0, u64::saturating_add)
    }

    /// How many stretches of time are kept of all cameras: what the state grows by.
    pub fn run_count(&self) -> usize {
        self.records.values().map(|record| record.coverage.count()).sum()
    }

    /// What was said of a stretch by the recorder's clock that is no longer held: the decision under which all of it
    /// lapsed; none where it has not.
    pub fn lapse_of(
        &self,
        camera: CameraId,
        recorder: DeviceId,
        start_us: u64,
        end_us: u64,
    ) -> Option<LapseDecision> {
        let record = self.records.get(&(camera, recorder))?;
        let over = Interval { from_us: start_us, to_us: end_us.max(start_us.saturating_add(1)) };
        let is_all = |counts: &dyn Fn(LapseDecision) -> bool| {
            record.keeping.lapses.left_of(over, 0, |lapse| counts(lapse.decision)).is_empty()
        };
        if is_all(&|decision| decision == LapseDecision::NotNeeded) {
            return Some(LapseDecision::NotNeeded);
        }
        is_all(&|_| true).then_some(LapseDecision::Undecided)
    }

    /// True times of a stretch by the clock of a camera's recorder.
    pub fn truly(&self, camera: CameraId, recorder: DeviceId, start_us: u64, end_us: u64) -> Interval {
        let record = self.records.get(&(camera, recorder));
        let as_said = Interval { from_us: start_us, to_us: end_us };
        record.map_or(as_said, |record| record.truly(start_us, end_us))
    }

    /// Whether the ledger itself says that a stretch by the recorder's clock was altered or is gone.
    pub fn is_told(&self, camera: CameraId, recorder: DeviceId, start_us: u64, end_us: u64) -> bool {
        self.records.get(&(camera, recorder)).is_some_and(|record| {
            let truly = record.truly(start_us, end_us);
            [&record.struck, &record.lost]
                .into_iter()
                .any(|told| told.left_of(truly, 0, Option::is_some).is_empty())
        })
    }

    /// The footage itself shows that a segment is not what was committed to: it covers nothing any more. Times are the
    /// recorder's. Called before judging.
    pub fn strike(&mut self, camera: CameraId, recorder: DeviceId, start_us: u64, end_us: u64) {
        if let Some(record) = self.records.get_mut(&(camera, recorder)) {
            let truly = record.truly(start_us, end_us);
            record.struck.insert(truly, None, 0);
        }
    }

    /// The footage itself shows that a segment is gone, and no lapse is on record. Times are the recorder's. Called
    /// before judging.
    pub fn lose(&mut self, camera: CameraId, recorder: DeviceId, start_us: u64, end_us: u64) {
        if let Some(record) = self.records.get_mut(&(camera, recorder)) {
            let truly = record.truly(start_us, end_us);
            record.lost.insert(truly, None, 0);
        }
    }
}
