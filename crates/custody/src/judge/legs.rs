//! The legs table: who had the exhibit, from whom, when, where, to whom, under which seal, with whom.

use alloc::format;
use alloc::string::String;

use super::{Judgement, OpenLeg};
use crate::exhibit::{ExhibitFact, Registration, What};
use crate::fact::{Interval, Matter};
use crate::finding::Finding;
use crate::id::PersonId;
use crate::movement::Movement;
use crate::rule::RuleId;
use crate::situation::destination;
use crate::timeline::Timeline;
use crate::verdict::{Class, Holder, Leg, LegClasses, Moment, Standing};

/// What the beginning of a leg showed.
pub(super) struct Seen {
    /// Who handed the exhibit over.
    from: Option<Holder>,
    /// Its seal then.
    seal: Option<String>,
    /// The second person.
    second: Option<PersonId>,
}

impl<'a> Judgement<'a> {
    /// What a custody transfer point shows, beyond label and seal.
    pub(super) fn transfer_point(&mut self, fact: &'a ExhibitFact, movement: &Movement) {
        self.follow_seal(fact, movement);
        self.check_deposited_weight(fact, movement);
        self.check_authority(fact, movement);
        self.check_view(fact, movement);
        self.check_error(fact, movement);
    }

    /// What the beginning of a leg shows: the leg before has ended by now.
    pub(super) fn seen(&self, fact: &ExhibitFact) -> Seen {
        let movement = match &fact.what {
            What::Moved(movement) => Some(&**movement),
            _ => None,
        };
        let giver = match movement {
            Some(Movement::ReceivedAt { from, .. } | Movement::ReturnedFromRelease { from, .. }) => {
                Some(Holder::Person(*from))
            }
            Some(Movement::Deposited { by, .. }) => Some(Holder::Person(by.person)),
            _ => self.verdict.legs.last().map(|leg| leg.holder),
        };
        let second = movement.and_then(Movement::witness).map(|witness| witness.person);
        Seen { from: giver, seal: self.seal.clone(), second }
    }

    /// One row of the table.
    pub(super) fn write_leg(
        &mut self,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let is_observed = |fact: &ExhibitFact| match &fact.what {
            What::Moved(movement) => movement.at().is_some(),
            _ => false,
        };
        let class = |is_observed: bool| if is_observed { Class::Observed } else { Class::Declared };
        let passed_to = ended_by.and_then(passed_to);
        self.verdict.legs.push(Leg {
            holder: leg.holder,
            received_from: leg.seen.from,
            begins: moment(leg.first),
            passed_to,
            ends: ended_by.map(moment),
            interval,
            seal_in: leg.seen.seal.clone(),
            seal_out: ended_by.and(self.seal.clone()),
            second_person: leg.seen.second,
            classes: LegClasses {
                holder: class(matches!(leg.holder, Holder::Compartment(_)) && is_observed(leg.first)),
                begins: class(is_observed(leg.first)),
                ends: ended_by.map(|fact| class(is_observed(fact))),
            },
        });
    }

    /// Legs before the ledger knew the exhibit, by the registrar's word: DECLARED each, and a gap between two is a gap
    /// (S02).
    pub(super) fn earlier_legs(&mut self, fact: &ExhibitFact, registration: &Registration) {
        let mut earlier = registration.earlier.clone();
        earlier.sort_unstable_by_key(|leg| (leg.from_us, leg.to_us));
        let until_us = fact.wall_us;
        let mut known_to: Option<u64> = registration.seized_us.map(|seized_us| seized_us.min(until_us));
        for leg in earlier.iter().filter(|leg| leg.from_us <= leg.to_us && leg.to_us <= until_us) {
            if let Some(to_us) = known_to.filter(|to_us| *to_us < leg.from_us) {
                self.gap_before_registration(fact, Interval { from_us: to_us, to_us: leg.from_us });
            }
            let from_us = known_to.map_or(leg.from_us, |to_us| to_us.max(leg.from_us));
            if from_us < leg.to_us {
                let interval = Interval { from_us, to_us: leg.to_us };
                self.declared_before(
                    interval,
                    Holder::Person(leg.holder),
                    Standing::Declared,
                    "by the registrar's word",
                );
            }
            known_to = Some(known_to.map_or(leg.to_us, |to_us| to_us.max(leg.to_us)));
        }
        if let Some(to_us) = known_to.filter(|to_us| *to_us < until_us) {
            let interval = Interval { from_us: to_us, to_us: until_us };
            let reason = "by the word of whoever registered it";
            self.declared_before(interval, Holder::Person(registration.holder), Standing::Declared, reason);
        }
    }

    fn gap_before_registration(&mut self, fact: &ExhibitFact, gap: Interval) {
        let sentence = "Between two legs before its registration nobody is said to have had the exhibit.";
        let finding: Finding = self.against(RuleId::S02, sentence, fact).during(gap);
        self.verdict.findings.push(finding);
        self.declared_before(
            gap,
            Holder::Missing,
            Standing::NotProven,
            "nobody is said to have had it (S02)",
        );
    }

    fn declared_before(&mut self, interval: Interval, holder: Holder, standing: Standing, reason: &str) {
        let mut timeline = Timeline::new(interval, Standing::Proven, holder);
        let reason = match holder {
            Holder::Person(person) => format!("with {person}, {reason}"),
            _ => reason.into(),
        };
        timeline.lower_all(standing, &reason);
        self.verdict.stretches.extend(timeline.into_stretches());
        self.last_us = self.last_us.max(interval.to_us);
    }
}

fn moment(fact: &ExhibitFact) -> Moment {
    Moment { index: fact.index, wall_us: fact.order_us(), error_us: fact.error_us }
}

/// To whom a fact hands the exhibit over.
fn passed_to(fact: &ExhibitFact) -> Option<Holder> {
    match &fact.what {
        What::Moved(movement) => destination(movement),
        What::Noted(matter) => match **matter {
            Matter::LateEntry { to, .. } => Some(Holder::Person(to)),
            _ => None,
        },
        _ => None,
    }
}
