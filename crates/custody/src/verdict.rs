//! The verdict on one exhibit: its time cut into intervals, each with what is proven of it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::{CompartmentId, ExhibitId, PersonId};
use crate::timeline::lay_over;

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

/// Where a field of a report comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A sensor of the device.
    Observed,
    /// A person's word.
    Declared,
    /// Computed by a named rule.
    Derived,
    /// Another system's word.
    Imported,
}

impl Class {
    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Declared => "declared",
            Self::Derived => "derived",
            Self::Imported => "imported",
        }
    }
}

/// One end of a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Index of the entry that says so.
    pub index: u64,
    /// When, by its device's wall clock, UTC microseconds; for a late entry when it is said to have happened.
    pub wall_us: u64,
    /// Bound on that clock's error, microseconds either way.
    pub error_us: u64,
}

/// One custody leg: from one transfer to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// Who holds, and thereby where.
    pub holder: Holder,
    /// From whom; `None` for the first.
    pub received_from: Option<Holder>,
    /// Its beginning.
    pub begins: Moment,
    /// To whom; `None` while it lasts.
    pub passed_to: Option<Holder>,
    /// Its end, if it has ended.
    pub ends: Option<Moment>,
    /// When, by the devices' clocks.
    pub interval: Interval,
    /// The seal at its beginning. Always declared: a reader reads a number, a person says that it is this bag's.
    pub seal_in: Option<String>,
    /// The seal at its end.
    pub seal_out: Option<String>,
    /// The second person at its beginning. Always declared: a credential was read.
    pub second_person: Option<PersonId>,
    /// Where the other fields come from.
    pub classes: LegClasses,
}

/// Where the fields of a leg come from that are not of one class always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegClasses {
    /// The holder.
    pub holder: Class,
    /// The beginning.
    pub begins: Class,
    /// The end.
    pub ends: Option<Class>,
}

/// One step of a seal's lineage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealStep {
    /// Its number.
    pub seal: Option<String>,
    /// What was done to it, or where it was seen.
    pub how: &'static str,
    /// The entry that says so.
    pub index: u64,
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
    /// Its seals, in the order in which they were seen, broken and replaced.
    pub seals: Vec<SealStep>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// A verdict of which nothing is known yet.
    pub(crate) fn of(exhibit: ExhibitId) -> Self {
        Self {
            exhibit,
            legs: Vec::new(),
            stretches: Vec::new(),
            holder: None,
            seals: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The worst standing of any stretch; `None` for an exhibit without a leg.
    pub fn standing(&self) -> Option<Standing> {
        self.stretches.iter().map(|stretch| stretch.standing).max()
    }

    /// Where the record as a whole is not reliable, nothing of it is proven: lowers every stretch to NOT PROVEN. What is
    /// contradicted stays so.
    pub fn lower(&mut self, why: &str) {
        for stretch in &mut self.stretches {
            if stretch.standing < Standing::NotProven {
                stretch.standing = Standing::NotProven;
                stretch.reasons = alloc::vec![why.into()];
            }
        }
    }

    /// Lays a standing over parts of its time: what stood better there stands so now, and all else stays as it is. For who
    /// knows more of the record than the rulebook was given.
    pub fn lower_over(&mut self, over: &[Interval], standing: Standing, why: &str) {
        let stretches = core::mem::take(&mut self.stretches);
        let lay = |stretch: Stretch| {
            if stretch.standing >= standing {
                return alloc::vec![stretch];
            }
            let within = stretch.interval;
            let meets = |one: &&Interval| one.from_us <= within.to_us && one.to_us >= within.from_us;
            lay_over(alloc::vec![stretch], over.iter().filter(meets).copied().collect(), standing, why)
        };
        self.stretches = stretches.into_iter().flat_map(lay).collect();
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
