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
