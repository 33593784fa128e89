//! Visits: where people were recognised, by the devices' clocks (P04).
//!
//! A device hands over what it kept whenever it can, so a visit may turn out to lie between two that were known. The
//! newest of each person are therefore kept one by one; of the older only those beside which the site changes.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use crate::fact::Interval;
use crate::finding::Finding;
use crate::id::{DeviceId, PersonId, SiteId};
use crate::ledger::Recorded;
use crate::policy::{Policy, seconds_us};
use crate::rule::RuleId;

/// How many visits of one person are kept before the older ones are thinned: two years of a busy courier. What is
/// recorded later than all of these were made finds between them only changes of site.
const VISITS_KEPT_MAX: usize = 4096;

/// By the device's clock, and at one instant as recorded.
type Order = (u64, u64);

/// Somebody was recognised, and was there until the session was ended, if by that person.
#[derive(Debug, Clone, Copy)]
struct Visit {
    device: DeviceId,
    when: Interval,
}

/// The visits of one person.
#[derive(Debug, Clone, Default)]
struct Track {
    visits: BTreeMap<Order, Visit>,
    /// How many were left when they were last thinned.
    thinned: usize,
}

impl Track {
    /// Forgets, of the older half, what has the same site before and after it.
    fn thin(&mut self, site_at: impl Fn(DeviceId, u64) -> Option<SiteId>) {
        let site = |(order, visit): (&Order, &Visit)| site_at(visit.device, order.0);
        let sites: Vec<(Order, Option<SiteId>)> =
            self.visits.iter().map(|each| (*each.0, site(each))).collect();
        let beside = sites.iter().zip(sites.iter().skip(1)).zip(sites.iter().skip(2));
        let inner = beside.take(sites.len() / 2).filter_map(|((before, here), after)| {
            (before.1 == here.1 && here.1 == after.1).then_some(here.0)
        });
        for order in inner {
            self.visits.remove(&order);
        }
        self.thinned = self.visits.len();
    }
}

/// Everybody's visits.
#[derive(Debug, Clone, Default)]
pub(super) struct Visits(BTreeMap<PersonId, Track>);

impl Visits {
    /// A person was recognised at a device.
    pub(super) fn note(
        &mut self,
        recorded: &Recorded<'_>,
        person: PersonId,
        site_at: impl Fn(DeviceId, u64) -> Option<SiteId>,
    ) {
        let (device, time) = (recorded.statement.device, recorded.statement.time);
        let track = self.0.entry(person).or_default();
        track.visits.insert((time.wall_us, recorded.index), Visit { device, when: time.interval() });
        if track.visits.len() > VISITS_KEPT_MAX.max(track.thinned.saturating_mul(2)) {
            track.thin(site_at);
        }
    }

    /// A visit lasted until then.
    pub(super) fn extend(&mut self, person: PersonId, opened: Order, until_us: u64) {
        let visit = self.0.get_mut(&person).and_then(|track| track.visits.get_mut(&opened));
        if let Some(visit) = visit {
            visit.when.to_us = visit.when.to_us.max(until_us);
        }
    }

    /// Every two neighbours in time that lie at two sites, with less between them than the way takes.
    pub(super) fn at_two_sites(
        &self,
        policy: &Policy,
        site_at: impl Fn(DeviceId, u64) -> Option<SiteId>,
    ) -> Vec<Finding> {
        let travel_us = seconds_us(policy.people.travel_s_min);
        let mut findings = Vec::new();
        for (person, track) in &self.0 {
            let mut before: Option<(u64, Visit, SiteId)> = None;
            for ((at_us, index), visit) in &track.visits {
                // Where a device stands nowhere nobody knows where its people are.
                let Some(site) = site_at(visit.device, *at_us) else { continue };
                if let Some((earlier_index, earlier, earlier_site)) = before
                    && earlier_site != site
                    && visit.when.from_us.saturating_sub(earlier.when.to_us) < travel_us
                {
                    findings.push(at_two(*person, (earlier_index, &earlier), (*index, visit)));
                }
                before = Some((*index, *visit, site));
            }
        }
        findings
    }
}

fn at_two(person: PersonId, earlier: (u64, &Visit), later: (u64, &Visit)) -> Finding {
    let sentence = format!("{person} was at two sites with less time between than the way takes.");
    let (from_us, to_us) = (earlier.1.when.from_us, later.1.when.to_us);
    Finding::new(RuleId::P04, sentence)
        .at([earlier.0, later.0])
        .during(Interval { from_us, to_us: to_us.max(from_us) })
        .by_device(earlier.1.device)
        .by_device(later.1.device)
        .by_person(person)
}
