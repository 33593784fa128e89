//! Facts: what a statement says, in the rulebook's own types.
//!
//! A fact here has been decoded strictly: its lengths, enumerations and presences are right. Families
//! that no rule of this version reads arrive as [`Fact::Other`]; they are recorded, chained and counted
//! all the same.

mod audit;
mod authority;
mod disclosure;
mod equipment;
mod footage;
mod head;
mod health;
mod matter;
mod people;

use alloc::string::String;
use alloc::vec::Vec;

pub use self::audit::{AuditFact, AuditId};
pub use self::authority::AuthorityFact;
pub use self::disclosure::DisclosureFact;
pub use self::equipment::EquipmentFact;
pub use self::footage::{FootageFact, LapseDecision, OutageKind, Segment, SignedVideo};
pub use self::head::{HeadFact, Voucher};
pub use self::health::Health;
pub use self::matter::{Matter, Unit};
pub use self::people::{Authentication, Role, RoleFact};
use crate::id::{
    BootId, CameraId, CaseId, CompartmentId, DeviceId, Digest, ExhibitId, LockerId, PackageId, PersonId,
    SiteId, StoreId,
};
use crate::movement::{Act, Closure, Movement};

/// What one device says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The device that speaks.
    pub device: DeviceId,
    /// Its 0, 1, 2 …
    pub sequence: u64,
    /// SHA-256 of its previous statement; zero at sequence 0.
    pub previous: Digest,
    /// Leaf hash of the entry at which its key took its place; zero in the genesis.
    pub enrolment: Digest,
    /// The newest checkpoint it verified.
    pub seen: Option<Seen>,
    /// When it says it spoke.
    pub time: Time,
    /// SHA-256 of the custody statement that this one continues.
    pub follows: Option<Digest>,
    /// When a declared fact is said to have occurred.
    pub occurred: Option<Interval>,
    /// What it says.
    pub fact: Fact,
}

/// A checkpoint that a device verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Tree size.
    pub size: u64,
    /// Root at that size.
    pub root: Digest,
}

/// A device's clocks at one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// This run of the device.
    pub boot: BootId,
    /// Microseconds since that start.
    pub monotonic_us: u64,
    /// UTC microseconds since 1970 as the wall clock had it.
    pub wall_us: u64,
    /// Bound on the wall clock's error, microseconds either way.
    pub error_us: u64,
    /// True if the clock's source answered within its own limits.
    pub synchronised: bool,
}

impl Time {
    /// The interval in which the statement was made, as far as the device's clock can tell.
    pub fn interval(&self) -> Interval {
        Interval {
            from_us: self.wall_us.saturating_sub(self.error_us),
            to_us: self.wall_us.saturating_add(self.error_us),
        }
    }
}

/// A stretch of time, UTC microseconds, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Its beginning.
    pub from_us: u64,
    /// Its end.
    pub to_us: u64,
}

/// A public key as enrolled. Ed25519 is the only algorithm of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// SHA-256 of the raw key.
    pub id: Digest,
    /// The raw key.
    pub bytes: [u8; 32],
}

/// A device and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceKey {
    /// The device.
    pub device: DeviceId,
    /// What it signs with.
    pub key: Key,
}

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// A locker's controller.
    Locker,
    /// A desk at which people act.
    Desk,
    /// What runs beside a CCTV recorder.
    Recorder,
    /// A ledger node.
    Node,
    /// An authority's signing key.
    Authority,
}

/// What a locker may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockerPurpose {
    /// Exhibits only.
    Exhibits,
    /// Equipment only.
    Equipment,
    /// Either.
    Both,
}

/// How many packages a compartment may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompartmentMode {
    /// One.
    Single,
    /// Many: a drop slot.
    Multi,
}

/// What happened to a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoorEvent {
    /// The lock was released.
    Unlocked,
    /// It opened.
    Opened,
    /// It closed.
    Closed,
    /// The lock engaged.
    Locked,
    /// It was pushed to and did not close.
    FailedClose,
    /// It stayed open beyond the limit.
    LeftOpen,
    /// It opened without having been unlocked.
    Forced,
    /// It was unlocked with the master key.
    MasterKey,
}

/// What somebody found who went and looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    /// As recorded.
    AsRecorded,
    /// What should be there is not.
    ItemAbsent,
    /// Something is there that should not be.
    ItemUnexpected,
    /// The seal has been disturbed.
    SealDisturbed,
}

