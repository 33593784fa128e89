//! Which findings a bundle may report, and with which weight: it holds some of a ledger's entries, and where a rule asks
//! for an act that it does not find, the act may be another case's.

use std::collections::{BTreeMap, BTreeSet};

use custody::fact::Fact;
use custody::finding::Finding;
use custody::id::ExhibitId;
use custody::rule::RuleId;
use custody::severity::Severity;
use disclosure::manifest::Stated;
use disclosure::material::Said;

/// Whether a finding is about the exhibits in scope, or about the record as such. What is sensed, counted or opened of
/// which no exhibit in scope is a part would need other cases' acts to be judged.
pub(super) fn is_about(finding: &Finding, exhibits: &BTreeSet<ExhibitId>) -> bool {
    if finding.exhibits.iter().any(|exhibit| exhibits.contains(exhibit)) {
        return true;
    }
    finding.exhibits.is_empty()
        && matches!(finding.rule.name().as_bytes().first(), Some(b'L' | b'K' | b'T' | b'G'))
}

/// A finding that another case's act would explain, where the operator, who has the whole record, does not find it: it
/// weighs a warning, and says why. The verdict stays as the entries show it.
pub(super) fn weighed(finding: Finding, stated: &[Stated], entries: &BTreeMap<u64, Said>) -> Finding {
    if finding.exhibits.is_empty() {
        return finding;
    }
    let is_stated = stated.iter().filter(|one| finding.exhibits.contains(&one.exhibit)).any(|one| {
        one.findings.iter().any(|found| found.rule == finding.rule && found.indices == finding.indices)
    });
    if is_stated || !may_be_explained(&finding, entries) {
        return finding;
    }
    let sentence = format!(
        "{} Another case's act would explain this, and a bundle holds none; the ledger's operator, from the whole record, does not find it.",
        finding.sentence
    );
    let severity = finding.severity.min(Severity::Warning);
    Finding { sentence, ..finding }.weighing(severity)
}

/// Whether somebody else's deposit or collection would explain it: a door that was opened in a person's session, and what
/// else was put in or taken out then. A door that was forced nobody's act explains.
fn may_be_explained(finding: &Finding, entries: &BTreeMap<u64, Said>) -> bool {
    match finding.rule {
        RuleId::D02 => {
            let doors = finding.indices.iter().filter_map(|index| entries.get(index));
            let mut sessions = doors.filter_map(|said| match &said.decoded.statement.fact {
                Fact::Door { session, .. } => Some(session.is_some()),
                _ => None,
            });
            sessions.next().is_some_and(|first| first) && sessions.all(|has_session| has_session)
        }
        RuleId::E06 | RuleId::A01 | RuleId::D07 => true,
        _ => false,
    }
}
