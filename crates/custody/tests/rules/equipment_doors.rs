//! Equipment at the door: D01, D02 and D06 for its acts; and D01's limit on how late any act is said.

use custody::fact::{DoorEvent, EquipmentFact, Fact};
use custody::id::{CompartmentId, Digest, EquipmentId};
use custody::movement::{Act, Movement, SealCondition};
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

const RADIO: EquipmentId = EquipmentId([0xf1; 16]);
const LAPTOP: EquipmentId = EquipmentId([0xf2; 16]);

fn returned(compartment: CompartmentId, door_cycle: Digest, equipment: EquipmentId, by: Act) -> Fact {
    let at = World::at(compartment, door_cycle, X);
    Fact::Equipment(EquipmentFact::Returned { at, equipment, by, is_faulty: false })
}

fn issued(compartment: CompartmentId, door_cycle: Digest, equipment: EquipmentId, by: Act) -> Fact {
    let at = World::at(compartment, door_cycle, X);
    Fact::Equipment(EquipmentFact::Issued { at, equipment, by, due_us: None })
}

type Said = fn(CompartmentId, Digest, EquipmentId, Act) -> Fact;

/// The courier opens a compartment for a piece of equipment.
fn visit(world: &mut World, compartment: CompartmentId, said: Said, equipment: EquipmentId) {
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, compartment, by);
    world.say(LOCKER, said(compartment, cycle, equipment, by));
    world.close(LOCKER, by);
    world.wait(MINUTE);
}

fn deposited(compartment: CompartmentId) -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, compartment, OFFICER, X);
    world.wait(10 * MINUTE);
    world
}

#[test]
fn equipment_comes_and_goes_in_compartments_of_its_own() {
    let mut world = deposited(C1);
    let acts: [Said; 3] = [issued, returned, issued];
    for said in acts {
        visit(&mut world, DROP_SLOT, said, RADIO);
    }
    world.expect(&[]);
    world.deposit(LOCKER, DROP_SLOT, COURIER, Y);
    world.expect(&[]);
    world.stands(X, &[Standing::Declared, Standing::Proven]);
}

#[test]
fn equipment_and_exhibits_never_share_a_compartment() {
    for compartment in [C1, DROP_SLOT] {
        let mut world = deposited(compartment);
        visit(&mut world, compartment, returned, RADIO);
        world.expect(&[RuleId::D06]);
        let mut world = World::new();
        world.wait(MINUTE);
        visit(&mut world, compartment, returned, RADIO);
        world.deposit(LOCKER, compartment, OFFICER, X);
        world.expect(&[RuleId::D06]);
        // What is issued from where only exhibits are recorded has lain beside them.
        let mut world = deposited(compartment);
        visit(&mut world, compartment, issued, RADIO);
        world.expect(&[RuleId::D06]);
    }
}

#[test]
fn sharing_is_told_once() {
    let mut world = deposited(C1);
    visit(&mut world, C1, returned, RADIO);
    visit(&mut world, C1, issued, RADIO);
    assert_eq!(world.findings.len(), 1);
}

#[test]
fn from_the_opening_on_at_which_they_began_to_share_everything_is_contradicted() {
    let mut world = deposited(C1);
    visit(&mut world, C1, returned, RADIO);
    world.collect(LOCKER, C1, COURIER, X);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Contradicted]);
    let mut world = World::new();
    world.wait(MINUTE);
    visit(&mut world, C1, returned, RADIO);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.stands(X, &[Standing::Declared, Standing::Contradicted]);
    // Also where no door says how the equipment came there.
    let mut world = deposited(C1);
    let by = world.session(LOCKER, COURIER);
    world.say(LOCKER, returned(C1, digest(7), RADIO, by));
    world.close(LOCKER, by);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::D01, RuleId::D06]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Contradicted]);
}

#[test]
fn equipment_lies_where_it_was_last_put() {
    let mut world = World::new();
    world.wait(MINUTE);
    visit(&mut world, C1, returned, RADIO);
    visit(&mut world, DROP_SLOT, returned, RADIO);
    assert_eq!(world.ledger.doors().equipment_lies_in(RADIO), Some(DROP_SLOT));
    world.deposit(LOCKER, C1, OFFICER, X);
    world.expect(&[]);
    let by = world.session(DESK, KEEPER);
    world.say(DESK, Fact::Equipment(EquipmentFact::Missing { equipment: RADIO, by }));
    world.close(DESK, by);
    assert_eq!(world.ledger.doors().equipment_lies_in(RADIO), None);
}

