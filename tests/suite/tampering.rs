//! Every way to alter an archive that a real node exported is found.

use std::fs;
use std::path::{Path, PathBuf};

use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1;
use verifier::report::{Outcome, Report};

use crate::estate::Estate;
use crate::estate::acts::exhibit;
use crate::estate::verify::{is_clean, report_on};
use crate::estate::voice::{booted, submission};

/// Seed of the bytes that are flipped. A failure names file and offset, so any seed will do.
const SEED: u64 = 0x6375_7374_6f64_7921;

/// One byte in so many is flipped where a file is not flipped through: a prime, so that no field is left out.
const SAMPLED_EVERY: usize = 7;

/// Statements said beside the lawful way of an exhibit, so that there are whole tiles and partial ones.
const STATEMENTS: usize = 560;

/// `SplitMix64`: numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap();
        usize::try_from(self.next() % end).unwrap()
    }
}

/// Every file below a folder, as paths below it, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
        for place in fs::read_dir(folder).unwrap() {
            let path = place.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// A copy of an archive, to be altered.
fn copy(archive: &Path, to: &Path) {
    for file in files(archive) {
        let place = to.join(&file);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(archive.join(&file), place).unwrap();
    }
}

/// A ledger of a few tiles, exported.
fn exported(with_fork: bool) -> (Estate, PathBuf) {
    let mut estate = Estate::new();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Locker);
    estate.lawful_way(exhibit(1));
    for batch in voice.boots(STATEMENTS, estate.now()).chunks(256) {
        let answer = estate.node.submit(batch.to_vec());
        assert!(answer.outcomes.iter().all(|one| one.status() == v1::OutcomeStatus::Recorded));
    }
    if with_fork {
        let mut clone = voice.clone();
        estate.node.submit(vec![submission(&voice.says(booted("2.0"), estate.now()))]);
        estate.node.submit(vec![submission(&clone.says(booted("3.0"), estate.now()))]);
    }
    let archive = estate.export();
    (estate, archive)
}

/// What an altered archive must never be: as it was, or without fault. What is found is grave, and against the
/// record, not against those who made it.
#[track_caller]
fn is_found_out(report: &Report, honest: &Report, what: &str) {
    assert_ne!(report.outcome().exit_status(), 0, "{what}");
    if report.could_not_check.is_some() || report.outcome() == Outcome::NotChecked {
        return;
    }
    let is_new = |rule: RuleId| !honest.findings.iter().any(|finding| finding.rule == rule);
    let against = report.findings.iter().any(|finding| {
        is_new(finding.rule) && finding.severity >= Severity::Break && finding.rule.name().starts_with('L')
            || finding.rule == RuleId::K01
    });
    assert!(against, "{what}: {:#?}", report.findings);
}

/// Alters a fresh copy of the archive in every one of its files.
fn in_each_file(estate: &Estate, archive: &Path, mut alter: impl FnMut(&Path) -> String) {
    let honest = report_on(archive, &estate.trust, &[]);
    let all = files(archive);
    assert!(all.len() >= 8, "{all:?}");
    for (number, file) in all.iter().enumerate() {
        let altered = estate.path(&format!("altered-{number}"));
        copy(archive, &altered);
        let what = format!("{}: {}", file.display(), alter(&altered.join(file)));
        is_found_out(&report_on(&altered, &estate.trust, &[]), &honest, &what);
        fs::remove_dir_all(altered).unwrap();
    }
}

fn flip_a_byte(numbers: &mut Numbers, file: &Path) -> String {
    let mut bytes = fs::read(file).unwrap();
    let (place, bit) = (numbers.below(bytes.len()), numbers.below(8));
    bytes[place] ^= 1 << bit;
    fs::write(file, bytes).unwrap();
    format!("bit {bit} of byte {place} flipped")
}

#[test]
fn a_flipped_bit_in_any_file_is_found() {
    let (estate, archive) = exported(false);
    is_clean(&report_on(&archive, &estate.trust, &[]));
    let mut numbers = Numbers(SEED);
    in_each_file(&estate, &archive, |file| flip_a_byte(&mut numbers, file));
}

