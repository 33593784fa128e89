//! What the node knows from the entries so far: the rulebook's state, the tree, and where to find things.
//!
//! Nothing in it was ever not durable: the writer advances it after the append. It takes about 300 bytes
//! of memory for each entry, beside what the rulebook keeps.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use custody::device::Device;
use custody::fact::{DeviceKey, Fact, Key};
use custody::finding::{Finding, fatal_objection};
use custody::id::{CaseId, DeviceId, Digest, ExhibitId};
use custody::ledger::{Ledger, Recorded};
use custody::owners::KeyOwners;
use custody::policy::{InForce, Policies, Policy};
use custody::said_head::SaidHead;
use custody::verdict::Verdict;
use ledger_format::entry::Entry;
use ledger_format::key::PublicKey;
use ledger_format::merkle::{MemoryTree, root_at};
use ledger_format::said_heads::said_heads;
use ledger_format::statement::Decoded;
use ledger_format::stream::StreamName;

use crate::footage::Footage;
use crate::home::Moved;
use crate::tables::Tables;
use crate::touched::{Reach, Touched};

/// Findings of the chain kept for the alert list: far more than anybody resolves, and a bound on what a
/// device gone wrong can make the node hold. The verifier lists all.
pub const FINDINGS_KEPT_MAX: usize = 100_000;

/// An entry in its place, with all that is needed to take it into the state.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its position.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Digest,
    /// The node's clock when it was placed, UTC microseconds.
    pub recorded_at_us: u64,
    /// SHA-256 of the key that signed it.
    pub key_id: Digest,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// What its statement says.
    pub decoded: Decoded,
}

impl Placed {
    /// As the rulebook sees it.
    pub fn recorded(&self) -> Recorded<'_> {
        Recorded {
            index: self.index,
            leaf: self.leaf,
            hash: self.decoded.hash,
            recorded_at_us: self.recorded_at_us,
            statement: &self.decoded.statement,
        }
    }
}

/// One statement of a device, as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Its number.
    pub sequence: u64,
    /// Its hash.
    pub hash: Digest,
    /// The index of its entry.
    pub index: u64,
}

/// An envelope that the ledger names and does not contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Archived {
    /// Index of the entry that names it.
    pub index: u64,
    /// SHA-256 of the statement that is not in the ledger.
    pub statement: Digest,
    /// SHA-256 of its envelope, under which the bytes are archived.
    pub envelope: Digest,
}

/// What entry 0 says.
#[derive(Debug, Clone)]
pub struct Genesis {
    /// Its leaf hash.
    pub leaf: Digest,
    /// The log's name.
    pub origin: String,
    /// The node.
    pub node: DeviceKey,
}

/// What the entries so far establish.
#[derive(Debug, Default)]
pub struct State {
    ledger: Ledger,
    in_force: InForce,
    owners: KeyOwners,
    tree: MemoryTree,
    genesis: Option<Genesis>,
    streams: BTreeMap<StreamName, Vec<u64>>,
    said: HashMap<DeviceId, Vec<Said>>,
    by_hash: HashMap<Digest, u64>,
    /// Every key that some statement introduces for a device, by its id.
    keys: HashMap<Digest, PublicKey>,
    archived: BTreeMap<DeviceId, Vec<Archived>>,
    findings: VecDeque<Finding>,
    findings_total: u64,
    /// How many of them leave nothing proven.
    fatal: usize,
    last_leaf: Digest,
    ledger_keys: Vec<Key>,
    last_census_us: u64,
    moved: Option<Moved>,
    tables: Tables,
    footage: Footage,
    reach: Reach,
    touched: Touched,
}

impl State {
    /// Before entry 0, with these policies at hand.
    pub fn new(policies: Policies) -> Self {
        Self { in_force: InForce::before_any(policies), ..Self::default() }
    }

