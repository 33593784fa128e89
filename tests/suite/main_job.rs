//! The main job, over real HTTP: the locker signs, the node records, the verifier proves.

use custody::id::{CompartmentId, ExhibitId};
use custody::rule::RuleId;
use custody::verdict::Standing;
use locker::act::Package;
use locker::clock::Clock as _;
use locker::hardware::{Alarm, DoorPosition};
use locker::simulator::{SimulatedDoor, Simulator};

use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::verify::{finds_only, is_clean};
use crate::estate::{Estate, MINUTE_US};

/// Something happens that breaks these rules: it is recorded, never refused, and found under them alone.
#[track_caller]
fn check(rules: &[RuleId], exhibits: &[ExhibitId], happens: impl FnOnce(&mut Estate)) {
    let mut estate = Estate::new();
    happens(&mut estate);
    // Fails if the node refused anything.
    estate.sync_locker();
    estate.desk.sync();
    let report = estate.audit();
    finds_only(&report, rules);
    for finding in &report.findings {
        assert!(!finding.indices.is_empty(), "{finding:?}");
        assert_eq!(finding.exhibits, exhibits, "{finding:?}");
    }
}

/// Registered and put into the first compartment, lawfully.
fn lies_inside(estate: &mut Estate, exhibit: ExhibitId) -> CompartmentId {
    let place = estate.compartments[0];
    estate.register(exhibit, person(OFFICER));
    estate.pass(5 * MINUTE_US);
    estate.deposit(exhibit, person(OFFICER), place);
    estate.sync_locker();
    estate.pass(10 * MINUTE_US);
    place
}

#[test]
fn a_lawful_day_finds_nothing_and_every_exhibit_is_accounted_for() {
    let mut estate = Estate::new();
    for number in 1..=3 {
        estate.lawful_way(exhibit(number));
        estate.pass(20 * MINUTE_US);
    }
    let report = estate.audit();
    is_clean(&report);
    assert_eq!(report.findings, []);
    assert_eq!(report.verdicts.len(), 3);
    for verdict in &report.verdicts {
        assert_eq!(verdict.standing(), Some(Standing::Declared), "{verdict:#?}");
        // The hour in the locker, but for the seconds at its doors.
        assert!(verdict.duration_us(Standing::Proven) >= 60 * MINUTE_US, "{verdict:#?}");
    }
    assert_eq!(report.counts.signatures_valid, report.counts.entries);
}

/// Somebody forces the door, and pushes it shut again.
fn force(estate: &mut Estate, place: CompartmentId) {
    estate.locker_clock();
    estate.hardware.alarm(Alarm::DoorForced(place));
    estate.locker.device.attend(&mut estate.hardware).unwrap();
    estate.hardware.push_shut(place);
    estate.locker.device.attend(&mut estate.hardware).unwrap();
    estate.sync_locker();
}

#[test]
fn a_door_forced_on_an_exhibit_is_found() {
    check(&[RuleId::D02], &[exhibit(1)], |estate| {
        let place = lies_inside(estate, exhibit(1));
        force(estate, place);
        estate.pass(10 * MINUTE_US);
        estate.look_into(place);
    });
}

#[test]
fn a_forced_door_that_nobody_looks_after_is_found_as_well() {
    check(&[RuleId::D02, RuleId::D04], &[exhibit(1)], |estate| {
        let place = lies_inside(estate, exhibit(1));
        force(estate, place);
    });
}

#[test]
fn a_door_that_closed_once_more_than_was_recorded_is_found() {
    check(&[RuleId::D03], &[exhibit(1)], |estate| {
        let place = lies_inside(estate, exhibit(1));
        let state = *estate.hardware.state(place).unwrap();
        let behind_its_back = SimulatedDoor { close_counter: state.close_counter + 1, ..state };
        estate.hardware.set_state(place, behind_its_back);
        estate.collect(bag(exhibit(1)), exhibit(1), person(COURIER), place);
    });
}

#[test]
fn a_clock_that_goes_back_within_one_run_is_found() {
    let mut estate = Estate::new();
    estate.locker_clock();
    estate.locker.clock.advance(MINUTE_US);
    let session = estate.locker.device.open_session(person(OFFICER)).unwrap();
    // The same run of the same device, by its own word.
    let run = estate.locker.clock.now().boot;
    estate.locker.clock.restart(run);
    estate.locker.device.close_session(session, false).unwrap();
    estate.pass(5 * MINUTE_US);
    estate.sync_locker();
    let report = estate.audit();
    finds_only(&report, &[RuleId::T01]);
    assert!(report.findings.iter().all(|finding| finding.devices == [estate.locker.device.id()]));
}

