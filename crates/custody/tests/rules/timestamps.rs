//! Time-stamps over heads of the ledger (T05).

use custody::fact::{Fact, HeadFact, Voucher};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

use crate::world::*;

/// The head of all entries so far is time-stamped with an instant.
fn stamp(world: &mut World, time_us: u64) {
    let size = u64::try_from(world.log.len()).expect("few");
    let by = Voucher::Timestamp { time_us };
    world.say(NODE, Fact::Head(HeadFact { size, root: digest(1), by }));
}

#[test]
fn what_is_on_record_was_made_before_a_time_stamp_over_it() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let now_us = world.now_us;
    stamp(&mut world, now_us);
    world.expect(&[]);
    world.wait(MINUTE);
    world.collect(LOCKER, C1, OFFICER, X);
    world.expect(&[]);
}

#[test]
fn what_says_that_it_was_made_later_is_not_believed() {
    let mut world = World::new();
    world.wait(10 * MINUTE);
    let before_us = world.now_us - 5 * MINUTE;
    world.deposit(LOCKER, C1, OFFICER, X);
    stamp(&mut world, before_us);
    let found = world.found();
    assert_eq!(found, [(RuleId::T05, Severity::Break)]);
    assert_eq!(world.verdict(X).standing(), Some(Standing::NotProven));
}

#[test]
fn what_came_after_the_head_may_be_later() {
    let mut world = World::new();
    let (time_us, size) = (world.now_us, u64::try_from(world.log.len()).expect("few"));
    world.wait(10 * MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    let by = Voucher::Timestamp { time_us };
    world.say(NODE, Fact::Head(HeadFact { size, root: digest(1), by }));
    world.expect(&[]);
}
