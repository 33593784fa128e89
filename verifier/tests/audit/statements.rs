//! Statements edited, forged, and out of their place, in a ledger that its operator has made right again.

use crate::support::{assert_found, large, relinked, run, small};
use custody::fact::Seen;
use custody::id::Digest;
use custody::rule::RuleId;
use custody_proto::v1::{self, statement::Fact};
use ledger_format::canonical::Problem;
use ledger_format::device_chain::Saying;
use ledger_format::envelope::Envelope;
use ledger_format::statement;
use prost::Message as _;
use verifier::report::{Outcome, human};
use verifier::testing::{AUTHORITIES, NODE, Writer, key_of};

fn offline(since_us: u64) -> Fact {
    Fact::OfflineEntered(v1::OfflineEntered { observed: Some(v1::offline_entered::Observed { since_us }) })
}

/// The operator changes what a device said, keeps the device's signature, and makes everything else right.
#[test]
fn a_statement_edited_by_the_operator_is_found_by_its_devices_signature() {
    let world = small().world;
    for place in 1..world.writer.entries.len() {
        let mut entries = world.writer.decoded();
        let mut message = v1::Statement::decode(entries[place].envelope.statement.as_slice()).unwrap();
        message.time.as_mut().unwrap().wall_us += 1;
        entries[place].envelope.statement = statement::encode(&message).unwrap();
        let report = run(&world.archive_of(&Writer::rechained(&entries)), &world.trust());
        assert_found(&report, RuleId::K01);
    }
}

/// Past the fiftieth, at the edges of bundles, anywhere: no signature is skipped.
#[test]
fn one_bad_signature_among_hundreds_is_found_wherever_it_stands() {
    let world = large().world;
    for place in
        [1, 49, 50, 51, 127, 128, 254, 255, 256, 257, 306, 511, 512, 513, world.writer.entries.len() - 1]
    {
        let writer = relinked(&world, |entries| entries[place].envelope.signature[40] ^= 1);
        let report = run(&world.archive_of(&writer), &world.trust());
        assert_found(&report, RuleId::K01);
        assert_eq!(report.counts.signatures_checked, report.counts.signatures_present);
        assert_eq!(report.counts.signatures_valid + 1, report.counts.signatures_checked);
    }
}

#[test]
fn a_statement_signed_by_another_key_is_not_the_devices() {
    let world = small().world;
    for key in [key_of("nobody"), world.speakers[NODE].key(), world.speakers[AUTHORITIES[0]].key()] {
        let last = world.writer.entries.len() - 2;
        let mut entries = world.writer.decoded();
        entries[last].envelope = Envelope::sign(entries[last].envelope.statement.clone(), &key);
        let report = run(&world.archive_of(&Writer::rechained(&entries)), &world.trust());
        assert_found(&report, RuleId::K01);
    }
}

#[test]
fn a_signature_under_a_key_that_nobody_introduced_is_counted_as_not_checked() {
    let mut world = small().world;
    let stranger = world.speaker(Digest::ZERO);
    world.say(stranger, offline(1));
    let report = run(&world.archive(), &world.trust());
    assert_found(&report, RuleId::K01);
    assert_eq!(report.counts.signatures_checked + 1, report.counts.signatures_present);
    assert_eq!(report.outcome(), Outcome::NotChecked);
}

#[test]
fn a_device_that_one_authority_proposed_and_nobody_approved_says_nothing() {
    let mut world = small().world;
    let who = world.speaker(Digest::ZERO);
    let fact = world.enrolment(who, v1::DeviceKind::Locker, None);
    world.say(AUTHORITIES[0], fact);
    let proposed = world.writer.last();
    world.speakers[who].chain.enrolment = proposed;
    world.say(who, offline(1));
    assert_found(&run(&world.archive(), &world.trust()), RuleId::K01);
}

