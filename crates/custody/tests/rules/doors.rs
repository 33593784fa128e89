//! D01, D02, D06: doors and compartments.

use custody::fact::{CheckResult, DoorEvent, Fact};
use custody::movement::{Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

use crate::world::*;

/// X lies in C1 since a lawful deposit.
fn deposited() -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(10 * MINUTE);
    world
}

fn forced(world: &mut World) {
    let cycle = world.door(LOCKER, C1, DoorEvent::Forced, None, None);
    world.wait(MINUTE);
    world.door(LOCKER, C1, DoorEvent::Closed, Some(cycle), None);
    world.door(LOCKER, C1, DoorEvent::Locked, Some(cycle), None);
    world.wait(10 * MINUTE);
}

#[test]
fn an_occupied_compartment_forced_open_breaks_continuity_until_it_is_collected() {
    let mut world = deposited();
    forced(&mut world);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::D02, RuleId::D04]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::NotProven]);
}

#[test]
fn an_attended_check_that_finds_all_as_recorded_ends_the_doubt() {
    let mut world = deposited();
    forced(&mut world);
    let by = world.session(DESK, KEEPER);
    world.say(
        DESK,
        Fact::AttendedCheck { compartment: C1, door_cycle: None, by, result: CheckResult::AsRecorded },
    );
    world.close(DESK, by);
    world.wait(10 * MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::D02]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::NotProven, Standing::Proven]);
}

#[test]
fn an_occupied_compartment_opened_in_a_session_without_a_custody_event_breaks_continuity() {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    world.cycle(LOCKER, C1, by);
    world.close(LOCKER, by);
    world.expect(&[RuleId::D02]);
}

#[test]
fn a_door_that_is_open_in_a_session_under_way_is_no_break_yet() {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    world.cycle(LOCKER, C1, by);
    assert_eq!(world.found(), [(RuleId::D02, Severity::Information)]);
}

#[test]
fn an_empty_compartment_may_be_opened() {
    let mut world = World::new();
    let by = world.session(LOCKER, COURIER);
    world.cycle(LOCKER, C1, by);
    world.close(LOCKER, by);
    world.expect(&[]);
}

#[test]
fn a_compartment_opened_for_an_attended_check_has_its_custody_event() {
    let mut world = deposited();
    let by = world.session(LOCKER, KEEPER);
    let cycle = world.cycle(LOCKER, C1, by);
    world.say(
        LOCKER,
        Fact::AttendedCheck { compartment: C1, door_cycle: Some(cycle), by, result: CheckResult::AsRecorded },
    );
    world.close(LOCKER, by);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Declared, Standing::Proven]);
}

#[test]
fn a_deposit_without_a_door_cycle_is_not_proven() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let at = World::at(C1, digest(77), X);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited {
            at,
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.expect(&[RuleId::D01]);
    world.wait(MINUTE);
    world.close(LOCKER, by);
    world.stands(X, &[Standing::NotProven, Standing::NotProven]);
}

/// The steps of a door cycle that is left incomplete, or overdone.
#[track_caller]
fn check_cycle(steps: &[DoorEvent], expected: &[RuleId]) {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let mut cycle = None;
    for step in steps {
        world.wait(1_000_000);
        let said = world.door(LOCKER, C1, *step, cycle, Some(by.session));
        cycle = cycle.or(Some(said));
    }
    let at = World::at(C1, cycle.expect("a cycle has a first step"), X);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited {
            at,
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.close(LOCKER, by);
    world.expect(expected);
}

#[test]
fn a_deposit_goes_with_exactly_one_complete_door_cycle() {
    use DoorEvent::{Closed, FailedClose, Forced, LeftOpen, Locked, Opened, Unlocked};
    check_cycle(&[Unlocked, Opened, Closed, Locked], &[]);
    check_cycle(&[Unlocked, Opened, LeftOpen, Closed, Locked], &[]);
    check_cycle(&[Unlocked, Opened, FailedClose, Closed, Locked], &[]);
    check_cycle(&[Unlocked, Opened, Closed], &[RuleId::D01]);
    check_cycle(&[Unlocked, Opened, Locked], &[RuleId::D01]);
    check_cycle(&[Unlocked, Closed, Locked], &[RuleId::D01]);
    check_cycle(&[Unlocked, Opened, Closed, Locked, FailedClose], &[RuleId::D01]);
    check_cycle(&[Unlocked, Opened, Closed, Opened, Closed, Locked], &[RuleId::D01]);
    check_cycle(&[Forced, Closed, Locked], &[RuleId::D01]);
}

#[test]
fn one_door_cycle_cannot_carry_two_acts_in_a_compartment_for_one() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    for exhibit in [X, Y] {
        let at = World::at(C1, cycle, exhibit);
        world.say(
            LOCKER,
            Fact::Movement(Movement::Deposited {
                at,
                item: item(&[exhibit]),
                by,
                witness: None,
                condition: SealCondition::Intact,
            }),
        );
    }
    world.close(LOCKER, by);
    world.expect(&[RuleId::D01, RuleId::D06]);
}

