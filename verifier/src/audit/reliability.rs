//! Where the record set as a whole is not reliable, nothing of it is called proven.

use custody::finding::{Finding, fatal_objection};

use super::replay::Gap;

/// Why verdicts that the rulebook reached do not stand; none if they do. Without the entries that could not be
/// read, or beside findings that were not kept, nobody knows what they would have been.
pub(super) fn objection(findings: &[Finding], not_kept: u64, gaps: &[Gap]) -> Option<String> {
    let fatal = findings.iter().filter(|finding| finding.is_fatal_for_all()).count();
    let incomplete = || {
        let is_incomplete = !gaps.is_empty() || not_kept > 0;
        is_incomplete.then(|| "not everything could be replayed".to_owned())
    };
    fatal_objection(fatal).or_else(incomplete)
}