#[test]
fn a_flipped_bit_in_any_part_of_a_small_archive_is_found() {
    let mut estate = Estate::new();
    let archive = estate.export();
    is_clean(&report_on(&archive, &estate.trust, &[]));
    for file in files(&archive) {
        let place = archive.join(&file);
        let honest = fs::read(&place).unwrap();
        // Every byte of the checkpoint, which is text; a sample of the rest, and never the same bit twice in a row.
        let step = if file == Path::new("checkpoint") { 1 } else { SAMPLED_EVERY };
        for (offset, bit) in (0..honest.len()).step_by(step).zip((0..8).cycle()) {
            let mut bytes = honest.clone();
            bytes[offset] ^= 1 << bit;
            fs::write(&place, bytes).unwrap();
            let report = report_on(&archive, &estate.trust, &[]);
            let what = format!("{}: bit {bit} of byte {offset}", file.display());
            assert_ne!(report.outcome().exit_status(), 0, "{what}");
        }
        fs::write(&place, honest).unwrap();
    }
    is_clean(&report_on(&archive, &estate.trust, &[]));
}

#[test]
fn a_flipped_bit_in_any_file_is_found_where_evidence_is_kept() {
    let (estate, archive) = exported(true);
    assert!(files(&archive).iter().any(|file| file.starts_with("evidence")));
    let mut numbers = Numbers(!SEED);
    in_each_file(&estate, &archive, |file| flip_a_byte(&mut numbers, file));
}

#[test]
fn a_file_that_is_missing_is_found() {
    let (estate, archive) = exported(true);
    in_each_file(&estate, &archive, |file| {
        fs::remove_file(file).unwrap();
        "removed".to_owned()
    });
}

#[test]
fn a_file_cut_short_is_found() {
    let (estate, archive) = exported(true);
    in_each_file(&estate, &archive, |file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() - 1]).unwrap();
        "its last byte cut off".to_owned()
    });
}

#[test]
fn a_file_that_does_not_belong_is_found() {
    let (estate, archive) = exported(false);
    let honest = report_on(&archive, &estate.trust, &[]);
    let last = files(&archive).pop().unwrap();
    for (number, name) in
        ["note.txt", "tile/0/999", "tile/entries/x001/000", "evidence/00", ".hidden"].into_iter().enumerate()
    {
        let altered = estate.path(&format!("added-{number}"));
        copy(&archive, &altered);
        let place = altered.join(name);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(archive.join(&last), &place).unwrap();
        is_found_out(&report_on(&altered, &estate.trust, &[]), &honest, name);
    }
}

#[test]
fn files_of_another_ledger_are_found() {
    let (estate, archive) = exported(false);
    let (other, elsewhere) = exported(false);
    let honest = report_on(&archive, &estate.trust, &[]);
    let (own, foreign) = (files(&archive), files(&elsewhere));
    assert_eq!(own, foreign, "two ledgers of one shape");
    // One file, or a whole folder, of the other.
    for (number, part) in
        ["checkpoint", "tile/entries/000", "tile/entries/001", "tile/0/000", "tile/entries", "tile"]
            .into_iter()
            .enumerate()
    {
        let spliced = estate.path(&format!("spliced-{number}"));
        copy(&archive, &spliced);
        for file in foreign.iter().filter(|file| file.starts_with(part)) {
            fs::copy(elsewhere.join(file), spliced.join(file)).unwrap();
        }
        is_found_out(&report_on(&spliced, &estate.trust, &[]), &honest, part);
    }
    // Whole, and honest in itself: another ledger is not this one.
    is_clean(&report_on(&elsewhere, &other.trust, &[]));
    is_found_out(&report_on(&elsewhere, &estate.trust, &[]), &honest, "the whole other ledger");
}

#[test]
fn a_shortened_ledger_is_found_by_a_checkpoint_kept_elsewhere() {
    let mut estate = Estate::new();
    estate.lawful_way(exhibit(1));
    let (shorter, earlier) = (estate.export(), estate.node.note());
    estate.lawful_way(exhibit(2));
    let (longer, later) = (estate.export(), estate.node.note());
    let (earlier, later) = ([earlier], [later]);
    is_clean(&report_on(&shorter, &estate.trust, &earlier));
    is_clean(&report_on(&longer, &estate.trust, &earlier));
    is_clean(&report_on(&longer, &estate.trust, &later));
    // Nothing in the shorter one says that it is shorter.
    is_clean(&report_on(&shorter, &estate.trust, &[]));
    let rolled_back = report_on(&shorter, &estate.trust, &later);
    assert_eq!(rolled_back.outcome(), Outcome::Findings);
    let rules: Vec<_> = rolled_back.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [RuleId::L05]);
    // The older checkpoint over the newer tiles is not a ledger at all.
    let mixed = estate.path("mixed");
    copy(&longer, &mixed);
    fs::copy(shorter.join("checkpoint"), mixed.join("checkpoint")).unwrap();
    assert_ne!(report_on(&mixed, &estate.trust, &[]).outcome().exit_status(), 0);
}
