//! What the openings of a compartment make of the time an exhibit lay in it.

use alloc::format;
use alloc::vec::Vec;

use super::{Judgement, OpenLeg};
use crate::door::{Cause, Compartment, Opening, Trouble};
use crate::exhibit::{ExhibitFact, Flaw, What};
use crate::fact::Interval;
use crate::id::CompartmentId;
use crate::movement::AtCompartment;
use crate::timeline::Timeline;
use crate::verdict::Standing;

/// How many openings for other acts are laid over one leg one by one. What lies in a drop slot that is opened
/// more often is from then on there by their word: told singly, a thousand exhibits left through a thousand
/// openings would take a million stretches.
const OPENINGS_LAID_MAX: usize = 256;

impl<'a> Judgement<'a> {
    /// Lays every opening of the compartment while the exhibit was inside over the leg.
    ///
    /// From an unexplained opening on nothing is proven until an attended check found all as recorded; while the
    /// door stood open for somebody else's act it is their word.
    pub(super) fn lay_openings(
        &self,
        timeline: &mut Timeline,
        compartment: CompartmentId,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let own_cycle = ended_by.and_then(|fact| at_compartment(fact, compartment)).map(|at| at.door_cycle);
        let mut in_doubt_until = interval.from_us;
        let mut contradicted_from = interval.to_us;
        let (mut laid, mut is_found_otherwise) = (0, false);
        for opening in self.openings_of(compartment, leg, interval, ended_by) {
            if Some(opening.cycle) == own_cycle {
                continue;
            }
            let from_us = opening.interval.from_us;
            let cause = self.ledger.cause_of(opening);
            let is_misused = self.ledger.is_misused(opening);
            match cause {
                Cause::Act(person) if !is_misused && laid < OPENINGS_LAID_MAX => {
                    laid += 1;
                    timeline.lower(
                        opening.interval,
                        Standing::Declared,
                        &format!("open for an act of {person}"),
                    );
                }
                Cause::Act(_) if !is_misused && laid == OPENINGS_LAID_MAX => {
                    laid += 1;
                    let rest = Interval { from_us, to_us: interval.to_us };
                    timeline.lower(rest, Standing::Declared, "open again and again for acts of others");
                }
                // Once from the earliest on: what is contradicted already cannot stand worse.
                Cause::SecondPackage(_) if from_us < contradicted_from => {
                    let rest = Interval { from_us, to_us: contradicted_from };
                    timeline.lower(rest, Standing::Contradicted, Flaw::SecondPackage.reason());
                    contradicted_from = from_us;
                }
                Cause::SecondPackage(_) => {}
                Cause::Act(_) if !is_misused => {}
                Cause::FoundOtherwise => is_found_otherwise = true,
                _ if from_us < in_doubt_until => {}
                _ => {
                    in_doubt_until = self.doors.checked_after(compartment, from_us).unwrap_or(interval.to_us);
                    let rest = Interval { from_us, to_us: in_doubt_until };
                    let reason = if cause == Cause::Unrecorded {
                        "the compartment's close counter shows an opening that nobody recorded (D03)"
                    } else {
                        "the compartment was opened without a custody event (D02)"
                    };
                    timeline.lower(rest, Standing::NotProven, reason);
                }
            }
        }
        if is_found_otherwise {
            let reason = "an attended check found the compartment otherwise than recorded";
            timeline.lower_all(Standing::NotProven, reason);
        }
        self.lay_trouble(timeline, compartment, leg, interval, ended_by);
    }

    /// From what happened to its compartment on, and nobody has looked after (D04), nothing is proven of the leg.
    fn lay_trouble(
        &self,
        timeline: &mut Timeline,
        compartment: CompartmentId,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let first = at_compartment(leg.first, compartment).map(|_| leg.first.index);
        let end = ended_by.and_then(|fact| at_compartment(fact, compartment).map(|at| (at, fact.index)));
        let is_meanwhile = |trouble: &&Trouble| {
            (interval.from_us..=interval.to_us).contains(&trouble.wall_us)
                && first.is_none_or(|index| trouble.index > index)
                && end.is_none_or(|(at, index)| trouble.index < index && trouble.cycle != at.door_cycle)
        };
        let mut troubles = self.doors.get(compartment).into_iter().flat_map(Compartment::troubles);
        if let Some(trouble) = troubles.find(is_meanwhile) {
            let rest = Interval { from_us: trouble.wall_us, to_us: interval.to_us };
            timeline.lower(rest, Standing::NotProven, "nobody looked after a door in trouble (D04)");
        }
    }

    /// The openings while the exhibit was inside. Where the compartment's own device says when it came and went,
    /// the device's order decides; where somebody else does, the clocks must.
    pub(super) fn openings_of(
        &self,
        compartment: CompartmentId,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) -> Vec<&'a Opening> {
        let begins = at_compartment(leg.first, compartment).map(|_| leg.first.index);
        let ends = match ended_by {
            None => Some(u64::MAX),
            Some(fact) => at_compartment(fact, compartment).map(|_| fact.index),
        };
        match (begins, ends) {
            (Some(begins), Some(ends)) => self.doors.openings_between(compartment, begins, ends).collect(),
            (begins, ends) => self
                .doors
                .openings_during(compartment, interval)
                .filter(|opening| opening.indices.first() > begins.as_ref())
                .filter(|opening| ends.is_none_or(|ends| opening.indices.first() < Some(&ends)))
                .collect(),
        }
    }
}

/// What the compartment's own device sensed of an act there.
fn at_compartment(fact: &ExhibitFact, compartment: CompartmentId) -> Option<&AtCompartment> {
    match &fact.what {
        What::Moved(movement) => movement.at().filter(|at| at.compartment == compartment),
        _ => None,
    }
}
