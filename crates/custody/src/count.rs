//! Counts of a store (A01). What a count says of an exhibit is judged with the exhibit, which knows where it then lay.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::discrepancy::Discrepancies;
use crate::fact::{AuditFact, AuditId, Interval};
use crate::finding::Finding;
use crate::id::{CompartmentId, DeviceId, LockerId, SiteId};
use crate::ledger::Recorded;
use crate::policy::Policy;
use crate::rule::RuleId;

/// What a count is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Where.
    pub site: SiteId,
    /// Of one locker; `None`: of all at the site.
    pub locker: Option<LockerId>,
}

/// One end of a count.
#[derive(Debug, Clone, Copy)]
struct End {
    when: Interval,
    index: u64,
    device: DeviceId,
}

/// One count. What was said first of its beginning and of its end is what counts.
#[derive(Debug, Clone, Default)]
pub struct Count {
    scope: Option<Scope>,
    started: Option<End>,
    closed: Option<End>,
    /// How many were counted, by its own word.
    said: Option<u64>,
    /// How many are on record.
    counted: u64,
}

impl Count {
    /// What it is of; none before its beginning is on record.
    pub fn scope(&self) -> Option<Scope> {
        self.scope
    }

    /// From its beginning to its end, with the clocks' errors, if both are on record.
    pub(crate) fn interval(&self) -> Option<Interval> {
        let (started, closed) = (self.started?, self.closed?);
        Some(Interval { from_us: started.when.from_us, to_us: closed.when.to_us })
    }

    /// The entries of beginning and end.
    pub(crate) fn indices(&self) -> impl Iterator<Item = u64> {
        self.started.into_iter().chain(self.closed).map(|end| end.index)
    }

    /// A01: a count says how many it counted.
    fn miscounted(&self) -> Option<Finding> {
        let (closed, said) = (self.closed?, self.said?);
        if said == self.counted {
            return None;
        }
        let sentence = format!("A count says that it counted {said}, and {} are on record.", self.counted);
        let finding = Finding::new(RuleId::A01, sentence).at(self.indices());
        Some(finding.during(self.interval().unwrap_or(closed.when)).by_device(closed.device))
    }
}

/// Every count and every discrepancy.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    by_id: BTreeMap<AuditId, Count>,
    /// Counts of each site, by their beginning.
    of_site: BTreeMap<(SiteId, u64), Vec<AuditId>>,
    discrepancies: Discrepancies,
}

impl Counts {
    /// Folds one fact. Returns what is wrong whatever else is told.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &AuditFact) -> Vec<Finding> {
        let statement = recorded.statement;
        let end = End { when: statement.time.interval(), index: recorded.index, device: statement.device };
        match fact {
            AuditFact::Started { audit, site, locker, .. } => {
                let count = self.by_id.entry(*audit).or_default();
                if count.started.is_none() {
                    count.started = Some(end);
                    count.scope = Some(Scope { site: *site, locker: *locker });
                    self.of_site.entry((*site, end.when.from_us)).or_default().push(*audit);
                }
            }
            AuditFact::Counted { audit, .. } => {
                let count = self.by_id.entry(*audit).or_default();
                count.counted = count.counted.saturating_add(1);
            }
            AuditFact::Unexpected { exhibit: None, compartment, .. } => {
                return alloc::vec![unnamed(&end, *compartment)];
            }
            AuditFact::Closed { audit, counted, .. } => {
                let count = self.by_id.entry(*audit).or_default();
                if count.closed.is_none() {
                    (count.closed, count.said) = (Some(end), Some(*counted));
                }
            }
            _ => return self.discrepancies.fold(recorded, fact),
        }
        Vec::new()
    }

    /// One count.
    pub fn get(&self, audit: &AuditId) -> Option<&Count> {
        self.by_id.get(audit)
    }

    /// The counts of a site that began within an interval, by their beginning.
    pub(crate) fn begun_within(
        &self,
        site: SiteId,
        interval: Interval,
    ) -> impl Iterator<Item = (&AuditId, &Count)> {
        let range = (site, interval.from_us)..=(site, interval.to_us.max(interval.from_us));
        let audits = self.of_site.range(range).flat_map(|(_, audits)| audits);
        audits.filter_map(|audit| Some((audit, self.by_id.get(audit)?)))
    }

    /// What is open where the record ends, and what does not add up.
    pub(crate) fn closing(&self, newest_us: u64, policy: &Policy) -> Vec<Finding> {
        let miscounted = self.by_id.values().filter_map(Count::miscounted);
        miscounted.chain(self.discrepancies.closing(newest_us, policy)).collect()
    }
}

/// A01: something is there that nobody can name.
fn unnamed(said: &End, compartment: Option<CompartmentId>) -> Finding {
    let sentence = String::from("A count found something that nobody can name.");
    let finding =
        Finding::new(RuleId::A01, sentence).at([said.index]).during(said.when).by_device(said.device);
    match compartment {
        Some(compartment) => finding.in_compartment(compartment),
        None => finding,
    }
}
