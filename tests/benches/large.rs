//! A ledger of any size: one transit store under two cameras, lockers through which exhibits pass, every signature real.

use std::collections::VecDeque;

use custody::id::{CompartmentId, Digest, LockerId};
use custody_proto::v1::{self, DeviceKind, statement::Fact};
use verifier::testing::{SpeakerId, World};

use crate::acts::{Act, Visit, id, register, visit};
use crate::footage::{committed, manifest};
use crate::own_process::OnDisk;

/// Lockers of the store, and compartments of each.
const LOCKERS: usize = 40;
const COMPARTMENTS: usize = 12;

/// Exhibits that lie in compartments at any time: fewer than there are compartments.
const RESTING: usize = 300;

/// People.
const OFFICERS: u64 = 200;

/// Exhibits between two manifests of each camera.
const FILMED_EVERY: u64 = 50;

/// A ledger in memory.
#[derive(Clone)]
pub(crate) struct Ledger {
    world: World,
    recorder: SpeakerId,
    cameras: [[u8; 16]; 2],
    filmed_to_us: u64,
    pub(crate) exhibits: u64,
}

/// A locker of the store.
struct Locker {
    speaker: SpeakerId,
    compartments: Vec<CompartmentId>,
}

/// Some minutes of enrolling: what was filmed is committed to before it is late.
const ENROLLED_BETWEEN_MANIFESTS: usize = 100;

impl Ledger {
    /// A ledger of about so many entries, and never fewer.
    pub(crate) fn of(entries: u64) -> Self {
        let mut world = World::new("ledger.example.test/scale");
        let site = world.site();
        let store = world.id();
        let declared = v1::transit_store_designated::Declared {
            store: store.to_vec(),
            site: site.0.to_vec(),
            name: vec![7; 32],
            valid_from_us: world.now_us,
        };
        world.agree(Fact::TransitStoreDesignated(v1::TransitStoreDesignated { declared: Some(declared) }));
        let desk = world.enrol(DeviceKind::Desk, Some(site));
        let recorder = world.enrol(DeviceKind::Recorder, Some(site));
        let cameras = [world.id(), world.id()];
        for camera in cameras {
            let declared = v1::camera_registered::Declared {
                camera: camera.to_vec(),
                recorder: world.device(recorder).0.to_vec(),
                site: site.0.to_vec(),
                name: vec![7; 32],
                signed_video: false,
            };
            world.agree(Fact::CameraRegistered(v1::CameraRegistered { declared: Some(declared) }));
        }
        let lockers: Vec<(LockerId, Locker)> =
            (0..LOCKERS).map(|_| locker(&mut world, site.0, store)).collect();
        map(&mut world, site.0, &lockers, cameras);
        let lockers: Vec<Locker> = lockers.into_iter().map(|(_, locker)| locker).collect();
        // Time enough for the margin before the first door.
        let filmed_to_us = world.now_us;
        world.wait_us(120_000_000);
        let mut ledger = Self { world, recorder, cameras, filmed_to_us, exhibits: 0 };
        ledger.fill(entries, desk, &lockers);
        ledger
    }

    fn fill(&mut self, entries: u64, desk: SpeakerId, lockers: &[Locker]) {
        let mut resting = VecDeque::new();
        while self.world.writer.size() < entries {
            let number = self.exhibits;
            let (officer, exhibit) = (id(1, number % OFFICERS), id(2, number));
            let world = &mut self.world;
            let mut say = |fact, follows| world.say_following(desk, fact, follows).hash;
            let registered = register(&mut say, officer, exhibit);
            resting.push_back((number, self.stand_before(lockers, number, Act::Deposit, registered)));
            if resting.len() > RESTING
                && let Some((number, deposited)) = resting.pop_front()
            {
                self.stand_before(lockers, number, Act::Collect, deposited);
            }
            self.exhibits += 1;
            if self.exhibits.is_multiple_of(FILMED_EVERY) {
                self.film();
                self.world.see(desk);
            }
        }
        // The margin after the last door.
        self.world.wait_us(120_000_000);
        self.film();
        self.world.census();
    }

    /// Both cameras' recordings up to now are committed to.
    fn film(&mut self) {
        let (from_us, to_us) = (self.filmed_to_us, self.world.now_us);
        for camera in self.cameras {
            self.world.say(self.recorder, manifest(camera, from_us, to_us));
        }
        self.filmed_to_us = to_us;
    }

