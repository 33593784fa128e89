//! The estate of the decision: 45 sites with officers on duty round the clock. 11 of them have an official
//! transit store with an exhibit locker, a desk and two cameras; the others have a locker for equipment.

use std::path::Path;

use anyhow::Context as _;
use custody::id::{BootId, CameraId, CompartmentId, DeviceId, Digest, LockerId, SiteId, StoreId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::key::SigningKey;
use ledger_node::authority::Authority;
use locker::act::Recognised;
use locker::device::{Device, Identity, possession};
use locker::disclose::Openings;
use locker::key::{self, KdfCost, Passphrase};
use locker::simulator::{SimulatedClock, Simulator};
use locker::sync::{Line, sync};
use locker::uplink::HttpUplink;
use verifier::known_head::KnownHead;

use crate::cctv::Cctv;
use crate::clips::Writer;
use crate::clock::Day;
use crate::ids::id;
use crate::progress::Progress;
use crate::running::Running;
use crate::{day, kit, people};

/// Sites with officers on duty round the clock.
const SITES: usize = 45;

/// Sites with a transit store.
pub(crate) const STORES: usize = 11;

/// Compartments of one locker; the last one is a drop slot.
const COMPARTMENTS: usize = 12;

/// What every device of the demonstration runs; two authorities approve it first.
const FIRMWARE: &str = "demo-1";

/// Neutral names: no place of a real estate.
const NAMES: [&str; SITES] = [
    "Alder",
    "Ash",
    "Aspen",
    "Bay",
    "Beech",
    "Birch",
    "Blackthorn",
    "Box",
    "Broom",
    "Buckthorn",
    "Cedar",
    "Cherry",
    "Chestnut",
    "Cypress",
    "Damson",
    "Dogwood",
    "Elder",
    "Elm",
    "Fir",
    "Gorse",
    "Hawthorn",
    "Hazel",
    "Heather",
    "Holly",
    "Hornbeam",
    "Ivy",
    "Juniper",
    "Larch",
    "Laurel",
    "Lime",
    "Maple",
    "Medlar",
    "Mulberry",
    "Oak",
    "Olive",
    "Pear",
    "Pine",
    "Plane",
    "Poplar",
    "Quince",
    "Rowan",
    "Spindle",
    "Spruce",
    "Sycamore",
    "Yew",
];

/// A device of the estate, its clock and its line to the node.
pub(crate) struct Station {
    pub(crate) device: Device<SigningKey, SimulatedClock>,
    pub(crate) clock: SimulatedClock,
    pub(crate) line: Line<HttpUplink>,
}

/// A site with a transit store.
pub(crate) struct Store {
    pub(crate) name: &'static str,
    pub(crate) site: SiteId,
    pub(crate) locker: Station,
    pub(crate) hardware: Simulator,
    pub(crate) compartments: Vec<CompartmentId>,
    pub(crate) desk: Station,
    pub(crate) cctv: Cctv,
}

/// A site without a transit store, whose locker has equipment.
pub(crate) struct Kit {
    pub(crate) locker: Station,
    pub(crate) hardware: Simulator,
    pub(crate) compartment: CompartmentId,
}

/// What acts during the day.
pub(crate) struct Estate {
    pub(crate) stores: Vec<Store>,
    pub(crate) kits: Vec<Kit>,
}

/// What stands at a site.
enum Standing {
    Store(Box<Store>),
    Kit(Box<Kit>),
}

impl Estate {
    /// Every recorder looks at what has been recorded by now.
    pub(crate) fn look(&mut self, day: &Day) -> anyhow::Result<()> {
        self.stores.iter_mut().try_for_each(|store| {
            store.cctv.look(day).with_context(|| format!("the recorder of {}", store.name))
        })
    }

    /// Lays out all footage that is held for the auditor.
    pub(crate) fn export_footage(&mut self, to: &Path) -> anyhow::Result<()> {
        let (mut pieces, mut facts) = (0, 0);
        for store in &mut self.stores {
            pieces += store.cctv.export(to)?;
            facts += store.cctv.said;
        }
        println!(
            "  footage: {pieces} pieces of video for the auditor; the recorders had said {facts} facts of them"
        );
        Ok(())
    }

    /// The newest checkpoint that a locker has verified: held elsewhere than the ledger.
    pub(crate) fn newest_head(&self) -> Option<KnownHead> {
        let newest =
            self.stores.iter().max_by_key(|store| store.locker.device.seen().map(|seen| seen.size))?;
        let note = newest.locker.device.seen_note()?;
        let name = format!("the checkpoint that the locker of {} has verified", newest.name);
        KnownHead::parse(&name, note.as_bytes()).ok()
    }
}

impl Station {
    /// Hands over everything that waits; the device's clock is set by the day's before.
    pub(crate) fn sync(&mut self, day: &Day) -> anyhow::Result<()> {
        day.set(&self.clock);
        let report = sync(&mut self.device, &mut self.line)?;
        anyhow::ensure!(report.waiting == 0, "the node did not take all: {report:?}");
        Ok(())
    }

    /// Tries to, while the network is down.
    pub(crate) fn sync_in_vain(&mut self, day: &Day) -> anyhow::Result<()> {
        day.set(&self.clock);
        let tried = sync(&mut self.device, &mut self.line);
        anyhow::ensure!(tried.is_err(), "the network was meant to be down");
        Ok(())
    }

    /// Changes where the line leads.
    pub(crate) fn connect(&mut self, url: &str) -> anyhow::Result<()> {
        self.line.uplink = HttpUplink::new(url, None, None)?;
        Ok(())
    }
}

/// Those who set the estate up, and how.
struct Builder<'a> {
    folder: &'a Path,
    authorities: &'a mut [Authority; 2],
    uplink: HttpUplink,
    node: (String, ledger_format::note::VerifierKey),
    writer: Writer,
    day: &'a Day,
}

