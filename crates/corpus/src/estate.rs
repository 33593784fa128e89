//! The estate: what two authorities agree on before anything happens, and what they change later.

use custody::id::{CameraId, CompartmentId, LockerId, PersonId, SiteId, StoreId};
use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use ledger_format::key::SigningKey;
use ledger_format::possession::possession_message;
use sha2::{Digest as _, Sha256};
use verifier::testing::{AUTHORITIES, SpeakerId};

use crate::line::{DAY, Effect, LineId, MINUTE, SECOND};
use crate::script::{Bank, Camera, Person, Script, Site, Slot};

/// The firmware that everything runs.
pub const FIRMWARE: &str = "locker 4.2.1";

/// What a new site has.
#[expect(clippy::struct_excessive_bools, reason = "a plan is a list of what there is and what there is not")]
#[derive(Debug, Clone, Copy)]
pub struct SitePlan {
    /// Compartments for one package; none where there is no locker.
    pub singles: usize,
    /// Drop slots.
    pub drops: usize,
    /// What the locker may hold.
    pub purpose: v1::LockerPurpose,
    /// A transit store is designated for it.
    pub has_store: bool,
    /// A coverage map is approved in which the cameras view the locker.
    pub has_map: bool,
    /// The cameras sign their video.
    pub is_signed: bool,
    /// How long before the estate the site was surveyed.
    pub surveyed_days_before: u64,
    /// How far the recorder's clock is ahead.
    pub offset_us: i64,
    /// Stories may choose it.
    pub is_open: bool,
}

impl SitePlan {
    /// A transit store as the decision wants it.
    pub const STORE: Self = Self {
        singles: 6,
        drops: 1,
        purpose: v1::LockerPurpose::Exhibits,
        has_store: true,
        has_map: true,
        is_signed: false,
        surveyed_days_before: 3,
        offset_us: 350_000,
        is_open: true,
    };

    /// A locker for radios in a corridor.
    pub const KIT: Self = Self {
        singles: 3,
        drops: 0,
        purpose: v1::LockerPurpose::Equipment,
        has_store: false,
        has_map: false,
        ..Self::STORE
    };

    /// A desk alone.
    pub const DESK: Self = Self { singles: 0, drops: 0, has_store: false, has_map: false, ..Self::STORE };
}

fn public(key: &SigningKey) -> v1::PublicKey {
    v1::PublicKey { algorithm: v1::Algorithm::Ed25519.into(), key: key.public_key().as_bytes().to_vec() }
}

impl Script {
    /// The next moment of the authorities' day.
    fn estate_moment(&mut self) -> u64 {
        self.estate_next_us += 4 * SECOND;
        self.estate_next_us
    }

    /// Both authorities agree at a time. Returns what was proposed and the agreement to it.
    pub fn agree_at(&mut self, at_us: u64, fact: Fact) -> (LineId, LineId) {
        let [first, second] = AUTHORITIES;
        let proposal = self.say(first, at_us, fact);
        (proposal, self.approve_at(second, at_us + 2 * SECOND, proposal))
    }

    /// Both authorities agree on their day.
    pub fn agree(&mut self, fact: Fact) -> (LineId, LineId) {
        let at = self.estate_moment();
        self.agree_at(at, fact)
    }

    /// One authority agrees to a line.
    pub fn approve_at(&mut self, authority: SpeakerId, at_us: u64, proposal: LineId) -> LineId {
        let declared = v1::approved::Declared { statement: proposal.token() };
        self.say(authority, at_us, Fact::Approved(v1::Approved { declared: Some(declared) }))
    }

    /// A new device with a key of its own, which nobody has enrolled.
    pub fn new_device(&mut self, from_us: u64) -> SpeakerId {
        let who = self.world.speaker(custody::id::Digest::ZERO);
        let skew = self.rng.between(0, 40_000);
        self.start_clock(who, from_us, i64::try_from(skew).unwrap_or(0) - 20_000);
        who
    }

    /// A device is enrolled at a time; it may speak a little later.
    pub fn enrol_at(&mut self, at_us: u64, kind: v1::DeviceKind, site: Option<SiteId>) -> SpeakerId {
        let who = self.new_device(at_us);
        let fact = self.world.enrolment(who, kind, site);
        let (_, approval) = self.agree_at(at_us, fact);
        self.line(approval).effect = Some(Effect::Enrols(who));
        who
    }

    fn enrol(&mut self, kind: v1::DeviceKind, site: SiteId) -> SpeakerId {
        let at = self.estate_moment();
        self.enrol_at(at, kind, Some(site))
    }

