//! What an audit says of ledgers with which nothing is wrong.

use crate::support::{assert_counted, known, large, options, run, run_with, small};
use custody::rule::RuleId;
use custody::verdict::Standing;
use custody_proto::v1;
use verifier::audit::audit;
use verifier::report::{KnownHeadOutcome, NEVER_CLAIMED, Outcome, human, json};
use verifier::testing::policies;

#[test]
fn a_small_ledger_is_verified() {
    let small = small();
    let report = run(&small.world.archive(), &small.world.trust());
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    assert_counted(&report);
    assert_eq!(report.counts.signatures_valid, small.world.writer.size());
    assert_eq!(report.counts.judged, small.world.writer.size());
    assert_eq!(report.counts.possessions_valid, 1);
    assert_eq!(report.counts.censuses, 1);
    assert_eq!(report.counts.hash_tiles, 1);
    assert!(report.findings.is_empty());
}

#[test]
fn an_exhibit_in_a_locker_is_proven_for_as_long_as_it_lay_there() {
    let small = small();
    let report = run(&small.world.archive(), &small.world.trust());
    let [verdict] = report.verdicts.as_slice() else { panic!("one exhibit") };
    assert_eq!(verdict.exhibit, small.exhibit.exhibit);
    assert_eq!(verdict.standing(), Some(Standing::Proven));
    assert!(verdict.duration_us(Standing::Proven) >= 3_600_000_000);
}

#[test]
fn a_ledger_of_several_bundles_is_verified_to_its_last_entry() {
    let large = large();
    let report = run(&large.world.archive(), &large.world.trust());
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    assert_counted(&report);
    assert_eq!(report.counts.signatures_valid, large.world.writer.size());
    assert_eq!(report.counts.bundles, 3);
    // Three of level 0 and one of level 1.
    assert_eq!(report.counts.hash_tiles, 4);
}

#[test]
fn the_report_is_the_same_whatever_the_number_of_threads() {
    let large = large();
    let (archive, trust) = (large.world.archive(), large.world.trust());
    let one = json(&audit(&archive, &trust, &[], &policies(), &options(1), &mut |_| {}));
    for threads in [2, 3, 8, 300] {
        assert_eq!(json(&audit(&archive, &trust, &[], &policies(), &options(threads), &mut |_| {})), one);
    }
}

#[test]
fn without_a_head_held_elsewhere_the_report_says_that_truncation_was_not_checked() {
    let small = small();
    let report = run(&small.world.archive(), &small.world.trust());
    let check = report.rules.iter().find(|check| check.rule == RuleId::L05).unwrap();
    assert!(check.checked.is_err());
    assert!(human(&report).contains("L05 NOT CHECKED"));
}

#[test]
fn a_head_held_elsewhere_that_agrees_is_said_to() {
    let small = small();
    let size = small.world.writer.size();
    let heads: Vec<_> = (1..=size).map(|size| known(&small.world, size)).collect();
    let report = run_with(&small.world.archive(), &small.world.trust(), &heads);
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    assert!(report.known_heads.iter().all(|head| head.outcome == KnownHeadOutcome::Agrees));
    // What the footage shows nobody can check without the footage, and what concerns bundles only on a bundle.
    let is_elsewhere = |rule: RuleId| rule == RuleId::V04 || rule.is_of_bundles();
    assert!(report.rules.iter().all(|check| check.checked.is_ok() != is_elsewhere(check.rule)));
}

#[test]
fn a_rotated_device_key_and_a_rotated_ledger_key_are_followed() {
    let mut small = small();
    small.world.rotate(small.locker.speaker);
    let mut exhibit = small.world.exhibit();
    small.world.deposit(&small.locker, 1, &mut exhibit);
    let before = known(&small.world, small.world.writer.size());
    small.world.rotate_ledger_key();
    small.world.census();
    let after = known(&small.world, small.world.writer.size());
    let report = run_with(&small.world.archive(), &small.world.trust(), &[before, after]);
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    // The locker's first key, its second, and the ledger's.
    assert_eq!(report.counts.possessions_valid, 3);
}

