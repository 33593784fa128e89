//! What the verifier says of an archive: the oracle of every test here.

use std::num::NonZeroUsize;
use std::path::Path;

use custody::finding::Finding;
use custody::rule::RuleId;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::known_head::KnownHead;
use verifier::report::{Outcome, Report};
use verifier::testing::policies;
use verifier::trust::Trust;

/// Audits an archive, with checkpoints that were kept elsewhere.
#[track_caller]
pub(crate) fn report_on(archive: &Path, trust: &Trust, known: &[String]) -> Report {
    let known: Vec<_> =
        known.iter().map(|note| KnownHead::parse("kept elsewhere", note.as_bytes()).unwrap()).collect();
    let reader = DirectoryArchive::open(archive).unwrap();
    let options = Options { threads: NonZeroUsize::MIN };
    audit(&reader, trust, &known, &policies(), &options, &mut |_| {})
}

/// That everything was checked and nothing graver than information was found.
#[track_caller]
pub(crate) fn is_clean(report: &Report) {
    assert_eq!(report.could_not_check, None);
    assert_eq!(report.outcome(), Outcome::Verified, "{:#?}", report.findings);
}

/// That everything was checked, and these rules were found broken and no other, each in its full weight.
#[track_caller]
pub(crate) fn finds_only(report: &Report, rules: &[RuleId]) {
    assert_eq!(report.could_not_check, None);
    let of = |finding: &Finding| (finding.rule, finding.severity);
    let mut found: Vec<_> = report.findings.iter().map(of).collect();
    found.sort_unstable();
    found.dedup();
    let mut expected: Vec<_> = rules.iter().map(|rule| (*rule, rule.rule().severity)).collect();
    expected.sort_unstable();
    assert_eq!(found, expected, "{:#?}", report.findings);
    assert_eq!(report.outcome(), Outcome::Findings);
}
