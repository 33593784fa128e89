//! A04: what is reserved is deposited.

use custody::fact::Fact;
use custody::id::CompartmentId;
use custody::movement::{Act, Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;

use crate::world::*;

fn reserve(world: &mut World, compartment: CompartmentId, by: Act) {
    world.say(LOCKER, Fact::CompartmentReserved { compartment, session: by.session });
    world.wait(1_000_000);
}

fn deposit(world: &mut World, compartment: CompartmentId, by: Act) {
    let at = World::at(compartment, world.cycle(LOCKER, compartment, by), X);
    let (item, witness, condition) = (item(&[X]), None, SealCondition::Intact);
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item, by, witness, condition }));
}

fn abandon(world: &mut World, compartment: CompartmentId, by: Act) {
    let at = World::at(compartment, world.cycle(LOCKER, compartment, by), X);
    world.say(LOCKER, Fact::Movement(Movement::DepositAbandoned { at, exhibits: vec![X], by }));
}

/// What happens in a session in which C1 was reserved, up to its end; and how often that is a warning.
#[track_caller]
fn check(happens: impl FnOnce(&mut World, Act), times: usize) {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    reserve(&mut world, C1, by);
    happens(&mut world, by);
    world.close(LOCKER, by);
    check_told(&world, times);
}

#[track_caller]
fn check_told(world: &World, times: usize) {
    let expected = vec![(RuleId::A04, Severity::Warning); times.min(1)];
    assert_eq!(world.found(), expected);
    let told = world.ledger.closing_findings(policy());
    assert_eq!(told.iter().filter(|finding| finding.rule == RuleId::A04).count(), times);
}

#[test]
fn what_is_reserved_is_deposited_or_given_up_in_its_session() {
    check(|world, by| deposit(world, C1, by), 0);
    check(|world, by| abandon(world, C1, by), 0);
    check(|_, _| {}, 1);
}

#[test]
fn a_deposit_elsewhere_does_not_answer_for_the_compartment_reserved() {
    check(|world, by| deposit(world, DROP_SLOT, by), 1);
    check(
        |world, by| {
            reserve(world, DROP_SLOT, by);
            deposit(world, DROP_SLOT, by);
        },
        1,
    );
    check(|world, by| reserve(world, DROP_SLOT, by), 2);
}

#[test]
fn a_deposit_in_another_session_does_not_answer_for_the_reservation() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    reserve(&mut world, C1, by);
    world.close(LOCKER, by);
    world.deposit(LOCKER, C1, OFFICER, X);
    check_told(&world, 1);
    let finding = world.ledger.closing_findings(policy()).remove(0);
    assert_eq!((finding.people, finding.compartments), (vec![OFFICER], vec![C1]));
}

#[test]
fn a_session_that_goes_on_may_yet_bring_the_deposit() {
    let mut world = World::new();
    let by = world.session(LOCKER, OFFICER);
    reserve(&mut world, C1, by);
    check_told(&world, 0);
    reserve(&mut world, C1, by);
    world.close(LOCKER, by);
    check_told(&world, 1);
}

#[test]
fn a_deposit_said_after_its_session_has_ended_answers_and_is_told_as_that() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    reserve(&mut world, C1, by);
    let at = World::at(C1, world.cycle(LOCKER, C1, by), X);
    world.close(LOCKER, by);
    let (item, witness, condition) = (item(&[X]), None, SealCondition::Intact);
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item, by, witness, condition }));
    world.expect(&[RuleId::S04]);
}
