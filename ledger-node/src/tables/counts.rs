//! Counts of stores, and discrepancies that nobody has put right.

use std::collections::{BTreeMap, VecDeque};

use custody::fact::{AuditFact, AuditId};
use custody::id::{Digest, ExhibitId, LockerId, PersonId, SiteId};

use crate::state::Placed;

/// Counts shown at most, the newest: two years of a count a week at eleven stores.
pub const COUNTS_KEPT_MAX: usize = 1_200;

/// Exhibits named of one count at most: those not found. More than a bank has compartments is another story than a
/// count that went wrong.
const NOT_FOUND_NAMED_MAX: usize = 256;

/// One count of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// Which.
    pub audit: AuditId,
    /// Where.
    pub site: SiteId,
    /// Of one locker; `None`: of all at the site.
    pub locker: Option<LockerId>,
    /// The counters did not see what should be there.
    pub is_blind: bool,
    /// Who counts.
    pub by: PersonId,
    /// The entry at which it began.
    pub began: u64,
    /// When, by the device's clock, UTC microseconds.
    pub began_us: u64,
    /// How many were counted so far.
    pub counted: u64,
    /// What was not there.
    pub not_found: Vec<ExhibitId>,
    /// How many things were there that should not be.
    pub unexpected: u64,
    /// The entry at which it ended.
    pub closed: Option<u64>,
}

/// Something said to be wrong, and not yet put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discrepancy {
    /// The entry that raised it.
    pub index: u64,
    /// When, by the device's clock, UTC microseconds.
    pub raised_us: u64,
    /// By whom.
    pub by: PersonId,
    /// With what.
    pub exhibits: Vec<ExhibitId>,
}

/// The newest counts, and every open discrepancy.
#[derive(Debug, Default)]
pub struct Counts {
    counts: VecDeque<Count>,
    open: BTreeMap<Digest, Discrepancy>,
}

impl Counts {
    pub(super) fn push(&mut self, placed: &Placed, fact: &AuditFact) {
        let (index, at_us) = (placed.index, placed.decoded.statement.time.wall_us);
        match fact {
            AuditFact::Started { audit, site, locker, is_blind, first, .. } => {
                self.begin(Count {
                    audit: *audit,
                    site: *site,
                    locker: *locker,
                    is_blind: *is_blind,
                    by: first.person,
                    began: index,
                    began_us: at_us,
                    counted: 0,
                    not_found: Vec::new(),
                    unexpected: 0,
                    closed: None,
                });
            }
            AuditFact::Counted { audit, .. } => {
                self.of(*audit, |count| count.counted = count.counted.saturating_add(1));
            }
            AuditFact::NotFound { audit, exhibit } => self.of(*audit, |count| {
                if count.not_found.len() < NOT_FOUND_NAMED_MAX {
                    count.not_found.push(*exhibit);
                }
            }),
            AuditFact::Unexpected { audit, .. } => {
                self.of(*audit, |count| count.unexpected = count.unexpected.saturating_add(1));
            }
            AuditFact::Closed { audit, .. } => self.of(*audit, |count| count.closed = Some(index)),
            AuditFact::DiscrepancyRaised { exhibits, by, .. } => {
                let exhibits = exhibits.clone();
                let raised = Discrepancy { index, raised_us: at_us, by: by.person, exhibits };
                self.open.insert(placed.decoded.hash, raised);
            }
            AuditFact::DiscrepancyResolved { discrepancy, .. } => {
                self.open.remove(discrepancy);
            }
            _ => {}
        }
    }

    fn begin(&mut self, count: Count) {
        self.counts.push_back(count);
        if self.counts.len() > COUNTS_KEPT_MAX {
            self.counts.pop_front();
        }
    }

    /// The newest count of this id that has not ended.
    fn of(&mut self, audit: AuditId, change: impl FnOnce(&mut Count)) {
        let mut newest = self.counts.iter_mut().rev();
        if let Some(count) = newest.find(|count| count.audit == audit && count.closed.is_none()) {
            change(count);
        }
    }

    /// The newest [`COUNTS_KEPT_MAX`] counts, newest first.
    pub fn counts(&self) -> impl Iterator<Item = &Count> {
        self.counts.iter().rev()
    }

    /// Discrepancies that nobody has put right, by the hash of what raised them.
    pub fn discrepancies(&self) -> impl Iterator<Item = (Digest, &Discrepancy)> {
        self.open.iter().map(|(hash, discrepancy)| (*hash, discrepancy))
    }
}
