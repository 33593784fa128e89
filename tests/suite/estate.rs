//! The estate of the tests: a real node, two authorities, one site with a store, one locker and one desk, all
//! by one clock that stands still until a test moves it.

pub(crate) mod acts;
pub(crate) mod http;
pub(crate) mod node;
pub(crate) mod verify;
pub(crate) mod voice;

use std::path::PathBuf;
use std::sync::Arc;

use custody::id::{BootId, CompartmentId, DeviceId, Digest, LockerId, SiteId, StoreId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::device_chain::DeviceChain;
use ledger_format::key::SigningKey;
use ledger_format::merkle::leaf_hash;
use ledger_node::authority::Authority;
use ledger_node::clock::{Clock as _, Reading, SetClock};
use ledger_node::config::Limits;
use ledger_node::folder::Folder;
use ledger_node::genesis;
use ledger_store::Store;
use ledger_store::sqlite::SqliteStore;
use locker::clock::Clock as _;
use locker::device::{Device, Identity};
use locker::disclose::Openings;
use locker::simulator::{SimulatedClock, Simulator};
use locker::sync::{Line, SyncError, SyncReport, sync};
use locker::uplink::HttpUplink;
use tempfile::TempDir;
use verifier::report::Report;
use verifier::trust::Trust;

use node::Running;
use voice::{Voice, enrolled};

/// The ledger's name in its checkpoints.
pub(crate) const ORIGIN: &str = "ledger.example.test/suite";

/// Some day in 2027, at noon.
const NOON_US: u64 = 1_800_014_400_000_000;

/// Microseconds in a minute.
pub(crate) const MINUTE_US: u64 = 60_000_000;

/// Compartments of the locker.
const COMPARTMENTS: u8 = 3;

/// Where a device without a network finds nobody: a port that is never open.
const NOWHERE: &str = "http://127.0.0.1:1";

/// A device, its clock and its line to the node.
pub(crate) struct Station {
    pub(crate) device: Device<SigningKey, SimulatedClock>,
    pub(crate) clock: SimulatedClock,
    pub(crate) line: Line<HttpUplink>,
}

impl Station {
    /// Hands over all that waits; fails if anything is left.
    #[track_caller]
    pub(crate) fn sync(&mut self) -> usize {
        let report = self.try_sync().unwrap();
        assert_eq!(report.waiting, 0, "{report:?}");
        report.recorded
    }

    pub(crate) fn try_sync(&mut self) -> Result<SyncReport, SyncError> {
        sync(&mut self.device, &mut self.line)
    }

    /// The network is gone.
    pub(crate) fn disconnect(&mut self) {
        self.line.uplink = HttpUplink::new(NOWHERE, None, None).unwrap();
    }

    /// The network leads to this node.
    pub(crate) fn connect<S: Store>(&mut self, node: &Running<S>) {
        self.line.uplink = node.uplink();
    }
}

/// Everything of a test.
pub(crate) struct Estate<S = SqliteStore> {
    home: TempDir,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) folder: Folder,
    pub(crate) node: Running<S>,
    pub(crate) trust: Trust,
    authorities: [Authority; 2],
    pub(crate) site: SiteId,
    pub(crate) compartments: Vec<CompartmentId>,
    pub(crate) hardware: Simulator,
    pub(crate) locker: Station,
    pub(crate) desk: Station,
    exports: u32,
}

impl Estate {
    /// An estate in which nothing has happened yet.
    pub(crate) fn new() -> Self {
        Self::within(Limits::default())
    }

