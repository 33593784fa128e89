//! A small world with cameras: both lockers stand in a transit store, two cameras view them, one recorder speaks for both.

use std::sync::LazyLock;

use custody::fact::{
    Coverage, DeviceKind, Fact, FootageFact, Interval, LapseDecision, OutageKind, Segment, SignedVideo,
};
use custody::finding::Finding;
use custody::id::*;
use custody::policy::{DEFAULT_TEXT, Policy};
use custody::rule::RuleId;

use crate::world::*;

pub(crate) const SECOND: u64 = 1_000_000;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

pub(crate) const SITE: SiteId = SiteId([0x51; 16]);
pub(crate) const STORE: StoreId = StoreId([0x57; 16]);
pub(crate) const BANK: LockerId = LockerId([0x61; 16]);
pub(crate) const OTHER_BANK: LockerId = LockerId([0x62; 16]);
pub(crate) const RECORDER: DeviceId = DeviceId([0x9d; 16]);
pub(crate) const FRONT: CameraId = CameraId([0x71; 16]);
pub(crate) const BACK: CameraId = CameraId([0x72; 16]);
/// A camera that signs its video; no map assigns it unless a test says so.
pub(crate) const SIGNING: CameraId = CameraId([0x73; 16]);

/// The default policy as far as places and cameras go.
pub(crate) fn watched_policy() -> &'static Policy {
    static POLICY: LazyLock<Policy> = LazyLock::new(|| {
        let needs = ["roles_required", "collection_required", "approval_required"];
        let text = needs.iter().fold(DEFAULT_TEXT.to_owned(), |text, need| {
            text.replace(&format!("{need} = true"), &format!("{need} = false"))
        });
        // Footage outlasts what an exhibit may stay uncounted; here it may stay.
        let text = text.replace("dwell_days_max = 14", "dwell_days_max = 400");
        let text = text.replace("count_days_max = 31", "count_days_max = 400");
        Policy::parse(&text).expect("the default with other values")
    });
    &POLICY
}

/// Every camera views every locker.
pub(crate) fn map(world: &mut World, surveyed_us: u64, valid_from_us: u64, cameras: &[CameraId]) {
    let coverages = [BANK, OTHER_BANK]
        .into_iter()
        .flat_map(|locker| cameras.iter().map(move |camera| Coverage { locker, camera: *camera }))
        .collect();
    world.agree(Fact::CoverageMapApproved { site: SITE, surveyed_us, valid_from_us, coverages });
}

/// The world of [`World::new`] with everything that its exhibits need around them.
pub(crate) fn watched() -> World {
    let mut world = World::new();
    world.policy = watched_policy();
    let now_us = world.now_us;
    world.agree(Fact::TransitStoreDesignated { store: STORE, site: SITE, valid_from_us: now_us });
    for locker in [BANK, OTHER_BANK] {
        world.agree(Fact::LockerMoved { locker, to_site: SITE, store: Some(STORE) });
    }
    world.agree(Fact::DeviceEnrolled {
        device: RECORDER,
        kind: DeviceKind::Recorder,
        key: key(0x9d),
        possession: [0; 64],
        site: Some(SITE),
    });
    for (camera, is_signed_video) in [(FRONT, false), (BACK, false), (SIGNING, true)] {
        world.agree(Fact::CameraRegistered { camera, recorder: RECORDER, site: SITE, is_signed_video });
    }
    map(&mut world, now_us - 30 * DAY, now_us, &[FRONT, BACK]);
    world.wait(HOUR);
    world
}

/// What a manifest says.
#[derive(Debug, Clone)]
pub(crate) struct Film {
    pub(crate) camera: CameraId,
    pub(crate) offset_us: i64,
    pub(crate) measured_us: Option<u64>,
    pub(crate) error_us: Option<u64>,
    /// True times.
    pub(crate) stretches: Vec<(u64, u64)>,
    pub(crate) frames_per_1000_s: u64,
    pub(crate) signed_video: SignedVideo,
}

impl Film {
    /// One camera's, without a gap, well measured, a picture a second.
    pub(crate) fn of(camera: CameraId, from_us: u64, to_us: u64) -> Self {
        Self {
            camera,
            offset_us: 0,
            measured_us: Some(from_us - DAY),
            error_us: Some(100_000),
            stretches: vec![(from_us, to_us)],
            frames_per_1000_s: 1_000,
            signed_video: SignedVideo::NotChecked,
        }
    }

