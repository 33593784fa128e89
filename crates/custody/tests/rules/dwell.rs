//! What stays too long, and what is never registered (A03, A04).

use custody::fact::{AuditFact, Fact, Matter};
use custody::rule::RuleId;

use crate::world::*;

const DAY: u64 = 24 * 60 * MINUTE;

#[test]
fn what_stays_too_long_is_overdue_whether_or_not_somebody_raised_it() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(13 * DAY);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.expect(&[]);
    world.wait(2 * DAY);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.expect(&[RuleId::A03]);
    let sentence = |world: &World| world.verdict(X).findings.first().expect("it is overdue").sentence.clone();
    assert!(sentence(&world).contains("nobody had raised it"));
    let due_us = world.now_us;
    world.say(NODE, Fact::Audit(AuditFact::OverdueRaised { exhibit: X, due_us }));
    assert!(sentence(&world).contains("it was raised"));
    world.collect(LOCKER, C1, COURIER, X);
    world.expect(&[RuleId::A03]);
}

#[test]
fn what_is_deposited_is_registered_within_days() {
    let deposited = || {
        let mut world = World::new();
        world.wait(MINUTE);
        world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
        world
    };
    let severity = RuleId::A04.rule().severity;
    let mut soon = deposited();
    soon.wait(2 * DAY);
    soon.register(Y, 2);
    soon.wait(5 * DAY);
    soon.register(custody::id::ExhibitId([0xe3; 16]), 3);
    assert!(!soon.found().contains(&(RuleId::A04, severity)));
    let mut late = deposited();
    late.wait(5 * DAY);
    late.register(Y, 2);
    assert!(late.found().contains(&(RuleId::A04, severity)));
    let mut never = deposited();
    never.wait(5 * DAY);
    never.register(custody::id::ExhibitId([0xe3; 16]), 3);
    assert!(never.found().contains(&(RuleId::A04, severity)));
    let mut identified = deposited();
    identified.wait(2 * DAY);
    let by = identified.session(DESK, KEEPER);
    identified.say(DESK, Fact::Matter(Matter::Identified { provisional: Y, registered: X, by }));
    identified.close(DESK, by);
    identified.wait(5 * DAY);
    identified.register(custody::id::ExhibitId([0xe3; 16]), 3);
    assert!(!identified.found().contains(&(RuleId::A04, severity)));
}

#[test]
fn a_silent_locker_still_holds_what_was_put_into_it() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(15 * DAY);
    world.session(DESK, KEEPER);
    world.expect(&[RuleId::A03]);
}

#[test]
fn two_short_stays_are_no_long_one() {
    let mut world = World::new();
    for _ in 0..3 {
        world.wait(MINUTE);
        world.deposit(LOCKER, C1, OFFICER, X);
        world.wait(10 * DAY);
        world.collect(LOCKER, C1, OFFICER, X);
    }
    world.expect(&[]);
}

/// What was said of an earlier stay says nothing of this one.
#[test]
fn a_stay_is_raised_while_it_lasts() {
    let mut world = World::new();
    world.say(NODE, Fact::Audit(AuditFact::OverdueRaised { exhibit: X, due_us: world.now_us }));
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(15 * DAY);
    world.collect(LOCKER, C1, COURIER, X);
    world.wait(MINUTE);
    world.say(NODE, Fact::Audit(AuditFact::OverdueRaised { exhibit: X, due_us: world.now_us }));
    let [finding] = world.verdict(X).findings.try_into().expect("it stayed too long");
    assert!(finding.sentence.contains("nobody had raised it"), "{}", finding.sentence);
}
