//! The replay: one entry after the other through every check that chain order decides.

mod authentic;
mod entry;

use custody::id::Digest;
use custody::ledger::Ledger;
use custody::owners::KeyOwners;
use custody::policy::InForce;
use custody::rule::RuleId;

use super::bundles::Checked;
use super::decode::Read;
use super::evidence::Referred;
use super::findings::Findings;
use super::footage::{CommittedFootage, FootageOutcome};
use super::heads::LedgerKeys;
use super::keys::{SignatureVerdict, Tenures};
use super::streams::Streams;
use super::tree::Tree;
use crate::archive::ArchiveReader;
use crate::policies::Policies;
use crate::report::{Counts, NotReplayed};
use crate::trust::Trust;

/// A stretch of entries that were not replayed.
#[derive(Debug)]
pub(super) struct Gap {
    first: u64,
    last: u64,
    why: String,
}

impl From<Gap> for NotReplayed {
    fn from(Gap { first, last, why }: Gap) -> Self {
        Self { first, last, why }
    }
}

/// The state of a replay.
pub(super) struct Replay<'a> {
    pub(super) archive: &'a dyn ArchiveReader,
    pub(super) trust: &'a Trust,
    pub(super) in_force: InForce,
    /// Size of the ledger by the word of its checkpoint.
    pub(super) size: u64,
    pub(super) findings: Findings,
    pub(super) counts: Counts,
    pub(super) tree: Tree<'a>,
    pub(super) streams: Streams,
    pub(super) tenures: Tenures,
    owners: KeyOwners,
    pub(super) ledger: Ledger,
    pub(super) ledger_keys: LedgerKeys,
    pub(super) referred: Referred,
    pub(super) gaps: Vec<Gap>,
    /// Leaf hash of the entry before; none where that entry could not be had.
    previous: Option<Digest>,
    /// A hash tile could not be recomputed.
    pub(super) tiles_not_checked: bool,
    /// A census could not be recomputed.
    pub(super) censuses_not_checked: u64,
    /// The root has been found to be the checkpoint's.
    pub(super) is_root_checked: bool,
    /// Why the archive could not be listed.
    pub(super) could_not_list: Option<String>,
    /// What manifests commit to; none where no footage is given.
    pub(super) committed: Option<CommittedFootage>,
    /// What became of the footage that was given.
    pub(super) footage: Option<FootageOutcome>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(
        archive: &'a dyn ArchiveReader,
        trust: &'a Trust,
        policies: &Policies,
        size: u64,
    ) -> Self {
        Self {
            archive,
            trust,
            in_force: InForce::before_any(policies.clone()),
            size,
            findings: Findings::default(),
            counts: Counts::default(),
            tree: Tree::new(archive),
            streams: Streams::default(),
            tenures: Tenures::default(),
            owners: KeyOwners::default(),
            ledger: Ledger::new(),
            ledger_keys: LedgerKeys::new(trust),
            referred: Referred::default(),
            gaps: Vec::new(),
            previous: Some(Digest::ZERO),
            tiles_not_checked: false,
            censuses_not_checked: 0,
            is_root_checked: false,
            could_not_list: None,
            committed: None,
            footage: None,
        }
    }

    /// Replays the entries of one bundle, the first of which stands at index `first`.
    pub(super) fn entries(&mut self, first: u64, entries: &[Checked]) {
        self.counts.bundles += 1;
        for (index, (read, verdict)) in (first..).zip(entries) {
            self.count(read, *verdict);
            self.entry(index, read, *verdict);
        }
    }

    fn count(&mut self, read: &Read, verdict: Option<SignatureVerdict>) {
        let counts = &mut self.counts;
        counts.entries += 1;
        counts.entry_bytes += read.len;
        // An entry has exactly one signature, whether or not it can be read.
        counts.signatures_present += 1;
        match verdict {
            None | Some(SignatureVerdict::NoKey) => {}
            Some(SignatureVerdict::Invalid) => counts.signatures_checked += 1,
            Some(SignatureVerdict::Valid) => {
                counts.signatures_checked += 1;
                counts.signatures_valid += 1;
            }
        }
    }

    /// Takes note that entries `first` to `last` cannot be replayed (L02), and goes on after them.
    pub(super) fn gap(&mut self, first: u64, last: u64, why: &str) {
        let sentence = if first == last {
            format!("Entry {first} cannot be replayed: {why}.")
        } else {
            format!("Entries {first} to {last} cannot be replayed: {why}.")
        };
        self.findings.add(custody::finding::Finding::new(RuleId::L02, sentence).at([first, last]));
        self.hole(first, last, why);
        self.previous = None;
    }

    /// Takes note that what entries say is unknown, though their bytes may be there.
    fn hole(&mut self, first: u64, last: u64, why: &str) {
        self.streams.gap();
        match self.gaps.last_mut() {
            Some(gap) if gap.last.checked_add(1) == Some(first) && gap.why == why => gap.last = last,
            _ => self.gaps.push(Gap { first, last, why: why.to_owned() }),
        }
    }

    /// Goes on with the tree after a gap, where its hash tile tells the leaves.
    pub(super) fn leaves_of_a_gap(&mut self, leaves: Option<Vec<Digest>>) {
        match leaves {
            None => self.tree.break_off(),
            Some(leaves) => {
                self.previous = leaves.last().copied();
                for leaf in leaves {
                    self.tree.push(leaf);
                }
            }
        }
    }
}
