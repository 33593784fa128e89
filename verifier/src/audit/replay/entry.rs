//! One entry: its place, its links, what it says of the ledger, and its statement to the rulebook.

use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::Digest;
use custody::ledger::Recorded;
use custody::rule::RuleId;
use custody::said_head::SaidHead;
use ledger_format::canonical::Problem;
use ledger_format::entry::Entry;
use ledger_format::said_heads::said_heads;
use ledger_format::statement::Decoded;

use super::Replay;
use crate::audit::decode::{Content, Read};
use crate::audit::findings::short;
use crate::audit::keys::SignatureVerdict;
use crate::report::escaped;

impl Replay<'_> {
    /// Puts one entry through every check.
    pub(super) fn entry(&mut self, index: u64, read: &Read, verdict: Option<SignatureVerdict>) {
        if index == 0 && read.leaf != self.trust.genesis {
            let sentence = format!(
                "The ledger begins with another entry than the trust file names: {} instead of {}.",
                read.leaf, self.trust.genesis
            );
            self.findings.at(RuleId::L03, index, sentence);
        }
        if let Some(entry) = read.entry() {
            self.place(index, entry);
        }
        match &read.content {
            Content::NoEntry(error) => {
                self.unreadable(index, &format!("its bytes are not those of an entry: {error}"));
            }
            Content::NoStatement(_, error) => {
                let newer = matches!(error.problem, Problem::UnknownFact { .. });
                let hint = if newer { " (a newer verifier may know it)" } else { "" };
                self.unreadable(index, &format!("its statement cannot be read: {error}{hint}"));
            }
            Content::Whole(entry, decoded) => {
                self.said(index, read.leaf, entry, decoded, verdict.unwrap_or(SignatureVerdict::NoKey));
            }
        }
        self.previous = Some(read.leaf);
        self.tree.push(read.leaf);
    }

    /// L06: something in the record that no rule can be applied to.
    fn unreadable(&mut self, index: u64, why: &str) {
        let finding = Finding::new(RuleId::L06, format!("Entry {index} cannot be read: {why}."));
        self.findings.add(finding.at([index]));
        self.hole(index, index, "it cannot be read");
    }

    /// L02 and L01: the entry says where it stands and what stands before it.
    fn place(&mut self, index: u64, entry: &Entry) {
        if entry.index != index {
            let sentence = format!("The entry at position {index} says that it stands at {}.", entry.index);
            self.findings.at(RuleId::L02, index, sentence);
        }
        if self.previous.is_some_and(|previous| previous != entry.previous) {
            let sentence = format!("Entry {index} does not name the leaf hash of the entry before it.");
            self.findings.at(RuleId::L01, index, sentence);
        }
    }

    /// An entry whose statement can be read.
    fn said(
        &mut self,
        index: u64,
        leaf: Digest,
        entry: &Entry,
        decoded: &Decoded,
        verdict: SignatureVerdict,
    ) {
        let statement = &decoded.statement;
        for head in said_heads(decoded, || entry.envelope.statement.clone()) {
            self.said_head(index, decoded, &head);
        }
        self.facts_about_the_ledger(index, &statement.fact);
        let problems = self.streams.follow(&decoded.streams, &entry.streams, leaf);
        self.counts.stream_links += u64::try_from(entry.streams.len()).unwrap_or(u64::MAX);
        for problem in problems {
            self.findings.at(
                RuleId::L01,
                index,
                format!("Entry {index} is not linked as it should be: {problem}."),
            );
        }
        if !self.is_authentic(index, entry, decoded, verdict) {
            return;
        }
        let recorded =
            Recorded { index, leaf, hash: decoded.hash, recorded_at_us: entry.recorded_at_us, statement };
        for finding in self.ledger.evolve(&recorded, self.in_force.policy()) {
            self.findings.add(finding);
        }
        if let (Some(committed), Fact::Footage(fact)) = (&mut self.committed, &statement.fact) {
            committed.note(index, statement.device, fact);
        }
        self.in_force.follow(self.ledger.policy());
        self.counts.judged += 1;
        for finding in self.owners.follow(index, &statement.fact) {
            self.findings.add(finding);
        }
        self.tenures.follow(decoded.hash, &statement.fact, &self.ledger);
        // What was signed before this entry was covered is signed with the key before.
        if let Some(key) = self.ledger.ledger_key() {
            self.ledger_keys.in_force(index.saturating_add(1), &key);
        }
        self.evidence(index, &statement.fact, statement.device);
    }

    /// L04: a head that somebody verified is that of this ledger. L05: nobody vouched for more than there was.
    fn said_head(&mut self, index: u64, decoded: &Decoded, head: &SaidHead) {
        let root = self.tree.root_at(head.size).ok();
        if head.size <= index && root.is_none() {
            self.counts.heads_not_compared += 1;
            return;
        }
        self.counts.heads_seen += 1;
        if let Some(finding) = head.finding(index, &decoded.statement, root) {
            self.findings.add(finding);
        }
    }

    /// L03: the genesis is that of the trust file, and every census is that of the streams.
    fn facts_about_the_ledger(&mut self, index: u64, fact: &Fact) {
        match fact {
            Fact::Genesis { origin, format_version, ledger_key, .. } if index == 0 => {
                let trusted = &self.trust.ledger_key;
                if *origin != self.trust.origin {
                    let origin = escaped(origin);
                    let sentence = format!("The genesis is of another ledger than the trust file: {origin}.");
                    self.findings.at(RuleId::L03, index, sentence);
                }
                if ledger_key.bytes != *trusted.key().as_bytes() {
                    let sentence = "The genesis names another ledger key than the trust file.".to_owned();
                    self.findings.at(RuleId::L03, index, sentence);
                }
                if *format_version != FORMAT_VERSION {
                    let sentence =
                        format!("The ledger has format version {format_version}, which is not known.");
                    self.findings.at(RuleId::L06, index, sentence);
                }
            }
            _ if index == 0 => {
                let sentence = "The ledger does not begin with a genesis.".to_owned();
                self.findings.at(RuleId::L02, index, sentence);
            }
            Fact::CensusTaken { root, streams } => {
                let Some(computed) = self.streams.census() else {
                    self.censuses_not_checked += 1;
                    return;
                };
                self.counts.censuses += 1;
                if computed != (*root, *streams) {
                    let sentence = format!(
                        "The census at entry {index} is wrong: it commits to {streams} streams under {}, and there are {} under {}.",
                        short(root),
                        computed.1,
                        short(&computed.0)
                    );
                    self.findings.at(RuleId::L03, index, sentence);
                }
            }
            _ => {}
        }
    }
}

/// The only version of the format there is.
const FORMAT_VERSION: u64 = 1;
