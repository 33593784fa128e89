//! How long an exhibit lay where it lay: uncounted, overdue, unregistered; and whether counts found it there
//! (A01, A03, A04).

use alloc::format;
use alloc::vec::Vec;

use super::{Judgement, OpenLeg};
use crate::exhibit::{ExhibitFact, What};
use crate::fact::{AuditFact, Interval, Matter};
use crate::finding::Finding;
use crate::id::CompartmentId;
use crate::movement::Movement;
use crate::policy::days_us;
use crate::rule::RuleId;
use crate::severity::Severity;
use crate::verdict::Holder;

impl Judgement<'_> {
    /// One leg that has ended, or that the record ends with.
    pub(super) fn check_dwell(
        &mut self,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let Holder::Compartment(compartment) = leg.holder else { return };
        let indices: Vec<u64> =
            core::iter::once(leg.first.index).chain(ended_by.map(|fact| fact.index)).collect();
        self.check_stay(compartment, interval, &indices);
        self.check_counted(compartment, interval, &indices);
        self.check_counts(compartment, interval);
    }

    /// A03: it stayed longer than it may.
    fn check_stay(&mut self, compartment: CompartmentId, interval: Interval, indices: &[u64]) {
        let stayed_us = interval.to_us.saturating_sub(interval.from_us);
        if stayed_us <= days_us(self.policy.transit.dwell_days_max) {
            return;
        }
        let is_raised = self.record.facts.iter().any(|fact| {
            matches!(&fact.what, What::Audited(audit) if matches!(**audit, AuditFact::OverdueRaised { .. }))
        });
        let raised = if is_raised { "it was raised as overdue" } else { "nobody had raised it as overdue" };
        let sentence =
            format!("The exhibit lay {} days in a transit store; {raised}.", stayed_us / days_us(1).max(1));
        self.tell_of_leg(RuleId::A03, Severity::Warning, &sentence, (compartment, interval), indices);
    }

    /// A01: it lay uncounted for longer than it may.
    fn check_counted(&mut self, compartment: CompartmentId, interval: Interval, indices: &[u64]) {
        let mut seen_us: Vec<u64> = self
            .record
            .facts
            .iter()
            .filter(|fact| matches!(&fact.what, What::Audited(audit) if matches!(**audit, AuditFact::Counted { .. })))
            .map(|fact| fact.wall_us)
            .filter(|at_us| (interval.from_us..=interval.to_us).contains(at_us))
            .chain([interval.from_us, interval.to_us])
            .collect();
        seen_us.sort_unstable();
        let longest_us =
            seen_us.iter().zip(seen_us.iter().skip(1)).map(|(from, to)| to.saturating_sub(*from)).max();
        if longest_us.unwrap_or(0) <= days_us(self.policy.transit.count_days_max) {
            return;
        }
        let sentence = format!(
            "The exhibit lay in a transit store for {} days without being counted.",
            longest_us.unwrap_or(0) / days_us(1).max(1)
        );
        self.tell_of_leg(RuleId::A01, Severity::Warning, &sentence, (compartment, interval), indices);
    }

    /// A01: every count of the compartment while it lay there found it there.
    fn check_counts(&mut self, compartment: CompartmentId, interval: Interval) {
        let ledger = self.ledger;
        let Some((locker_id, locker)) = ledger.estate().locker_of(compartment) else { return };
        let Some(stand) = locker.stand_at(interval.from_us) else { return };
        let missed: Vec<(Interval, Vec<u64>)> = ledger
            .counts()
            .begun_within(stand.site, interval)
            .filter(|count| count.locker.is_none_or(|counted| counted == locker_id))
            .filter(|count| !count.names(self.exhibit))
            .filter_map(|count| Some((count.interval()?, count.indices().to_vec())))
            .filter(|(counted, _)| interval.from_us < counted.from_us && counted.to_us < interval.to_us)
            .collect();
        for (counted, indices) in missed {
            let sentence = "A count did not count the exhibit, which lay there by the record.";
            self.tell_of_leg(RuleId::A01, Severity::Break, sentence, (compartment, counted), &indices);
        }
    }

    fn tell_of_leg(
        &mut self,
        rule: RuleId,
        severity: Severity,
        sentence: &str,
        (compartment, interval): (CompartmentId, Interval),
        indices: &[u64],
    ) {
        let finding = Finding::new(rule, sentence.into())
            .weighing(severity)
            .at(indices.iter().copied())
            .during(interval)
            .of_exhibits([self.exhibit])
            .in_compartment(compartment);
        self.find(finding);
    }

    /// A01: what each count said of the exhibit, beside where it then was by its legs.
    pub(super) fn check_sightings(&mut self) {
        let record = self.record;
        for fact in &record.facts {
            let What::Audited(audit) = &fact.what else { continue };
            let was_in = self.compartment_at(fact.wall_us);
            let sentence = match &**audit {
                AuditFact::Counted { compartment: Some(found), .. } if was_in != Some(*found) => {
                    "A count found the exhibit in another compartment than its record says."
                }
                AuditFact::NotFound { .. } if was_in.is_some() => {
                    "A count did not find the exhibit where it lay by the record."
                }
                AuditFact::Unexpected { compartment, .. } if was_in.is_none() || was_in != *compartment => {
                    "A count found the exhibit where its record does not have it."
                }
                _ => continue,
            };
            let finding = self.against(RuleId::A01, sentence, fact);
            self.find(finding);
        }
    }

    /// The compartment in which it lay at an instant, by its legs.
    fn compartment_at(&self, at_us: u64) -> Option<CompartmentId> {
        let during = |interval: Interval| interval.from_us <= at_us && at_us <= interval.to_us;
        self.verdict.legs.iter().find_map(|leg| match leg.holder {
            Holder::Compartment(compartment) if during(leg.interval) => Some(compartment),
            _ => None,
        })
    }

    /// A04: what was deposited is registered, or identified, soon.
    pub(super) fn check_registered(&mut self) {
        let record = self.record;
        let deposits = record.facts.iter().filter(|fact| {
            matches!(&fact.what, What::Moved(movement) if matches!(**movement, Movement::Deposited { .. }))
        });
        let Some(first) = deposits.min_by_key(|fact| fact.wall_us) else { return };
        let entered = record.facts.iter().filter(|fact| match &fact.what {
            What::Registered(_) => true,
            What::Noted(matter) => {
                matches!(**matter, Matter::Identified { provisional, .. } if provisional == self.exhibit)
            }
            _ => false,
        });
        let entered = entered.min_by_key(|fact| fact.wall_us);
        let until_us = entered.map_or(self.ledger.newest_us(), |fact| fact.wall_us);
        let due_us = first.wall_us.saturating_add(days_us(self.policy.transit.register_days_max));
        if until_us <= due_us {
            return;
        }
        let sentence = match entered {
            Some(_) => "The exhibit was registered later after its deposit than it may be.",
            None => "The exhibit was deposited and has not been registered.",
        };
        let finding = self
            .against(RuleId::A04, sentence, first)
            .at(entered.map(|fact| fact.index))
            .during(Interval { from_us: due_us, to_us: until_us });
        self.find(finding);
    }
}
