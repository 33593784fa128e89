//! What counts say of an exhibit, beside where it then lay by its legs (A01).

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::{Judgement, OpenLeg};
use crate::count::{Count, Scope};
use crate::exhibit::{ExhibitFact, What};
use crate::fact::{AuditFact, AuditId, Interval};
use crate::finding::Finding;
use crate::id::CompartmentId;
use crate::policy::days_us;
use crate::rule::RuleId;
use crate::severity::Severity;
use crate::verdict::{Holder, Leg};

/// How many counts that missed an exhibit in one leg are told singly: who misses it in more has told nothing by them.
/// The rest is one finding.
const MISSED_TOLD_MAX: usize = 64;

/// How many legs are looked at that a sighting may have fallen into, by its clock. A clock that may err by more
/// contradicts nothing.
const LEGS_MET_MAX: usize = 64;

/// What the exhibit's record says of counts, and of being overdue.
#[derive(Debug, Default)]
pub(super) struct Chased {
    /// Counts that said anything of it.
    counts: BTreeSet<AuditId>,
    /// When it was counted, in order.
    counted_us: Vec<u64>,
    /// When the node said that it was overdue, in order.
    raised_us: Vec<u64>,
}

impl Chased {
    pub(super) fn of(facts: &[ExhibitFact]) -> Self {
        let mut chased = Self::default();
        for fact in facts {
            let What::Audited(audit) = &fact.what else { continue };
            match &**audit {
                AuditFact::Counted { audit, .. } => {
                    chased.counts.insert(*audit);
                    chased.counted_us.push(fact.wall_us);
                }
                AuditFact::NotFound { audit, .. } | AuditFact::Unexpected { audit, .. } => {
                    chased.counts.insert(*audit);
                }
                AuditFact::OverdueRaised { .. } => chased.raised_us.push(fact.wall_us),
                _ => {}
            }
        }
        chased.counted_us.sort_unstable();
        chased.raised_us.sort_unstable();
        chased
    }

    /// Whether the node said within an interval that it was overdue.
    pub(super) fn is_raised_within(&self, interval: Interval) -> bool {
        !within(&self.raised_us, interval).is_empty()
    }

    /// The first part of an interval without a count that lasts longer than it may.
    fn uncounted(&self, interval: Interval, allowed_us: u64) -> Option<Interval> {
        let counted = within(&self.counted_us, interval).iter().copied();
        let begins = core::iter::once(interval.from_us).chain(counted.clone());
        let mut parts = begins.zip(counted.chain([interval.to_us]));
        let (from_us, to_us) = parts.find(|(from_us, to_us)| to_us.saturating_sub(*from_us) > allowed_us)?;
        Some(Interval { from_us, to_us })
    }
}

/// Those of some instants in order that lie within an interval.
fn within(instants_us: &[u64], interval: Interval) -> &[u64] {
    let first = instants_us.partition_point(|at_us| *at_us < interval.from_us);
    let end = instants_us.partition_point(|at_us| *at_us <= interval.to_us);
    instants_us.get(first..end).unwrap_or_default()
}

