//! The guided sequences, step by step, and each way they can end.

use custody_proto::v1;
use custody_proto::v1::statement::Fact as Message;
use prost::Message as _;

use super::*;
use crate::collect::{Collection, CollectionOutcome};
use crate::hardware::Alarm;
use crate::simulator::{Fault, Hand, Simulator};
use crate::testing::{A1, A2, TestDevice, World, exhibit, officer};

fn bag() -> Package {
    Package::sealed(exhibit(7), "S100")
}

fn deposit() -> Deposit {
    Deposit::new(A1, officer(1), bag())
}

fn collection() -> Collection {
    Collection::new(A1, officer(2), bag())
}

fn world() -> (World, TestDevice, Simulator) {
    let world = World::new();
    let (device, simulator) = (world.device(), world.simulator());
    (world, device, simulator)
}

fn names(device: &TestDevice, from: usize) -> Vec<&'static str> {
    device.said().map(|(_, said)| said.name).skip(from).collect()
}

fn statement(device: &TestDevice, hash: Digest) -> v1::Statement {
    let (sequence, _) = device.find(hash).unwrap();
    v1::Statement::decode(device.envelope(sequence).unwrap().unwrap().statement.as_slice()).unwrap()
}

const OPENED: [&str; 4] = ["session_opened", "compartment_reserved", "door_unlocked", "door_opened"];

const CLOSED: [&str; 3] = ["door_closed", "presence_sensed", "door_locked"];

#[track_caller]
fn check(device: &TestDevice, from: usize, expect: &[&[&str]]) {
    assert_eq!(names(device, from), expect.concat());
}

#[test]
fn a_deposit_is_one_door_cycle_in_one_session_named_by_its_first_statement() {
    let (_, mut device, mut simulator) = world();
    simulator.label(Some([7; 16]));
    let outcome = device.deposit(&mut simulator, &deposit()).unwrap();
    check(&device, 0, &[&OPENED, &CLOSED, &["deposited", "session_closed"]]);
    let DepositOutcome::Deposited { statement: hash } = outcome else { panic!("{outcome:?}") };
    let Some(Message::Deposited(deposited)) = statement(&device, hash).fact else { panic!() };
    let (observed, declared) = (deposited.observed.unwrap(), deposited.declared.unwrap());
    let hashes: Vec<_> = device.said().map(|(_, said)| said.hash.0.to_vec()).collect();
    assert_eq!(observed.door_cycle, hashes[2]);
    assert_eq!(declared.by.unwrap().session, hashes[0]);
    assert_eq!((observed.label, observed.weight_mg), (Some(vec![7; 16]), Some(500_000)));
    assert_eq!(declared.item.unwrap().seal.as_deref(), Some("S100"));
    let door = simulator.state(A1).unwrap();
    assert!(door.locked && door.close_counter == 1 && door.packages == 1);
    assert!(simulator.shown().last().unwrap().starts_with("Deposited."));
}

#[test]
fn a_collection_follows_the_deposit() {
    let (_, mut device, mut simulator) = world();
    let DepositOutcome::Deposited { statement: deposited } =
        device.deposit(&mut simulator, &deposit()).unwrap()
    else {
        panic!()
    };
    simulator.label(Some([7; 16]));
    let request = Collection { destination: Some("laboratory".to_owned()), ..collection() };
    let outcome = device.collect(&mut simulator, &request).unwrap();
    let CollectionOutcome::Collected { statement: hash } = outcome else { panic!("{outcome:?}") };
    let found = statement(&device, hash);
    assert_eq!(found.follows, Some(deposited.0.to_vec()));
    let (sequence, _) = device.find(hash).unwrap();
    assert_eq!(device.openings(sequence).unwrap().len(), 1);
    check(
        &device,
        9,
        &[&["session_opened", "door_unlocked", "door_opened"], &CLOSED, &["collected", "session_closed"]],
    );
}

#[test]
fn two_people_are_two_sessions_and_one_person_twice_is_not_two() {
    let (_, mut device, mut simulator) = world();
    let alone = Deposit { needs_witness: true, ..deposit() };
    let twice = Deposit { witness: Some(officer(1)), ..alone.clone() };
    for refused in [alone.clone(), twice] {
        let outcome = device.deposit(&mut simulator, &refused).unwrap();
        assert_eq!(outcome, DepositOutcome::WitnessRequired);
    }
    assert!(!names(&device, 0).contains(&"door_unlocked"));
    let from = names(&device, 0).len();
    let both = Deposit { witness: Some(officer(2)), ..alone };
    assert!(device.deposit(&mut simulator, &both).unwrap().is_deposited());
    let closed = ["deposited", "session_closed", "session_closed"];
    check(&device, from, &[&["session_opened"], &OPENED, &CLOSED, &closed]);
    assert!(device.memory().open_sessions.is_empty());
}

