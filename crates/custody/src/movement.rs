//! Custody acts: what moves an exhibit, or says that it did not.

use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{CompartmentId, Digest, ExhibitId, PackageId, PersonId, SiteId};

/// A custody act or the report of one: what moves an exhibit, or says that it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Movement {
    /// Put into a compartment.
    Deposited {
        /// Sensors.
        at: AtCompartment,
        /// What.
        item: Item,
        /// Who.
        by: Act,
        /// Second person.
        witness: Option<Act>,
        /// How the seal looked.
        condition: SealCondition,
    },
    /// A door cycle for a deposit ended without one.
    DepositAbandoned {
        /// Sensors.
        at: AtCompartment,
        /// What was to be deposited.
        exhibits: Vec<ExhibitId>,
        /// Who.
        by: Act,
    },
    /// A deposit turned out not to be what, or where, it was said to be.
    Misdeposited {
        /// Which exhibits.
        exhibits: Vec<ExhibitId>,
        /// Statement hash of the deposit.
        deposit: Digest,
        /// In which way.
        kind: MisdepositKind,
        /// Where it really was.
        compartment: Option<CompartmentId>,
        /// Who found out.
        found_by: Act,
    },
    /// Given back to the depositor.
    PassedBack {
        /// Sensors.
        at: AtCompartment,
        /// What.
        item: Item,
        /// Who took it out.
        by: Act,
        /// To whom it goes.
        to: PersonId,
    },
    /// Taken out of a compartment.
    Collected {
        /// Sensors.
        at: AtCompartment,
        /// What.
        item: Item,
        /// Who.
        by: Act,
        /// Second person.
        witness: Option<Act>,
        /// How the seal looked.
        condition: SealCondition,
        /// Statement hash of the authority to collect.
        authority: Option<Digest>,
    },
    /// Offered to another person; moves nothing.
    TransferOffered {
        /// What.
        item: Item,
        /// By whom.
        by: Act,
        /// To whom.
        to: PersonId,
    },
    /// Taken over from another person.
    TransferAccepted {
        /// What.
        item: Item,
        /// Statement hash of the offer.
        offer: Digest,
        /// By whom.
        by: Act,
        /// How the seal looked.
        condition: SealCondition,
    },
    /// An offer was declined; moves nothing.
    TransferRejected {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// Statement hash of the offer.
        offer: Digest,
    },
    /// A store, laboratory or court took it.
    ReceivedAt {
        /// The id on the label, as read.
        label: Option<[u8; 16]>,
        /// What.
        item: Item,
        /// Which site, where it is one of the estate's.
        site: Option<SiteId>,
        /// Who received it.
        by: Act,
        /// Who handed it over.
        from: PersonId,
        /// How the seal looked.
        condition: SealCondition,
    },
    /// Lent out until a day.
    TemporarilyReleased {
        /// What.
        item: Item,
        /// By whom.
        by: Act,
        /// To whom.
        to: PersonId,
        /// Until when.
        due_us: u64,
        /// How the seal looked.
        condition: SealCondition,
    },
    /// Came back from a release.
    ReturnedFromRelease {
        /// What.
        item: Item,
        /// Statement hash of the release.
        release: Digest,
        /// Who took it back.
        by: Act,
        /// Who brought it.
        from: PersonId,
        /// How the seal looked.
        condition: SealCondition,
    },
    /// Nobody knows where it is.
    MarkedMissing {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// Who says so.
        by: Act,
    },
    /// It turned up.
    Found {
        /// What.
        item: Item,
        /// Who has it.
        by: Act,
        /// How the seal looked.
        condition: SealCondition,
    },
    /// Custody ended.
    Ended {
        /// What.
        item: Item,
        /// Who.
        by: Act,
        /// Second person.
        witness: Option<Act>,
        /// How.
        how: Ending,
        /// Statement hash of the authority.
        authority: Digest,
    },
    /// It was sealed anew.
    Resealed {
        /// What.
        exhibits: Vec<ExhibitId>,
        /// The seal before.
        old_seal: Option<String>,
        /// The seal from here on.
        new_seal: String,
        /// The old package lies inside the new one.
        is_old_inside: bool,
        /// The new package.
        package: PackageId,
        /// Who.
        by: Act,
        /// Second person.
        witness: Option<Act>,
    },
}

impl Movement {
    /// The exhibits it is about.
    pub fn exhibits(&self) -> &[ExhibitId] {
        match self {
            Self::DepositAbandoned { exhibits, .. }
            | Self::Misdeposited { exhibits, .. }
            | Self::TransferRejected { exhibits, .. }
            | Self::MarkedMissing { exhibits, .. }
            | Self::Resealed { exhibits, .. } => exhibits,
            package => package.item().map_or(&[], |item| &item.exhibits),
        }
    }

