//! The verifier over the archives that the second implementation wrote: it finds what is there, no more.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use custody::rule::RuleId;
use serde::Deserialize;
use verifier::archive::DirectoryArchive;
use verifier::audit::{Options, audit};
use verifier::known_head::KnownHead;
use verifier::receipt;
use verifier::report::{Outcome, Report};
use verifier::testing::policies;
use verifier::trust::Trust;

use crate::support::{path, unhex, vectors};

fn trust(archive: &str) -> Trust {
    let path = path("vectors").join(archive).join("trust.toml");
    Trust::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn audited(archive: &str, known: &[KnownHead]) -> Report {
    let log = DirectoryArchive::open(&path("vectors").join(archive).join("log")).unwrap();
    let options = Options { threads: NonZeroUsize::new(2).unwrap() };
    audit(&log, &trust(archive), known, &policies(), &options, &mut |_| {})
}

#[track_caller]
fn check(archive: &str, entries: u64, expected: &[RuleId]) {
    let report = audited(archive, &[]);
    let found: BTreeSet<RuleId> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(found, expected.iter().copied().collect(), "{:#?}", report.findings);
    let counts = &report.counts;
    assert_eq!((counts.entries, counts.judged, counts.signatures_valid), (entries, entries, entries));
    assert_eq!(counts.heads_not_compared, 0);
    assert_eq!((report.cosigned.len(), report.unverified.len()), (2, 0));
    let outcome = if expected.is_empty() { Outcome::Verified } else { Outcome::Findings };
    assert_eq!(report.outcome(), outcome);
}

#[test]
fn nothing_is_found_in_a_quiet_day() {
    check("archive", 260, &[]);
}

#[test]
fn a_cloned_locker_is_found_and_nothing_else() {
    check("fork", 15, &[RuleId::K02]);
}

#[test]
fn lost_statements_and_a_statement_after_a_keys_end_are_found_across_rotations() {
    check("keys", 25, &[RuleId::K02, RuleId::K03]);
}

#[derive(Deserialize)]
struct Worked {
    entry: String,
    receipt: String,
}

/// Both archives are of one origin and one key and part early on: to the verifier the ledger forked.
#[test]
fn a_receipt_of_another_history_under_the_same_key_is_fatal() {
    let worked = vectors::<Worked>("worked.json");
    let known = KnownHead::parse("worked", worked.receipt.as_bytes()).unwrap();
    let rules = |archive| {
        audited(archive, std::slice::from_ref(&known))
            .findings
            .iter()
            .map(|finding| finding.rule)
            .collect::<Vec<_>>()
    };
    assert!(rules("archive").contains(&RuleId::L04));
    assert!(!rules("fork").contains(&RuleId::L04));
}

#[test]
fn the_worked_receipt_holds_for_its_entry_alone() {
    let worked = vectors::<Worked>("worked.json");
    let entry = unhex(&worked.entry);
    let proof = receipt::check(worked.receipt.as_bytes(), &entry, &trust("fork")).unwrap();
    assert_eq!((proof.index, proof.size, proof.fact, proof.cosigned.len()), (12, 15, "device_booted", 2));
    for place in 0..entry.len() {
        let mut flipped = entry.clone();
        flipped[place] ^= 1;
        assert!(receipt::check(worked.receipt.as_bytes(), &flipped, &trust("fork")).is_err(), "byte {place}");
    }
}