#[test]
fn a_door_cycle_of_another_session_does_not_count() {
    let mut world = World::new();
    world.wait(MINUTE);
    let other = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, other);
    let by = world.session(LOCKER, OFFICER);
    let at = World::at(C1, cycle, X);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited {
            at,
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.expect(&[RuleId::D01]);
}

#[test]
fn a_second_package_in_a_compartment_for_one_contradicts_both() {
    let mut world = deposited();
    world.register(Y, 2);
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, Y);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, Y);
    world.expect(&[RuleId::D06]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Contradicted]);
    world.stands(Y, &[Standing::Declared, Standing::Contradicted]);
}

#[test]
fn a_drop_slot_holds_many_and_the_time_it_stood_open_for_another_is_declared() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, X);
    world.wait(MINUTE);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    world.wait(MINUTE);
    world.collect(LOCKER, DROP_SLOT, COURIER, X);
    world.expect(&[]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Declared, Standing::Proven]);
}

#[test]
fn an_exhibit_still_in_its_compartment_is_proven_up_to_the_lockers_last_word() {
    let mut world = deposited();
    let before = world.verdict(X).duration_us(Standing::Proven);
    world.wait(60 * MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    assert_eq!(world.verdict(X).duration_us(Standing::Proven), before + 70 * MINUTE);
    world.expect(&[]);
}

#[test]
fn a_door_of_an_unregistered_compartment_is_told() {
    let mut world = World::new();
    world.door(LOCKER, custody::id::CompartmentId([0x99; 16]), DoorEvent::Opened, None, None);
    world.expect(&[RuleId::D01]);
}

#[test]
fn an_opening_that_only_the_close_counter_shows_breaks_continuity() {
    let mut world = deposited();
    world.close_unseen(C1);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::D03]);
    world.stands(X, &[Standing::Declared, Standing::NotProven]);
}

#[test]
fn a_close_counter_that_goes_back_is_told() {
    let mut world = deposited();
    let session = world.session(LOCKER, COURIER);
    let door = Fact::Door {
        authority: None,
        by: None,
        event: DoorEvent::Unlocked,
        compartment: C1,
        cycle: None,
        close_counter: 0,
        session: Some(session.session),
    };
    world.say(LOCKER, door);
    world.expect(&[RuleId::D03]);
}

#[test]
fn an_opening_of_an_empty_compartment_that_only_the_close_counter_shows_is_told_too() {
    let mut world = World::new();
    let session = world.session(LOCKER, COURIER);
    world.cycle(LOCKER, C1, session);
    world.close_unseen(C1);
    world.cycle(LOCKER, C1, session);
    world.close(LOCKER, session);
    world.expect(&[RuleId::D03]);
}

#[test]
fn a_door_that_closed_before_its_opening_was_said_counts_right() {
    let mut world = World::new();
    let session = world.session(LOCKER, OFFICER);
    let cycle = world.door(LOCKER, C1, DoorEvent::Unlocked, None, Some(session.session));
    world.close_unseen(C1);
    world.door(LOCKER, C1, DoorEvent::Opened, Some(cycle), Some(session.session));
    for (event, close_counter) in [(DoorEvent::Closed, 1), (DoorEvent::Locked, 1)] {
        let session = Some(session.session);
        world.say(
            LOCKER,
            Fact::Door {
                event,
                compartment: C1,
                cycle: Some(cycle),
                close_counter,
                session,
                by: None,
                authority: None,
            },
        );
    }
    world.close(LOCKER, session);
    world.expect(&[]);
}

