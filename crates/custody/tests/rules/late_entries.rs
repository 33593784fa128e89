//! Custody acts that were not recorded when they happened (T06), and clocks at transfer points (T02).

use custody::fact::{Fact, Interval, Matter};
use custody::id::*;
use custody::rule::RuleId;
use custody::verdict::{Holder, Standing};

use crate::world::*;

const DAY: u64 = 24 * 60 * MINUTE;

/// At the desk, somebody says late that X went from one person to another so many minutes after its registration.
fn late(
    by: PersonId,
    from: PersonId,
    to: PersonId,
    occurred: Option<(u64, u64)>,
    said_after_us: u64,
) -> World {
    let mut world = World::new();
    let registered_us = world.now_us;
    world.wait(said_after_us);
    let by = world.session(DESK, by);
    let entry = Fact::Matter(Matter::LateEntry { exhibits: vec![X], from, to, by });
    let mut statement = world.statement(DESK, entry);
    statement.occurred = occurred.map(|(from, to)| Interval {
        from_us: registered_us + from * MINUTE,
        to_us: registered_us + to * MINUTE,
    });
    world.record(&statement);
    world.close(DESK, by);
    world
}

#[test]
fn a_late_entry_by_who_took_part_moves_the_exhibit_at_the_time_it_names() {
    let mut world = late(COURIER, OFFICER, COURIER, Some((10, 12)), DAY);
    world.expect(&[]);
    let verdict = world.verdict(X);
    assert_eq!(verdict.holder, Some(Holder::Person(COURIER)));
    let legs: Vec<_> = verdict.legs.iter().map(|leg| leg.holder).collect();
    assert_eq!(legs, [Holder::Person(OFFICER), Holder::Person(COURIER)]);
    assert!(verdict.stretches.iter().all(|stretch| stretch.standing == Standing::Declared));
    // What the courier deposited before the entry was made is lawful by it.
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, COURIER, X);
    world.expect(&[]);
}

#[test]
fn a_late_entry_that_is_not_as_it_should_be_is_told() {
    late(COURIER, OFFICER, COURIER, None, DAY).expect(&[RuleId::T06]);
    late(KEEPER, OFFICER, COURIER, Some((10, 12)), DAY).expect(&[RuleId::T06]);
    late(COURIER, OFFICER, COURIER, Some((10, 12)), 20 * DAY).expect(&[RuleId::T06]);
    late(COURIER, OFFICER, COURIER, Some((10, 3 * 24 * 60)), DAY).expect(&[RuleId::T06]);
}

#[test]
fn a_late_entry_that_contradicts_the_record_moves_nothing() {
    let world = late(COURIER, KEEPER, COURIER, Some((10, 12)), DAY);
    world.expect(&[RuleId::T06]);
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(OFFICER)));
}

#[test]
fn a_clock_that_may_be_wrong_by_more_than_the_policy_allows_is_told_at_a_transfer_point() {
    let received = |error_us: u64| {
        let mut world = World::new();
        world.wait(MINUTE);
        let by = world.session(DESK, KEEPER);
        let received = custody::movement::Movement::ReceivedAt {
            label: Some(X.0),
            item: item(&[X]),
            site: None,
            by,
            from: OFFICER,
            condition: custody::movement::SealCondition::Intact,
        };
        let mut statement = world.statement(DESK, Fact::Movement(received));
        statement.time.error_us = error_us;
        world.record(&statement);
        world.close(DESK, by);
        world
    };
    received(5_000_000).expect(&[]);
    received(5_000_001).expect(&[RuleId::T02]);
    received(600_000_000).expect(&[RuleId::T02]);
}
