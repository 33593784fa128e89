//! Planted faults: what is wrong, where, and what a verifier must find.
//!
//! Each planter takes a lawful script and makes one thing wrong in it. It says which findings must come of that and
//! which may: a forced door is D02 and D04 at once. Whatever else is found is false. The expectations are written down
//! from `docs/rulebook.md`; no code of the rulebook is asked.

#![expect(
    clippy::unnecessary_wraps,
    reason = "every planter has one form, whether or not it ever lacks room"
)]

mod authorities;
mod clocks;
mod counts;
mod doors;
mod erasures;
mod exhibits;
mod footage;
mod hands;
mod keyholders;
mod keys;
mod ledger;
mod packages;
mod people;
mod states;
mod sums;
mod view;

use custody::id::{CompartmentId, DeviceId, ExhibitId};
use custody::rule::RuleId;
use custody::severity::Severity;

use crate::estate::SitePlan;
use crate::journey::{Journey, Plan};
use crate::line::LineId;
use crate::script::Script;
use crate::sealed::Sealed;

/// Where a finding points: one of its entries, or one of the things it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The entry of a line.
    Line(LineId),
    /// An entry.
    Entry(u64),
    /// An exhibit.
    Exhibit(ExhibitId),
    /// A device.
    Device(DeviceId),
    /// A compartment.
    Compartment(CompartmentId),
    /// A file, which the finding's sentence names.
    File(String),
    /// The ledger as a whole: no entry in particular.
    Ledger,
}

impl From<LineId> for Place {
    fn from(line: LineId) -> Self {
        Self::Line(line)
    }
}

impl From<ExhibitId> for Place {
    fn from(exhibit: ExhibitId) -> Self {
        Self::Exhibit(exhibit)
    }
}

/// One finding that a fault leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Under which rule.
    pub rule: RuleId,
    /// How heavy.
    pub weight: Severity,
    /// It points to one of these.
    pub places: Vec<Place>,
    /// So many findings at most: one wrong thing is told once, or once for each of several things.
    pub most: usize,
}

/// What of the evidence a fault destroys, so that nobody can find what rested on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Destroyed {
    /// Nothing beyond itself.
    #[default]
    Nothing,
    /// Entries from one to another, the last not included.
    Entries(u64, u64),
}

/// A planted fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// What happened, in plain words.
    pub story: String,
    /// Findings that must come of it. The first is the planted rule's.
    pub required: Vec<Expected>,
    /// Findings that may come of it.
    pub allowed: Vec<Expected>,
    /// What of the evidence it destroys.
    pub destroyed: Destroyed,
    /// It shows only where the record ends: something never came.
    pub is_at_end: bool,
    /// Other lines without which it does not show.
    pub rests_on: Vec<LineId>,
}

impl Planted {
    /// A fault of which nothing is expected yet.
    pub fn new(story: impl Into<String>) -> Self {
        let (required, allowed) = (Vec::new(), Vec::new());
        Self {
            story: story.into(),
            required,
            allowed,
            destroyed: Destroyed::Nothing,
            is_at_end: false,
            rests_on: Vec::new(),
        }
    }

    /// One finding must come of it, at one of these places.
    #[must_use]
    pub fn needs<P: Into<Place>>(
        self,
        rule: RuleId,
        weight: Severity,
        places: impl IntoIterator<Item = P>,
    ) -> Self {
        self.needs_up_to(1, rule, weight, places)
    }

    /// At least one finding must come of it, and so many at most.
    #[must_use]
    pub fn needs_up_to<P: Into<Place>>(
        mut self,
        most: usize,
        rule: RuleId,
        weight: Severity,
        places: impl IntoIterator<Item = P>,
    ) -> Self {
        let places = places.into_iter().map(Into::into).collect();
        self.required.push(Expected { rule, weight, places, most });
        self
    }

    /// A finding may come of it.
    #[must_use]
    pub fn may<P: Into<Place>>(
        mut self,
        most: usize,
        rule: RuleId,
        weight: Severity,
        places: impl IntoIterator<Item = P>,
    ) -> Self {
        let places = places.into_iter().map(Into::into).collect();
        self.allowed.push(Expected { rule, weight, places, most });
        self
    }

    /// It shows only where the record ends.
    #[must_use]
    pub fn at_end(self) -> Self {
        Self { is_at_end: true, ..self }
    }

    /// It does not show without these lines.
    #[must_use]
    pub fn resting_on(mut self, lines: impl IntoIterator<Item = LineId>) -> Self {
        self.rests_on.extend(lines);
        self
    }

    /// It destroys evidence.
    #[must_use]
    pub fn destroying(mut self, destroyed: Destroyed) -> Self {
        self.destroyed = destroyed;
        self
    }
}

/// How a fault is planted: before anything is signed, or into the archive. None where the history has no room for it.
#[derive(Debug, Clone, Copy)]
pub enum Plant {
    /// Into what is said and how it reaches the ledger.
    Script(fn(&mut Script) -> Option<Planted>),
    /// Into the bytes that a verifier is given.
    Archive(fn(&mut Sealed<'_>) -> Option<Planted>),
}

/// One kind of fault.
#[derive(Debug, Clone, Copy)]
pub struct Planter {
    /// The rule that it breaks.
    pub rule: RuleId,
    /// What is wrong, in a few words.
    pub kind: &'static str,
    /// How it is planted.
    pub plant: Plant,
}

const fn script(rule: RuleId, kind: &'static str, plant: fn(&mut Script) -> Option<Planted>) -> Planter {
    Planter { rule, kind, plant: Plant::Script(plant) }
}

const fn archive(rule: RuleId, kind: &'static str, plant: fn(&mut Sealed<'_>) -> Option<Planted>) -> Planter {
    Planter { rule, kind, plant: Plant::Archive(plant) }
}

/// Every kind of fault, by family.
pub fn planters() -> Vec<Planter> {
    [
        counts::PLANTERS,
        doors::PLANTERS,
        keyholders::PLANTERS,
        exhibits::PLANTERS,
        packages::PLANTERS,
        keys::PLANTERS,
        ledger::PLANTERS,
        people::PLANTERS,
        authorities::PLANTERS,
        erasures::PLANTERS,
        states::PLANTERS,
        hands::PLANTERS,
        sums::PLANTERS,
        clocks::PLANTERS,
        view::PLANTERS,
        footage::PLANTERS,
    ]
    .concat()
}

/// A bag of the planter's own that goes a plan's way.
fn fresh(script: &mut Script, plan: Plan) -> Option<Journey> {
    // Every other time it is one of the history's own, where one fits.
    if script.rng.chance(50)
        && let Some(journey) = script.take(&plan)
    {
        return Some(journey);
    }
    let journey = script.journey(plan)?;
    script.bag(journey.bag).is_taken = true;
    Some(journey)
}

/// A store of the planter's own, which no story chooses and nobody counts. Its devices have a last word, as all do.
fn own_store(script: &mut Script, plan: SitePlan) -> usize {
    let site = script.build(&SitePlan { is_open: false, ..plan });
    script.last_words(site);
    site
}

/// One whose devices say nothing that no story has them say.
fn silent_store(script: &mut Script) -> usize {
    script.build(&SitePlan { is_open: false, ..SitePlan::STORE })
}

/// The exhibits of a journey, as places.
fn exhibits(script: &mut Script, journey: &Journey) -> Vec<Place> {
    script.bag(journey.bag).ids.iter().copied().map(Place::Exhibit).collect()
}