#[test]
fn the_proposers_own_approval_enrols_nobody() {
    let mut world = small().world;
    let who = world.speaker(Digest::ZERO);
    let fact = world.enrolment(who, v1::DeviceKind::Locker, None);
    let proposal = world.say(AUTHORITIES[0], fact);
    world.approve(AUTHORITIES[0], proposal.hash);
    let approved = world.writer.last();
    world.speakers[who].chain.enrolment = approved;
    world.say(who, offline(1));
    assert_found(&run(&world.archive(), &world.trust()), RuleId::K01);
}

#[test]
fn a_key_whose_holder_does_not_prove_to_have_it_is_not_enrolled() {
    let mut world = small().world;
    let who = world.speaker(Digest::ZERO);
    let Fact::DeviceEnrolled(mut fact) = world.enrolment(who, v1::DeviceKind::Locker, None) else { panic!() };
    fact.declared.as_mut().unwrap().possession[3] ^= 1;
    world.agree(Fact::DeviceEnrolled(fact));
    let enrolled = world.writer.last();
    world.speakers[who].chain.enrolment = enrolled;
    let report = run(&world.archive(), &world.trust());
    assert_found(&report, RuleId::K01);
    assert_eq!(report.counts.possessions_valid + 1, report.counts.possessions_checked);
}

#[test]
fn a_ledger_key_whose_holder_does_not_prove_to_have_it_signs_nothing() {
    let mut rotated = small().world;
    rotated.rotate_ledger_key();
    let mut world = small().world;
    let entry = &rotated.writer.decoded()[world.writer.entries.len()];
    let said = v1::Statement::decode(entry.envelope.statement.as_slice()).unwrap().fact;
    let Some(Fact::LedgerKeyRotated(mut fact)) = said else { panic!() };
    fact.declared.as_mut().unwrap().possession[3] ^= 1;
    world.agree(Fact::LedgerKeyRotated(fact));
    world.ledger_seed = rotated.ledger_seed;
    let report = run(&world.archive(), &world.trust());
    assert_found(&report, RuleId::K01);
    assert_found(&report, RuleId::L03);
}

/// Two locks and one key: the second device is whoever has the first one's.
#[test]
fn one_key_for_two_devices_is_found() {
    let mut world = small().world;
    let clone = world.speaker(Digest::ZERO);
    world.speakers[clone].seed = world.speakers[AUTHORITIES[0]].seed;
    let fact = world.enrolment(clone, v1::DeviceKind::Desk, None);
    world.agree(fact);
    assert_found(&run(&world.archive(), &world.trust()), RuleId::K01);
    let mut world = small().world;
    let clone = world.speaker(Digest::ZERO);
    world.speakers[clone].seed = world.ledger_seed;
    let fact = world.enrolment(clone, v1::DeviceKind::Desk, None);
    world.agree(fact);
    assert_found(&run(&world.archive(), &world.trust()), RuleId::K01);
}

#[test]
fn a_statement_under_the_key_before_a_rotation_has_no_standing() {
    let mut small = small();
    let old = small.world.speakers[small.locker.speaker].clone();
    small.world.rotate(small.locker.speaker);
    let next = small.world.speakers[small.locker.speaker].chain.clone();
    small.world.speakers[small.locker.speaker].seed = old.seed;
    small.world.speakers[small.locker.speaker].chain.next_sequence = next.next_sequence;
    small.world.say(small.locker.speaker, offline(1));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::K01);
}

#[test]
fn nothing_is_said_after_a_revocation() {
    let mut small = small();
    small.world.revoke(small.locker.speaker);
    assert_eq!(run(&small.world.archive(), &small.world.trust()).outcome(), Outcome::Verified);
    small.world.say(small.locker.speaker, offline(1));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::K03);
}

#[test]
fn a_gap_in_a_devices_numbers_is_found() {
    let mut small = small();
    let time = small.world.time(small.locker.speaker);
    small.world.sign(small.locker.speaker, Saying::new(offline(1), time));
    small.world.say(small.locker.speaker, offline(2));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::K02);
}