    /// The same, its node with limits of its own.
    pub(crate) fn within(limits: Limits) -> Self {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::new(NOON_US));
        let folder = Folder::new(home.path().join("node"));
        let mut authorities =
            ["authority-1", "authority-2"].map(|name| Authority::create(&home.path().join(name)).unwrap());
        let public = authorities.each_ref().map(Authority::public);
        let beginning = tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(genesis::init(&folder, ORIGIN, &public, &clock))
            .unwrap();
        for authority in &mut authorities {
            authority.join(beginning.leaf).unwrap();
        }
        let node = Running::start_within(limits, &folder, &clock).unwrap();
        let site = SiteId([0x51; 16]);
        let site_registered = {
            let mut openings = Openings::default();
            let name = openings.commit("name", "Alder").unwrap();
            let declared = v1::site_registered::Declared { site: site.0.to_vec(), name };
            (Fact::SiteRegistered(v1::SiteRegistered { declared: Some(declared) }), openings)
        };
        let mut council = Council { authorities: &mut authorities, node: &node, clock: &clock };
        council.agree(site_registered.0, site_registered.1);
        let store = council.designate(site);
        let locker = council.station(&home, "locker", v1::DeviceKind::Locker, DeviceId([0x10; 16]));
        let desk = council.station(&home, "desk", v1::DeviceKind::Desk, DeviceId([0x20; 16]));
        let compartments: Vec<_> =
            (1..=COMPARTMENTS).map(|number| CompartmentId([0xc0 + number; 16])).collect();
        council.register_locker(locker.device.id(), site, store, &compartments);
        let hardware = Simulator::new(locker.clock.clone(), compartments.iter().copied());
        let trust = Trust::parse(&beginning.trust).unwrap();
        let exports = 0;
        Self {
            home,
            clock,
            folder,
            node,
            trust,
            authorities,
            site,
            compartments,
            hardware,
            locker,
            desk,
            exports,
        }
    }

    /// Stops the node and starts it again on the same data.
    pub(crate) fn restart(self) -> Self {
        self.restart_after(|_| {})
    }

    /// The same; meanwhile something is done to the data.
    pub(crate) fn restart_after(self, meanwhile: impl FnOnce(&Folder)) -> Self {
        self.moved(|folder, clock| {
            meanwhile(folder);
            Running::start(folder, clock).unwrap()
        })
    }
}

impl<S: Store> Estate<S> {
    /// Stops the node, and goes on with another over the same data.
    pub(crate) fn moved<T: Store>(self, to: impl FnOnce(&Folder, &Arc<SetClock>) -> Running<T>) -> Estate<T> {
        let Self { home, clock, folder, node, trust, authorities, site, .. } = self;
        let Self { compartments, hardware, mut locker, mut desk, exports, .. } = self;
        node.stop();
        let node = to(&folder, &clock);
        locker.connect(&node);
        desk.connect(&node);
        Estate {
            home,
            clock,
            folder,
            node,
            trust,
            authorities,
            site,
            compartments,
            hardware,
            locker,
            desk,
            exports,
        }
    }

    /// A path below the test's own folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn now(&self) -> Reading {
        self.clock.read()
    }

    pub(crate) fn now_us(&self) -> u64 {
        self.now().wall_us
    }

    /// Time passes for the node; devices follow when they next act.
    pub(crate) fn pass(&self, us: u64) {
        self.clock.set(self.now_us() + us);
    }

    pub(crate) fn locker_clock(&self) {
        keep_by(&self.clock, &self.locker.clock);
    }

    pub(crate) fn desk_clock(&self) {
        keep_by(&self.clock, &self.desk.clock);
    }

    /// The day has moved on by what the locker's sequence took.
    pub(crate) fn follow_locker(&self) {
        self.clock.set(self.locker.clock.now().wall_us);
    }

    /// The locker hands over all that waits, now.
    #[track_caller]
    pub(crate) fn sync_locker(&mut self) -> usize {
        self.locker_clock();
        self.locker.sync()
    }

    /// Both authorities agree on a fact. Returns the leaf hash of the entry at which it took effect.
    #[track_caller]
    pub(crate) fn agree(&mut self, fact: Fact) -> Digest {
        let mut council =
            Council { authorities: &mut self.authorities, node: &self.node, clock: &self.clock };
        council.agree(fact, Openings::default())
    }

    /// A device that says whatever a test wants said, enrolled by both.
    pub(crate) fn voice(&mut self, number: u8, kind: v1::DeviceKind) -> Voice {
        let (device, key) = (DeviceId([number; 16]), SigningKey::from_seed(&[number; 32]));
        let enrolment = self.agree(enrolled(device, kind, &key));
        Voice { chain: DeviceChain::new(device, enrolment), key: Arc::new(key) }
    }

    /// A fresh export of the archive.
    pub(crate) fn export(&mut self) -> PathBuf {
        self.exports += 1;
        let archive = self.path(&format!("archive-{}", self.exports));
        self.node.export(&archive);
        archive
    }

    /// What the verifier says of a fresh export, knowing what the locker and the desk have seen.
    #[track_caller]
    pub(crate) fn audit(&mut self) -> Report {
        let archive = self.export();
        let seen = [&self.locker, &self.desk].map(|station| station.device.seen_note().map(str::to_owned));
        let seen: Vec<_> = seen.into_iter().flatten().collect();
        verify::report_on(&archive, &self.trust, &seen)
    }
}

