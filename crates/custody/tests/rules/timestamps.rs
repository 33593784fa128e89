//! T02 and T05: what a device's clock may err by, and what a time-stamp says of its dates.

use custody::fact::{Fact, Statement};
use custody::id::DeviceId;
use custody::movement::{Ending, Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;

use crate::world::*;

/// Says something by a clock that may err by so many seconds.
fn say_unsure(world: &mut World, device: DeviceId, fact: Fact, error_s: u64) {
    let statement = world.statement(device, fact);
    let time = custody::fact::Time { error_us: error_s * 1_000_000, ..statement.time };
    world.record(&Statement { time, ..statement });
}

fn at_desk_unsure(movement: impl FnOnce(custody::movement::Act) -> Movement, error_s: u64) -> World {
    let mut world = World::new();
    world.wait(60 * MINUTE);
    let by = world.session(DESK, OFFICER);
    say_unsure(&mut world, DESK, Fact::Movement(movement(by)), error_s);
    world
}

fn released(by: custody::movement::Act) -> Movement {
    let condition = SealCondition::Intact;
    Movement::TemporarilyReleased { item: item(&[X]), by, to: COURIER, due_us: u64::MAX, condition }
}

#[test]
fn a_clock_that_may_err_by_more_than_the_policy_allows_is_told_at_every_transfer() {
    at_desk_unsure(released, 6).expect(&[RuleId::T02]);
    let ended = |by| Movement::Ended {
        authority: custody::id::Digest::ZERO,
        witness: None,
        item: item(&[X]),
        by,
        how: Ending::Disposed,
    };
    at_desk_unsure(ended, 3600).expect(&[RuleId::T02]);
    let mut world = World::new();
    world.wait(60 * MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let deposited = Movement::Deposited {
        at: World::at(C1, cycle, X),
        item: item(&[X, Y]),
        by,
        witness: None,
        condition: SealCondition::Intact,
    };
    say_unsure(&mut world, LOCKER, Fact::Movement(deposited), 6);
    world.expect(&[RuleId::T02]);
    assert_eq!(world.verdict(X).findings, world.verdict(Y).findings, "one finding for the package");
}

#[test]
fn a_clock_within_the_bound_or_an_act_that_hands_nothing_over_is_lawful() {
    at_desk_unsure(released, 5).expect(&[]);
    at_desk_unsure(|by| Movement::TransferOffered { item: item(&[X]), by, to: COURIER }, 6).expect(&[]);
    let world = at_desk_unsure(released, 6);
    assert!(world.found().iter().all(|(_, severity)| *severity == Severity::Warning));
}