    /// A device changes its key. `by` is the device itself, or an authority where its old key is lost.
    pub fn rotate_at(&mut self, at_us: u64, who: SpeakerId, by: SpeakerId) -> Vec<LineId> {
        let device = self.device(who).0;
        let seed: [u8; 32] =
            Sha256::digest(format!("{} speaker {who} key at {at_us}", self.world.origin)).into();
        let key = SigningKey::from_seed(&seed);
        let declared = v1::device_key_rotated::Declared {
            device: device.to_vec(),
            key: Some(public(&key)),
            possession: key.sign(&possession_message(&device, key.public_key().as_bytes())).to_vec(),
        };
        let fact = Fact::DeviceKeyRotated(v1::DeviceKeyRotated { declared: Some(declared) });
        let rotation = self.say(by, at_us, fact);
        let mut lines = vec![rotation];
        for (authority, after) in AUTHORITIES.into_iter().zip([1, 2]) {
            if authority != by {
                lines.push(self.approve_at(authority, at_us + after * MINUTE, rotation));
            }
        }
        let last = *lines.last().unwrap_or(&rotation);
        self.line(last).effect = Some(Effect::Rotates(who, seed));
        lines
    }

    /// A firmware version that the authorities approve, both or the first alone.
    pub fn firmware(&mut self, version: &str, is_agreed: bool) -> LineId {
        let image = self.rng.bytes::<32>().to_vec();
        let declared = v1::firmware_approved::Declared { version: version.to_owned(), image };
        let fact = Fact::FirmwareApproved(v1::FirmwareApproved { declared: Some(declared) });
        if is_agreed {
            return self.agree(fact).0;
        }
        let at = self.estate_moment();
        self.say(AUTHORITIES[0], at, fact)
    }

    /// A person with roles, granted on the authorities' day.
    pub fn hire(&mut self, roles: &[(v1::Role, Option<usize>)]) -> usize {
        let id = PersonId(self.id());
        self.people.push(Person { id, roles: Vec::new(), seen: Vec::new(), is_kept: false });
        let person = self.people.len() - 1;
        for (role, site) in roles {
            let at = self.estate_moment();
            self.grant_at(at, person, *role, *site, None);
        }
        person
    }

    /// Such a person whom no story chooses.
    pub fn hire_kept(&mut self, roles: &[(v1::Role, Option<usize>)]) -> usize {
        let person = self.hire(roles);
        if let Some(person) = self.people.get_mut(person) {
            person.is_kept = true;
        }
        person
    }

    /// A role is granted.
    pub fn grant_at(
        &mut self,
        at_us: u64,
        person: usize,
        role: v1::Role,
        site: Option<usize>,
        until_us: Option<u64>,
    ) -> LineId {
        let declared = v1::role_granted::Declared {
            person: self.person_id(person).0.to_vec(),
            role: role.into(),
            site: site.map(|site| self.site(site).id.0.to_vec()),
            until_us,
        };
        if let Some(person) = self.people.get_mut(person) {
            person.roles.push((role, site));
        }
        self.say(AUTHORITIES[0], at_us, Fact::RoleGranted(v1::RoleGranted { declared: Some(declared) }))
    }

    /// A role ends.
    pub fn revoke_role_at(
        &mut self,
        at_us: u64,
        person: usize,
        role: v1::Role,
        site: Option<usize>,
    ) -> LineId {
        let declared = v1::role_revoked::Declared {
            person: self.person_id(person).0.to_vec(),
            role: role.into(),
            site: site.map(|site| self.site(site).id.0.to_vec()),
        };
        self.say(AUTHORITIES[0], at_us, Fact::RoleRevoked(v1::RoleRevoked { declared: Some(declared) }))
    }

    /// A site with all that its plan gives it.
    pub fn build(&mut self, plan: &SitePlan) -> usize {
        let id = SiteId(self.id());
        let name = self.commitment();
        let declared = v1::site_registered::Declared { site: id.0.to_vec(), name };
        self.agree(Fact::SiteRegistered(v1::SiteRegistered { declared: Some(declared) }));
        let store = plan.has_store.then(|| self.designate(id));
        let desk = self.enrol(v1::DeviceKind::Desk, id);
        let bank = (plan.singles + plan.drops > 0).then(|| self.install(plan, id, store));
        let (recorder, cameras) = if plan.has_store { self.watch(plan, id) } else { (None, Vec::new()) };
        if plan.has_map {
            let locker = bank.as_ref().map(|bank| bank.locker);
            let from_us = self.span.estate_us;
            let surveyed_us = from_us - plan.surveyed_days_before * DAY;
            let views = locker.into_iter().flat_map(|locker| cameras.iter().map(move |c| (c.id, locker)));
            let fact = self.map(id, surveyed_us, from_us, &views.collect::<Vec<_>>());
            self.agree(fact);
        }
        self.sites.push(Site {
            id,
            store,
            desk,
            bank,
            recorder,
            cameras,
            busy: Vec::new(),
            quiet: Vec::new(),
            is_open: plan.is_open,
        });
        self.sites.len() - 1
    }

