//! A device under power cuts and damage, and what it says of itself.

use std::fs;

use custody_proto::v1;
use proptest::prelude::*;

use super::*;
use crate::disclose::Openings;
use crate::simulator::SimulatedClock;
use crate::testing::{Failure, FakeFile, IDENTITY, START_US, World};
use custody::id::BootId;

/// A fact with one commitment, to have something in both journals.
fn refusal(text: &str) -> Telling {
    let mut openings = Openings::default();
    let reason = openings.commit_if("reason", Some(text)).unwrap();
    let declared =
        v1::collection_refused::Declared { exhibits: vec![vec![1; 16]], to: vec![2; 16], by: None, reason };
    let fact = Fact::CollectionRefused(v1::CollectionRefused { declared: Some(declared) });
    Telling::from(fact).opened_by(openings.disclosures)
}

fn self_test() -> Telling {
    let observed = Some(v1::self_tested::Observed { passed: true, failed: Vec::new() });
    Fact::SelfTested(v1::SelfTested { observed }).into()
}

#[test]
fn statements_are_numbered_linked_signed_and_found_again() {
    let world = World::new();
    let mut device = world.device();
    let hashes: Vec<_> = (0..4).map(|_| device.say(self_test()).unwrap()).collect();
    let key = device.signer.public_key();
    drop(device);
    let device = world.device();
    let mut previous = Digest::ZERO;
    for (number, hash) in (0..).zip(hashes) {
        let envelope = device.envelope(number).unwrap().unwrap();
        envelope.verify(&key).unwrap();
        let read = statement::decode(&envelope.statement).unwrap();
        let found = read.statement;
        assert_eq!((found.sequence, found.previous, read.hash), (number, previous, hash));
        assert_eq!((found.device, found.enrolment), (IDENTITY.device, IDENTITY.enrolment));
        previous = hash;
    }
    assert_eq!((device.next_sequence(), device.waiting_count()), (4, 4));
}

#[test]
fn a_commitment_without_its_opening_is_not_said() {
    let mut device = World::new().device();
    let telling = refusal("no").opened_by(Vec::new());
    assert!(matches!(device.say(telling), Err(SayError::Unopened { field: "reason" })));
    let other = refusal("yes").openings;
    assert!(matches!(device.say(refusal("no").opened_by(other)), Err(SayError::Opening(_))));
    assert_eq!(device.next_sequence(), 0);
}

#[test]
fn a_signer_whose_signature_does_not_verify_says_nothing() {
    struct Broken(ledger_format::key::SigningKey);
    impl Signer for Broken {
        fn public_key(&self) -> ledger_format::key::PublicKey {
            self.0.public_key()
        }
        fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignerError> {
            Ok([0; 64])
        }
    }
    let key = Broken(ledger_format::key::SigningKey::from_seed(&[1; 32]));
    let clock = SimulatedClock::starting_at(START_US, BootId([0; 16]));
    let mut device = Device::open_on(FakeFile::default(), FakeFile::default(), key, clock, IDENTITY).unwrap();
    assert!(matches!(device.say(self_test()), Err(SayError::Signer(SignerError::Invalid))));
    assert_eq!(device.next_sequence(), 0);
}

#[test]
fn a_clock_step_is_said_before_anything_else_and_a_start_once_for_each_run() {
    let world = World::new();
    let mut device = world.device();
    assert!(device.start(v1::BootReason::PowerOn, "1.0").unwrap().is_some());
    assert!(device.start(v1::BootReason::PowerOn, "1.0").unwrap().is_none());
    world.clock.step(-60_000_000);
    device.say(self_test()).unwrap();
    world.clock.restart(BootId([0xb1; 16]));
    assert!(device.start(v1::BootReason::Restart, "1.0").unwrap().is_some());
    let names: Vec<_> = device.said().map(|(_, said)| said.name).collect();
    assert_eq!(names, ["device_booted", "clock_stepped", "self_tested", "device_booted"]);
}