/// A device's clock is brought to the node's; never back.
fn keep_by(clock: &SetClock, device: &SimulatedClock) {
    device.advance(clock.read().wall_us.saturating_sub(device.now().wall_us));
}

/// The two authorities and how they reach the node.
struct Council<'a, S> {
    authorities: &'a mut [Authority; 2],
    node: &'a Running<S>,
    clock: &'a SetClock,
}

impl<S: Store> Council<'_, S> {
    #[track_caller]
    fn agree(&mut self, fact: Fact, openings: Openings) -> Digest {
        let (proposal, _) = self.say(0, fact, openings);
        let declared = v1::approved::Declared { statement: proposal.0.to_vec() };
        let approval = Fact::Approved(v1::Approved { declared: Some(declared) });
        self.say(1, approval, Openings::default()).1
    }

    /// One of them says something. Returns the statement's hash and its entry's leaf hash.
    #[track_caller]
    fn say(&mut self, who: usize, fact: Fact, openings: Openings) -> (Digest, Digest) {
        let time = self.clock.read().to_message(BootId([0xb1; 16]));
        let envelope = self.authorities[who].say(fact, time).unwrap();
        let submission = v1::Submission {
            envelope: Some(envelope.to_message()),
            openings: openings.disclosures.into_iter().map(|opening| opening.encoded).collect(),
        };
        let answer = self.node.submit(vec![submission]);
        let outcome = &answer.outcomes[0];
        assert_eq!(outcome.status(), v1::OutcomeStatus::Recorded, "{} {}", outcome.code(), outcome.detail());
        self.authorities[who].acknowledge().unwrap();
        (envelope.statement_hash(), leaf_hash(outcome.entry()))
    }

    fn designate(&mut self, site: SiteId) -> StoreId {
        let store = StoreId([0x57; 16]);
        let mut openings = Openings::default();
        let declared = v1::transit_store_designated::Declared {
            store: store.0.to_vec(),
            site: site.0.to_vec(),
            name: openings.commit("name", "Alder transit store").unwrap(),
            valid_from_us: NOON_US,
        };
        let fact = v1::TransitStoreDesignated { declared: Some(declared) };
        self.agree(Fact::TransitStoreDesignated(fact), openings);
        store
    }

    fn station(&mut self, home: &TempDir, name: &str, kind: v1::DeviceKind, device: DeviceId) -> Station {
        let folder = home.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let key = SigningKey::from_seed(&device.0.repeat(2).try_into().unwrap());
        let enrolment = self.agree(enrolled(device, kind, &key), Openings::default());
        let clock = SimulatedClock::starting_at(self.clock.read().wall_us, BootId(device.0));
        let device = Device::open(&folder, key, clock.clone(), Identity { device, enrolment }).unwrap();
        let line = Line::new(self.node.uplink(), self.node.ledger_key());
        Station { device, clock, line }
    }

    fn register_locker(
        &mut self,
        device: DeviceId,
        site: SiteId,
        store: StoreId,
        compartments: &[CompartmentId],
    ) {
        let compartments = compartments.iter().zip(1..).map(|(compartment, place)| v1::Compartment {
            compartment: compartment.0.to_vec(),
            label: place.to_string(),
            mode: v1::CompartmentMode::Single.into(),
        });
        let declared = v1::locker_registered::Declared {
            locker: LockerId([0x1c; 16]).0.to_vec(),
            device: device.0.to_vec(),
            site: site.0.to_vec(),
            store: Some(store.0.to_vec()),
            purpose: v1::LockerPurpose::Exhibits.into(),
            compartments: compartments.collect::<Vec<_>>(),
        };
        let fact = Fact::LockerRegistered(v1::LockerRegistered { declared: Some(declared) });
        self.agree(fact, Openings::default());
    }
}
