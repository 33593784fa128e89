//! Equipment that should be back (A03).

use custody::fact::{EquipmentFact, Fact};
use custody::id::*;
use custody::movement::Act;
use custody::rule::RuleId;

use crate::world::*;

const RADIO: EquipmentId = EquipmentId([0xe9; 16]);

fn handle(
    world: &mut World,
    person: PersonId,
    fact: impl FnOnce(custody::movement::AtCompartment, Act) -> EquipmentFact,
) {
    let by = world.session(OTHER_LOCKER, person);
    let cycle = world.cycle(OTHER_LOCKER, C3, by);
    let at =
        custody::movement::AtCompartment { compartment: C3, door_cycle: cycle, label: None, weight_mg: None };
    world.say(OTHER_LOCKER, Fact::Equipment(fact(at, by)));
    world.close(OTHER_LOCKER, by);
}

fn issue(world: &mut World, due_us: u64) {
    handle(world, OFFICER, |at, by| EquipmentFact::Issued { at, equipment: RADIO, by, due_us: Some(due_us) });
}

#[test]
fn equipment_that_is_not_back_by_its_day_is_overdue() {
    let mut world = World::new();
    let due_us = world.now_us + 60 * MINUTE;
    issue(&mut world, due_us);
    world.wait(30 * MINUTE);
    world.register(Y, 2);
    world.expect(&[]);
    world.wait(60 * MINUTE);
    world.session(DESK, KEEPER);
    world.expect(&[RuleId::A03]);
    handle(&mut world, OFFICER, |at, by| EquipmentFact::Returned {
        at,
        equipment: RADIO,
        by,
        is_faulty: false,
    });
    world.expect(&[]);
}

#[test]
fn equipment_that_nobody_finds_is_told_until_it_is_back() {
    let mut world = World::new();
    let by = world.session(DESK, KEEPER);
    world.say(DESK, Fact::Equipment(EquipmentFact::Missing { equipment: RADIO, by }));
    world.close(DESK, by);
    world.expect(&[RuleId::A03]);
    world.wait(MINUTE);
    handle(&mut world, OFFICER, |at, by| EquipmentFact::Returned {
        at,
        equipment: RADIO,
        by,
        is_faulty: true,
    });
    world.expect(&[]);
}

#[test]
fn equipment_without_a_day_or_before_it_is_not_overdue() {
    let mut world = World::new();
    handle(&mut world, OFFICER, |at, by| EquipmentFact::Issued { at, equipment: RADIO, by, due_us: None });
    world.wait(60 * 24 * 60 * MINUTE);
    world.session(DESK, KEEPER);
    world.expect(&[]);
}

/// Whose radio it is, and whether anybody has said so, is in the finding.
#[test]
fn a_finding_says_which_piece_and_whether_it_was_raised() {
    let mut world = World::new();
    let due_us = world.now_us + MINUTE;
    let by = world.session(OTHER_LOCKER, OFFICER);
    let cycle = world.cycle(OTHER_LOCKER, C3, by);
    let at =
        custody::movement::AtCompartment { compartment: C3, door_cycle: cycle, label: None, weight_mg: None };
    let issued = EquipmentFact::Issued { at, equipment: RADIO, by, due_us: Some(due_us) };
    let issue = world.say(OTHER_LOCKER, Fact::Equipment(issued));
    world.close(OTHER_LOCKER, by);
    world.wait(60 * MINUTE);
    world.session(DESK, KEEPER);
    let sentence = |world: &World| {
        let [finding] = world.ledger.closing_findings(world.policy).try_into().expect("it is overdue");
        let finding: custody::finding::Finding = finding;
        assert_eq!((finding.rule, finding.people), (RuleId::A03, vec![OFFICER]));
        finding.sentence
    };
    assert!(sentence(&world).starts_with(&format!("Equipment {RADIO} has not come back")));
    assert!(sentence(&world).contains("nobody has raised it"));
    world.say(NODE, Fact::Equipment(EquipmentFact::Overdue { equipment: RADIO, issue, due_us }));
    assert!(!sentence(&world).contains("nobody has raised it"));
}

/// A return at one locker, heard before the issue at another, has been all the same.
#[test]
fn equipment_that_came_back_is_back_in_whatever_order_the_lockers_are_heard() {
    let mut world = World::new();
    let due_us = world.now_us + 30 * MINUTE;
    let before = world.clone();
    issue(&mut world, due_us);
    let issued = world.log.split_off(before.log.len());
    let mut world = before;
    world.wait(20 * MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let at =
        custody::movement::AtCompartment { compartment: C1, door_cycle: cycle, label: None, weight_mg: None };
    let returned = EquipmentFact::Returned { at, equipment: RADIO, by, is_faulty: false };
    world.say(LOCKER, Fact::Equipment(returned));
    world.close(LOCKER, by);
    world.wait(60 * MINUTE);
    for statement in &issued {
        world.record(statement);
    }
    let told = world.found().into_iter().filter(|(rule, _)| *rule == RuleId::A03);
    assert_eq!(told.count(), 0);
}