    /// Takes in the next entry, whose index must be [`size`](Self::size).
    pub fn push(&mut self, placed: &Placed) {
        let Placed { index, leaf, decoded, .. } = placed;
        let mut found = self.ledger.evolve(&placed.recorded(), self.in_force.policy());
        self.in_force.follow(self.ledger.policy());
        found.extend(self.owners.follow(*index, &decoded.statement.fact));
        found.extend(self.foreign_heads(placed));
        self.touched.merge(self.reach.follow(decoded, &found, &self.ledger));
        self.tables.push(placed, &found);
        self.footage.push(placed, &found, &self.ledger, self.in_force.policy());
        self.keep(found);
        if let Some(key) = self.ledger.ledger_key().filter(|key| self.ledger_keys.last() != Some(key)) {
            self.ledger_keys.push(key);
        }
        self.tree.push(*leaf);
        self.last_leaf = *leaf;
        for stream in &decoded.streams {
            self.streams.entry(*stream).or_default().push(*index);
        }
        let (device, sequence) = (decoded.statement.device, decoded.statement.sequence);
        let said = Said { sequence, hash: decoded.hash, index: *index };
        self.said.entry(device).or_default().push(said);
        self.by_hash.entry(decoded.hash).or_insert(*index);
        self.introduce(&decoded.statement.fact);
        self.note(placed);
    }

    /// Enrols the keys that a fact introduces, once: it costs more than verifying a signature. Whether one is in
    /// force, and for whom, only the rulebook says.
    fn introduce(&mut self, fact: &Fact) {
        let keys: Vec<&Key> = match fact {
            Fact::Genesis { authorities, node, .. } => {
                authorities.iter().chain([node]).map(|named| &named.key).collect()
            }
            Fact::DeviceEnrolled { key, .. } | Fact::DeviceKeyRotated { key, .. } => vec![key],
            _ => Vec::new(),
        };
        // The decoder lets no other key through.
        let enrolled = keys.into_iter().filter_map(|key| PublicKey::enrol(&key.bytes).ok());
        self.keys.extend(enrolled.map(|key| (key.id(), key)));
    }

    /// L04, L05: every head that a statement names is one of this ledger; otherwise there is another under the same keys.
    fn foreign_heads(&self, placed: &Placed) -> Vec<Finding> {
        let bytes = || Entry::decode(&placed.bytes).map(|entry| entry.envelope.statement).unwrap_or_default();
        let heads = said_heads(&placed.decoded, bytes);
        let finding = |head: SaidHead| {
            let root = root_at(&self.tree, head.size).ok();
            head.finding(placed.index, &placed.decoded.statement, root)
        };
        heads.filter_map(finding).collect()
    }

    /// Keeps the newest findings.
    fn keep(&mut self, found: Vec<Finding>) {
        let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
        self.findings_total = self.findings_total.saturating_add(count);
        let fatal = found.iter().filter(|finding| finding.is_fatal_for_all()).count();
        self.fatal = self.fatal.saturating_add(fatal);
        self.findings.extend(found);
        let surplus = self.findings.len().saturating_sub(FINDINGS_KEPT_MAX);
        self.findings.drain(..surplus);
    }

    /// What the ledger says about itself. Only the node's own word counts: any device can sign these facts,
    /// and the rulebook finds it when another one does.
    fn note(&mut self, placed: &Placed) {
        let statement = &placed.decoded.statement;
        if let Fact::Genesis { origin, node, .. } = &statement.fact
            && placed.index == 0
        {
            self.genesis = Some(Genesis { leaf: placed.leaf, origin: origin.clone(), node: *node });
            self.last_census_us = placed.recorded_at_us;
        }
        let Some(genesis) = self.genesis.as_ref().filter(|genesis| genesis.node.device == statement.device)
        else {
            return;
        };
        self.moved = Moved::by(placed, genesis.leaf).or(self.moved);
        match statement.fact {
            Fact::CensusTaken { .. } => self.last_census_us = placed.recorded_at_us,
            Fact::ForkEvidenced { device, conflicting, envelope, .. } => {
                self.archive(device, placed.index, conflicting, envelope);
            }
            Fact::StatementSetAside { device, statement, envelope, .. } => {
                self.archive(device, placed.index, statement, envelope);
            }
            _ => {}
        }
    }

    fn archive(&mut self, device: DeviceId, index: u64, statement: Digest, envelope: Digest) {
        self.archived.entry(device).or_default().push(Archived { index, statement, envelope });
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.tree.frontier().size()
    }

    /// The rulebook's state.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The policy that judges now.
    pub fn policy(&self) -> &Policy {
        self.in_force.policy()
    }

    /// The policies at hand, and which of them is in force.
    pub(crate) fn in_force(&self) -> &InForce {
        &self.in_force
    }

    /// The policy that the ledger has adopted last, if it is not at hand: then another judges.
    pub fn policy_not_at_hand(&self) -> Option<Digest> {
        self.in_force.not_at_hand()
    }

    /// Tables for those who run the estate.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// What is wanted of recorders, and what must be kept.
    pub fn footage(&self) -> &Footage {
        &self.footage
    }

