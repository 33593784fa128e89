//! When time alone may change a verdict: what is not overdue today is tomorrow, without a word about it.

use std::collections::{BTreeMap, BTreeSet};

use custody::exhibit::{ExhibitRecord, What};
use custody::id::{DeviceId, ExhibitId};
use custody::ledger::Ledger;
use custody::movement::Movement;
use custody::policy::Policy;

/// Microseconds in a day.
const DAY_US: u64 = 86_400 * 1_000_000;

/// By whose clock, and when, to judge whom again.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// By the ledger's: the node's clock at the newest entry.
    by_ledger: BTreeSet<(u64, ExhibitId)>,
    /// By that of the device which speaks for the compartment: a leg there lasts as far as its last word.
    by_device: BTreeMap<DeviceId, BTreeSet<(u64, ExhibitId)>>,
}

impl Agenda {
    /// Puts an exhibit's instants in the place of those before, each with the device that speaks for it.
    pub(super) fn replace(
        &mut self,
        exhibit: ExhibitId,
        before: (Option<DeviceId>, &[u64]),
        after: (Option<DeviceId>, &[u64]),
    ) {
        for instant in before.1 {
            self.by_ledger.remove(&(*instant, exhibit));
        }
        if let Some(device) = before.0
            && let Some(all) = self.by_device.get_mut(&device)
        {
            for instant in before.1 {
                all.remove(&(*instant, exhibit));
            }
            if all.is_empty() {
                self.by_device.remove(&device);
            }
        }
        self.by_ledger.extend(after.1.iter().map(|instant| (*instant, exhibit)));
        if let Some(device) = after.0.filter(|_| !after.1.is_empty()) {
            let all = self.by_device.entry(device).or_default();
            all.extend(after.1.iter().map(|instant| (*instant, exhibit)));
        }
    }

    /// Whose instants have come, by the ledger's clock or their device's; each is told once.
    pub(super) fn come(&mut self, ledger: &Ledger) -> Vec<ExhibitId> {
        let mut come = Vec::new();
        take_until(&mut self.by_ledger, ledger.newest_us(), &mut come);
        for (device, all) in &mut self.by_device {
            let said_us = ledger.device(*device).map_or(0, |device| device.last_wall_us);
            take_until(all, said_us, &mut come);
        }
        come
    }
}

/// Takes what lies before an instant. What falls on it is not over yet.
fn take_until(all: &mut BTreeSet<(u64, ExhibitId)>, until_us: u64, taken: &mut Vec<ExhibitId>) {
    while let Some((_, exhibit)) = all.first().filter(|(instant, _)| *instant < until_us).copied() {
        all.pop_first();
        taken.push(exhibit);
    }
}

/// The instants at which time alone may change the verdict on an exhibit, and that are still to come by one of the
/// clocks that decide: each of its facts and each period of the policy, and the day a release ends.
///
/// It names too many rather than too few: judging once more costs microseconds.
pub(super) fn instants(
    record: &ExhibitRecord,
    policy: &Policy,
    ledger: &Ledger,
    speaker: Option<DeviceId>,
) -> Vec<u64> {
    let said_us = speaker.and_then(|id| ledger.device(id)).map(|device| device.last_wall_us);
    let passed_us = said_us.map_or(ledger.newest_us(), |said_us| said_us.min(ledger.newest_us()));
    let days = |days: u32| u64::from(days).saturating_mul(DAY_US);
    let transit = &policy.transit;
    let periods =
        [days(transit.dwell_days_max), days(transit.count_days_max), days(transit.register_days_max)];
    let mut instants = BTreeSet::new();
    for fact in &record.facts {
        for from_us in [fact.wall_us, fact.order_us(), fact.interval.to_us] {
            instants.extend(periods.iter().map(|period| from_us.saturating_add(*period)));
        }
        if let What::Moved(movement) = &fact.what
            && let Movement::TemporarilyReleased { due_us, .. } = **movement
        {
            instants.insert(due_us);
        }
    }
    instants.into_iter().filter(|instant| *instant >= passed_us).collect()
}
