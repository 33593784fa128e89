//! Dues: until when something must have happened to an exhibit where it lies or is lent to.
//!
//! The rulebook says what is overdue as far as the record reaches; here it is known beforehand, so that the node can
//! say it on the day, however silent a locker is.

use custody::exhibit::{ExhibitFact, ExhibitRecord, What};
use custody::fact::{AuditFact, Matter};
use custody::id::ExhibitId;
use custody::movement::Movement;
use custody::policy::Policy;
use custody::rule::RuleId;
use custody::verdict::{Holder, Leg, Verdict};

/// Microseconds in a day.
const DAY_US: u64 = 86_400 * 1_000_000;

/// Something must have happened by an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The rule that asks for it: A01 counted, A03 gone on, A04 registered, S06 back.
    pub rule: RuleId,
    /// By when, UTC microseconds.
    pub due_us: u64,
}

/// What is due of one exhibit.
pub(super) fn of(exhibit: ExhibitId, record: &ExhibitRecord, verdict: &Verdict, policy: &Policy) -> Vec<Due> {
    let transit = &policy.transit;
    let due = |rule, from_us: u64, days: u32| {
        let due_us = from_us.saturating_add(u64::from(days).saturating_mul(DAY_US));
        Due { rule, due_us }
    };
    let mut dues = Vec::new();
    match verdict.legs.last().filter(|leg| leg.ends.is_none()) {
        Some(leg) if matches!(leg.holder, Holder::Compartment(_)) => {
            let counted_us = counted_us(record).map_or(leg.begins.wall_us, |at| at.max(leg.begins.wall_us));
            dues.push(due(RuleId::A03, leg.begins.wall_us, transit.dwell_days_max));
            dues.push(due(RuleId::A01, counted_us, transit.count_days_max));
        }
        Some(leg) if matches!(leg.holder, Holder::Release(_)) => {
            dues.extend(released_until(record, leg).map(|due_us| Due { rule: RuleId::S06, due_us }));
        }
        _ => {}
    }
    if verdict.holder != Some(Holder::Ended) {
        let deposited_us = unregistered_since(exhibit, record);
        dues.extend(deposited_us.map(|at_us| due(RuleId::A04, at_us, transit.register_days_max)));
    }
    dues
}

/// When it was counted last.
fn counted_us(record: &ExhibitRecord) -> Option<u64> {
    let is_count =
        |what: &What| matches!(what, What::Audited(audit) if matches!(**audit, AuditFact::Counted { .. }));
    record.facts.iter().filter(|fact| is_count(&fact.what)).map(|fact| fact.wall_us).max()
}

/// Until when it was lent, by the act that began the leg.
fn released_until(record: &ExhibitRecord, leg: &Leg) -> Option<u64> {
    let began = record.facts.iter().find(|fact| fact.index == leg.begins.index)?;
    match &began.what {
        What::Moved(movement) => match **movement {
            Movement::TemporarilyReleased { due_us, .. } => Some(due_us),
            _ => None,
        },
        _ => None,
    }
}

/// When it was first deposited, if it is neither registered nor known to be one that is.
fn unregistered_since(exhibit: ExhibitId, record: &ExhibitRecord) -> Option<u64> {
    let is_known = |fact: &ExhibitFact| match &fact.what {
        What::Registered(_) => true,
        What::Noted(matter) => {
            matches!(**matter, Matter::Identified { provisional, .. } if provisional == exhibit)
        }
        _ => false,
    };
    if record.facts.iter().any(is_known) {
        return None;
    }
    let is_deposit = |what: &What| matches!(what, What::Moved(movement) if matches!(**movement, Movement::Deposited { .. }));
    record.facts.iter().filter(|fact| is_deposit(&fact.what)).map(|fact| fact.wall_us).min()
}
