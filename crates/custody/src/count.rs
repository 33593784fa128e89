//! Counts of a store, and discrepancies (A01, A02). What each exhibit's own record says of a count is judged with it.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::{AuditFact, AuditId, Interval};
use crate::finding::Finding;
use crate::id::{CompartmentId, DeviceId, Digest, ExhibitId, LockerId, PersonId, SiteId};
use crate::ledger::Recorded;
use crate::policy::{Policy, days_us};
use crate::rule::RuleId;

/// One count.
#[derive(Debug, Clone, Default)]
pub struct Count {
    /// Of one locker; `None`: of all at the site.
    pub locker: Option<LockerId>,
    /// When it began, by the desk's clock; none before that is on record.
    pub started_us: Option<u64>,
    /// When it ended.
    pub closed_us: Option<u64>,
    /// The entries of beginning and end.
    indices: Vec<u64>,
    device: Option<DeviceId>,
    /// How many were counted, by its own word.
    said: Option<u64>,
    /// What was counted.
    counted: u64,
    /// What was counted or said not to be there.
    named: BTreeSet<ExhibitId>,
}

impl Count {
    /// Whether it said anything of an exhibit.
    pub(crate) fn names(&self, exhibit: ExhibitId) -> bool {
        self.named.contains(&exhibit)
    }

    /// From its beginning to its end, if both are on record.
    pub(crate) fn interval(&self) -> Option<Interval> {
        Some(Interval { from_us: self.started_us?, to_us: self.closed_us? })
    }

    /// The entries of beginning and end.
    pub(crate) fn indices(&self) -> &[u64] {
        &self.indices
    }
}

/// One discrepancy.
#[derive(Debug, Clone)]
struct Discrepancy {
    by: PersonId,
    at_us: u64,
    index: u64,
    device: DeviceId,
    exhibits: Vec<ExhibitId>,
}

/// A resolution, by what it says it resolves.
#[derive(Debug, Clone)]
struct Resolution {
    discrepancy: Digest,
    by: PersonId,
    index: u64,
    device: DeviceId,
    exhibits: Vec<ExhibitId>,
}

/// Something found that nobody can name.
#[derive(Debug, Clone, Copy)]
struct Unnamed {
    index: u64,
    when: Interval,
    device: DeviceId,
    compartment: Option<CompartmentId>,
}

/// Every count and every discrepancy.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    by_id: BTreeMap<AuditId, Count>,
    /// Counts of each site, by their beginning.
    of_site: BTreeMap<(SiteId, u64), Vec<AuditId>>,
    unnamed: Vec<Unnamed>,
    discrepancies: BTreeMap<Digest, Discrepancy>,
    resolutions: Vec<Resolution>,
}

