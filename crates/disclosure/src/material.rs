//! What the reports are written from: the bundle's entries as replayed, and what was concluded from them.

use std::collections::BTreeMap;

use civil_time::Zone;
use custody::finding::Finding;
use custody::id::{CaseId, Digest, ExhibitId};
use custody::ledger::Ledger;
use custody::policy::Policy;
use custody::verdict::Verdict;
use custody_proto::v1;
use ledger_format::statement::Decoded;

use crate::openings::{Openings, Registered};
use crate::profile::Profile;

/// All that a report may say. The same material gives the same bytes.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// What was asked for.
    pub request: &'a Request,
    /// The rulebook's state after every entry of the bundle that may be believed.
    pub ledger: &'a Ledger,
    /// The policy in force where the bundle ends.
    pub policy: &'a Policy,
    /// Every authentic entry of the bundle, by index. A bundle has some of the ledger's entries, never all.
    pub entries: &'a BTreeMap<u64, Said>,
    /// The verdict on each exhibit in scope, by id, lowered already by what lowers it.
    pub verdicts: &'a [Verdict],
    /// Every finding, gravest first. Nothing filters them.
    pub findings: &'a [Finding],
    /// What became of each commitment.
    pub openings: &'a Openings,
    /// The redaction register: everything that is not disclosed.
    pub register: &'a [Registered],
    /// What was checked, on what it rests and who vouches for it.
    pub standing: &'a Standing,
    /// The zone whose time stands beside UTC.
    pub zone: &'a Zone,
}

/// One entry of the bundle.
#[derive(Debug, Clone)]
pub struct Said {
    /// Its leaf hash.
    pub leaf: Digest,
    /// The node's clock, UTC microseconds.
    pub recorded_at_us: u64,
    /// Its statement for the rulebook; its hash, streams and commitments.
    pub decoded: Decoded,
    /// The same statement with every field of the schema.
    pub message: v1::Statement,
}

/// What was asked for, by the entries that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The ledger's name.
    pub origin: String,
    /// Entries under the bundle's checkpoint.
    pub size: u64,
    /// Their root.
    pub root: Digest,
    /// For whom.
    pub profile: Profile,
    /// The whole case, if it was asked for.
    pub case: Option<CaseId>,
    /// The exhibits in scope, ascending.
    pub exhibits: Vec<ExhibitId>,
    /// Index of the entry `disclosure_requested`.
    pub requested_at: u64,
    /// When its device says it was asked, UTC microseconds.
    pub requested_us: u64,
    /// The recipient, if disclosed.
    pub recipient: Option<String>,
    /// Index of the entry `census_taken`: the exhibits' streams are complete up to it.
    pub census_at: u64,
    /// When the node says it took it, UTC microseconds.
    pub census_us: u64,
}

/// What was checked, on what the rest depends, and who vouches for it. Sentences with a full stop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// `complete`, `complete according to the node` … in one sentence.
    pub completeness: String,
    /// What was recomputed, with its numbers.
    pub checked: Vec<String>,
    /// What this bundle alone cannot show.
    pub rests_on_audit: Vec<String>,
    /// Who cosigned the checkpoint, and when by their own clock.
    pub cosigned: Vec<String>,
    /// Name and version of the program that computed this.
    pub program: String,
}