    /// What is under a legal hold, each with the statement that holds it.
    pub(crate) fn held(&self) -> BTreeMap<ExhibitId, Digest> {
        self.tables.holds.held(|case| self.reach.of_case(case))
    }

    /// The exhibits registered under a case, and whatever is one with them.
    pub fn of_case(&self, case: CaseId) -> BTreeSet<ExhibitId> {
        let registered: Vec<_> = self.reach.of_case(case).collect();
        registered.iter().flat_map(|exhibit| self.ledger.one_with(exhibit)).copied().collect()
    }

    /// Whom the entries have touched that were taken in since this was last asked.
    pub fn take_touched(&mut self) -> Touched {
        std::mem::take(&mut self.touched)
    }

    /// The tree over the entries.
    pub fn tree(&self) -> &MemoryTree {
        &self.tree
    }

    /// What entry 0 says; `None` while there is none.
    pub fn genesis(&self) -> Option<&Genesis> {
        self.genesis.as_ref()
    }

    /// The node as a device.
    pub fn node(&self) -> Option<&Device> {
        self.ledger.device(self.genesis.as_ref()?.node.device)
    }

    /// The newest entry that closed a store and names the ledger's home since; `None` for one that never moved.
    pub fn moved(&self) -> Option<Moved> {
        self.moved
    }

    /// Leaf hash of the last entry; zero while there is none.
    pub fn last_leaf(&self) -> Digest {
        self.last_leaf
    }

    /// The indices of a stream's entries, ascending; empty for a stream that never began.
    pub fn stream(&self, stream: &StreamName) -> &[u64] {
        self.streams.get(stream).map_or(&[], Vec::as_slice)
    }

    /// Every stream, with the indices of its entries.
    pub fn streams(&self) -> impl Iterator<Item = (&StreamName, &[u64])> {
        self.streams.iter().map(|(name, indices)| (name, indices.as_slice()))
    }

    /// How many streams there are.
    pub fn stream_count(&self) -> usize {
        self.streams.len()
    }

    /// What a device said under a number.
    pub fn said(&self, device: DeviceId, sequence: u64) -> Option<Said> {
        // A device's numbers only grow, whatever it skips.
        let said = self.said.get(&device)?;
        let place = said.binary_search_by_key(&sequence, |said| said.sequence).ok()?;
        said.get(place).copied()
    }

    /// The key in force for a device, fit to verify with.
    pub fn key(&self, device: DeviceId) -> Option<PublicKey> {
        self.keys.get(&self.ledger.device(device)?.tenure.key.id).copied()
    }

    /// The index of the entry with this statement.
    pub fn index_of(&self, statement: &Digest) -> Option<u64> {
        self.by_hash.get(statement).copied()
    }

    /// What was archived of one device, in chain order.
    pub fn archived_of(&self, device: DeviceId) -> &[Archived] {
        self.archived.get(&device).map_or(&[], Vec::as_slice)
    }

    /// What was archived of any device.
    pub fn archived(&self) -> impl Iterator<Item = &Archived> {
        self.archived.values().flatten()
    }

    /// The newest findings that chain order decided, oldest first; at most [`FINDINGS_KEPT_MAX`].
    pub fn findings(&self) -> impl DoubleEndedIterator<Item = &Finding> + ExactSizeIterator {
        self.findings.iter()
    }

    /// Why nothing is proven of anything, where the record as a whole is not reliable.
    pub fn objection(&self) -> Option<String> {
        fatal_objection(self.fatal)
    }

    /// The verdict on one exhibit, as an audit reaches it, with what was said later beside each finding; `None` for one
    /// that no rule knows.
    pub fn verdict(&self, exhibit: ExhibitId) -> Option<Verdict> {
        let mut verdict = self.ledger.judge(exhibit, self.policy())?;
        if let Some(why) = self.objection() {
            verdict.lower(&why);
        }
        for finding in &mut verdict.findings {
            self.ledger.put_beside(finding);
        }
        Some(verdict)
    }

    /// How many findings chain order decided in all.
    pub fn findings_total(&self) -> u64 {
        self.findings_total
    }

    /// Every key that has signed checkpoints, in the order in which they took effect; the last does now.
    pub fn ledger_keys(&self) -> &[Key] {
        &self.ledger_keys
    }

    /// When the last census was recorded, or the genesis before any; UTC microseconds.
    pub fn last_census_us(&self) -> u64 {
        self.last_census_us
    }
}