#[test]
fn two_statements_with_one_number_are_found() {
    let mut small = small();
    let before = small.world.speakers[small.locker.speaker].clone();
    small.world.say(small.locker.speaker, offline(1));
    small.world.speakers[small.locker.speaker] = before;
    small.world.say(small.locker.speaker, offline(2));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::K02);
}

#[test]
fn a_statement_that_continues_another_history_is_found() {
    let mut small = small();
    small.world.speakers[small.locker.speaker].chain.last.0[0] ^= 1;
    small.world.say(small.locker.speaker, offline(1));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::K02);
}

#[test]
fn lost_statements_that_a_device_declares_are_a_finding() {
    let mut small = small();
    let chain = &mut small.world.speakers[small.locker.speaker].chain;
    let lost = chain.next_sequence;
    chain.next_sequence += 3;
    let declared = v1::chain_resumed::Declared { lost_from: lost, lost_to: lost + 2 };
    let fact = Fact::ChainResumed(v1::ChainResumed { declared: Some(declared) });
    small.world.say(small.locker.speaker, fact);
    small.world.say(small.locker.speaker, offline(1));
    let report = run(&small.world.archive(), &small.world.trust());
    assert_found(&report, RuleId::K02);
    assert_eq!(report.findings.len(), 1, "{}", human(&report));
}

#[test]
fn a_device_that_saw_another_ledger_is_heard() {
    let mut small = small();
    let size = small.world.writer.size();
    let mut root = small.world.writer.root_at(size);
    root.0[7] ^= 1;
    small.world.speakers[small.locker.speaker].chain.seen = Some(Seen { size, root });
    small.world.say(small.locker.speaker, offline(1));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L04);
}

#[test]
fn a_device_that_saw_more_than_there_was_is_heard() {
    let mut small = small();
    let root = small.world.writer.root_at(1);
    let size = small.world.writer.size() + 1;
    small.world.speakers[small.locker.speaker].chain.seen = Some(Seen { size, root });
    small.world.say(small.locker.speaker, offline(1));
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L04);
}

/// What a device saw long ago is compared with the tree of that time, through the archive's own tiles.
#[test]
fn what_a_device_saw_long_ago_is_compared_too() {
    let large = large();
    for size in [1, 2, 3, 100, 255, 256, 257, 400, 512] {
        let root = large.world.writer.root_at(size);
        let mut world = large.world.clone();
        world.speakers[large.locker.speaker].chain.seen = Some(Seen { size, root });
        world.say(large.locker.speaker, offline(1));
        assert_eq!(run(&world.archive(), &world.trust()).outcome(), Outcome::Verified, "{size}");
        let mut world = large.world.clone();
        let root = large.world.writer.root_at(size + 1);
        world.speakers[large.locker.speaker].chain.seen = Some(Seen { size, root });
        world.say(large.locker.speaker, offline(1));
        assert_found(&run(&world.archive(), &world.trust()), RuleId::L04);
    }
}

/// A head, in each of the facts that record one.
fn recorded_heads(size: u64, root: Vec<u8>) -> [Fact; 3] {
    let witness = "w".to_owned();
    [
        Fact::CheckpointSigned(v1::CheckpointSigned {
            derived: Some(v1::checkpoint_signed::Derived { size, root: root.clone() }),
        }),
        Fact::WitnessCosigned(v1::WitnessCosigned {
            observed: Some(v1::witness_cosigned::Observed { witness, size, root: root.clone(), time_s: 1 }),
        }),
        Fact::TimestampTokenAttached(v1::TimestampTokenAttached {
            observed: Some(v1::timestamp_token_attached::Observed {
                size,
                root,
                token: vec![7; 32],
                time_us: u64::MAX,
            }),
        }),
    ]
}