/// What an exhibit is, as far as handling it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Nothing that needs particular handling.
    Other,
    /// Money.
    Cash,
    /// Drugs.
    Drug,
    /// A firearm.
    Firearm,
    /// From a body.
    Biological,
    /// A computer, a telephone, a disk.
    Digital,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 6] =
        [Self::Other, Self::Cash, Self::Drug, Self::Firearm, Self::Biological, Self::Digital];

    /// The word used in policies and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Cash => "cash",
            Self::Drug => "drug",
            Self::Firearm => "firearm",
            Self::Biological => "biological",
            Self::Digital => "digital",
        }
    }
}

/// One camera views one locker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coverage {
    /// Which locker.
    pub locker: LockerId,
    /// Which camera.
    pub camera: CameraId,
}

/// A leg of custody before the ledger knew the exhibit, by the registrar's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarlierLeg {
    /// Who had it.
    pub holder: PersonId,
    /// From when.
    pub from_us: u64,
    /// Until when.
    pub to_us: u64,
}

/// A compartment as registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compartment {
    /// Its id.
    pub compartment: CompartmentId,
    /// As painted on the door.
    pub label: String,
    /// How much it may hold.
    pub mode: CompartmentMode,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Entry 0.
    Genesis {
        /// The log's name.
        origin: String,
        /// Format version.
        format_version: u64,
        /// Those who approve.
        authorities: Vec<DeviceKey>,
        /// The node as a device.
        node: DeviceKey,
        /// Signs checkpoints.
        ledger_key: Key,
    },
    /// The node became the one writer.
    EpochClaimed {
        /// One more than the last.
        epoch: u64,
    },
    /// A commitment to all stream heads before this entry.
    CensusTaken {
        /// Root of the sparse Merkle tree.
        root: Digest,
        /// How many streams.
        streams: u64,
    },
    /// A device used one sequence number twice.
    ForkEvidenced {
        /// Which device.
        device: DeviceId,
        /// Which number.
        sequence: u64,
        /// Statement hash that stands in the ledger.
        recorded: Digest,
        /// Statement hash that does not.
        conflicting: Digest,
        /// SHA-256 of the archived envelope.
        envelope: Digest,
    },
    /// A statement beyond its key's end was archived and not admitted.
    StatementSetAside {
        /// Which device.
        device: DeviceId,
        /// Its sequence number.
        sequence: u64,
        /// Its hash.
        statement: Digest,
        /// SHA-256 of the archived envelope.
        envelope: Digest,
    },
    /// The checkpoint key changes.
    LedgerKeyRotated {
        /// The new key.
        key: Key,
        /// Signature by the new key over the possession message, with the node as the device.
        possession: [u8; 64],
    },
    /// Thresholds change.
    PolicyAdopted {
        /// SHA-256 of the policy file.
        policy: Digest,
    },
    /// A second authority agrees.
    Approved {
        /// To this statement.
        statement: Digest,
    },
    /// A device lost part of its journal.
    ChainResumed {
        /// First sequence number lost.
        lost_from: u64,
        /// Last sequence number lost.
        lost_to: u64,
    },
    /// A device may sign.
    DeviceEnrolled {
        /// Which.
        device: DeviceId,
        /// What for.
        kind: DeviceKind,
        /// With what.
        key: Key,
        /// Signature by the new key over the possession message.
        possession: [u8; 64],
        /// Where it stands.
        site: Option<SiteId>,
    },
    /// A device changes its key.
    DeviceKeyRotated {
        /// Which.
        device: DeviceId,
        /// To what.
        key: Key,
        /// Signature by the new key over the possession message.
        possession: [u8; 64],
    },
    /// A key ends.
    DeviceKeyRevoked {
        /// Which device's.
        device: DeviceId,
        /// The last statement that still counts.
        last_good: Option<Digest>,
        /// Known or feared misuse from this instant on.
        compromised_since_us: Option<u64>,
    },
    /// A device is taken out of use.
    DeviceRetired {
        /// Which.
        device: DeviceId,
        /// Its last statement's number.
        last_sequence: u64,
    },
    /// The device could not reach the ledger.
    OfflineEntered {
        /// From when on, by its wall clock.
        since_us: u64,
    },
    /// It has handed over what it kept.
    OfflineDrained,
    /// A site exists.
    SiteRegistered {
        /// Which.
        site: SiteId,
    },
    /// A room is an official transit store.
    TransitStoreDesignated {
        /// Which.
        store: StoreId,
        /// Where.
        site: SiteId,
        /// From when.
        valid_from_us: u64,
    },
    /// It no longer is.
    TransitStoreWithdrawn {
        /// Which.
        store: StoreId,
        /// From when.
        valid_to_us: u64,
    },
    /// A locker stands at a site.
    LockerRegistered {
        /// Which.
        locker: LockerId,
        /// The device that speaks for it.
        device: DeviceId,
        /// Where.
        site: SiteId,
        /// In which transit store.
        store: Option<StoreId>,
        /// What for.
        purpose: LockerPurpose,
        /// Its compartments.
        compartments: Vec<Compartment>,
    },
    /// A locker stands elsewhere.
    LockerMoved {
        /// Which.
        locker: LockerId,
        /// Where.
        to_site: SiteId,
        /// In which transit store.
        store: Option<StoreId>,
    },
    /// A compartment may hold more, or less.
    CompartmentModeSet {
        /// Which.
        compartment: CompartmentId,
        /// How much.
        mode: CompartmentMode,
    },
    /// A camera exists.
    CameraRegistered {
        /// Which.
        camera: CameraId,
        /// The recorder that speaks for it.
        recorder: DeviceId,
        /// Where.
        site: SiteId,
        /// Its streams carry signatures of their own.
        is_signed_video: bool,
    },
    /// Which cameras view which lockers of a site.
    CoverageMapApproved {
        /// Which site.
        site: SiteId,
        /// When somebody looked.
        surveyed_us: u64,
        /// From when it is in force, until the next one.
        valid_from_us: u64,
        /// What views what.
        coverages: Vec<Coverage>,
    },
    /// What a person may do changes.
    Role(RoleFact),
    /// A person was recognised.
    SessionOpened {
        /// Whose credential it is.
        person: PersonId,
        /// How.
        method: Authentication,
    },
    /// The session ended.
    SessionClosed {
        /// Statement hash of its opening.
        session: Digest,
        /// The device ended it: nobody was seen there at its end.
        is_timed_out: bool,
    },
    /// Something happened to a door.
    Door {
        /// What.
        event: DoorEvent,
        /// To which.
        compartment: CompartmentId,
        /// Statement hash of the cycle's first statement; none in that one itself.
        cycle: Option<Digest>,
        /// The controller's count of closings.
        close_counter: u64,
        /// The session in which it was released.
        session: Option<Digest>,
        /// With the master key: who used it, as far as anybody says.
        by: Option<Act>,
        /// With the master key: statement hash of the maintenance that allows it.
        authority: Option<Digest>,
    },
    /// All doors of a locker are released to save life.
    EmergencyRelease {
        /// How many.
        doors: u64,
    },
    /// A compartment is kept for a deposit.
    CompartmentReserved {
        /// Which.
        compartment: CompartmentId,
        /// In which session.
        session: Digest,
    },
    /// Something is, or is not, in a compartment.
    PresenceSensed {
        /// Which.
        compartment: CompartmentId,
        /// Whether.
        occupied: bool,
        /// How much it weighs, milligrams.
        weight_mg: Option<u64>,
    },
    /// Somebody went and looked.
    AttendedCheck {
        /// Where.
        compartment: CompartmentId,
        /// In which door cycle, where the door was opened for it.
        door_cycle: Option<Digest>,
        /// Who.
        by: Act,
        /// With what result.
        result: CheckResult,
    },
    /// An exhibit is entered under a case.
    ExhibitRegistered {
        /// Which.
        exhibit: ExhibitId,
        /// Which case.
        case: CaseId,
        /// HMAC of the normalised reference under the case's key.
        reference_tag: Digest,
        /// Who entered it.
        registrar: Act,
        /// Who will produce it in court.
        producer: PersonId,
        /// Who has it.
        holder: PersonId,
        /// What it is.
        category: Category,
        /// Two people are needed whatever its category.
        is_two_person: bool,
        /// When it was seized, by the registrar's word.
        seized_us: Option<u64>,
        /// Its package.
        package: Option<PackageId>,
        /// How that is closed.
        closure: Closure,
        /// Its seal.
        seal: Option<String>,
        /// Who had it before, by the registrar's word.
        earlier: Vec<EarlierLeg>,
    },
    /// A custody act.
    Movement(Movement),
    /// Something about exhibits that moves none.
    Matter(Matter),
    /// Somebody allowed, refused or held something.
    Authority(AuthorityFact),
    /// Counting, chasing and putting right.
    Audit(AuditFact),
    /// A bundle was asked for or handed out, or an opening destroyed.
    Disclosure(DisclosureFact),
    /// Footage.
    Footage(FootageFact),
    /// Equipment.
    Equipment(EquipmentFact),
    /// What a device observes of itself.
    Health(Health),
    /// A head of the ledger that somebody vouches for.
    Head(HeadFact),
    /// A family that no rule of this version reads, by its name in the schema.
    Other(&'static str),
}
