//! Worlds to audit, and what to ask of an audit.

use std::num::NonZeroUsize;

use custody::rule::RuleId;
use ledger_format::entry::Entry;
use ledger_format::merkle::leaf_hash;
use verifier::archive::{ArchiveReader, MemoryArchive};
use verifier::audit::{Options, audit};
use verifier::known_head::KnownHead;
use verifier::report::{Outcome, Report, human};
use verifier::testing::policies;
use verifier::testing::{Exhibit, Locker, World, Writer};
use verifier::trust::Trust;

/// A ledger with a site, a locker, a deposit, a collection and a census.
pub(crate) struct Small {
    pub(crate) world: World,
    pub(crate) locker: Locker,
    pub(crate) exhibit: Exhibit,
}

pub(crate) fn small() -> Small {
    small_of("ledger.example")
}

pub(crate) fn small_of(origin: &str) -> Small {
    let mut world = World::new(origin);
    let site = world.site();
    let locker = world.locker(site, 2);
    world.see(locker.speaker);
    let mut exhibit = world.exhibit();
    world.deposit(&locker, 0, &mut exhibit);
    world.wait_us(3_600_000_000);
    world.see(locker.speaker);
    world.collect(&locker, 0, &mut exhibit);
    world.census();
    Small { world, locker, exhibit }
}

/// A ledger of more than two bundles, with a census in each.
pub(crate) fn large() -> Small {
    let mut large = small();
    while large.world.writer.size() < 600 {
        for place in [0, 1] {
            let mut exhibit = large.world.exhibit();
            large.world.deposit(&large.locker, place, &mut exhibit);
            large.world.wait_us(60_000_000);
            large.world.see(large.locker.speaker);
            large.world.collect(&large.locker, place, &mut exhibit);
        }
        if large.world.writer.size().is_multiple_of(4) {
            large.world.census();
        }
    }
    large
}

pub(crate) fn options(threads: usize) -> Options {
    Options { threads: NonZeroUsize::new(threads).unwrap() }
}

pub(crate) fn run(archive: &dyn ArchiveReader, trust: &Trust) -> Report {
    audit(archive, trust, &[], &policies(), &options(2), &mut |_| {})
}

pub(crate) fn run_with(archive: &MemoryArchive, trust: &Trust, known: &[KnownHead]) -> Report {
    audit(archive, trust, known, &policies(), &options(2), &mut |_| {})
}

/// The head of a whole ledger, as an auditor kept it.
pub(crate) fn known(world: &World, size: u64) -> KnownHead {
    KnownHead::parse("kept.note", world.checkpoint(size).to_string().as_bytes()).unwrap()
}

pub(crate) fn rules_found(report: &Report) -> Vec<RuleId> {
    let mut rules: Vec<RuleId> = report.findings.iter().map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

/// The tampering is found under this rule, and nobody who reads the exit status can miss it.
#[track_caller]
pub(crate) fn assert_found(report: &Report, rule: RuleId) {
    assert!(report.findings.iter().any(|finding| finding.rule == rule), "no {rule} in\n{}", human(report));
    assert_ne!(report.outcome(), Outcome::Verified, "{}", human(report));
    assert_counted(report);
}

/// Whatever was tampered with: every signature that stands in a readable entry has a verdict or a finding.
#[track_caller]
pub(crate) fn assert_counted(report: &Report) {
    let counts = &report.counts;
    assert!(counts.signatures_valid <= counts.signatures_checked);
    assert!(counts.signatures_checked <= counts.signatures_present);
    assert_eq!(counts.signatures_present, counts.entries);
    if counts.signatures_checked < counts.signatures_present {
        assert_eq!(report.outcome(), Outcome::NotChecked);
    }
}

/// Entries with one of them edited, and every link after it made right again: all that somebody can do who has
/// no device's key.
pub(crate) fn relinked(world: &World, edit: impl FnOnce(&mut Vec<Entry>)) -> Writer {
    let mut entries = world.writer.decoded();
    edit(&mut entries);
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for mut entry in entries {
        if let Some(before) = bytes.last() {
            entry.previous = leaf_hash(before);
        }
        bytes.push(entry.encode());
    }
    Writer::of_bytes(bytes)
}
