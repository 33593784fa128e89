//! Envelopes kept as evidence against a device.

use crate::support::{Small, assert_found, run, small};
use custody::id::Digest;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody_proto::v1::{self, statement::Fact};
use ledger_format::device_chain::Saying;
use ledger_format::envelope::Envelope;
use sha2::{Digest as _, Sha256};
use verifier::report::human;
use verifier::testing::{NODE, World, key_of};

fn offline(since_us: u64) -> Fact {
    Fact::OfflineEntered(v1::OfflineEntered { observed: Some(v1::offline_entered::Observed { since_us }) })
}

fn forked() -> Small {
    let mut small = small();
    let locker = small.locker.speaker;
    let before = small.world.speakers[locker].clone();
    small.world.say(locker, offline(1));
    small.world.fork(locker, offline(2), before);
    small
}

/// The node says of an envelope that it conflicts with the locker's last statement.
fn accuse(world: &mut World, small_locker: usize, envelope: &Envelope, conflicting: Digest) {
    let bytes = envelope.encode();
    let digest = Digest(Sha256::digest(&bytes).into());
    world.evidence.insert(digest, bytes);
    let chain = &world.speakers[small_locker].chain;
    let observed = v1::fork_evidenced::Observed {
        device: chain.device.0.to_vec(),
        sequence: chain.next_sequence - 1,
        recorded: chain.last.0.to_vec(),
        conflicting: conflicting.0.to_vec(),
        envelope: digest.0.to_vec(),
    };
    world.say(NODE, Fact::ForkEvidenced(v1::ForkEvidenced { observed: Some(observed) }));
}

#[test]
fn a_fork_that_is_evidenced_is_a_contradiction_and_nothing_else_is_found() {
    let small = forked();
    let report = run(&small.world.archive(), &small.world.trust());
    assert_found(&report, RuleId::K02);
    let [finding] = report.findings.as_slice() else { panic!("{}", human(&report)) };
    assert_eq!(finding.severity, Severity::Contradiction);
    assert_eq!(finding.devices, vec![small.world.device(small.locker.speaker)]);
    assert_eq!(report.counts.evidence, 1);
}

#[test]
fn evidence_that_is_missing_is_found() {
    let mut small = forked();
    small.world.evidence.clear();
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}

#[test]
fn evidence_that_is_not_the_device_is_found() {
    let mut small = small();
    let locker = small.locker.speaker;
    let mut clone = small.world.speakers[locker].chain.clone();
    small.world.say(locker, offline(1));
    let time = small.world.time(locker);
    let (envelope, hash) = clone.say(Saying::new(offline(2), time), &key_of("forger")).unwrap();
    accuse(&mut small.world, locker, &envelope, hash);
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}

#[test]
fn evidence_whose_signature_was_copied_is_found() {
    let mut small = small();
    let locker = small.locker.speaker;
    let mut clone = small.world.speakers[locker].chain.clone();
    let key = small.world.speakers[locker].key();
    small.world.say(locker, offline(1));
    let time = small.world.time(locker);
    let (mut envelope, hash) = clone.say(Saying::new(offline(2), time), &key).unwrap();
    envelope.signature[0] ^= 1;
    accuse(&mut small.world, locker, &envelope, hash);
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}

/// The node accuses a locker by means of the very statement that is on record.
#[test]
fn evidence_that_conflicts_with_nothing_is_found() {
    let mut small = small();
    let locker = small.locker.speaker;
    let said = small.world.say(locker, offline(1));
    let envelope = small.world.writer.decoded().last().unwrap().envelope.clone();
    accuse(&mut small.world, locker, &envelope, said.hash);
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}

/// The device speaks in two ledgers with one key, and one of them accuses it with what it said in the other.
#[test]
fn evidence_that_is_bound_to_another_ledger_is_found() {
    let mut small = small();
    let locker = small.locker.speaker;
    let mut elsewhere = small.world.speakers[locker].chain.clone();
    elsewhere.enrolment = Digest([9; 32]);
    let key = small.world.speakers[locker].key();
    small.world.say(locker, offline(1));
    let time = small.world.time(locker);
    let (envelope, hash) = elsewhere.say(Saying::new(offline(2), time), &key).unwrap();
    accuse(&mut small.world, locker, &envelope, hash);
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}

/// The node sets a statement of the locker aside that has not been recorded.
fn set_aside(world: &mut World, locker: usize) {
    let time = world.time(locker);
    let (envelope, hash) = world.sign(locker, Saying::new(offline(2), time));
    let bytes = envelope.encode();
    let digest = Digest(Sha256::digest(&bytes).into());
    world.evidence.insert(digest, bytes);
    let chain = &world.speakers[locker].chain;
    let observed = v1::statement_set_aside::Observed {
        device: chain.device.0.to_vec(),
        sequence: chain.next_sequence - 1,
        statement: hash.0.to_vec(),
        envelope: digest.0.to_vec(),
        reason: v1::SetAsideReason::AfterRevocation.into(),
    };
    world.say(NODE, Fact::StatementSetAside(v1::StatementSetAside { observed: Some(observed) }));
}

#[test]
fn a_statement_set_aside_while_its_key_was_in_force_is_found() {
    let mut small = small();
    let locker = small.locker.speaker;
    set_aside(&mut small.world, locker);
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}

#[test]
fn a_statement_set_aside_is_kept_and_its_device_accused() {
    let mut small = small();
    let locker = small.locker.speaker;
    small.world.revoke(locker);
    set_aside(&mut small.world, locker);
    let report = run(&small.world.archive(), &small.world.trust());
    assert_found(&report, RuleId::K03);
    assert_eq!(report.findings.len(), 1, "{}", human(&report));
    small.world.evidence.clear();
    assert_found(&run(&small.world.archive(), &small.world.trust()), RuleId::L08);
}