    /// The package, for the acts on a whole one.
    pub fn item(&self) -> Option<&Item> {
        match self {
            Self::Deposited { item, .. }
            | Self::PassedBack { item, .. }
            | Self::Collected { item, .. }
            | Self::TransferOffered { item, .. }
            | Self::TransferAccepted { item, .. }
            | Self::ReceivedAt { item, .. }
            | Self::TemporarilyReleased { item, .. }
            | Self::ReturnedFromRelease { item, .. }
            | Self::Found { item, .. }
            | Self::Ended { item, .. } => Some(item),
            Self::DepositAbandoned { .. }
            | Self::Misdeposited { .. }
            | Self::TransferRejected { .. }
            | Self::MarkedMissing { .. }
            | Self::Resealed { .. } => None,
        }
    }

    /// How the seal looked, for the acts that say so.
    pub fn condition(&self) -> Option<SealCondition> {
        match self {
            Self::Deposited { condition, .. }
            | Self::Collected { condition, .. }
            | Self::TransferAccepted { condition, .. }
            | Self::ReceivedAt { condition, .. }
            | Self::TemporarilyReleased { condition, .. }
            | Self::ReturnedFromRelease { condition, .. }
            | Self::Found { condition, .. } => Some(*condition),
            _ => None,
        }
    }

    /// Who acted, and in which session; none where nobody says.
    pub fn by(&self) -> Option<Act> {
        match self {
            Self::Deposited { by, .. }
            | Self::DepositAbandoned { by, .. }
            | Self::Misdeposited { found_by: by, .. }
            | Self::PassedBack { by, .. }
            | Self::Collected { by, .. }
            | Self::TransferOffered { by, .. }
            | Self::TransferAccepted { by, .. }
            | Self::ReceivedAt { by, .. }
            | Self::TemporarilyReleased { by, .. }
            | Self::ReturnedFromRelease { by, .. }
            | Self::MarkedMissing { by, .. }
            | Self::Found { by, .. }
            | Self::Ended { by, .. }
            | Self::Resealed { by, .. } => Some(*by),
            Self::TransferRejected { .. } => None,
        }
    }

    /// The second person, for the acts that may have one.
    pub fn witness(&self) -> Option<Act> {
        match self {
            Self::Deposited { witness, .. }
            | Self::Collected { witness, .. }
            | Self::Ended { witness, .. }
            | Self::Resealed { witness, .. } => *witness,
            _ => None,
        }
    }

    /// Whether custody changes hands at a compartment's door.
    pub fn is_transfer_at_a_door(&self) -> bool {
        matches!(self, Self::Deposited { .. } | Self::PassedBack { .. } | Self::Collected { .. })
    }

    /// What the locker sensed, for the acts at a compartment.
    pub fn at(&self) -> Option<&AtCompartment> {
        match self {
            Self::Deposited { at, .. }
            | Self::DepositAbandoned { at, .. }
            | Self::PassedBack { at, .. }
            | Self::Collected { at, .. } => Some(at),
            _ => None,
        }
    }
}

/// A person's part in an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// The pseudonym.
    pub person: PersonId,
    /// Statement hash of the session in which that person was recognised.
    pub session: Digest,
}

impl Act {
    /// Whether one person plays both parts, or both are played in one session.
    pub fn is_one_with(self, other: Self) -> bool {
        self.person == other.person || self.session == other.session
    }
}

/// What a custody act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The exhibits of the package.
    pub exhibits: Vec<ExhibitId>,
    /// The package, where it has an id.
    pub package: Option<PackageId>,
    /// How it is closed.
    pub closure: Closure,
    /// The seal's number as read or typed.
    pub seal: Option<String>,
}

/// How a package is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closure {
    /// With a numbered seal.
    Sealed,
    /// With a label alone.
    Labelled,
    /// Not at all.
    Unsealed,
}

/// How a seal looked to whoever took the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealCondition {
    /// Whole.
    Intact,
    /// Damaged.
    Damaged,
    /// Broken.
    Broken,
    /// Not there.
    Absent,
}

/// What a locker's readers and sensors say of one act at one compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtCompartment {
    /// Which one.
    pub compartment: CompartmentId,
    /// Statement hash of the first statement of the door cycle.
    pub door_cycle: Digest,
    /// The id on the label, as read.
    pub label: Option<[u8; 16]>,
    /// Weight in the compartment after the act, milligrams.
    pub weight_mg: Option<u64>,
}

/// How a deposit went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MisdepositKind {
    /// It lies in another compartment.
    WrongCompartment,
    /// Nothing was put in.
    Empty,
    /// Something else was put in.
    OtherItem,
}

/// The end of an exhibit's custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Handed to its owner.
    ReturnedToOwner,
    /// Destroyed, auctioned or forfeited.
    Disposed,
}
