//! T02 and T05: what a device's clock may err by, and what a time-stamp says of its dates.

use custody::fact::{Fact, HeadFact, Statement, Voucher};
use custody::id::DeviceId;
use custody::movement::{Ending, Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

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
    // It names no authority on record either (P05).
    at_desk_unsure(ended, 3600).expect(&[RuleId::P05, RuleId::T02]);
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

/// The node attaches a time-stamp over the first `size` entries.
fn attach(world: &mut World, size: usize, time_us: u64) {
    let size = u64::try_from(size).expect("a small world");
    let by = Voucher::Timestamp { time_us };
    world.say(NODE, Fact::Head(HeadFact { size, root: digest(1), by }));
}

/// An hour after everything else, a locker says something; returns when.
fn an_hour_later() -> (World, u64) {
    let mut world = World::new();
    world.wait(60 * MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    let said_us = world.now_us;
    world.wait(MINUTE);
    (world, said_us)
}

#[test]
fn a_statement_dated_after_the_time_stamp_that_covers_it_was_not_made_when_it_says() {
    let (mut world, said_us) = an_hour_later();
    let entry = world.log.len() - 1;
    attach(&mut world, entry + 1, said_us - ERROR - 1);
    world.expect(&[RuleId::T05]);
    let [finding] = world.findings.as_slice() else { panic!("{:#?}", world.findings) };
    let entries = [entry, entry + 1].map(|index| u64::try_from(index).unwrap());
    assert_eq!((finding.indices.as_slice(), finding.devices.as_slice()), (&entries[..], &[LOCKER][..]));
}

#[test]
fn a_time_stamp_says_nothing_of_what_came_after_it_or_may_have_been_made_before() {
    let (world, said_us) = an_hour_later();
    let entry = world.log.len() - 1;
    for (size, time_us) in
        [(entry, said_us - 30 * MINUTE), (entry + 1, said_us - ERROR), (entry + 1, u64::MAX)]
    {
        let mut world = world.clone();
        attach(&mut world, size, time_us);
        world.expect(&[]);
    }
}

#[test]
fn each_statement_is_told_once_whatever_the_order_and_number_of_time_stamps() {
    let (mut world, first_us) = an_hour_later();
    world.say(DESK, Fact::Other("self_tested"));
    let second_us = world.now_us;
    let size = world.log.len();
    // A token that contradicts nothing, a tighter one of an earlier day that contradicts both, and all of them again.
    for time_us in [second_us, first_us - 30 * MINUTE, second_us, first_us - 40 * MINUTE] {
        attach(&mut world, size, time_us);
    }
    assert_eq!(world.findings.len(), 2, "{:#?}", world.findings);
    world.expect(&[RuleId::T05]);
}

#[test]
fn an_act_that_a_time_stamp_contradicts_is_not_proven_while_it_says_that_it_happened() {
    let mut world = World::new();
    world.wait(60 * MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    let size = world.log.len() - 1;
    world.wait(60 * MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    let before = world.verdict(X).duration_us(Standing::NotProven);
    let time_us = world.now_us - 90 * MINUTE;
    attach(&mut world, size, time_us);
    world.expect(&[RuleId::T05]);
    let of_x: Vec<_> = world.findings.iter().filter(|finding| finding.exhibits == [X]).collect();
    assert_eq!(of_x.len(), 1, "of the deposit alone");
    assert_eq!(world.verdict(X).duration_us(Standing::NotProven) - before, 2 * ERROR);
}

#[test]
fn a_time_stamp_at_odds_with_everything_is_told_once_and_leaves_nothing_proven() {
    let mut world = World::new();
    for _ in 0..16_385 {
        world.say(LOCKER, Fact::Other("self_tested"));
    }
    let size = world.log.len();
    attach(&mut world, size, 0);
    assert_eq!(world.found(), [(RuleId::T05, Severity::Fatal)]);
    assert_eq!(world.findings.len(), 1);
}
