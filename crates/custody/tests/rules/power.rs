//! D07: power cuts; D04: what troubles a locker as a whole.

use custody::fact::{CheckResult, DoorEvent, Fact, Health};
use custody::id::CompartmentId;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

use crate::world::*;

/// X lies in C1.
fn deposited() -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(10 * MINUTE);
    world
}

fn lose(world: &mut World, is_fail_secure: bool) {
    world.say(LOCKER, Fact::Health(Health::PowerLost { is_fail_secure }));
    world.wait(MINUTE);
}

fn restore(world: &mut World) {
    world.say(LOCKER, Fact::Health(Health::PowerRestored));
    world.wait(MINUTE);
}

fn sense(world: &mut World, compartment: CompartmentId) {
    world.say(LOCKER, Fact::PresenceSensed { compartment, occupied: true, weight_mg: None });
    world.wait(MINUTE);
}

fn look(world: &mut World, compartment: CompartmentId) {
    let by = world.session(DESK, KEEPER);
    let result = CheckResult::AsRecorded;
    world.say(DESK, Fact::AttendedCheck { compartment, door_cycle: None, by, result });
    world.close(DESK, by);
    world.wait(MINUTE);
}

fn tamper(world: &mut World, compartment: Option<CompartmentId>, is_open: bool) {
    world.say(LOCKER, Fact::Health(Health::TamperSensed { compartment, is_open }));
    world.wait(MINUTE);
}

#[track_caller]
fn check(happens: impl FnOnce(&mut World), rules: &[RuleId]) {
    let mut world = deposited();
    happens(&mut world);
    world.expect(rules);
}

#[test]
fn locks_that_open_without_power_are_told_at_once() {
    check(|world| lose(world, false), &[RuleId::D07]);
    check(
        |world| {
            lose(world, false);
            restore(world);
            sense(world, C1);
        },
        &[RuleId::D07],
    );
    let mut empty = World::new();
    lose(&mut empty, false);
    empty.expect(&[RuleId::D07]);
    check(|world| lose(world, true), &[]);
    let mut world = deposited();
    lose(&mut world, false);
    let finding = world.findings.last().unwrap();
    assert_eq!((&*finding.exhibits, &*finding.compartments), (&[X][..], &[C1][..]));
}

#[test]
fn a_device_without_doors_has_no_locks_to_stay_shut() {
    check(
        |world| {
            world.say(DESK, Fact::Health(Health::PowerLost { is_fail_secure: false }));
            world.say(DESK, Fact::Health(Health::PowerRestored));
        },
        &[],
    );
}

#[test]
fn after_a_power_cut_what_lay_there_is_sensed_or_seen() {
    check(
        |world| {
            lose(world, true);
            restore(world);
        },
        &[RuleId::D07],
    );
    // Another compartment's sensor says nothing of this one; and what was sensed on battery may be gone since.
    check(
        |world| {
            sense(world, C1);
            lose(world, true);
            sense(world, C1);
            restore(world);
            look(world, C3);
        },
        &[RuleId::D07],
    );
    check(
        |world| {
            lose(world, true);
            lose(world, true);
            restore(world);
            restore(world);
        },
        &[RuleId::D07],
    );
    for seen in [sense, look] {
        check(
            |world| {
                lose(world, true);
                restore(world);
                seen(world, C1);
            },
            &[],
        );
    }
}

#[test]
fn each_compartment_that_was_occupied_is_a_finding_of_its_own() {
    let mut world = deposited();
    world.register(Y, 2);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    lose(&mut world, true);
    restore(&mut world);
    let told = |world: &World| world.ledger.closing_findings(policy()).len();
    assert_eq!(told(&world), 2);
    sense(&mut world, DROP_SLOT);
    assert_eq!(told(&world), 1);
}

#[test]
fn what_was_collected_since_was_seen_by_the_collector() {
    check(
        |world| {
            lose(world, true);
            restore(world);
            world.collect(LOCKER, C1, COURIER, X);
        },
        &[],
    );
    // What was put in later never lay there without power.
    check(
        |world| {
            lose(world, true);
            restore(world);
            world.collect(LOCKER, C1, OFFICER, X);
            world.wait(MINUTE);
            world.deposit(LOCKER, C1, OFFICER, X);
        },
        &[],
    );
}