/// Registers sites, stores, devices and lockers, each proposed by one authority and approved by the other.
pub(crate) fn establish(folder: &Path, node: &mut Running, day: &Day) -> anyhow::Result<Estate> {
    println!("Two authorities set up {SITES} sites, {STORES} of them with an official transit store:");
    let mut builder = Builder {
        folder,
        uplink: HttpUplink::new(&node.url, None, None)?,
        node: (node.url.clone(), node.ledger.clone()),
        authorities: &mut node.authorities,
        writer: Writer::find(),
        day,
    };
    builder.approve_firmware().context("approving the firmware")?;
    let mut progress = Progress::new("sites", SITES);
    let (mut stores, mut kits) = (Vec::new(), Vec::new());
    for (number, name) in NAMES.into_iter().enumerate() {
        match builder.site(number, name).with_context(|| format!("site {name}"))? {
            Standing::Store(store) => stores.push(*store),
            Standing::Kit(kit) => kits.push(*kit),
        }
        progress.step();
    }
    progress.finish();
    kits.truncate(kit::KITS);
    builder.grant_roles(&stores).context("granting roles")?;
    Ok(Estate { stores, kits })
}

impl Builder<'_> {
    /// One site, with a store or without.
    fn site(&mut self, number: usize, name: &'static str) -> anyhow::Result<Standing> {
        let site = SiteId(id("site", number));
        let mut openings = Openings::default();
        let declared =
            v1::site_registered::Declared { site: site.0.to_vec(), name: openings.commit("name", name)? };
        self.agree(Fact::SiteRegistered(v1::SiteRegistered { declared: Some(declared) }), openings)?;
        let has_store = number < STORES;
        let store = has_store.then(|| StoreId(id("store", number)));
        if let Some(store) = store {
            let mut openings = Openings::default();
            let declared = v1::transit_store_designated::Declared {
                store: store.0.to_vec(),
                site: site.0.to_vec(),
                name: openings.commit("name", &format!("{name} transit store"))?,
                valid_from_us: self.day.now_us(),
            };
            let designated = v1::TransitStoreDesignated { declared: Some(declared) };
            self.agree(Fact::TransitStoreDesignated(designated), openings)?;
        }
        let locker = self.enrol("locker", number, v1::DeviceKind::Locker, site)?;
        let compartments: Vec<CompartmentId> = (0..COMPARTMENTS)
            .map(|place| CompartmentId(id("compartment", number * COMPARTMENTS + place)))
            .collect();
        self.register_locker(number, &locker, site, store, &compartments)?;
        let hardware = Simulator::new(locker.clock.clone(), compartments.iter().copied());
        if !has_store {
            let compartment = *compartments.first().context("a locker has compartments")?;
            return Ok(Standing::Kit(Box::new(Kit { locker, hardware, compartment })));
        }
        let desk = self.enrol("desk", number, v1::DeviceKind::Desk, site)?;
        let recorder = self.enrol("recorder", number, v1::DeviceKind::Recorder, site)?;
        let cameras = [0, 1].map(|place| CameraId(id("camera", number * 2 + place)));
        self.register_cameras(number, site, &recorder, cameras)?;
        let data = self.folder.join(format!("recorder-{:02}", number + 1));
        let cctv = Cctv::new(recorder, &data, site, cameras, number, self.writer, self.day)?;
        Ok(Standing::Store(Box::new(Store { name, site, locker, hardware, compartments, desk, cctv })))
    }

    /// Both cameras of a store view its locker.
    fn register_cameras(
        &mut self,
        number: usize,
        site: SiteId,
        recorder: &Station,
        cameras: [CameraId; 2],
    ) -> anyhow::Result<()> {
        for (place, camera) in cameras.into_iter().enumerate() {
            let mut openings = Openings::default();
            let declared = v1::camera_registered::Declared {
                camera: camera.0.to_vec(),
                recorder: recorder.device.id().0.to_vec(),
                site: site.0.to_vec(),
                name: openings.commit("name", &format!("Camera {}", place + 1))?,
                signed_video: false,
            };
            let registered = v1::CameraRegistered { declared: Some(declared) };
            self.agree(Fact::CameraRegistered(registered), openings)?;
        }
        let locker = LockerId(id("locker", number)).0.to_vec();
        let coverage = |camera: CameraId| v1::Coverage {
            camera: camera.0.to_vec(),
            locker: locker.clone(),
            // The still of the survey, which a demonstration has none of.
            still: id("still", number).repeat(2),
        };
        let declared = v1::coverage_map_approved::Declared {
            site: site.0.to_vec(),
            surveyor: people::surveyor().person.0.to_vec(),
            surveyed_us: self.day.now_us(),
            valid_from_us: self.day.now_us(),
            coverages: cameras.map(coverage).to_vec(),
        };
        let map = v1::CoverageMapApproved { declared: Some(declared) };
        self.agree(Fact::CoverageMapApproved(map), Openings::default())?;
        Ok(())
    }

    fn approve_firmware(&mut self) -> anyhow::Result<()> {
        let declared = v1::firmware_approved::Declared {
            version: FIRMWARE.to_owned(),
            image: id("firmware", 0).repeat(2),
        };
        let approved = v1::FirmwareApproved { declared: Some(declared) };
        self.agree(Fact::FirmwareApproved(approved), Openings::default())?;
        Ok(())
    }

    /// Officers and couriers may act everywhere, exhibits officers at their own store.
    fn grant_roles(&mut self, stores: &[Store]) -> anyhow::Result<()> {
        for officer in 0..day::OFFICERS + kit::KITS {
            self.grant(people::officer(officer), v1::Role::Officer, None)?;
        }
        for courier in 0..day::COURIERS {
            self.grant(people::courier(courier), v1::Role::Courier, None)?;
        }
        for (number, store) in stores.iter().enumerate() {
            self.grant(people::exhibits_officer(number), v1::Role::ExhibitsOfficer, Some(store.site))?;
        }
        for keeper in 0..kit::KITS {
            self.grant(people::keeper(keeper), v1::Role::StoreManager, None)?;
        }
        let people = day::OFFICERS + day::COURIERS + stores.len() + 2 * kit::KITS;
        println!("  roles: granted to {people} people");
        Ok(())
    }

    /// A person is entered under a pseudonym, the name going to the vault, and given a role.
    fn grant(&mut self, who: Recognised, role: v1::Role, site: Option<SiteId>) -> anyhow::Result<()> {
        let mut openings = Openings::default();
        let identity = openings.commit("identity", &people::name(who))?;
        let declared = v1::person_registered::Declared { person: who.person.0.to_vec(), identity };
        let fact = Fact::PersonRegistered(v1::PersonRegistered { declared: Some(declared) });
        crate::authorities::declare(
            self.authorities,
            &mut self.uplink,
            self.day,
            fact,
            openings.disclosures,
        )?;
        let declared = v1::role_granted::Declared {
            person: who.person.0.to_vec(),
            role: role.into(),
            site: site.map(|site| site.0.to_vec()),
            until_us: None,
        };
        let fact = Fact::RoleGranted(v1::RoleGranted { declared: Some(declared) });
        crate::authorities::declare(self.authorities, &mut self.uplink, self.day, fact, Vec::new())
    }

    fn register_locker(
        &mut self,
        number: usize,
        station: &Station,
        site: SiteId,
        store: Option<StoreId>,
        compartments: &[CompartmentId],
    ) -> anyhow::Result<()> {
        let purpose =
            if store.is_some() { v1::LockerPurpose::Exhibits } else { v1::LockerPurpose::Equipment };
        let compartments = compartments.iter().enumerate().map(|(place, compartment)| {
            let is_drop_slot = place + 1 == compartments.len();
            let mode = if is_drop_slot { v1::CompartmentMode::Multi } else { v1::CompartmentMode::Single };
            v1::Compartment {
                compartment: compartment.0.to_vec(),
                label: format!("{}", place + 1),
                mode: mode.into(),
            }
        });
        let declared = v1::locker_registered::Declared {
            locker: LockerId(id("locker", number)).0.to_vec(),
            device: station.device.id().0.to_vec(),
            site: site.0.to_vec(),
            store: store.map(|store| store.0.to_vec()),
            purpose: purpose.into(),
            compartments: compartments.collect(),
        };
        self.agree(
            Fact::LockerRegistered(v1::LockerRegistered { declared: Some(declared) }),
            Openings::default(),
        )?;
        Ok(())
    }

    /// Makes a device with a key of its own, has it enrolled, and opens its journal.
    fn enrol(
        &mut self,
        what: &str,
        number: usize,
        kind: v1::DeviceKind,
        site: SiteId,
    ) -> anyhow::Result<Station> {
        let folder = self.folder.join(format!("{what}-{:02}", number + 1));
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let device = DeviceId(id(what, number));
        // A passphrase that guards nothing: the ledger is thrown away.
        let key = key::create(&folder.join("key"), &Passphrase::new("demo".to_owned()), KdfCost::LOW)?;
        let declared = v1::device_enrolled::Declared {
            device: device.0.to_vec(),
            kind: kind.into(),
            key: Some(v1::PublicKey {
                algorithm: v1::Algorithm::Ed25519.into(),
                key: key.public_key().as_bytes().to_vec(),
            }),
            possession: possession(&key, device)?.to_vec(),
            site: Some(site.0.to_vec()),
            attestation: None,
        };
        let fact = Fact::DeviceEnrolled(v1::DeviceEnrolled { declared: Some(declared) });
        let enrolment = self.agree(fact, Openings::default())?;
        let clock =
            SimulatedClock::starting_at(self.day.now_us(), BootId(id(&format!("{what} boot"), number)));
        let mut device = Device::open(&folder, key, clock.clone(), Identity { device, enrolment })?;
        device.start(v1::BootReason::PowerOn, FIRMWARE)?;
        let (url, ledger) = &self.node;
        let line = Line::new(HttpUplink::new(url, None, None)?, ledger.clone());
        let mut station = Station { device, clock, line };
        station.sync(self.day)?;
        Ok(station)
    }

    fn agree(&mut self, fact: Fact, openings: Openings) -> anyhow::Result<Digest> {
        crate::authorities::agree(self.authorities, &mut self.uplink, self.day, fact, openings.disclosures)
    }
}