#[test]
fn another_packages_label_opens_no_door_and_an_unreadable_one_is_recorded_as_not_read() {
    let (_, mut device, mut simulator) = world();
    simulator.label(Some([8; 16])).label(None);
    let outcome = device.deposit(&mut simulator, &deposit()).unwrap();
    assert_eq!(outcome, DepositOutcome::LabelDiffers { read: [8; 16] });
    check(&device, 0, &[&["session_opened", "session_closed"]]);
    let outcome = device.deposit(&mut simulator, &deposit()).unwrap();
    let DepositOutcome::Deposited { statement: hash } = outcome else { panic!("{outcome:?}") };
    let Some(Message::Deposited(deposited)) = statement(&device, hash).fact else { panic!() };
    assert_eq!(deposited.observed.unwrap().label, None);
}

#[test]
fn nothing_put_in_is_an_abandoned_deposit() {
    let (_, mut device, mut simulator) = world();
    simulator.hand(Hand::Nothing);
    let outcome = device.deposit(&mut simulator, &deposit()).unwrap();
    assert_eq!(outcome, DepositOutcome::NothingPutIn);
    check(&device, 0, &[&OPENED, &CLOSED, &["deposit_abandoned", "session_closed"]]);
}

#[test]
fn a_door_that_is_not_opened_is_locked_again_and_nothing_is_deposited() {
    for jammed in [false, true] {
        let (_, mut device, mut simulator) = world();
        simulator.hand(Hand::Stays);
        if jammed {
            simulator.fault(Fault::LockJams);
        }
        assert_eq!(device.deposit(&mut simulator, &deposit()).unwrap(), DepositOutcome::NotOpened);
        check(&device, 0, &[&OPENED[..3], &["door_locked", "session_closed"]]);
        assert!(device.memory().open_cycles.is_empty());
    }
}

#[test]
fn a_door_that_latches_at_the_second_push_is_a_deposit_and_one_that_never_does_is_not() {
    let (_, mut device, mut simulator) = world();
    simulator.fault(Fault::DoorWillNotLatch(1));
    assert!(device.deposit(&mut simulator, &deposit()).unwrap().is_deposited());
    let failed = ["door_closed", "presence_sensed", "door_failed_close"];
    check(&device, 0, &[&OPENED, &failed, &CLOSED, &["deposited", "session_closed"]]);

    let (_, mut device, mut simulator) = world();
    simulator.fault(Fault::DoorWillNotLatch(99));
    let outcome = device.deposit(&mut simulator, &deposit()).unwrap();
    assert_eq!(outcome, DepositOutcome::WillNotLatch);
    assert!(outcome.instruction().contains("Stay with it"));
    check(&device, 0, &[&OPENED, &failed, &failed, &failed, &["session_closed"]]);
    // The compartment is given to nobody until its cycle has ended.
    let next = Deposit { package: Package::sealed(exhibit(8), "S2"), ..deposit() };
    assert_eq!(device.deposit(&mut simulator, &next).unwrap(), DepositOutcome::CompartmentTaken);
}

#[test]
fn a_door_left_open_is_told_once_and_its_cycle_ends_when_it_is_shut() {
    let (_, mut device, mut simulator) = world();
    simulator.hand(Hand::Leaves(1000));
    assert_eq!(device.deposit(&mut simulator, &deposit()).unwrap(), DepositOutcome::LeftOpen);
    check(&device, 0, &[&OPENED, &["door_left_open", "session_closed"]]);
    let from = names(&device, 0).len();
    assert_eq!(device.attend(&mut simulator).unwrap(), []);
    simulator.push_shut(A1);
    device.attend(&mut simulator).unwrap();
    check(&device, from, &[&CLOSED]);
    assert_eq!(device.attend(&mut simulator).unwrap(), []);
    assert!(device.memory().open_cycles.is_empty());
}

#[test]
fn an_occupied_compartment_is_not_offered_and_a_drop_slot_is() {
    let (_, mut device, mut simulator) = world();
    device.deposit(&mut simulator, &deposit()).unwrap();
    let second = Deposit { package: Package::sealed(exhibit(8), "S2"), ..deposit() };
    assert_eq!(device.deposit(&mut simulator, &second).unwrap(), DepositOutcome::CompartmentTaken);
    simulator.hand(Hand::Puts(10));
    let dropped = Deposit { is_drop_slot: true, ..second };
    assert!(device.deposit(&mut simulator, &dropped).unwrap().is_deposited());
}