#[test]
fn an_exhibit_received_before_it_was_collected_is_found() {
    check(&[RuleId::T04], &[exhibit(1)], |estate| {
        let place = lies_inside(estate, exhibit(1));
        estate.desk_clock();
        estate.pass(MINUTE_US);
        let collection = estate.collect(bag(exhibit(1)), exhibit(1), person(COURIER), place);
        estate.sync_locker();
        // The desk's clock has stood still for this minute.
        estate.receive_by_desk_clock(exhibit(1), person(COURIER), Some(collection));
    });
}

#[test]
fn a_label_of_another_package_is_found() {
    check(&[RuleId::E02], &[exhibit(1)], |estate| {
        let place = lies_inside(estate, exhibit(1));
        estate.collect(bag(exhibit(1)), exhibit(9), person(COURIER), place);
    });
}

#[test]
fn another_seal_than_the_one_recorded_is_found() {
    check(&[RuleId::E03], &[exhibit(1)], |estate| {
        let place = lies_inside(estate, exhibit(1));
        let swapped = Package::sealed(exhibit(1), "MP99999");
        estate.collect(swapped, exhibit(1), person(COURIER), place);
    });
}

#[test]
fn a_deposit_by_somebody_who_did_not_have_the_exhibit_is_found() {
    check(&[RuleId::S04], &[exhibit(1)], |estate| {
        let place = estate.compartments[0];
        estate.register(exhibit(1), person(OFFICER));
        estate.deposit(exhibit(1), person(COURIER), place);
    });
}

#[test]
fn a_compartment_that_nobody_registered_is_found() {
    let unknown = CompartmentId([0xcf; 16]);
    let mut estate = Estate::new();
    let places = estate.compartments.iter().copied().chain([unknown]);
    estate.hardware = Simulator::new(estate.locker.clock.clone(), places);
    estate.register(exhibit(1), person(OFFICER));
    let deposit = estate.deposit(exhibit(1), person(OFFICER), unknown);
    estate.sync_locker();
    let report = estate.audit();
    // One for each word about its door, and one for the deposit.
    finds_only(&report, &[RuleId::D01]);
    assert!(report.findings.iter().all(|finding| finding.compartments == [unknown]));
    let (_, said) = estate.locker.device.find(deposit).unwrap();
    let of_deposit: Vec<_> =
        report.findings.iter().filter(|finding| finding.indices.last() == said.index.as_ref()).collect();
    assert_eq!(of_deposit.len(), 1, "{:#?}", report.findings);
    assert_eq!(of_deposit[0].exhibits, [exhibit(1)]);
}

#[test]
fn an_exhibit_received_while_it_lies_in_a_locker_is_found() {
    check(&[RuleId::S01], &[exhibit(1)], |estate| {
        lies_inside(estate, exhibit(1));
        estate.receive(exhibit(1), person(COURIER), None);
    });
}

#[test]
fn a_statement_dated_an_hour_ahead_is_found() {
    let mut estate = Estate::new();
    estate.locker_clock();
    estate.locker.clock.advance(60 * MINUTE_US);
    // Not through the sequences, which would move the node's clock along.
    let session = estate.locker.device.open_session(person(OFFICER)).unwrap();
    estate.locker.device.close_session(session, false).unwrap();
    estate.locker.sync();
    let report = estate.audit();
    finds_only(&report, &[RuleId::T03]);
    assert_eq!(report.findings.len(), 2, "one for each statement: {:#?}", report.findings);
    assert!(report.findings.iter().all(|finding| finding.devices == [estate.locker.device.id()]));
}

#[test]
fn an_exhibit_collected_that_the_ledger_never_heard_of_is_found() {
    check(&[RuleId::S01], &[exhibit(7)], |estate| {
        let place = estate.compartments[1];
        let lies_there = SimulatedDoor {
            position: DoorPosition::Closed,
            locked: true,
            close_counter: 0,
            packages: 1,
            weight_mg: 350_000,
        };
        estate.hardware.set_state(place, lies_there);
        estate.collect(bag(exhibit(7)), exhibit(7), person(COURIER), place);
    });
}