/// An exhibit is collected while its door stays open too long, and never closes.
#[test]
fn a_door_left_open_on_what_is_being_collected_needs_no_check() {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    let cycle = world.door(LOCKER, C1, DoorEvent::Unlocked, None, Some(by.session));
    for event in [DoorEvent::Opened, DoorEvent::LeftOpen, DoorEvent::Closed, DoorEvent::Locked] {
        world.door(LOCKER, C1, event, Some(cycle), Some(by.session));
    }
    let mut left = world.clone();
    let at = World::at(C1, cycle, X);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected {
            authority: None,
            at,
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.close(LOCKER, by);
    world.expect(&[]);
    // Without the collection somebody has to look.
    left.close(LOCKER, by);
    left.expect(&[RuleId::D02, RuleId::D04]);
}

#[track_caller]
fn check_look(result: CheckResult, rule: RuleId) {
    let mut world = deposited();
    world.wait(MINUTE);
    let by = world.session(DESK, KEEPER);
    world.say(DESK, Fact::AttendedCheck { compartment: C1, door_cycle: None, by, result });
    world.close(DESK, by);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[rule]);
    world.stands(X, &[Standing::Declared, Standing::NotProven]);
}

#[test]
fn what_an_attended_check_finds_otherwise_than_recorded_is_told_and_nothing_there_is_proven() {
    check_look(CheckResult::ItemAbsent, RuleId::S02);
    check_look(CheckResult::ItemUnexpected, RuleId::D06);
    check_look(CheckResult::SealDisturbed, RuleId::E03);
}

#[test]
fn looking_later_does_not_explain_an_opening_in_another_session() {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, by);
    world.close(LOCKER, by);
    world.wait(10 * MINUTE);
    let by = world.session(DESK, KEEPER);
    world.say(
        DESK,
        Fact::AttendedCheck { compartment: C1, door_cycle: Some(cycle), by, result: CheckResult::AsRecorded },
    );
    world.close(DESK, by);
    world.expect(&[RuleId::D02]);
}

#[test]
fn an_act_names_no_more_of_a_cycle_than_a_cycle_has() {
    let mut world = World::new();
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    for _ in 0..1000 {
        world.door(LOCKER, C1, DoorEvent::Opened, Some(cycle), Some(by.session));
    }
    let at = World::at(C1, cycle, X);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited {
            at,
            item: item(&[X]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    world.expect(&[RuleId::D01]);
    assert!(world.findings.iter().all(|finding| finding.indices.len() < 100));
}

#[test]
fn what_lies_in_a_drop_slot_that_is_opened_very_often_is_told_in_few_stretches() {
    let mut world = deposited();
    world.register(Y, 2);
    world.wait(MINUTE);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    for _ in 0..1000 {
        let by = world.session(LOCKER, COURIER);
        let cycle = world.cycle(LOCKER, DROP_SLOT, by);
        let at = World::at(DROP_SLOT, cycle, X);
        world.say(LOCKER, Fact::Movement(Movement::DepositAbandoned { at, exhibits: vec![X], by }));
        world.close(LOCKER, by);
        world.wait(MINUTE);
    }
    world.expect(&[]);
    let verdict = world.verdict(Y);
    assert!(verdict.stretches.len() < 600);
    assert_eq!(verdict.stretches.last().map(|last| last.standing), Some(Standing::Declared));
}

/// The courier opens C1, where X lies, and says this of it.
#[track_caller]
fn check_excuse(
    said: impl FnOnce(custody::movement::AtCompartment, custody::movement::Act) -> Movement,
    rules: &[RuleId],
) {
    let mut world = deposited();
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, by);
    world.say(LOCKER, Fact::Movement(said(World::at(C1, cycle, X), by)));
    world.close(LOCKER, by);
    world.expect(rules);
}

#[test]
fn an_act_on_no_exhibit_explains_no_opening() {
    check_excuse(
        |at, by| Movement::Collected {
            authority: None,
            at,
            item: item(&[]),
            by,
            witness: None,
            condition: SealCondition::Intact,
        },
        &[RuleId::D01, RuleId::D02],
    );
    check_excuse(|at, by| Movement::DepositAbandoned { at, exhibits: Vec::new(), by }, &[RuleId::D02]);
}

#[test]
fn a_deposit_given_up_explains_no_opening_of_what_lies_alone() {
    check_excuse(|at, by| Movement::DepositAbandoned { at, exhibits: vec![Y], by }, &[RuleId::D02]);
}