#[test]
fn partial_tiles_left_from_earlier_sizes_are_compared_too() {
    let large = large();
    let mut archive = large.world.archive();
    let earlier = large.world.writer.entries.iter().take(300).cloned();
    let earlier = large.world.archive_of(&verifier::testing::Writer::of_bytes(earlier));
    for (path, bytes) in earlier.files {
        archive.files.entry(path).or_insert(bytes);
    }
    assert!(archive.files.contains_key("tile/entries/001.p/44"));
    let report = run(&archive, &large.world.trust());
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
    for path in ["tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"] {
        let mut tampered = archive.clone();
        *tampered.files.get_mut(path).unwrap().last_mut().unwrap() ^= 1;
        assert_ne!(run(&tampered, &large.world.trust()).outcome(), Outcome::Verified, "{path}");
    }
}

#[test]
fn an_information_is_no_reason_for_another_exit_status_and_is_listed() {
    let mut small = small();
    let mut exhibit = small.world.exhibit();
    small.world.deposit(&small.locker, 0, &mut exhibit);
    // Somebody stands at the open door as the ledger ends.
    let person = custody::id::PersonId(small.world.id());
    let session = small.world.session(&small.locker, person);
    let close_counter = small.world.closings[&small.locker.compartments[0]];
    let compartment = small.locker.compartments[0].0.to_vec();
    let door = |cycle: Option<Vec<u8>>| {
        Some(v1::Door {
            compartment: compartment.clone(),
            cycle,
            close_counter,
            session: Some(session.0.to_vec()),
        })
    };
    let unlocked = v1::statement::Fact::DoorUnlocked(v1::DoorUnlocked { observed: door(None) });
    let cycle = small.world.say(small.locker.speaker, unlocked).hash;
    let opened = v1::DoorOpened { observed: door(Some(cycle.0.to_vec())) };
    small.world.say(small.locker.speaker, v1::statement::Fact::DoorOpened(opened));
    let report = run(&small.world.archive(), &small.world.trust());
    assert_eq!(report.findings.len(), 1, "{}", human(&report));
    assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
}

/// A fatal finding is about the record set: the rulebook's verdicts over it do not stand.
#[test]
fn nothing_is_called_proven_beside_a_fatal_finding() {
    let small = small();
    let mut trust = small.world.trust();
    trust.genesis.0[0] ^= 1;
    let report = run(&small.world.archive(), &trust);
    let [verdict] = report.verdicts.as_slice() else { panic!("one exhibit") };
    assert_eq!(verdict.standing(), Some(Standing::NotProven));
    assert_eq!(verdict.duration_us(Standing::Proven), 0);
    assert!(human(&report).contains("Nothing is called proven"));
}

/// What an archive says may be quoted, and cannot forge a line of the report.
#[test]
fn a_seal_number_cannot_write_into_the_report() {
    let mut small = small();
    let mut exhibit = small.world.exhibit();
    small.world.deposit(&small.locker, 0, &mut exhibit);
    exhibit.seal = "S9\n  L05 checked\u{1b}[2J\u{202e}".to_owned();
    small.world.collect(&small.locker, 0, &mut exhibit);
    let report = run(&small.world.archive(), &small.world.trust());
    assert!(report.findings.iter().any(|finding| finding.rule == RuleId::E03), "{}", human(&report));
    let text = human(&report);
    assert!(text.contains("S9\\n  L05 checked"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
    assert!(!text.lines().any(|line| line.starts_with("  L05 checked")));
}

#[test]
fn no_report_uses_a_word_that_claims_too_much() {
    let small = small();
    let report = run(&small.world.archive(), &small.world.trust());
    for text in [human(&report), json(&report)] {
        let lower = text.to_lowercase();
        for word in ["tamper-proof", "tamperproof", "authentic", "guarantee"] {
            assert!(!lower.contains(word), "{word}");
        }
        assert!(NEVER_CLAIMED.iter().all(|never| text.contains(never)));
    }
}

#[test]
fn a_rule_of_which_the_policy_asks_less_says_so() {
    let small = small();
    let report = run(&small.world.archive(), &small.world.trust());
    let told = |rule: RuleId| {
        let check = report.rules.iter().find(|check| check.rule == rule).unwrap();
        check.checked.clone().unwrap()
    };
    // The policy of these tests asks nothing of the estate.
    for rule in [RuleId::K05, RuleId::P01, RuleId::P05, RuleId::V01, RuleId::V02] {
        assert!(told(rule).contains("the policy asks for no"), "{}: {}", rule.name(), told(rule));
    }
    assert!(!told(RuleId::D01).contains("asks for no"));
}
