//! When time alone may change a verdict: what is not overdue today is tomorrow, without a word about it.

use std::collections::BTreeSet;

use custody::exhibit::{ExhibitRecord, What};
use custody::id::ExhibitId;
use custody::movement::Movement;
use custody::policy::Policy;

/// Microseconds in a day.
const DAY_US: u64 = 86_400 * 1_000_000;

/// When, by the node's clock at the newest entry, to judge whom again. Legs in a locker last as far as its last word,
/// and with each of those everybody in it is judged anyway.
#[derive(Debug, Default)]
pub(super) struct Agenda(BTreeSet<(u64, ExhibitId)>);

impl Agenda {
    /// Puts an exhibit's instants in the place of those before.
    pub(super) fn replace(&mut self, exhibit: ExhibitId, before: &[u64], after: &[u64]) {
        for instant in before {
            self.0.remove(&(*instant, exhibit));
        }
        self.0.extend(after.iter().map(|instant| (*instant, exhibit)));
    }

    /// Whose instants are over; each is told once. What falls on now is not over yet.
    pub(super) fn come(&mut self, now_us: u64) -> Vec<ExhibitId> {
        let mut come = Vec::new();
        while let Some((_, exhibit)) = self.0.first().filter(|(instant, _)| *instant < now_us).copied() {
            self.0.pop_first();
            come.push(exhibit);
        }
        come
    }
}

/// The instants from `now_us` on at which time alone may change the verdict on an exhibit: each of its facts and each
/// period of the policy, and the day a release ends.
///
/// It names too many rather than too few: judging once more costs microseconds.
pub(super) fn instants(record: &ExhibitRecord, policy: &Policy, now_us: u64) -> Vec<u64> {
    let days = |days: u32| u64::from(days).saturating_mul(DAY_US);
    let transit = &policy.transit;
    let periods = [transit.dwell_days_max, transit.count_days_max, transit.register_days_max].map(days);
    let mut instants = BTreeSet::new();
    for fact in &record.facts {
        for from_us in [fact.wall_us, fact.order_us()] {
            instants.extend(periods.iter().map(|period| from_us.saturating_add(*period)));
        }
        if let What::Moved(movement) = &fact.what
            && let Movement::TemporarilyReleased { due_us, .. } = **movement
        {
            instants.insert(due_us);
        }
    }
    instants.into_iter().filter(|instant| *instant >= now_us).collect()
}