impl Judgement<'_> {
    /// A01: it lay uncounted for longer than it may.
    pub(super) fn check_counted(&mut self, compartment: CompartmentId, lay: Interval, indices: &[u64]) {
        let allowed_us = days_us(self.policy.transit.count_days_max);
        let Some(uncounted) = self.chased.uncounted(lay, allowed_us) else { return };
        let days = uncounted.to_us.saturating_sub(uncounted.from_us) / days_us(1).max(1);
        let sentence = alloc::format!("The exhibit lay in a locker for {days} days without being counted.");
        let finding = self.of_leg(RuleId::A01, &sentence, (compartment, uncounted), indices);
        self.find(finding.weighing(Severity::Warning));
    }

    /// A01: every count of the compartment from before whose beginning to after whose end it lay there says something
    /// of it. Each count begins in one leg at most: all legs together cost no more than the counts there are.
    pub(super) fn check_missed(
        &mut self,
        compartment: CompartmentId,
        leg: &OpenLeg<'_>,
        interval: Interval,
        ended_by: Option<&ExhibitFact>,
    ) {
        let begun_us = interval.from_us.max(leg.first.when().to_us);
        let ended_us = ended_by.map_or(u64::MAX, |fact| interval.to_us.min(fact.when().from_us));
        let lay = Interval { from_us: begun_us.saturating_add(1), to_us: ended_us.saturating_sub(1) };
        let missed = self.missed_by(compartment, lay);
        let (singly, rest) = missed.split_at(missed.len().min(MISSED_TOLD_MAX));
        for (counted, indices) in singly {
            let sentence = "A count did not count the exhibit, which lay there by the record.";
            let finding = self.of_leg(RuleId::A01, sentence, (compartment, *counted), indices);
            self.find(finding);
        }
        if let (Some((first, indices)), Some((last, _))) = (rest.first(), rest.last()) {
            let counted = Interval { from_us: first.from_us, to_us: first.to_us.max(last.to_us) };
            let sentence = alloc::format!(
                "{} more counts did not count the exhibit, which lay there by the record.",
                rest.len()
            );
            let finding = self.of_leg(RuleId::A01, &sentence, (compartment, counted), indices);
            self.find(finding);
        }
    }

    /// The counts, by their beginning, that said nothing of the exhibit while it lay in a compartment.
    fn missed_by(&self, compartment: CompartmentId, lay: Interval) -> Vec<(Interval, Vec<u64>)> {
        let Some((_, locker)) = self.ledger.estate().locker_of(compartment) else { return Vec::new() };
        let stands = [lay.from_us, lay.to_us].map(|at_us| locker.stand_at(at_us).map(|stand| stand.site));
        let sites: BTreeSet<_> = stands.into_iter().flatten().collect();
        let begun = sites.into_iter().flat_map(|site| self.ledger.counts().begun_within(site, lay));
        let missed = begun.filter(|(audit, _)| !self.chased.counts.contains(*audit));
        let missed = missed.filter_map(|(_, count)| {
            let counted = count.interval().filter(|counted| counted.to_us <= lay.to_us)?;
            let is_there = self.is_in_scope(compartment, count.scope()?, counted.from_us);
            is_there.then(|| (counted, count.indices().collect()))
        });
        missed.collect()
    }

    /// Whether a compartment was among what a count is of.
    fn is_in_scope(&self, compartment: CompartmentId, scope: Scope, at_us: u64) -> bool {
        let Some((id, locker)) = self.ledger.estate().locker_of(compartment) else { return false };
        scope.locker.is_none_or(|locker| locker == id)
            && locker.stand_at(at_us).is_some_and(|stand| stand.site == scope.site)
    }

    /// A01: what each count said of the exhibit, where by its legs it was elsewhere.
    pub(super) fn check_sightings(&mut self) {
        let record = self.record;
        let mut seen_us = Vec::new();
        let mut wrong: Vec<(&ExhibitFact, &str)> = Vec::new();
        for fact in &record.facts {
            let What::Audited(audit) = &fact.what else { continue };
            match (self.sighting_objection(audit, fact), &**audit) {
                (Some(sentence), _) => wrong.push((fact, sentence)),
                (None, AuditFact::Counted { .. }) => seen_us.push(fact.wall_us),
                (None, _) => {}
            }
        }
        seen_us.sort_unstable();
        for (fact, sentence) in wrong {
            let interval = self.unseen_around(fact, &seen_us);
            let finding = self.against(RuleId::A01, sentence, fact).during(interval);
            self.find(finding);
        }
    }

    fn sighting_objection(&self, audit: &AuditFact, fact: &ExhibitFact) -> Option<&'static str> {
        let met: Vec<&Leg> = self.legs_meeting(fact.interval).take(LEGS_MET_MAX.saturating_add(1)).collect();
        if met.len() > LEGS_MET_MAX {
            return None;
        }
        let lay_in = |place: CompartmentId| met.iter().any(|leg| leg.holder == Holder::Compartment(place));
        match audit {
            AuditFact::Counted { compartment: Some(found), .. } => (!lay_in(*found))
                .then_some("A count found the exhibit in another compartment than its record says."),
            AuditFact::NotFound { audit, .. } => {
                let count = self.ledger.counts().get(audit);
                let lay_there = !met.is_empty() && met.iter().all(|leg| self.lay_in_scope(leg, count, fact));
                lay_there.then_some("A count did not find the exhibit where it lay by the record.")
            }
            AuditFact::Unexpected { compartment, .. } => {
                let is_expected = compartment.is_some_and(lay_in);
                (!is_expected).then_some("A count found the exhibit where its record does not have it.")
            }
            _ => None,
        }
    }

    /// Whether it lay where a count looked; of a count whose beginning nobody recorded, whether it lay in a locker.
    fn lay_in_scope(&self, leg: &Leg, count: Option<&Count>, fact: &ExhibitFact) -> bool {
        let Holder::Compartment(compartment) = leg.holder else { return false };
        let scope = count.and_then(Count::scope);
        scope.is_none_or(|scope| self.is_in_scope(compartment, scope, fact.wall_us))
    }

    /// The legs that meet an interval; one that has not ended meets all that is later.
    fn legs_meeting(&self, when: Interval) -> impl Iterator<Item = &Leg> {
        let legs = &self.verdict.legs;
        let first = legs.partition_point(|leg| leg.ends.is_some() && leg.interval.to_us < when.from_us);
        let rest = legs.get(first..).unwrap_or_default();
        rest.iter().take_while(move |leg| leg.interval.from_us <= when.to_us)
    }

    /// From when the exhibit was last seen where it lay by the record, until it was next seen there: by the act that put
    /// it there, by a count, by the act that ended it. The statement's own time where it lay in no locker.
    fn unseen_around(&self, fact: &ExhibitFact, seen_us: &[u64]) -> Interval {
        let mut legs = self.legs_meeting(fact.interval).take(LEGS_MET_MAX);
        let Some(leg) = legs.find(|leg| matches!(leg.holder, Holder::Compartment(_))) else {
            return fact.interval;
        };
        let later = seen_us.partition_point(|at_us| *at_us <= fact.wall_us);
        let last_us = later.checked_sub(1).and_then(|place| seen_us.get(place)).copied();
        let next_us = seen_us.get(later).copied();
        let end_us = leg.interval.to_us.max(fact.interval.to_us);
        Interval {
            from_us: leg.interval.from_us.max(last_us.unwrap_or(0)),
            to_us: next_us.map_or(end_us, |at_us| at_us.min(end_us)),
        }
    }

    /// A finding about one leg.
    pub(super) fn of_leg(
        &self,
        rule: RuleId,
        sentence: &str,
        (compartment, interval): (CompartmentId, Interval),
        indices: &[u64],
    ) -> Finding {
        Finding::new(rule, sentence.into())
            .at(indices.iter().copied())
            .during(interval)
            .of_exhibits([self.exhibit])
            .in_compartment(compartment)
    }
}
