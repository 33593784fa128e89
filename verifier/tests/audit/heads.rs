//! Checkpoints: the archive's own, and those held elsewhere.

use crate::support::{assert_found, known, rules_found, run, run_with, small, small_of};
use custody::rule::RuleId;
use ledger_format::cosignature::Cosigner;
use ledger_format::merkle::inclusion_proof;
use ledger_format::receipt::Receipt;
use verifier::known_head::KnownHead;
use verifier::report::{KnownHeadOutcome, Outcome, human};
use verifier::testing::{World, Writer, key_of};

fn shortened(world: &World, by: usize) -> Writer {
    let keep = world.writer.entries.len() - by;
    Writer::of_bytes(world.writer.entries.iter().take(keep).cloned())
}

/// The one tampering that an archive alone cannot show: the report says that it was not looked for.
#[test]
fn a_shortened_ledger_looks_whole_without_a_head_held_elsewhere_and_the_report_says_so() {
    let world = small().world;
    let report = run(&world.archive_of(&shortened(&world, 1)), &world.trust());
    assert_eq!(report.outcome(), Outcome::Verified);
    assert!(human(&report).contains("L05 NOT CHECKED"));
}

#[test]
fn a_shortened_ledger_is_found_by_a_head_held_elsewhere() {
    let world = small().world;
    let size = world.writer.size();
    for by in 1..world.writer.entries.len() {
        let archive = world.archive_of(&shortened(&world, by));
        let report = run_with(&archive, &world.trust(), &[known(&world, size)]);
        assert_found(&report, RuleId::L05);
        assert_eq!(report.known_heads[0].outcome, KnownHeadOutcome::Longer);
    }
}

#[test]
fn a_receipt_held_elsewhere_serves_as_well() {
    let world = small().world;
    let size = world.writer.size();
    let proof = inclusion_proof(world.writer.tree(), 3, size).unwrap();
    let receipt = Receipt::new(3, proof, world.checkpoint(size)).unwrap().to_string();
    let head = KnownHead::parse("slip.tlog-proof", receipt.as_bytes()).unwrap();
    let report = run_with(&world.archive(), &world.trust(), std::slice::from_ref(&head));
    assert_eq!(report.outcome(), Outcome::Verified);
    let report = run_with(&world.archive_of(&shortened(&world, 1)), &world.trust(), &[head]);
    assert_found(&report, RuleId::L05);
}

#[test]
fn a_history_rewritten_after_somebody_kept_a_head_is_found() {
    let mut world = small().world;
    let head = known(&world, world.writer.size());
    let mut entries = world.writer.decoded();
    entries.last_mut().unwrap().recorded_at_us += 1;
    world.writer = Writer::rechained(&entries);
    let report = run_with(&world.archive(), &world.trust(), &[head]);
    assert_found(&report, RuleId::L04);
    assert_eq!(report.known_heads[0].outcome, KnownHeadOutcome::Contradicts);
}

/// A head that cannot be used was not compared, and that is not nothing.
#[test]
fn a_head_of_another_ledger_or_by_another_key_is_not_passed_over() {
    let (world, other) = (small().world, small_of("other.example").world);
    let size = world.writer.size();
    let forged = world.writer.checkpoint(size, &world.origin, key_of("nobody")).to_string();
    let forged = KnownHead::parse("forged.note", forged.as_bytes()).unwrap();
    for head in [known(&other, other.writer.size()), forged] {
        let report = run_with(&world.archive(), &world.trust(), &[head]);
        assert_eq!(report.outcome(), Outcome::NotChecked, "{}", human(&report));
        assert!(matches!(report.known_heads[0].outcome, KnownHeadOutcome::Unusable(_)));
    }
}

#[test]
fn a_checkpoint_signed_by_another_key_is_not_the_ledgers() {
    let world = small().world;
    let note = world.writer.checkpoint(world.writer.size(), &world.origin, key_of("nobody"));
    assert_found(&run(&world.writer.archive(&note, &world.evidence), &world.trust()), RuleId::L03);
}

/// A witness's line is no substitute for the ledger's.
#[test]
fn a_checkpoint_that_only_a_witness_signed_is_not_the_ledgers() {
    let world = small().world;
    let mut note = world.writer.checkpoint(world.writer.size(), &world.origin, key_of("nobody"));
    let witness = Cosigner::new("witness.example", key_of("witness")).unwrap();
    witness.add_to(&mut note, 1).unwrap();
    let mut trust = world.trust();
    trust.witnesses.push(witness.verifier().clone());
    assert_found(&run(&world.writer.archive(&note, &world.evidence), &trust), RuleId::L03);
}

/// Below a known witness's name and key id stands something else: that is no unknown line, it is a bad one.
#[test]
fn a_bad_line_in_a_trusted_witnesss_name_is_found() {
    let world = small().world;
    let witness = Cosigner::new("witness.example", key_of("witness")).unwrap();
    let mut note = world.checkpoint(world.writer.size());
    let earlier = world.checkpoint(1);
    let line =
        witness.cosign(&ledger_format::checkpoint::Checkpoint::parse(earlier.text()).unwrap(), 1).unwrap();
    note.push(line).unwrap();
    let mut trust = world.trust();
    trust.witnesses.push(witness.verifier().clone());
    assert_found(&run(&world.writer.archive(&note, &world.evidence), &trust), RuleId::L03);
}

#[test]
fn a_checkpoint_rolled_back_under_the_entries_is_found() {
    let world = small().world;
    for size in 1..world.writer.size() {
        let mut archive = world.archive();
        archive.files.insert("checkpoint".to_owned(), world.checkpoint(size).to_string().into_bytes());
        let report = run(&archive, &world.trust());
        assert_ne!(report.outcome(), Outcome::Verified, "{size}");
        assert!(!rules_found(&report).is_empty());
    }
}

#[test]
fn a_checkpoint_ahead_of_the_entries_is_found() {
    let mut world = small().world;
    let short = world.archive();
    world.census();
    let mut archive = short;
    archive
        .files
        .insert("checkpoint".to_owned(), world.checkpoint(world.writer.size()).to_string().into_bytes());
    let report = run(&archive, &world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
    assert!(!report.not_replayed.is_empty());
}

#[test]
fn after_a_rotation_the_old_ledger_key_signs_nothing() {
    let mut world = small().world;
    let old = world.ledger_seed;
    world.rotate_ledger_key();
    assert_eq!(run(&world.archive(), &world.trust()).outcome(), Outcome::Verified);
    world.ledger_seed = old;
    assert_found(&run(&world.archive(), &world.trust()), RuleId::L03);
}

#[test]
fn a_ledger_key_that_one_authority_proposed_signs_nothing() {
    let world = small().world;
    let mut rotated = world.clone();
    rotated.rotate_ledger_key();
    let proposed = rotated.writer.entries.len() - 1;
    let writer = Writer::of_bytes(rotated.writer.entries.iter().take(proposed).cloned());
    assert_found(&run(&rotated.archive_of(&writer), &world.trust()), RuleId::L03);
}
