//! Discrepancies: raised by one person, resolved by another, in time (A02).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::fact::{AuditFact, Interval};
use crate::finding::Finding;
use crate::id::{DeviceId, Digest, ExhibitId, PersonId};
use crate::ledger::Recorded;
use crate::policy::{Policy, days_us};
use crate::rule::RuleId;

/// How many resolutions of what is not on record wait for it: more than a desk that was offline for a year has. One
/// more is told at once.
const WAITING_MAX: usize = 65_536;

/// One discrepancy.
#[derive(Debug, Clone)]
struct Discrepancy {
    by: PersonId,
    at_us: u64,
    index: u64,
    device: DeviceId,
    /// What it is about; forgotten once it is resolved.
    exhibits: Vec<ExhibitId>,
    is_resolved: bool,
}

/// One resolution.
#[derive(Debug, Clone)]
struct Resolution {
    by: PersonId,
    index: u64,
    device: DeviceId,
    when: Interval,
    exhibits: Vec<ExhibitId>,
}

/// Every discrepancy, and the resolutions that wait for theirs: the one may be recorded before the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Discrepancies {
    raised: BTreeMap<Digest, Discrepancy>,
    /// By the discrepancy that they name and their entry.
    waiting: BTreeMap<(Digest, u64), Resolution>,
}

impl Discrepancies {
    /// Folds one fact. Returns what is wrong whatever else is told.
    pub(crate) fn fold(&mut self, recorded: &Recorded<'_>, fact: &AuditFact) -> Vec<Finding> {
        let (index, device, time) = (recorded.index, recorded.statement.device, recorded.statement.time);
        match fact {
            AuditFact::DiscrepancyRaised { exhibits, by, .. } => {
                let (by, exhibits, at_us) = (by.person, exhibits.clone(), time.wall_us);
                let raised = Discrepancy { by, at_us, index, device, exhibits, is_resolved: false };
                self.raised.insert(recorded.hash, raised);
                self.resolve_waiting(recorded.hash)
            }
            AuditFact::DiscrepancyResolved { exhibits, discrepancy, by } => {
                let (by, exhibits, when) = (by.person, exhibits.clone(), time.interval());
                let resolution = Resolution { by, index, device, when, exhibits };
                if self.raised.contains_key(discrepancy) {
                    return self.resolve(*discrepancy, &resolution).into_iter().collect();
                }
                if self.waiting.len() >= WAITING_MAX {
                    return alloc::vec![of_nothing(&resolution)];
                }
                self.waiting.insert((*discrepancy, index), resolution);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn resolve_waiting(&mut self, discrepancy: Digest) -> Vec<Finding> {
        let mut findings = Vec::new();
        while let Some((key, _)) = self.waiting.range((discrepancy, 0)..=(discrepancy, u64::MAX)).next() {
            let key = *key;
            let Some(resolution) = self.waiting.remove(&key) else { break };
            findings.extend(self.resolve(discrepancy, &resolution));
        }
        findings
    }

    /// Whoever resolves it, it is open no longer; that the same person raised it is told.
    fn resolve(&mut self, discrepancy: Digest, resolution: &Resolution) -> Option<Finding> {
        let raised = self.raised.get_mut(&discrepancy)?;
        raised.is_resolved = true;
        raised.exhibits = Vec::new();
        let index = raised.index;
        let sentence = "A discrepancy was resolved by the person who had raised it.";
        (raised.by == resolution.by).then(|| against(sentence, resolution).at([index]))
    }

    /// What is open where the record ends.
    pub(crate) fn closing(&self, newest_us: u64, policy: &Policy) -> impl Iterator<Item = Finding> {
        let limit_us = days_us(policy.transit.discrepancy_days_max);
        let is_old = move |raised: &&Discrepancy| {
            !raised.is_resolved && newest_us.saturating_sub(raised.at_us) > limit_us
        };
        let open = self.raised.values().filter(is_old).map(move |raised| still_open(raised, newest_us));
        open.chain(self.waiting.values().map(of_nothing))
    }
}

fn of_nothing(resolution: &Resolution) -> Finding {
    against("A resolution names no discrepancy on record.", resolution)
}

fn against(sentence: &str, resolution: &Resolution) -> Finding {
    Finding::new(RuleId::A02, String::from(sentence))
        .at([resolution.index])
        .during(resolution.when)
        .of_exhibits(resolution.exhibits.iter().copied())
        .by_device(resolution.device)
        .by_person(resolution.by)
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
