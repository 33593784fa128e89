//! Chain order is not custody order: what arrives late still happened when it happened.

use custody::fact::{Fact, Health, Statement};
use custody::movement::SealCondition;
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

fn record_all(world: &mut World, statements: &[Statement]) {
    for statement in statements {
        world.record(statement);
    }
}

#[test]
fn an_offline_lockers_deposit_that_arrives_after_the_stores_receipt_makes_no_finding() {
    let mut world = World::new();
    world.wait(MINUTE);
    // The locker's acts as they happened, while nobody heard.
    let mut alone = world.clone();
    alone.deposit(LOCKER, C1, OFFICER, X);
    alone.wait(60 * MINUTE);
    alone.collect(LOCKER, C1, COURIER, X);
    let unheard = alone.log.split_off(world.log.len());
    world.wait(120 * MINUTE);
    world.receive(COURIER, X);
    // The receipt stands alone for now, and that is told.
    world.expect(&[RuleId::S04]);
    let since_us = unheard[0].time.wall_us;
    world.wait(MINUTE);
    record_all(&mut world, &unheard);
    world.say(LOCKER, Fact::OfflineEntered { since_us });
    world.say(LOCKER, Fact::OfflineDrained);
    world.expect(&[]);
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Declared]);
}

#[test]
fn statements_that_come_late_from_a_device_that_never_said_it_was_offline_are_told() {
    let mut world = World::new();
    world.wait(MINUTE);
    let mut alone = world.clone();
    alone.deposit(LOCKER, C1, OFFICER, X);
    world.wait(60 * MINUTE);
    let unheard = alone.log.split_off(world.log.len());
    record_all(&mut world, &unheard);
    world.expect(&[RuleId::T03]);
}

#[test]
fn a_clock_far_ahead_of_the_ledgers_is_told() {
    let mut world = World::new();
    let mut statement = world.statement(LOCKER, Fact::Other("self_tested"));
    statement.time.wall_us += 10 * MINUTE;
    world.record(&statement);
    world.expect(&[RuleId::T03]);
}

#[test]
fn two_acts_of_different_devices_whose_clocks_cannot_tell_them_apart_are_not_proven() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let collected = world.collect(LOCKER, C1, COURIER, X);
    let by = world.session(DESK, KEEPER);
    let received = custody::movement::Movement::ReceivedAt {
        condition: SealCondition::Intact,
        label: Some(X.0),
        item: item(&[X]),
        site: None,
        by,
        from: COURIER,
    };
    let mut named = world.clone();
    let mut statement = world.statement(DESK, Fact::Movement(received));
    world.record(&statement);
    world.expect(&[RuleId::S02]);
    // The same act, naming the one it continues: nothing is left to doubt.
    statement.follows = Some(collected);
    named.record(&statement);
    named.expect(&[]);
}

#[test]
fn a_clock_that_goes_back_within_one_run_is_told() {
    let mut world = World::new();
    world.say(LOCKER, Fact::Other("self_tested"));
    let mut statement = world.statement(LOCKER, Fact::Other("self_tested"));
    statement.time.wall_us -= 1;
    let mut stepped = world.clone();
    let mut restarted = world.clone();
    world.record(&statement);
    world.expect(&[RuleId::T01]);
    stepped
        .record(&Statement { fact: Fact::Health(Health::ClockStepped { step_us: -1 }), ..statement.clone() });
    stepped.expect(&[]);
    statement.time.boot = custody::id::BootId([1; 16]);
    restarted.record(&statement);
    restarted.expect(&[]);
}

#[test]
fn a_monotonic_clock_that_goes_back_within_one_run_is_told() {
    let mut world = World::new();
    let mut statement = world.statement(LOCKER, Fact::Other("self_tested"));
    statement.time.monotonic_us = 5;
    world.record(&statement);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.expect(&[RuleId::T01]);
}

#[test]
fn an_act_dated_before_the_one_it_continues_contradicts_the_clocks() {
    let mut world = World::new();
    world.wait(60 * MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let collected = world.collect(LOCKER, C1, COURIER, X);
    let by = world.session(DESK, KEEPER);
    let received = custody::movement::Movement::ReceivedAt {
        condition: SealCondition::Intact,
        label: Some(X.0),
        item: item(&[X]),
        site: None,
        by,
        from: COURIER,
    };
    let mut statement = world.statement(DESK, Fact::Movement(received));
    statement.follows = Some(collected);
    statement.time.boot = custody::id::BootId([1; 16]);
    statement.time.wall_us -= 10 * MINUTE;
    world.record(&statement);
    world.expect(&[RuleId::T04]);
    assert_eq!(world.verdict(X).standing(), Some(Standing::Contradicted));
}
