//! Where the record set as a whole is not reliable, nothing of it is called proven.

use custody::finding::Finding;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::{Standing, Verdict};

use super::replay::Gap;

/// Why verdicts that the rulebook reached do not stand; none if they do. Without the entries that could not be
/// read, or beside findings that were not kept, nobody knows what they would have been. V04 is fatal for its segment
/// alone: what rested on it is not proven already.
pub(super) fn objection(findings: &[Finding], not_kept: u64, gaps: &[Gap]) -> Option<String> {
    let is_fatal = |finding: &&Finding| finding.severity == Severity::Fatal && finding.rule != RuleId::V04;
    let fatal = findings.iter().filter(is_fatal).count();
    if fatal > 0 {
        Some(format!("the record is not reliable, by {fatal} fatal findings"))
    } else if !gaps.is_empty() || not_kept > 0 {
        Some("not everything could be replayed".to_owned())
    } else {
        None
    }
}

/// Lowers every stretch to NOT PROVEN; what is contradicted stays so.
pub(super) fn lower(verdict: &mut Verdict, why: &str) {
    for stretch in &mut verdict.stretches {
        if stretch.standing < Standing::NotProven {
            stretch.standing = Standing::NotProven;
            stretch.reasons = vec![why.to_owned()];
        }
    }
}