    /// With nothing between these instants.
    pub(crate) fn but(mut self, from_us: u64, to_us: u64) -> Self {
        let cut = |(begins, ends): (u64, u64)| [(begins, ends.min(from_us)), (begins.max(to_us), ends)];
        self.stretches = self.stretches.into_iter().flat_map(cut).filter(|(from, to)| from < to).collect();
        self
    }

    /// The segments, each at most a minute long.
    pub(crate) fn segments(&self) -> Vec<Segment> {
        let mut segments = Vec::new();
        for (from_us, to_us) in &self.stretches {
            let mut at = *from_us;
            while at < *to_us {
                let end = (at + MINUTE).min(*to_us);
                segments.push(Segment {
                    start_us: at.saturating_add_signed(self.offset_us),
                    end_us: end.saturating_add_signed(self.offset_us),
                    frames: (end - at) * self.frames_per_1000_s / (1_000 * SECOND),
                    bytes: 5_000,
                    sha256: hash_of(self.camera, at),
                    signed_video: self.signed_video,
                });
                at = end;
            }
        }
        segments
    }

    pub(crate) fn fact(&self) -> Fact {
        let segments = self.segments();
        Fact::Footage(FootageFact::ManifestCommitted {
            camera: self.camera,
            from_us: segments.first().map_or(0, |first| first.start_us),
            to_us: segments.last().map_or(0, |last| last.end_us),
            clock_offset_us: self.offset_us,
            offset_measured_us: self.measured_us,
            offset_error_us: self.error_us,
            segments,
        })
    }

    pub(crate) fn say(&self, world: &mut World) {
        let fact = self.fact();
        world.say(RECORDER, fact);
    }
}

/// The hash of the segment that begins then.
pub(crate) fn hash_of(camera: CameraId, from_us: u64) -> Digest {
    let mut bytes = [camera.0[0]; 32];
    bytes[..8].copy_from_slice(&from_us.to_be_bytes());
    Digest(bytes)
}

pub(crate) fn outage(camera: CameraId, kind: OutageKind, from_us: u64, to_us: Option<u64>) -> Fact {
    Fact::Footage(FootageFact::Outage { camera, site: SITE, kind, from_us, to_us })
}

pub(crate) fn lapsed(camera: CameraId, from_us: u64, to_us: u64, decision: LapseDecision) -> Fact {
    Fact::Footage(FootageFact::Lapsed { camera, from_us, to_us, decision })
}

/// When a door moved: from its release to its lock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    pub(crate) from_us: u64,
    pub(crate) to_us: u64,
}

impl Door {
    /// What a camera must show of it: the locker's error, the recorder's rounded up, the margin.
    pub(crate) fn window(self) -> Interval {
        let wider = ERROR + SECOND + 30 * SECOND;
        Interval { from_us: self.from_us - wider, to_us: self.to_us + wider }
    }

    /// Footage of it with ten minutes on both sides.
    pub(crate) fn film(self, camera: CameraId) -> Film {
        Film::of(camera, self.from_us - 10 * MINUTE, self.to_us + 10 * MINUTE)
    }
}

/// X is deposited in C1; a quarter of an hour later nothing has been said of footage yet.
pub(crate) fn deposit(world: &mut World) -> Door {
    let from_us = world.now_us;
    world.deposit(LOCKER, C1, OFFICER, X);
    let to_us = world.now_us;
    world.wait(15 * MINUTE);
    Door { from_us, to_us }
}

/// Time goes by, the locker is still there, and so is the ledger.
pub(crate) fn settle(world: &mut World) {
    world.wait(2 * HOUR);
    world.say(LOCKER, Fact::Other("self_tested"));
}

/// All findings under a rule, each once.
pub(crate) fn findings(world: &World, rule: RuleId) -> Vec<Finding> {
    let judged = world.ledger.exhibits().flat_map(|exhibit| world.verdict(exhibit).findings);
    let closing = world.ledger.closing_findings(world.policy);
    let all = world.findings.iter().cloned().chain(closing).chain(judged);
    let mut found: Vec<Finding> = all.filter(|finding| finding.rule == rule).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The only finding under a rule.
#[track_caller]
pub(crate) fn one(world: &World, rule: RuleId) -> Finding {
    let found = findings(world, rule);
    let [finding] = found.as_slice() else { panic!("{} findings under {rule}: {found:#?}", found.len()) };
    finding.clone()
}
