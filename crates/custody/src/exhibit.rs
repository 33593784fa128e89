//! What the ledger keeps of one exhibit: its facts as they arrived, to be ordered and judged when asked.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::fact::{AuditFact, AuthorityFact, Category, EarlierLeg, Interval, Matter};
use crate::id::{CaseId, DeviceId, Digest, PackageId, PersonId};
use crate::movement::{Act, Closure, Movement};
use crate::rule::RuleId;
use crate::verdict::Standing;

/// A registration of the exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its case.
    pub case: CaseId,
    /// Who entered it.
    pub registrar: Act,
    /// Who will produce it in court.
    pub producer: PersonId,
    /// Who had it then.
    pub holder: PersonId,
    /// What it is.
    pub category: Category,
    /// Two people are needed whatever its category.
    pub is_two_person: bool,
    /// When it was seized, by the registrar's word.
    pub seized_us: Option<u64>,
    /// Its package.
    pub package: Option<PackageId>,
    /// How that is closed.
    pub closure: Closure,
    /// Its seal.
    pub seal: Option<String>,
    /// Who had it before, by the registrar's word.
    pub earlier: Vec<EarlierLeg>,
}

/// What one fact says of the exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was registered.
    Registered(Arc<Registration>),
    /// It was moved, or said to have been; shared by the exhibits of one package.
    Moved(Arc<Movement>),
    /// Something was said of it that moves nothing.
    Noted(Arc<Matter>),
    /// Somebody allowed, refused or held something.
    Allowed(Arc<AuthorityFact>),
    /// It was counted, chased or put right.
    Audited(Arc<AuditFact>),
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
    /// When the ledger recorded it, by the node's clock.
    pub recorded_at_us: u64,
    /// What it says.
    pub what: What,
    /// When a declared fact is said to have occurred.
    pub occurred: Option<Interval>,
    /// Bound on the clock's error, microseconds either way.
    pub error_us: u64,
    /// The second person of the act.
    pub second: Second,
    /// From the door's opening to its lock, by the device's clock and with its error, for the acts at one.
    pub door: Option<Interval>,
    /// What keeps it from being proven.
    pub flaws: Vec<Flaw>,
}

impl What {
    /// Who acted, and the second person.
    pub(crate) fn pair(&self) -> (Option<Act>, Option<Act>) {
        match self {
            Self::Moved(movement) => (movement.by(), movement.witness()),
            Self::Noted(matter) => match **matter {
                Matter::PackageOpened { by, witness, .. } => (Some(by), witness),
                _ => (None, None),
            },
            _ => (None, None),
        }
    }
}

impl ExhibitFact {
    /// Whether it tells of an act that was not recorded when it happened.
    pub fn is_late_entry(&self) -> bool {
        matches!(&self.what, What::Noted(matter) if matches!(**matter, Matter::LateEntry { .. }))
    }

    /// When it happened, by whoever says so: the device's clock, or for a late entry the beginning of the time it
    /// names.
    pub fn order_us(&self) -> u64 {
        match self.occurred {
            Some(occurred) if self.is_late_entry() => occurred.from_us.min(self.wall_us),
            _ => self.wall_us,
        }
    }

    /// The time in which it happened, by whoever says so. It begins no later than [`ExhibitFact::order_us`].
    pub fn when(&self) -> Interval {
        match self.occurred {
            Some(occurred) if self.is_late_entry() => {
                Interval { from_us: self.order_us(), to_us: occurred.to_us }
            }
            _ => self.interval,
        }
    }
}

/// The second person of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// There was none.
    Absent,
    /// Another person, in a session of their own at the same device, recognised by a means of their own.
    Sound,
    /// Somebody is named who is no second person, and why.
    Unsound(&'static str),
}

/// What a finding of chain order means for an exhibit's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub interval: Interval,
    /// It stands no better than this then.
    pub standing: Standing,
    /// By this rule.
    pub rule: RuleId,
}

/// All that is kept of one exhibit.
#[derive(Debug, Clone, Default)]
pub struct ExhibitRecord {
    /// In the order recorded.
    pub facts: Vec<ExhibitFact>,
    /// What findings of chain order mean for its time.
    pub marks: Vec<Mark>,
    /// Where each statement's fact stands among the facts.
    places: BTreeMap<Digest, usize>,
    /// Some fact is a registration.
    is_registered: bool,
}

impl ExhibitRecord {
    /// A record put together from others.
    pub(crate) fn of(facts: Vec<ExhibitFact>, marks: Vec<Mark>) -> Self {
        let mut record = Self { marks, ..Self::default() };
        for fact in facts {
            record.push(fact);
        }
        record
    }

    /// Adds one more fact.
    pub(crate) fn push(&mut self, fact: ExhibitFact) {
        self.places.entry(fact.hash).or_insert(self.facts.len());
        self.is_registered |= matches!(fact.what, What::Registered(_));
        self.facts.push(fact);
    }

    /// Whether the exhibit has been registered.
    pub fn is_registered(&self) -> bool {
        self.is_registered
    }

    /// Its registrations, in the order recorded.
    pub fn registrations(&self) -> impl Iterator<Item = &Registration> {
        self.facts.iter().filter_map(|fact| match &fact.what {
            What::Registered(registration) => Some(registration.as_ref()),
            _ => None,
        })
    }

    /// What a statement said of the exhibit, if it is on its record.
    pub(crate) fn by_statement(&self, statement: &Digest) -> Option<&ExhibitFact> {
        self.facts.get(*self.places.get(statement)?)
    }
}