#[test]
fn openings_of_a_statement_that_was_never_finished_do_not_pass_for_those_of_the_next() {
    // The openings are durable, the statement is not: the power goes at its first write.
    let world = World::new();
    let mut device = world.device();
    world.statements.fail_at(world.statements.operations(), Failure::Lost);
    assert!(device.say(refusal("lost")).is_err());
    let world = world.crash(|| false);
    let mut device = world.device();
    device.say(self_test()).unwrap();
    drop(device);
    let mut device = world.device();
    assert_eq!((device.next_sequence(), device.openings(0).unwrap()), (1, Vec::new()));
    // And with others waiting, it is disowned one by one.
    device.say(refusal("kept")).unwrap();
    world.statements.fail_at(world.statements.operations(), Failure::Lost);
    assert!(device.say(refusal("lost")).is_err());
    let world = world.crash(|| false);
    world.device().say(self_test()).unwrap();
    let device = world.device();
    assert_eq!((device.openings(1).unwrap().len(), device.openings(2).unwrap().len()), (1, 0));
}

#[test]
fn a_damaged_journal_is_resumed_with_the_loss_declared_first() {
    let dir = tempfile::tempdir().unwrap();
    let clock = SimulatedClock::starting_at(START_US, BootId([0; 16]));
    let open = || {
        let key = ledger_format::key::SigningKey::from_seed(&[1; 32]);
        Device::open(dir.path(), key, clock.clone(), IDENTITY)
    };
    let mut device = open().unwrap();
    for _ in 0..6 {
        device.say(self_test()).unwrap();
    }
    let damaged_at = usize::try_from(device.state.said[&3].offset).unwrap();
    assert!(matches!(open(), Err(JournalError::InUse { .. })));
    drop(device);
    let path = dir.path().join("statements.journal");
    let mut bytes = fs::read(&path).unwrap();
    bytes[damaged_at + 100] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let message = open().unwrap_err().to_string();
    assert!(message.contains(&format!("byte {damaged_at}")) && message.contains("number is 6"), "{message}");

    let resumed = Journal::resume(dir.path(), IDENTITY.device, "statements.damaged", None).unwrap();
    assert_eq!((resumed.lost_from, resumed.next_sequence), (3, 6));
    assert_eq!(fs::read(dir.path().join("statements.damaged")).unwrap(), bytes);
    for round in 0..2u64 {
        let mut device = open().unwrap();
        device.say(self_test()).unwrap();
        let names: Vec<_> = device.said().map(|(number, said)| (number, said.name)).skip(3).collect();
        assert_eq!(names[..2], [(6, "chain_resumed"), (7, "self_tested")]);
        assert_eq!(device.next_sequence(), 8 + round);
    }
    let sound = Journal::resume(dir.path(), IDENTITY.device, "again", None);
    assert!(matches!(sound, Err(crate::journal::ResumeError::NothingLost)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Speaks until the power fails at some write of either file, reopens what survived, and speaks on.
    #[test]
    fn after_any_power_cut_nothing_said_is_lost_and_no_number_is_used_twice(
        kinds in proptest::collection::vec(any::<bool>(), 1..8),
        fail_statements in 0usize..40,
        fail_openings in 0usize..40,
        persisted: bool,
        survival in proptest::collection::vec(any::<bool>(), 97),
    ) {
        let failure = if persisted { Failure::Persisted } else { Failure::Lost };
        let world = World::new();
        world.statements.fail_at(fail_statements, failure);
        world.openings.fail_at(fail_openings, failure);
        let mut said = Vec::new();
        if let Ok(mut device) = world.try_device() {
            for committed in kinds {
                let telling = if committed { refusal("because") } else { self_test() };
                let openings = telling.openings.clone();
                match device.say(telling) {
                    Ok(hash) => said.push((hash, openings)),
                    Err(_) => break,
                }
            }
        }
        let mut survival = survival.into_iter().cycle();
        let world = world.crash(|| survival.next().unwrap());
        let mut device = world.device();
        // Everything that was said is there, with its openings, and at most one more: the one being written.
        for (number, (hash, openings)) in (0..).zip(&said) {
            let envelope = device.envelope(number).unwrap().unwrap();
            prop_assert_eq!(envelope.statement_hash(), *hash);
            prop_assert_eq!(&device.openings(number).unwrap(), openings);
        }
        let count = u64::try_from(said.len()).unwrap();
        prop_assert!((count..=count + 1).contains(&device.next_sequence()));
        // The chain goes on behind what is there; opening it again checks numbers and links.
        let next = device.next_sequence();
        let hash = device.say(refusal("later")).unwrap();
        drop(device);
        let device = world.device();
        prop_assert_eq!(device.find(hash).map(|(number, _)| number), Some(next));
        prop_assert_eq!(device.openings(next).unwrap().len(), 1);
    }
}
