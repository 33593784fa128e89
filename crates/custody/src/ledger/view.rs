//! Cameras where the record ends: openings that are no transfer (V02 to V08), and outages while exhibits lay shut (V09).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::vec::Vec;

use super::{Ledger, Recorded};
use crate::door::OCCUPANTS_NAMED_MAX;
use crate::exhibit::{ExhibitRecord, What};
use crate::fact::{FootageFact, Interval};
use crate::finding::Finding;
use crate::footage::{Moment, RUNS_MET_MAX, Runs, Scene, widened};
use crate::id::{CameraId, CompartmentId, DeviceId, ExhibitId, LockerId};
use crate::instant::length;
use crate::movement::{MisdepositKind, Movement};
use crate::order::causal_order;
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;
use crate::situation::destination;
use crate::verdict::Holder;

/// One time that an exhibit lay in a compartment.
#[derive(Debug, Clone, Copy)]
struct Stay {
    compartment: CompartmentId,
    interval: Interval,
    /// The times of the doors through which it came and went, as far as they are known.
    doors: [Option<Interval>; 2],
}

/// One outage, and who lay in view of the camera meanwhile.
#[derive(Debug)]
struct Seen {
    interval: Interval,
    recorder: DeviceId,
    words: &'static str,
    /// The first [`OCCUPANTS_NAMED_MAX`] by id.
    exhibits: Vec<ExhibitId>,
    count: u64,
}

/// By camera and by the entry that told of the outage.
type Outages = BTreeMap<(CameraId, u64), Seen>;

impl Ledger {
    /// What is said of footage, by its recorder or by the node that asks for it.
    pub(super) fn filmed(
        &mut self,
        recorded: &Recorded<'_>,
        fact: &FootageFact,
        policy: &Policy,
    ) -> Option<Finding> {
        let device = recorded.statement.device;
        let owner = match fact {
            FootageFact::PreservationRequired { camera, .. } => self.estate.cameras.get(camera)?.recorder,
            _ => device,
        };
        let is_offline = self.devices.get(device).is_some_and(|device| device.is_offline);
        self.footage.fold(recorded, fact, owner, is_offline, policy)
    }

    /// The footage itself shows that a segment of a camera is not what was committed to: it covers nothing any more.
    /// Times are the recorder's. For an audit that holds the footage, before it judges.
    pub fn strike_footage(&mut self, camera: CameraId, recorder: DeviceId, start_us: u64, end_us: u64) {
        self.footage.strike(camera, recorder, start_us, end_us);
    }

    /// The footage itself shows that a segment of a camera is gone without a lapse on record. Times are the recorder's.
    /// For an audit that holds the footage, before it judges.
    pub fn lose_footage(&mut self, camera: CameraId, recorder: DeviceId, start_us: u64, end_us: u64) {
        self.footage.lose(camera, recorder, start_us, end_us);
    }

    /// How many windows a camera must have shown so far: the door cycles of transfers, and of other openings.
    pub fn window_count(&self) -> usize {
        let facts = self.exhibits.values().flat_map(|record| &record.facts);
        // Exhibits of one package, and packages of one cycle, share a window.
        let transfers: BTreeSet<(CompartmentId, u64)> = facts
            .filter_map(|fact| match &fact.what {
                What::Moved(movement) if movement.is_transfer_at_a_door() => {
                    Some((movement.at()?.compartment, fact.door?.from_us))
                }
                _ => None,
            })
            .collect();
        let others = self.doors.openings().filter(|opening| opening.is_of_a_cycle());
        transfers.len().saturating_add(others.filter(|opening| opening.transferred.is_empty()).count())
    }

    /// What cameras did not show of openings in whose cycle nothing changed hands, and which outages fell into a time when
    /// exhibits lay shut in view.
    pub(super) fn view_findings(&self, policy: &Policy) -> Vec<Finding> {
        if !policy.sites.camera_required {
            return Vec::new();
        }
        let openings = self.doors.openings().filter(|opening| opening.is_of_a_cycle());
        let openings = openings.filter(|opening| opening.transferred.is_empty());
        let mut findings: Vec<Finding> = openings
            .filter_map(|opening| {
                let moment = Moment::of(opening);
                let view =
                    self.footage.view(&self.estate, opening.compartment, moment, self.newest_us, policy)?;
                Some(view.findings(&Scene::of(opening), policy))
            })
            .flatten()
            .collect();
        if self.footage.has_outages() {
            findings.extend(self.outage_findings(policy));
        }
        findings
    }

    /// V09: one finding an outage, whoever lay in view.
    fn outage_findings(&self, policy: &Policy) -> Vec<Finding> {
        let mut outages = Outages::new();
        for (exhibit, record) in &self.exhibits {
            for stay in self.stays(record) {
                self.meet(&stay, *exhibit, policy, &mut outages);
            }
        }
        let finding = |((camera, index), seen): ((CameraId, u64), Seen)| {
            let whom = match seen.count {
                1 => "an exhibit".into(),
                count => format!("{count} exhibits"),
            };
            let long = length(seen.interval.to_us.saturating_sub(seen.interval.from_us));
            let sentence = format!("For {long} a camera {} while {whom} lay shut in its view.", seen.words);
            Finding::new(RuleId::V09, sentence)
                .at([index])
                .during(seen.interval)
                .of_exhibits(seen.exhibits)
                .by_device(seen.recorder)
                .of_camera(camera)
        };
        outages.into_iter().map(finding).collect()
    }