    fn designate(&mut self, site: SiteId) -> StoreId {
        let store = StoreId(self.id());
        let declared = v1::transit_store_designated::Declared {
            store: store.0.to_vec(),
            site: site.0.to_vec(),
            name: self.commitment(),
            valid_from_us: self.span.estate_us,
        };
        self.agree(Fact::TransitStoreDesignated(v1::TransitStoreDesignated { declared: Some(declared) }));
        store
    }

    fn install(&mut self, plan: &SitePlan, site: SiteId, store: Option<StoreId>) -> Bank {
        let speaker = self.enrol(v1::DeviceKind::Locker, site);
        let locker = LockerId(self.id());
        let slots: Vec<Slot> = (0..plan.singles + plan.drops)
            .map(|place| Slot {
                id: CompartmentId(self.id()),
                is_multi: place >= plan.singles,
                stays: Vec::new(),
            })
            .collect();
        let mode = |slot: &Slot| {
            if slot.is_multi { v1::CompartmentMode::Multi } else { v1::CompartmentMode::Single }
        };
        let compartments = slots.iter().zip(1..).map(|(slot, number)| v1::Compartment {
            compartment: slot.id.0.to_vec(),
            label: format!("{number}"),
            mode: mode(slot).into(),
        });
        let declared = v1::locker_registered::Declared {
            locker: locker.0.to_vec(),
            device: self.device(speaker).0.to_vec(),
            site: site.0.to_vec(),
            store: store.map(|store| store.0.to_vec()),
            purpose: plan.purpose.into(),
            compartments: compartments.collect(),
        };
        self.agree(Fact::LockerRegistered(v1::LockerRegistered { declared: Some(declared) }));
        let at = self.estate_moment();
        self.boot_at(at + MINUTE, speaker, FIRMWARE, v1::BootReason::PowerOn);
        Bank { speaker, locker, slots }
    }

    fn watch(&mut self, plan: &SitePlan, site: SiteId) -> (Option<SpeakerId>, Vec<Camera>) {
        let recorder = self.enrol(v1::DeviceKind::Recorder, site);
        let cameras = (0..2).map(|_| {
            let id = CameraId(self.id());
            let declared = v1::camera_registered::Declared {
                camera: id.0.to_vec(),
                recorder: self.device(recorder).0.to_vec(),
                site: site.0.to_vec(),
                name: self.commitment(),
                signed_video: plan.is_signed,
            };
            self.agree(Fact::CameraRegistered(v1::CameraRegistered { declared: Some(declared) }));
            Camera { id, is_signed: plan.is_signed, offset_us: plan.offset_us }
        });
        let cameras = cameras.collect();
        (Some(recorder), cameras)
    }

    /// The fact that approves a coverage map.
    pub fn map(
        &mut self,
        site: SiteId,
        surveyed_us: u64,
        valid_from_us: u64,
        views: &[(CameraId, LockerId)],
    ) -> Fact {
        let coverages = views.iter().map(|(camera, locker)| v1::Coverage {
            camera: camera.0.to_vec(),
            locker: locker.0.to_vec(),
            still: self.rng.bytes::<32>().to_vec(),
        });
        let coverages = coverages.collect();
        let declared = v1::coverage_map_approved::Declared {
            site: site.0.to_vec(),
            surveyor: self.id().to_vec(),
            surveyed_us,
            valid_from_us,
            coverages,
        };
        Fact::CoverageMapApproved(v1::CoverageMapApproved { declared: Some(declared) })
    }

    /// A device starts.
    pub fn boot_at(&mut self, at_us: u64, who: SpeakerId, firmware: &str, reason: v1::BootReason) -> LineId {
        let observed = v1::device_booted::Observed { reason: reason.into(), firmware: firmware.to_owned() };
        self.say(who, at_us, Fact::DeviceBooted(v1::DeviceBooted { observed: Some(observed) }))
    }
}
