//! The collection of findings: each once, all of them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use custody::finding::Finding;
use custody::id::Digest;
use custody::rule::RuleId;

/// How many findings are kept. A hostile archive can make one for each of its files; a hundred thousand are
/// more than anybody reads, and those beyond are counted and make the report say so.
pub const FINDINGS_MAX: usize = 100_000;

/// Findings so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Findings {
    kept: BTreeSet<Finding>,
    not_kept: u64,
    /// A rule whose findings are left out, for the corpus.
    without: Option<RuleId>,
}

impl Findings {
    /// None so far, and never one of that rule.
    pub(crate) fn without(rule: Option<RuleId>) -> Self {
        Self { without: rule, ..Self::default() }
    }

    /// Adds one, unless it stands there already.
    pub(crate) fn add(&mut self, finding: Finding) {
        if self.without == Some(finding.rule) {
            return;
        }
        if self.kept.len() < FINDINGS_MAX {
            self.kept.insert(finding);
        } else if !self.kept.contains(&finding) {
            self.not_kept = self.not_kept.saturating_add(1);
        }
    }

    /// Adds one about an entry.
    pub(crate) fn at(&mut self, rule: RuleId, index: u64, sentence: String) {
        self.add(Finding::new(rule, sentence).at([index]));
    }

    /// All of them, gravest first, then by rule, place and wording; and how many are missing.
    pub(crate) fn finish(self) -> (Vec<Finding>, u64) {
        let mut findings: Vec<Finding> = self.kept.into_iter().collect();
        findings.sort_by(|a, b| {
            let key = |finding: &Finding| (Reverse(finding.severity), finding.rule);
            key(a).cmp(&key(b)).then_with(|| a.indices.cmp(&b.indices)).then_with(|| a.cmp(b))
        });
        (findings, self.not_kept)
    }
}

/// A digest's first and last digits, for sentences; the entry's index says the rest.
pub(crate) fn short(digest: &Digest) -> String {
    let text = digest.to_string();
    text.get(..16).map_or_else(|| text.clone(), |start| format!("{start}…"))
}
