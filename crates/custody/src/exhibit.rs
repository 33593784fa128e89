//! What the ledger keeps of one exhibit: its facts as they arrived, to be ordered and judged when asked.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::fact::Interval;
use crate::id::{CaseId, DeviceId, Digest, PackageId, PersonId};
use crate::movement::Movement;

/// A registration of the exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its case.
    pub case: CaseId,
    /// Who had it then.
    pub holder: PersonId,
    /// Its package.
    pub package: Option<PackageId>,
    /// Its seal.
    pub seal: Option<String>,
}

/// What one fact says of the exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was registered.
    Registered(Registration),
    /// It was moved, or said to have been; shared by the exhibits of one package.
    Moved(Arc<Movement>),
}

/// Something at the door or in the session that keeps an act from being proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// No single complete door cycle goes with it (D01).
    DoorCycle,
    /// A second package went in (D06).
    SecondPackage,
    /// A person acted outside a session of their own (S04).
    Session,
    /// Its seal's number is on another package (E05).
    Seal,
}

impl Flaw {
    /// As a reason in a verdict.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::DoorCycle => "no single complete door cycle goes with the act (D01)",
            Self::SecondPackage => "something else lay in the compartment already (D06)",
            Self::Session => "a person acted outside a session of their own (S04)",
            Self::Seal => "its seal's number is on another package (E05)",
        }
    }
}

/// One fact about the exhibit.
#[derive(Debug, Clone)]
pub struct ExhibitFact {
    /// Index of its entry.
    pub index: u64,
    /// Its statement's hash.
    pub hash: Digest,
    /// Who said it.
    pub device: DeviceId,
    /// The device's number of it.
    pub sequence: u64,
    /// The custody statement that it says it continues.
    pub follows: Option<Digest>,
    /// Wall time of the statement, UTC microseconds.
    pub wall_us: u64,
    /// The interval in which it was made.
    pub interval: Interval,
    /// What it says.
    pub what: What,
    /// What keeps it from being proven.
    pub flaws: Vec<Flaw>,
}

/// All that is kept of one exhibit.
#[derive(Debug, Clone, Default)]
pub struct ExhibitRecord {
    /// In the order recorded.
    pub facts: Vec<ExhibitFact>,
}
