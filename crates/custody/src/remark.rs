//! Remarks: later statements about earlier ones, shown beside a finding and never instead of it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::fact::AuditFact;
use crate::finding::{Beside, Finding, Remark};
use crate::id::{CompartmentId, Digest, ExhibitId};

/// How many remarks are shown beside one finding: more than anybody reads.
const BESIDE_MAX: usize = 64;

/// Everything that was said later about what stood in the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks {
    /// By the statement it is about.
    by_statement: BTreeMap<Digest, Vec<Beside>>,
    /// By the exhibit it names, where it names no statement of it.
    by_exhibit: BTreeMap<ExhibitId, Vec<Beside>>,
    /// Attended checks by compartment.
    by_compartment: BTreeMap<CompartmentId, Vec<Beside>>,
    /// What each discrepancy is about, by its statement.
    discrepancies: BTreeMap<Digest, Vec<Digest>>,
}

impl Remarks {
    /// Takes note of a fact that says something of other statements.
    pub(crate) fn note(&mut self, index: u64, hash: Digest, fact: &AuditFact) {
        match fact {
            AuditFact::Annotated { statement, exhibits, .. } => {
                self.about(&[*statement], exhibits, Beside { index, what: Remark::Annotated });
            }
            AuditFact::Corrected { statement, exhibits, .. } => {
                self.about(&[*statement], exhibits, Beside { index, what: Remark::Corrected });
            }
            AuditFact::DiscrepancyRaised { about, exhibits, .. } => {
                self.discrepancies.insert(hash, about.clone());
                self.about(about, exhibits, Beside { index, what: Remark::DiscrepancyRaised });
            }
            AuditFact::DiscrepancyResolved { discrepancy, exhibits, .. } => {
                let about = self.discrepancies.get(discrepancy).cloned().unwrap_or_default();
                self.about(&about, exhibits, Beside { index, what: Remark::DiscrepancyResolved });
            }
            _ => {}
        }
    }

    /// Somebody went to a compartment and looked.
    pub(crate) fn checked(&mut self, index: u64, compartment: CompartmentId) {
        let beside = Beside { index, what: Remark::AttendedCheck };
        self.by_compartment.entry(compartment).or_default().push(beside);
    }

    fn about(&mut self, statements: &[Digest], exhibits: &[ExhibitId], beside: Beside) {
        for statement in statements {
            self.by_statement.entry(*statement).or_default().push(beside);
        }
        if statements.is_empty() {
            for exhibit in exhibits {
                self.by_exhibit.entry(*exhibit).or_default().push(beside);
            }
        }
    }

    /// Puts beside a finding what was said later of the statements it rests on, of its exhibits, or of its
    /// compartments. `hash_of` is the hash of the statement of an entry about an exhibit.
    pub(crate) fn put_beside(&self, finding: &mut Finding, hash_of: impl Fn(u64) -> Option<Digest>) {
        let last = finding.indices.last().copied().unwrap_or(0);
        let of_statements = finding
            .indices
            .iter()
            .filter_map(|index| hash_of(*index))
            .filter_map(|hash| self.by_statement.get(&hash))
            .flatten();
        let of_exhibits =
            finding.exhibits.iter().filter_map(|exhibit| self.by_exhibit.get(exhibit)).flatten();
        let of_compartments =
            finding.compartments.iter().filter_map(|place| later(self.by_compartment.get(place)?, last));
        let mut beside: Vec<Beside> =
            of_statements.chain(of_exhibits).copied().chain(of_compartments.flatten().copied()).collect();
        beside.sort_unstable();
        beside.dedup();
        beside.retain(|beside| !finding.indices.contains(&beside.index));
        beside.truncate(BESIDE_MAX);
        finding.beside = beside;
    }
}

/// Those that came after an entry; they ascend.
fn later(all: &[Beside], after: u64) -> Option<impl Iterator<Item = &Beside>> {
    let first = all.partition_point(|beside| beside.index <= after);
    all.get(first..).map(|later| later.iter().take(BESIDE_MAX))
}