    /// When and where an exhibit lay in compartments.
    fn stays(&self, record: &ExhibitRecord) -> Vec<Stay> {
        let mut stays: Vec<Stay> = Vec::new();
        let mut open: Option<Stay> = None;
        for fact in causal_order(&record.facts) {
            let What::Moved(movement) = &fact.what else { continue };
            let Some(to) = whereto(movement) else { continue };
            let at_us = fact.order_us();
            if let Some(mut stay) = open.take() {
                stay.interval.to_us = at_us.max(stay.interval.from_us);
                stay.doors = [stay.doors[0], fact.door];
                stays.push(stay);
            }
            if let Holder::Compartment(compartment) = to {
                let interval = Interval { from_us: at_us, to_us: at_us };
                open = Some(Stay { compartment, interval, doors: [fact.door, None] });
            }
        }
        if let Some(mut stay) = open {
            // A locker that has fallen silent still has it.
            stay.interval.to_us = self.newest_us.max(stay.interval.from_us);
            stays.push(stay);
        }
        stays
    }

    /// Notes the outages of assigned cameras while the exhibit lay shut. An outage that reaches into a transfer or an
    /// opening of its door is V02's, or D03's.
    fn meet(&self, stay: &Stay, exhibit: ExhibitId, policy: &Policy, outages: &mut Outages) {
        let Some((id, locker)) = self.estate.locker_of(stay.compartment) else { return };
        let doors = self.doors_of(stay, policy);
        let changes = self.estate.changes_of(locker, stay.interval);
        let mut from_us = stay.interval.from_us;
        for to_us in changes.into_iter().chain([stay.interval.to_us]) {
            let stretch = Interval { from_us, to_us };
            for camera in self.cameras_at(id, stay.compartment, from_us) {
                self.meet_outages(camera, stretch, &doors, exhibit, policy, outages);
            }
            from_us = to_us;
        }
    }

    fn cameras_at(&self, id: LockerId, compartment: CompartmentId, at_us: u64) -> Vec<CameraId> {
        let cameras = || {
            let (_, locker) = self.estate.locker_of(compartment)?;
            Some(self.estate.map_at(locker.stand_at(at_us)?.site, at_us)?.cameras_of(id).collect())
        };
        cameras().unwrap_or_default()
    }

    fn meet_outages(
        &self,
        camera: CameraId,
        stretch: Interval,
        doors: &Runs<()>,
        exhibit: ExhibitId,
        policy: &Policy,
        outages: &mut Outages,
    ) {
        let Some(recorder) = self.estate.cameras.get(&camera).map(|camera| camera.recorder) else { return };
        let Some(record) = self.footage.record(camera, recorder) else { return };
        for (whole, outage) in record.outages.whole(stretch).take(RUNS_MET_MAX) {
            let is_long = whole.to_us.saturating_sub(whole.from_us) > policy.cctv.hole_us_max();
            if !is_long || doors.whole(whole).next().is_some() {
                continue;
            }
            let shared = Interval {
                from_us: whole.from_us.max(stretch.from_us),
                to_us: whole.to_us.min(stretch.to_us),
            };
            let seen = outages.entry((camera, outage.index)).or_insert_with(|| Seen {
                interval: shared,
                recorder,
                words: outage.kind.words(),
                exhibits: Vec::new(),
                count: 0,
            });
            seen.interval.from_us = seen.interval.from_us.min(shared.from_us);
            seen.interval.to_us = seen.interval.to_us.max(shared.to_us);
            // Exhibits come in order, and one may be there twice.
            if seen.exhibits.last() != Some(&exhibit) {
                seen.count = seen.count.saturating_add(1);
                if seen.exhibits.len() < OCCUPANTS_NAMED_MAX {
                    seen.exhibits.push(exhibit);
                }
            }
        }
    }

    /// The times of the doors of a stay: those through which it came and went, and every opening meanwhile.
    fn doors_of(&self, stay: &Stay, policy: &Policy) -> Runs<()> {
        let margin_us = seconds_us(policy.cctv.margin_s);
        let openings = self.doors.openings_during(stay.compartment, widened(stay.interval, margin_us));
        let openings = openings.map(|opening| Moment::of(opening).door);
        let mut doors = Runs::default();
        for door in stay.doors.into_iter().flatten().chain(openings) {
            doors.insert(widened(door, margin_us), (), 0);
        }
        doors
    }
}

/// To whom an act takes the exhibit, where it takes it somewhere.
fn whereto(movement: &Movement) -> Option<Holder> {
    match movement {
        Movement::Misdeposited {
            kind: MisdepositKind::WrongCompartment, compartment: Some(place), ..
        } => Some(Holder::Compartment(*place)),
        Movement::Misdeposited { .. } => Some(Holder::Missing),
        other => destination(other),
    }
}