impl Counts {
    /// Folds one fact.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &AuditFact) {
        let (index, device) = (recorded.index, recorded.statement.device);
        let (at_us, when) = (recorded.statement.time.wall_us, recorded.statement.time.interval());
        match fact {
            AuditFact::Started { audit, site, locker, .. } => {
                let count = self.by_id.entry(*audit).or_default();
                if count.started_us.is_none() {
                    (count.locker, count.started_us, count.device) = (*locker, Some(at_us), Some(device));
                    count.indices.push(index);
                    self.of_site.entry((*site, at_us)).or_default().push(*audit);
                }
            }
            AuditFact::Counted { audit, exhibit, .. } => {
                let count = self.by_id.entry(*audit).or_default();
                count.counted = count.counted.saturating_add(1);
                count.named.insert(*exhibit);
            }
            AuditFact::NotFound { audit, exhibit } => {
                self.by_id.entry(*audit).or_default().named.insert(*exhibit);
            }
            AuditFact::Unexpected { exhibit: None, compartment, .. } => {
                self.unnamed.push(Unnamed { index, when, device, compartment: *compartment });
            }
            AuditFact::Closed { audit, counted, .. } => {
                let count = self.by_id.entry(*audit).or_default();
                if count.closed_us.is_none() {
                    (count.closed_us, count.said) = (Some(at_us), Some(*counted));
                    count.device = count.device.or(Some(device));
                    count.indices.push(index);
                }
            }
            AuditFact::DiscrepancyRaised { exhibits, by, .. } => {
                let (by, exhibits) = (by.person, exhibits.clone());
                let raised = Discrepancy { by, at_us, index, device, exhibits };
                self.discrepancies.insert(recorded.hash, raised);
            }
            AuditFact::DiscrepancyResolved { exhibits, discrepancy, by } => {
                let (by, exhibits) = (by.person, exhibits.clone());
                self.resolutions.push(Resolution { discrepancy: *discrepancy, by, index, device, exhibits });
            }
            _ => {}
        }
    }

    /// One count.
    pub fn get(&self, audit: &AuditId) -> Option<&Count> {
        self.by_id.get(audit)
    }

    /// The counts of a site that began within an interval.
    pub(crate) fn begun_within(&self, site: SiteId, interval: Interval) -> impl Iterator<Item = &Count> {
        let range = (site, interval.from_us)..=(site, interval.to_us.max(interval.from_us));
        self.of_site.range(range).flat_map(|(_, audits)| audits).filter_map(|audit| self.by_id.get(audit))
    }

    /// What is open where the record ends, and what was never right.
    pub(crate) fn closing(&self, newest_us: u64, policy: &Policy) -> Vec<Finding> {
        let miscounted = self.by_id.values().filter_map(miscounted);
        let unnamed = self.unnamed.iter().map(unnamed);
        let mut resolved: BTreeSet<Digest> = BTreeSet::new();
        let resolutions: Vec<Finding> = self
            .resolutions
            .iter()
            .filter_map(|resolution| {
                resolved.insert(resolution.discrepancy);
                self.resolution_objection(resolution)
            })
            .collect();
        let limit_us = days_us(policy.transit.discrepancy_days_max);
        let is_old = |raised: &Discrepancy| newest_us.saturating_sub(raised.at_us) > limit_us;
        let open =
            self.discrepancies.iter().filter(|(hash, raised)| !resolved.contains(hash) && is_old(raised));
        let open = open.map(|(_, raised)| still_open(raised, newest_us));
        miscounted.chain(unnamed).chain(resolutions).chain(open).collect()
    }

    fn resolution_objection(&self, resolution: &Resolution) -> Option<Finding> {
        let raised = self.discrepancies.get(&resolution.discrepancy);
        let (sentence, indices) = match raised {
            None => ("A resolution names no discrepancy on record.", [resolution.index, resolution.index]),
            Some(raised) if raised.by == resolution.by => (
                "A discrepancy was resolved by the person who had raised it.",
                [raised.index, resolution.index],
            ),
            Some(_) => return None,
        };
        Some(
            Finding::new(RuleId::A02, String::from(sentence))
                .at(indices)
                .of_exhibits(resolution.exhibits.iter().copied())
                .by_device(resolution.device)
                .by_person(resolution.by),
        )
    }
}

/// A01: a count says how many it counted.
fn miscounted(count: &Count) -> Option<Finding> {
    let said = count.said.filter(|said| *said != count.counted)?;
    let sentence = format!("A count says that it counted {said}, and {} are on record.", count.counted);
    let mut finding = Finding::new(RuleId::A01, sentence).at(count.indices.iter().copied());
    if let Some(interval) = count.interval() {
        finding = finding.during(interval);
    }
    Some(match count.device {
        Some(device) => finding.by_device(device),
        None => finding,
    })
}

fn unnamed(found: &Unnamed) -> Finding {
    let sentence = String::from("A count found something that nobody can name.");
    let finding =
        Finding::new(RuleId::A01, sentence).at([found.index]).during(found.when).by_device(found.device);
    match found.compartment {
        Some(compartment) => finding.in_compartment(compartment),
        None => finding,
    }
}

fn still_open(raised: &Discrepancy, newest_us: u64) -> Finding {
    let days = newest_us.saturating_sub(raised.at_us) / days_us(1).max(1);
    let sentence = format!("A discrepancy has been open for {days} days.");
    Finding::new(RuleId::A02, sentence)
        .at([raised.index])
        .during(Interval { from_us: raised.at_us, to_us: newest_us })
        .of_exhibits(raised.exhibits.iter().copied())
        .by_device(raised.device)
        .by_person(raised.by)
}