#[test]
fn equipment_is_something_to_be_sensed() {
    let sense = |world: &mut World, occupied: bool| {
        world.say(LOCKER, Fact::PresenceSensed { compartment: C1, occupied, weight_mg: None });
    };
    let mut world = World::new();
    world.wait(MINUTE);
    visit(&mut world, C1, returned, RADIO);
    sense(&mut world, true);
    visit(&mut world, C1, issued, RADIO);
    sense(&mut world, false);
    world.expect(&[]);
    sense(&mut world, true);
    world.expect(&[RuleId::E06]);
}

#[test]
fn an_act_on_equipment_goes_with_exactly_one_complete_door_cycle() {
    use DoorEvent::{Closed, Forced, Locked, Opened, Unlocked};
    let check = |steps: &[DoorEvent], said: Said, rules: &[RuleId]| {
        let mut world = World::new();
        world.wait(MINUTE);
        let by = world.session(LOCKER, COURIER);
        let mut cycle = None;
        for step in steps {
            let said = world.door(LOCKER, C1, *step, cycle, Some(by.session));
            cycle = cycle.or(Some(said));
        }
        world.say(LOCKER, said(C1, cycle.unwrap_or(digest(7)), RADIO, by));
        world.close(LOCKER, by);
        world.expect(rules);
    };
    let acts: [Said; 2] = [returned, issued];
    for said in acts {
        check(&[Unlocked, Opened, Closed, Locked], said, &[]);
        check(&[], said, &[RuleId::D01]);
        check(&[Unlocked, Opened, Closed], said, &[RuleId::D01]);
        check(&[Unlocked, Opened, Closed, Opened, Closed, Locked], said, &[RuleId::D01]);
        check(&[Forced, Closed, Locked], said, &[RuleId::D01]);
    }
    // A door cycle of somebody else's session, or that another act has used.
    let mut world = World::new();
    let other = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, other);
    let by = world.session(LOCKER, COURIER);
    world.say(LOCKER, returned(C1, cycle, RADIO, by));
    world.expect(&[RuleId::D01]);
    let mut world = World::new();
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, by);
    for equipment in [RADIO, LAPTOP] {
        world.say(LOCKER, returned(C1, cycle, equipment, by));
    }
    world.expect(&[RuleId::D01]);
    let mut world = World::new();
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, DROP_SLOT, by);
    for equipment in [RADIO, LAPTOP] {
        world.say(LOCKER, returned(DROP_SLOT, cycle, equipment, by));
    }
    world.expect(&[]);
}

/// An act said so long after the last sign of its door.
#[track_caller]
fn check_late(said: impl FnOnce(Digest, Act) -> Fact, late_us: u64, rules: &[RuleId]) {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    world.wait(late_us);
    world.say(LOCKER, said(cycle, by));
    world.close(LOCKER, by);
    world.expect(rules);
}

#[test]
fn an_act_is_said_soon_after_its_door_was_locked() {
    let deposit = |cycle, by| {
        let (at, item) = (World::at(C1, cycle, X), item(&[X]));
        let condition = SealCondition::Intact;
        Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition })
    };
    let limit_us = u64::from(policy().doors.act_s_max) * 1_000_000;
    check_late(deposit, 0, &[]);
    check_late(deposit, limit_us, &[]);
    check_late(deposit, limit_us + 1, &[RuleId::D01]);
    check_late(deposit, 10 * limit_us, &[RuleId::D01]);
    let acts: [Said; 2] = [returned, issued];
    for said in acts {
        check_late(|cycle, by| said(C1, cycle, RADIO, by), limit_us, &[]);
        check_late(|cycle, by| said(C1, cycle, RADIO, by), limit_us + 1, &[RuleId::D01]);
    }
}

#[test]
fn a_collection_said_too_late_leaves_the_time_before_it_unproven() {
    let mut world = deposited(C1);
    let by = world.session(LOCKER, COURIER);
    let cycle = world.cycle(LOCKER, C1, by);
    world.wait(10 * MINUTE);
    let (at, item) = (World::at(C1, cycle, X), item(&[X]));
    let (witness, condition) = (None, SealCondition::Intact);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected { at, item, by, witness, condition, authority: None }),
    );
    world.close(LOCKER, by);
    world.expect(&[RuleId::D01]);
    assert_eq!(world.verdict(X).duration_us(Standing::Proven), 0);
}