#[test]
fn a_locker_still_without_power_is_not_asked_yet() {
    check(|world| lose(world, true), &[]);
    check(restore, &[]);
}

#[test]
fn a_look_after_the_cut_counts_also_where_it_reaches_the_ledger_first() {
    let before = deposited();
    let mut happened = before.clone();
    lose(&mut happened, true);
    restore(&mut happened);
    tamper(&mut happened, Some(C1), true);
    look(&mut happened, C1);
    let mut said = happened.log[before.log.len()..].to_vec();
    said.sort_by_key(|statement| statement.device == LOCKER);
    let mut arrived = before;
    arrived.now_us = happened.now_us;
    for statement in &said {
        arrived.record(statement);
    }
    for world in [happened, arrived] {
        world.expect(&[]);
    }
}

#[test]
fn after_an_emergency_release_somebody_looks_into_every_occupied_compartment() {
    let release = |world: &mut World| {
        world.say(LOCKER, Fact::EmergencyRelease { doors: 2 });
        world.wait(MINUTE);
    };
    check(release, &[RuleId::D04]);
    check(
        |world| {
            release(world);
            look(world, C1);
        },
        &[],
    );
    let mut world = deposited();
    world.register(Y, 2);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    release(&mut world);
    let concerned = |world: &World| {
        let found = world.ledger.closing_findings(policy());
        let exhibits: Vec<_> = found.into_iter().flat_map(|finding| finding.exhibits).collect();
        exhibits
    };
    assert_eq!(concerned(&world), [X, Y]);
    look(&mut world, C1);
    assert_eq!(concerned(&world), [Y]);
    // Nothing lay in the other locker, and an empty compartment has nothing to look after.
    let mut world = World::new();
    release(&mut world);
    world.expect(&[]);
}

#[test]
fn after_tampering_somebody_looks() {
    check(|world| tamper(world, Some(C1), true), &[RuleId::D04]);
    check(|world| tamper(world, None, true), &[RuleId::D04]);
    check(
        |world| {
            tamper(world, None, true);
            tamper(world, None, false);
        },
        &[RuleId::D04],
    );
    check(|world| tamper(world, Some(DROP_SLOT), true), &[]);
    check(|world| tamper(world, None, false), &[]);
    check(
        |world| {
            tamper(world, Some(C1), true);
            look(world, C1);
        },
        &[],
    );
    // Who looked before has not seen what it came to.
    check(
        |world| {
            look(world, C1);
            tamper(world, Some(C1), true);
        },
        &[RuleId::D04],
    );
}

#[test]
fn a_device_speaks_of_its_own_tamper_switches() {
    let mut world = deposited();
    world.say(OTHER_LOCKER, Fact::Health(Health::TamperSensed { compartment: Some(C1), is_open: true }));
    assert_eq!(world.found(), [(RuleId::K01, Severity::Break)]);
}

#[test]
fn what_nobody_looked_after_is_not_proven_from_then_on() {
    let mut world = deposited();
    tamper(&mut world, None, true);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::D04]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::NotProven]);
    look(&mut world, C1);
    world.expect(&[]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
}

#[test]
fn two_troubles_of_one_exhibit_call_for_one_look() {
    let mut world = deposited();
    tamper(&mut world, None, true);
    world.say(LOCKER, Fact::EmergencyRelease { doors: 2 });
    assert_eq!(world.ledger.closing_findings(policy()).len(), 1);
    // What was put in since, and was there when the next trouble came, is another matter.
    world.collect(LOCKER, C1, COURIER, X);
    world.register(Y, 2);
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, Y);
    world.wait(MINUTE);
    tamper(&mut world, Some(C1), true);
    let told = world.ledger.closing_findings(policy());
    assert_eq!(told.iter().map(|finding| &*finding.exhibits).collect::<Vec<_>>(), [&[X][..], &[Y][..]]);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.stands(Y, &[Standing::Declared, Standing::Proven, Standing::NotProven]);
}

#[test]
fn a_door_that_is_in_trouble_a_thousand_times_costs_no_more_than_once() {
    let mut world = deposited();
    for _ in 0..1000 {
        tamper(&mut world, Some(C1), true);
        world.door(LOCKER, C1, DoorEvent::LeftOpen, None, None);
    }
    assert_eq!(world.ledger.closing_findings(policy()).len(), 1);
    assert!(world.ledger.doors().get(C1).unwrap().troubles().count() < 100);
}
