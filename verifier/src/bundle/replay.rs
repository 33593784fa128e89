//! The replay of some of a ledger's entries: the same checks as of all of them, but for what only all can show.

use std::collections::BTreeMap;

use custody::device::Refusal;
use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::Digest;
use custody::ledger::{Ledger, Recorded};
use custody::owners::KeyOwners;
use custody::policy::{InForce, Policies};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use disclosure::material::Said;
use ledger_format::entry::{Entry, StreamLink};
use ledger_format::merkle::leaf_hash;
use ledger_format::possession;
use ledger_format::said_heads::said_heads;
use ledger_format::statement::{self, Decoded};
use prost::Message as _;

use crate::audit::findings::Findings;
use crate::audit::heads::LedgerKeys;
use crate::audit::keys::{Ring, SignatureVerdict};
use crate::trust::Trust;

/// What was looked at.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counts {
    pub(super) entries: u64,
    pub(super) signatures: u64,
    pub(super) skipped_numbers: u64,
    pub(super) heads_not_compared: u64,
}

/// The state of a replay.
pub(super) struct Replay {
    pub(super) ledger: Ledger,
    pub(super) in_force: InForce,
    pub(super) ledger_keys: LedgerKeys,
    pub(super) findings: Findings,
    /// Every entry that may be believed.
    pub(super) entries: BTreeMap<u64, Said>,
    /// The links of each entry, in the order of its streams; of entries that may not be believed as well.
    pub(super) links: BTreeMap<u64, (Decoded, Digest, Vec<StreamLink>)>,
    pub(super) counts: Counts,
    ring: Ring,
    owners: KeyOwners,
}

impl Replay {
    pub(super) fn new(trust: &Trust, policies: Policies) -> Self {
        Self {
            ledger: Ledger::new(),
            in_force: InForce::before_any(policies),
            ledger_keys: LedgerKeys::new(trust),
            findings: Findings::default(),
            entries: BTreeMap::new(),
            links: BTreeMap::new(),
            counts: Counts::default(),
            ring: Ring::default(),
            owners: KeyOwners::default(),
        }
    }

    /// Puts one entry through every check. Entries come in ascending order.
    pub(super) fn entry(&mut self, index: u64, bytes: &[u8], head: (u64, Digest)) {
        self.counts.entries += 1;
        let entry = match Entry::decode(bytes) {
            Ok(entry) => entry,
            Err(error) => return self.unreadable(index, &error.to_string()),
        };
        if entry.index != index {
            let sentence = format!("The entry given as {index} says that it stands at {}.", entry.index);
            self.findings.at(RuleId::L02, index, sentence);
        }
        let decoded = match statement::decode(&entry.envelope.statement) {
            Ok(decoded) => decoded,
            Err(error) => return self.unreadable(index, &error.to_string()),
        };
        // Bytes that have passed the strict walk are a message of the schema.
        let Ok(message) = v1::Statement::decode(entry.envelope.statement.as_slice()) else {
            return self.unreadable(index, "not a statement");
        };
        let leaf = leaf_hash(bytes);
        if decoded.streams.len() != entry.streams.len() {
            let sentence =
                format!("Entry {index} has another number of stream links than its statement has streams.");
            self.findings.at(RuleId::L01, index, sentence);
        }
        self.links.insert(index, (decoded.clone(), leaf, entry.streams.clone()));
        self.heads(index, &decoded, &entry, head);
        self.ring.introduce(&decoded.statement.fact);
        if !self.is_authentic(index, &entry, &decoded) {
            return;
        }
        let statement = &decoded.statement;
        let recorded =
            Recorded { index, leaf, hash: decoded.hash, recorded_at_us: entry.recorded_at_us, statement };
        for finding in self.ledger.evolve(&recorded, self.in_force.policy()) {
            self.findings.add(finding);
        }
        self.in_force.follow(self.ledger.policy());
        for finding in self.owners.follow(index, &statement.fact) {
            self.findings.add(finding);
        }
        if let Some(key) = self.ledger.ledger_key() {
            self.ledger_keys.in_force(index.saturating_add(1), &key);
        }
        let said = Said { leaf, recorded_at_us: entry.recorded_at_us, decoded, message };
        self.entries.insert(index, said);
    }

    fn unreadable(&mut self, index: u64, why: &str) {
        let sentence = format!("Entry {index} cannot be read: {why}.");
        self.findings.at(RuleId::L06, index, sentence);
    }

    /// L04: a head of the bundle's own size that a statement names is the bundle's. Others need the whole tree.
    fn heads(&mut self, index: u64, decoded: &Decoded, entry: &Entry, (size, root): (u64, Digest)) {
        for named in said_heads(decoded, || entry.envelope.statement.clone()) {
            if named.size == size && named.root != root {
                let sentence = format!(
                    "Entry {index} names another root of the first {size} entries than the checkpoint."
                );
                self.findings.at(RuleId::L04, index, sentence);
            } else if named.size > index {
                let sentence = format!(
                    "Entry {index} names a head of {} entries, which there were not yet.",
                    named.size
                );
                self.findings.at(RuleId::L05, index, sentence);
            } else {
                self.counts.heads_not_compared += 1;
            }
        }
    }

    /// K01, K02, K03: whether the rulebook may believe that the device said this. A device's numbers may skip: what lies
    /// between is not in the bundle.
    fn is_authentic(&mut self, index: u64, entry: &Entry, decoded: &Decoded) -> bool {
        let statement = &decoded.statement;
        let device = statement.device;
        let finding = |rule: RuleId, sentence: String| {
            Finding::new(rule, sentence).at([index]).by_device(device).during(statement.time.interval())
        };
        let mut is_authentic = true;
        match self.ledger.standing(statement, entry.envelope.key_id) {
            Ok(_) => {}
            Err(Refusal::Gap { .. }) => self.counts.skipped_numbers += 1,
            Err(refusal @ Refusal::Previous { .. }) => {
                self.findings.add(finding(RuleId::K02, format!("A device's chain is broken: {refusal}.")));
            }
            Err(refusal @ Refusal::Earlier { .. }) => {
                let sentence = format!("A device made two statements with one number: {refusal}.");
                self.findings.add(finding(RuleId::K02, sentence).weighing(Severity::Contradiction));
                is_authentic = false;
            }
            Err(refusal @ (Refusal::Revoked { .. } | Refusal::Retired { .. })) => {
                let sentence = format!("A statement was made after the end: {refusal}.");
                self.findings.add(finding(RuleId::K03, sentence));
                is_authentic = false;
            }
            Err(refusal) => {
                self.findings.add(finding(RuleId::K01, format!("A statement has no standing: {refusal}.")));
                is_authentic = false;
            }
        }
        self.counts.signatures += 1;
        let bad = match self.ring.verdict(&entry.envelope) {
            SignatureVerdict::Valid => None,
            SignatureVerdict::Invalid => Some("does not verify"),
            SignatureVerdict::NoKey => Some("is under a key that nobody introduced, and cannot be checked"),
        };
        if let Some(bad) = bad {
            let sentence =
                format!("The signature of device {device} under statement {} {bad}.", statement.sequence);
            self.findings.add(finding(RuleId::K01, sentence));
            is_authentic = false;
        }
        if possession::is_proven(&statement.fact, self.ledger.node()) == Some(false) {
            let sentence = "A key is brought in whose holder has not proved to have it.".to_owned();
            self.findings.add(finding(RuleId::K01, sentence));
            is_authentic = false;
        }
        if index != 0 && matches!(statement.fact, Fact::Genesis { .. }) {
            is_authentic = false;
        }
        is_authentic
    }
}