#[test]
fn a_head_that_a_fact_records_is_compared_with_the_tree() {
    let small = small();
    let size = small.world.writer.size();
    for size in [1, size - 1, size] {
        let right = small.world.writer.root_at(size).0.to_vec();
        let mut wrong = right.clone();
        wrong[0] ^= 1;
        for fact in recorded_heads(size, right) {
            let mut world = small.world.clone();
            world.say(NODE, fact);
            let report = run(&world.archive(), &world.trust());
            assert_eq!(report.outcome(), Outcome::Verified, "{}", human(&report));
        }
        for fact in recorded_heads(size, wrong) {
            let mut world = small.world.clone();
            world.say(NODE, fact);
            let report = run(&world.archive(), &world.trust());
            assert_found(&report, RuleId::L04);
            assert_eq!(report.findings.len(), 1, "{}", human(&report));
        }
    }
}

#[test]
fn a_head_recorded_before_there_was_so_much_shows_that_the_ledger_was_longer() {
    let small = small();
    for beyond in [1, 2, 1_000_000, u64::MAX / 2] {
        let root = small.world.writer.root_at(1).0.to_vec();
        for fact in recorded_heads(small.world.writer.size() + beyond, root) {
            let mut world = small.world.clone();
            world.say(NODE, fact);
            let report = run(&world.archive(), &world.trust());
            assert_found(&report, RuleId::L05);
            assert_eq!(report.findings.len(), 1, "{}", human(&report));
        }
    }
}

/// What was on record when the token was made is dated after it.
#[test]
fn a_time_stamp_older_than_what_it_covers_is_found() {
    let small = small();
    let size = small.world.writer.size();
    let root = small.world.writer.root_at(size).0.to_vec();
    for (earlier_us, is_found) in [(3_600_000_000, true), (2_000_000, true), (0, false)] {
        let mut world = small.world.clone();
        let observed = v1::timestamp_token_attached::Observed {
            size,
            root: root.clone(),
            token: vec![7; 32],
            time_us: world.now_us - earlier_us,
        };
        world
            .say(NODE, Fact::TimestampTokenAttached(v1::TimestampTokenAttached { observed: Some(observed) }));
        let report = run(&world.archive(), &world.trust());
        let is_told = report.findings.iter().any(|finding| finding.rule == RuleId::T05);
        assert_eq!(
            (is_told, report.outcome() == Outcome::Verified),
            (is_found, !is_found),
            "{}",
            human(&report)
        );
    }
}

/// The ledger is rolled back to before a witness saw it, and goes on from there under the right keys.
#[test]
fn a_ledger_that_goes_on_from_a_backup_is_found_by_the_head_of_what_it_lost() {
    let mut lost = small().world;
    let kept = lost.clone();
    lost.census();
    let size = lost.writer.size();
    let facts = recorded_heads(size, lost.writer.root_at(size).0.to_vec());
    for fact in facts {
        let mut world = kept.clone();
        world.say(NODE, fact);
        assert_found(&run(&world.archive(), &world.trust()), RuleId::L05);
    }
}

/// A newer device's fact cannot be judged: the rest is, and the report does not pass for whole.
#[test]
fn a_fact_that_is_not_known_is_listed_and_nothing_passes_for_whole() {
    let mut small = small();
    let key = small.world.speakers[small.locker.speaker].key();
    let mut bytes = small.world.writer.decoded().last().unwrap().envelope.statement.clone();
    // The census' field number 102, with wire type 2, becomes 118, which no fact has.
    let tag = [0xb2, 0x06];
    let place = bytes.windows(2).rposition(|pair| pair == tag).unwrap();
    bytes[place..place + 2].copy_from_slice(&[0xb2, 0x07]);
    let problem = statement::decode(&bytes).unwrap_err().problem;
    assert!(matches!(problem, Problem::UnknownFact { number: 118 }), "{problem:?}");
    small.world.record(Envelope::sign(bytes, &key));
    let report = run(&small.world.archive(), &small.world.trust());
    assert_found(&report, RuleId::L06);
    assert_eq!(report.outcome(), Outcome::NotChecked);
    assert_eq!(report.not_replayed.len(), 1);
}