    /// One visit to the compartment of exhibit `number`.
    fn stand_before(&mut self, lockers: &[Locker], number: u64, act: Act, follows: Digest) -> Digest {
        let place = usize::try_from(number).expect("few");
        let locker = lockers.get(place % LOCKERS).expect("a locker of the store");
        let compartment =
            locker.compartments.get(place / LOCKERS % COMPARTMENTS).expect("one of the locker's");
        // Who collects is not who deposited.
        let person = match act {
            Act::Deposit => id(1, number % OFFICERS),
            Act::Collect => id(1, (number + 1) % OFFICERS),
        };
        // Each exhibit before it in this compartment was put in and taken out.
        let before = number / u64::try_from(LOCKERS * COMPARTMENTS).expect("few");
        let close_counter = before * 2 + u64::from(matches!(act, Act::Collect));
        let world = &mut self.world;
        let mut say = |fact, follows| world.say_following(locker.speaker, fact, follows).hash;
        let stood = Visit {
            person,
            compartment: compartment.0,
            exhibit: id(2, number),
            close_counter,
            follows: Some(follows),
        };
        visit(&mut say, stood, act)
    }

    /// So many more devices, which say nothing.
    pub(crate) fn enrol(&mut self, count: usize) {
        for number in 1..=count {
            self.world.enrol(DeviceKind::Desk, None);
            if number % ENROLLED_BETWEEN_MANIFESTS == 0 {
                self.film();
            }
        }
        self.film();
    }

    /// So many more stretches of footage with a hole between each and the next.
    pub(crate) fn film_apart(&mut self, count: usize) {
        let [camera, _] = self.cameras;
        for _ in 0..count {
            self.world.wait_us(60_000_000);
            let (from_us, to_us) = (self.world.now_us - 40_000_000, self.world.now_us - 20_000_000);
            let segment = v1::Segment {
                start_us: from_us,
                end_us: to_us,
                frames: 20,
                bytes: 1_000_000,
                sha256: vec![0x5e; 32],
                signed_video: v1::SignedVideo::NotChecked.into(),
            };
            self.world.say(self.recorder, committed(camera, from_us, to_us, vec![segment]));
        }
    }

    /// Who speaks in it, and what is on record.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn entries(&self) -> u64 {
        self.world.writer.size()
    }

    /// The archive and the trust file in a folder that is gone with the value.
    pub(crate) fn write(&self) -> OnDisk {
        OnDisk::write(&self.world)
    }
}

fn locker(world: &mut World, site: [u8; 16], store: [u8; 16]) -> (LockerId, Locker) {
    let speaker = world.enrol(DeviceKind::Locker, Some(custody::id::SiteId(site)));
    let locker = LockerId(world.id());
    let compartments: Vec<CompartmentId> = (0..COMPARTMENTS).map(|_| CompartmentId(world.id())).collect();
    let registered = |(place, compartment): (usize, &CompartmentId)| v1::Compartment {
        compartment: compartment.0.to_vec(),
        label: format!("{}", place + 1),
        mode: v1::CompartmentMode::Single.into(),
    };
    let declared = v1::locker_registered::Declared {
        locker: locker.0.to_vec(),
        device: world.device(speaker).0.to_vec(),
        site: site.to_vec(),
        store: Some(store.to_vec()),
        purpose: v1::LockerPurpose::Exhibits.into(),
        compartments: compartments.iter().enumerate().map(registered).collect(),
    };
    world.agree(Fact::LockerRegistered(v1::LockerRegistered { declared: Some(declared) }));
    (locker, Locker { speaker, compartments })
}

fn map(world: &mut World, site: [u8; 16], lockers: &[(LockerId, Locker)], cameras: [[u8; 16]; 2]) {
    let coverage = |locker: &LockerId, camera: [u8; 16]| v1::Coverage {
        camera: camera.to_vec(),
        locker: locker.0.to_vec(),
        still: vec![7; 32],
    };
    let coverages = lockers.iter().flat_map(|(locker, _)| cameras.map(|camera| coverage(locker, camera)));
    let declared = v1::coverage_map_approved::Declared {
        site: site.to_vec(),
        surveyor: id(1, 0).to_vec(),
        surveyed_us: world.now_us,
        valid_from_us: world.now_us,
        coverages: coverages.collect(),
    };
    world.agree(Fact::CoverageMapApproved(v1::CoverageMapApproved { declared: Some(declared) }));
}
