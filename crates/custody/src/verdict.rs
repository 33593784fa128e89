//! The verdict on one exhibit: its time cut into intervals, each with what is proven of it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::{CompartmentId, ExhibitId, PersonId};

/// What is proven of one stretch of time. Ordered from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// A device recorded both ends and nothing was open between.
    Proven,
    /// Accounted for only by a named handler.
    Declared,
    /// Nobody's record accounts for it.
    NotProven,
    /// Two records exclude each other.
    Contradicted,
}

impl Standing {
    /// Every standing, best first.
    pub const ALL: [Self; 4] = [Self::Proven, Self::Declared, Self::NotProven, Self::Contradicted];

    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proven => "PROVEN",
            Self::Declared => "DECLARED",
            Self::NotProven => "NOT PROVEN",
            Self::Contradicted => "CONTRADICTED",
        }
    }
}

/// Who or what has an exhibit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A person.
    Person(PersonId),
    /// A locker's compartment.
    Compartment(CompartmentId),
    /// A store, laboratory or court, by the word of the person who received it.
    Place(PersonId),
    /// A person to whom it was lent.
    Release(PersonId),
    /// Nobody knows.
    Missing,
    /// Custody has ended.
    Ended,
}

/// One stretch of an exhibit's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// When, by the devices' clocks; each stretch begins where the one before ends.
    pub interval: Interval,
    /// What is proven of it.
    pub standing: Standing,
    /// Who has the exhibit meanwhile.
    pub holder: Holder,
    /// Why it stands no better, one phrase each; empty where it is proven.
    pub reasons: Vec<String>,
}

/// One custody leg: from one transfer to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Who holds.
    pub holder: Holder,
    /// Index of the entry with which it begins.
    pub begins_at: u64,
    /// Index of the entry with which it ends, if it has ended.
    pub ends_at: Option<u64>,
    /// When, by the devices' clocks.
    pub interval: Interval,
}

/// The verdict on one exhibit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Which.
    pub exhibit: ExhibitId,
    /// Its legs in causal order.
    pub legs: Vec<Leg>,
    /// The time from the first leg to the last, cut into stretches that add up to the whole.
    pub stretches: Vec<Stretch>,
    /// Where it is now, if it has any leg.
    pub holder: Option<Holder>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// The worst standing of any stretch; `None` for an exhibit without a leg.
    pub fn standing(&self) -> Option<Standing> {
        self.stretches.iter().map(|stretch| stretch.standing).max()
    }

    /// Microseconds with this standing.
    pub fn duration_us(&self, standing: Standing) -> u64 {
        self.stretches
            .iter()
            .filter(|stretch| stretch.standing == standing)
            .map(|stretch| stretch.interval.to_us.saturating_sub(stretch.interval.from_us))
            .fold(0, u64::saturating_add)
    }
}
