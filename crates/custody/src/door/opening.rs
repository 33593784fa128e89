//! Openings of occupied compartments: when, why, and who lay inside.

use alloc::vec::Vec;

use super::{Doors, MasterUse};
use crate::fact::Interval;
use crate::id::{CompartmentId, DeviceId, Digest, ExhibitId, PersonId};

/// What an opening means for those who lay inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No custody event names it, yet or ever.
    Unexplained,
    /// A custody act by this person, concerning something else in the compartment or this very exhibit.
    Act(PersonId),
    /// Something was put where something lay already.
    SecondPackage(PersonId),
    /// It is known from the close counter alone.
    Unrecorded,
    /// Not an opening: somebody looked, and found the compartment otherwise than recorded.
    FoundOtherwise,
}

/// How many exhibits an opening names. A verdict on any of the others takes it into account all the same; only
/// the finding's list ends here, so that a drop slot opened often does not cost its content each time.
pub const OCCUPANTS_NAMED_MAX: usize = 256;

/// One opening of an occupied compartment.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Which compartment.
    pub compartment: CompartmentId,
    /// Who spoke for it.
    pub device: DeviceId,
    /// Hash of the cycle.
    pub cycle: Digest,
    /// The session in which it was released.
    pub session: Option<Digest>,
    /// Whether it was forced.
    pub is_forced: bool,
    /// Entries of the cycle so far.
    pub indices: Vec<u64>,
    /// From its opening to its last sign, by the device's wall clock.
    pub interval: Interval,
    /// The greatest bound on that clock's error meanwhile.
    pub error_us: u64,
    /// What lay inside when it opened: the first [`OCCUPANTS_NAMED_MAX`] by id.
    pub occupants: Vec<ExhibitId>,
    /// How many lay inside.
    pub occupant_count: usize,
    /// Why it opened.
    pub cause: Cause,
    /// The use of the master key that released the door, if it was one.
    pub master: Option<MasterUse>,
    /// When its cycle began, by the device's wall clock.
    pub begun_us: u64,
    /// When the last of it was recorded, by the node's clock.
    pub recorded_at_us: u64,
    /// What changed hands in its cycle: the first [`OCCUPANTS_NAMED_MAX`]; empty where nothing did.
    pub transferred: Vec<ExhibitId>,
}

impl Opening {
    /// Whether its door's statements tell when it began and ended: a counter that stands too high, or a look that found
    /// something else, does not.
    pub fn is_of_a_cycle(&self) -> bool {
        !self.cycle.is_zero() && !matches!(self.cause, Cause::Unrecorded | Cause::FoundOtherwise)
    }
}

impl Doors {
    /// Every opening of an occupied compartment, by compartment and then as recorded.
    pub fn openings(&self) -> impl Iterator<Item = &Opening> {
        self.openings.values()
    }

    /// The openings of one compartment whose entries lie after `from` and before `to`.
    pub(crate) fn openings_between(
        &self,
        compartment: CompartmentId,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = &Opening> {
        let first = from.saturating_add(1);
        self.openings.range((compartment, first)..(compartment, to.max(first))).map(|(_, opening)| opening)
    }

    /// The openings of one compartment that began within an interval of the device's wall clock.
    pub(crate) fn openings_during(
        &self,
        compartment: CompartmentId,
        interval: Interval,
    ) -> impl Iterator<Item = &Opening> {
        let range = (compartment, interval.from_us, 0)..=(compartment, interval.to_us, u64::MAX);
        self.by_time
            .range(range)
            .filter_map(|(compartment, _, index)| self.openings.get(&(*compartment, *index)))
    }

    /// When, after an instant, somebody went to the compartment and found all as recorded.
    pub(crate) fn checked_after(&self, compartment: CompartmentId, after_us: u64) -> Option<u64> {
        let later = (compartment, after_us.saturating_add(1))..=(compartment, u64::MAX);
        self.checks.range(later).next().map(|(_, wall_us)| *wall_us)
    }

    /// Whether this is the compartment's last cycle.
    pub(crate) fn is_last_cycle(&self, opening: &Opening) -> bool {
        let last = self.get(opening.compartment).and_then(|compartment| compartment.cycle.as_ref());
        last.is_some_and(|cycle| cycle.hash == opening.cycle)
    }
}