#[test]
fn a_package_left_inside_is_not_collected_and_another_label_is_recorded_as_read() {
    let (_, mut device, mut simulator) = world();
    device.deposit(&mut simulator, &deposit()).unwrap();
    simulator.label(Some([7; 16])).hand(Hand::Nothing);
    let outcome = device.collect(&mut simulator, &collection()).unwrap();
    assert_eq!(outcome, CollectionOutcome::NothingTaken);
    assert!(!names(&device, 0).contains(&"collected"));
    simulator.label(Some([9; 16])).hand(Hand::Takes);
    let outcome = device.collect(&mut simulator, &collection()).unwrap();
    let CollectionOutcome::CollectedOtherLabel { statement: hash, read } = outcome else { panic!() };
    let Some(Message::Collected(collected)) = statement(&device, hash).fact else { panic!() };
    assert_eq!(collected.observed.unwrap().label, Some(read.to_vec()));
}

#[test]
fn a_sensor_that_is_wrong_is_recorded_as_it_was() {
    let (_, mut device, mut simulator) = world();
    simulator.fault(Fault::PresenceStuck(A1, Some(false)));
    assert_eq!(device.deposit(&mut simulator, &deposit()).unwrap(), DepositOutcome::NothingPutIn);
    assert_eq!(simulator.state(A1).unwrap().packages, 1);
    simulator.fault(Fault::PresenceStuck(A1, None));
    assert_eq!(device.deposit(&mut simulator, &deposit()).unwrap(), DepositOutcome::CompartmentTaken);
}

#[test]
fn a_forced_door_is_a_cycle_of_its_own_without_a_session() {
    let (_, mut device, mut simulator) = world();
    simulator.alarm(Alarm::DoorForced(A2));
    simulator.alarm(Alarm::Tamper { compartment: None, open: true });
    device.attend(&mut simulator).unwrap();
    check(&device, 0, &[&["door_forced", "tamper_sensed"]]);
    simulator.push_shut(A2);
    device.attend(&mut simulator).unwrap();
    check(&device, 2, &[&CLOSED]);
    let forced = device.said_at(0).unwrap().hash;
    let Some(Message::DoorForced(fact)) = statement(&device, forced).fact else { panic!() };
    assert_eq!(fact.observed.unwrap().session, None);
    let locked = device.said_at(4).unwrap().hash;
    let Some(Message::DoorLocked(fact)) = statement(&device, locked).fact else { panic!() };
    assert_eq!(fact.observed.unwrap().cycle, Some(forced.0.to_vec()));
}

#[test]
fn power_may_go_at_any_step_of_a_deposit_and_the_cycle_is_taken_up_again() {
    for calls in 0..20 {
        let (world, mut device, mut simulator) = world();
        simulator.fault(Fault::PowerCutAfter(calls));
        let outcome = device.deposit(&mut simulator, &deposit());
        let said = names(&device, 0);
        drop(device);
        simulator.restore_power();
        let mut device = world.device();
        assert_eq!(names(&device, 0), said, "nothing said is lost");
        simulator.alarm(Alarm::PowerRestored { outage_us: 5 });
        simulator.push_shut(A1);
        device.attend(&mut simulator).unwrap();
        device.sense_all(&mut simulator, &[A1, A2]).unwrap();
        assert!(device.memory().open_cycles.is_empty(), "call {calls}: {:?}", names(&device, 0));
        assert!(simulator.state(A1).unwrap().locked, "call {calls}");
        let deposited = names(&device, 0).contains(&"deposited");
        assert_eq!(deposited, matches!(outcome, Ok(DepositOutcome::Deposited { .. })), "call {calls}");
    }
}

#[test]
fn the_statement_that_a_door_is_released_is_durable_before_it_is() {
    // The journal fails at the release's statement: the door must not have been unlocked.
    for operations in 0..30 {
        let (world, mut device, mut simulator) = world();
        let start = world.statements.operations();
        world.statements.fail_at(start + operations, crate::testing::Failure::Lost);
        let _ = device.deposit(&mut simulator, &deposit());
        let survived = world.crash(|| false).device();
        let unlocked = names(&survived, 0).contains(&"door_unlocked");
        assert!(unlocked || simulator.state(A1).unwrap().locked, "operation {operations}");
        assert!(unlocked || simulator.state(A1).unwrap().close_counter == 0, "operation {operations}");
    }
}

#[test]
fn every_ending_says_what_to_do_and_promises_nothing() {
    let endings = [
        DepositOutcome::WitnessRequired,
        DepositOutcome::LabelDiffers { read: [0; 16] },
        DepositOutcome::CompartmentTaken,
        DepositOutcome::NotOpened,
        DepositOutcome::NothingPutIn,
        DepositOutcome::LeftOpen,
        DepositOutcome::WillNotLatch,
    ];
    for ending in endings {
        let text = ending.instruction();
        assert!(text.ends_with('.') && !ending.is_deposited());
        assert!(
            ["Start again", "Fetch", "Choose", "start again", "call"].iter().any(|what| text.contains(what)),
            "{text}"
        );
    }
}
