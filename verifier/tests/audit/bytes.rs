//! Every byte of an archive counts.

use crate::support::{assert_counted, run};
use custody_proto::v1::{self, statement::Fact};
use ledger_format::cosignature::Cosigner;
use ledger_format::note::Note;
use verifier::archive::MemoryArchive;
use verifier::report::{Outcome, human};
use verifier::testing::{World, key_of};
use verifier::trust::Trust;

/// A few entries and one of everything: a device, evidence, a census, a trusted witness's line, a stranger's.
fn archive() -> (MemoryArchive, Trust) {
    let mut world = World::new("ledger.example");
    let locker = world.enrol(v1::DeviceKind::Locker, None);
    world.see(locker);
    let before = world.speakers[locker].clone();
    let offline = |since_us| {
        Fact::OfflineEntered(v1::OfflineEntered {
            observed: Some(v1::offline_entered::Observed { since_us }),
        })
    };
    world.say(locker, offline(1));
    world.fork(locker, offline(2), before);
    world.census();
    let mut note = world.checkpoint(world.writer.size());
    let witness = Cosigner::new("witness.example", key_of("witness")).unwrap();
    witness.add_to(&mut note, 1_790_000_000).unwrap();
    Cosigner::new("stranger.example", key_of("stranger")).unwrap().add_to(&mut note, 1_790_000_001).unwrap();
    let mut trust = world.trust();
    trust.witnesses.push(witness.verifier().clone());
    let archive = world.writer.archive(&note, &world.evidence);
    (archive, trust)
}

#[test]
fn a_trusted_witness_is_named_and_a_stranger_is_named_as_unverified() {
    let (archive, trust) = archive();
    let report = run(&archive, &trust);
    assert_eq!(report.cosigned.len(), 1);
    assert_eq!(report.cosigned[0].name, "witness.example");
    assert_eq!(report.cosigned[0].time_s, 1_790_000_000);
    assert_eq!(report.unverified.len(), 1);
    assert!(report.unverified[0].starts_with("stranger.example"));
    assert!(human(&report).contains("UNVERIFIED cosignature by stranger.example"));
}

/// The archive holds a fork, so it has a finding before anything is changed: a change is found if what is
/// reported becomes worse, which the number of findings, or that something was not checked, shows.
#[test]
fn no_byte_can_be_changed_unnoticed() {
    let (archive, trust) = archive();
    let honest = run(&archive, &trust);
    assert_eq!((honest.outcome(), honest.findings.len()), (Outcome::Findings, 1), "{}", human(&honest));
    let ledger_lines = note(&archive).signatures()[0].to_string().len();
    let text = note(&archive).text().len();
    for path in archive.files.keys() {
        let len = archive.files[path].len();
        for offset in 0..len {
            let mut tampered = archive.clone();
            // Low and high bits in turn: letters stay letters, or stop being any.
            tampered.files.get_mut(path).unwrap()[offset] ^= if offset % 2 == 0 { 0x01 } else { 0x80 };
            let report = run(&tampered, &trust);
            assert_counted(&report);
            let is_noticed =
                report.outcome() == Outcome::NotChecked || report.findings.len() > honest.findings.len();
            // Beyond text, empty line and the ledger's own line stand the cosigners' lines: one that nobody
            // trusted signed is named as unverified, whatever stands in it.
            let is_cosigners = path == "checkpoint" && offset > text + ledger_lines;
            assert!(is_noticed || is_cosigners && !report.unverified.is_empty(), "{path} at {offset}");
        }
    }
}

#[test]
fn no_file_can_be_cut_or_grow_unnoticed() {
    let (archive, trust) = archive();
    let honest = run(&archive, &trust);
    for path in archive.files.keys() {
        for cut in [0, 1, archive.files[path].len() / 2, archive.files[path].len() - 1] {
            let mut tampered = archive.clone();
            tampered.files.get_mut(path).unwrap().truncate(cut);
            let report = run(&tampered, &trust);
            let is_noticed =
                report.outcome() == Outcome::NotChecked || report.findings.len() > honest.findings.len();
            assert!(is_noticed, "{path} cut to {cut}");
        }
        for more in [b"\n".to_vec(), b"\0".to_vec(), vec![0; 40_000]] {
            let mut tampered = archive.clone();
            tampered.files.get_mut(path).unwrap().extend_from_slice(&more);
            let report = run(&tampered, &trust);
            let is_noticed =
                report.outcome() == Outcome::NotChecked || report.findings.len() > honest.findings.len();
            assert!(is_noticed, "{path} and {} bytes more", more.len());
        }
    }
}

fn note(archive: &MemoryArchive) -> Note {
    Note::parse(&archive.files["checkpoint"]).unwrap()
}
