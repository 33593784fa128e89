//! How long an exhibit lay where it lay: uncounted, overdue, unregistered (A01, A03, A04).

use alloc::format;
use alloc::vec::Vec;

use super::{Judgement, OpenLeg};
use crate::exhibit::{ExhibitFact, What};
use crate::fact::{Interval, Matter};
use crate::id::CompartmentId;
use crate::movement::Movement;
use crate::policy::days_us;
use crate::rule::RuleId;
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
        // Where nothing says that it left, it has lain there until the record ends, however long its locker is silent.
        let to_us = ended_by.map_or(self.ledger.newest_us(), |_| interval.to_us).max(interval.to_us);
        let lay = Interval { from_us: interval.from_us, to_us };
        self.check_stay(compartment, lay, &indices);
        self.check_counted(compartment, lay, &indices);
        self.check_missed(compartment, leg, interval, ended_by);
    }

    /// A03: it stayed longer than it may.
    fn check_stay(&mut self, compartment: CompartmentId, lay: Interval, indices: &[u64]) {
        let allowed_us = days_us(self.policy.transit.dwell_days_max);
        let stayed_us = lay.to_us.saturating_sub(lay.from_us);
        if stayed_us <= allowed_us {
            return;
        }
        let is_raised = self.chased.is_raised_within(lay);
        let raised = if is_raised { "it was raised as overdue" } else { "nobody had raised it as overdue" };
        let days = stayed_us / days_us(1).max(1);
        let sentence = format!("The exhibit lay {days} days in a locker; {raised}.");
        let overdue = Interval { from_us: lay.from_us.saturating_add(allowed_us), to_us: lay.to_us };
        let finding = self.of_leg(RuleId::A03, &sentence, (compartment, overdue), indices);
        self.find(finding);
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
