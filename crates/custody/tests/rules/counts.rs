//! Counts of a store, and discrepancies (A01, A02).

use custody::fact::{AuditFact, Fact};
use custody::id::*;
use custody::movement::Act;
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

use crate::world::*;

const SITE: SiteId = SiteId([0x51; 16]);
const COUNT: [u8; 16] = [0xac; 16];
const DAY: u64 = 24 * 60 * MINUTE;

/// X lies in C1, and a count says of it what `during` says; it says itself that it counted so many.
fn counted(counted: u64, during: impl FnOnce(&mut World)) -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let first = world.session(DESK, COURIER);
    let started =
        AuditFact::Started { audit: COUNT, site: SITE, locker: None, is_blind: true, first, second: None };
    world.say(DESK, Fact::Audit(started));
    world.wait(MINUTE);
    during(&mut world);
    world.wait(MINUTE);
    world.say(DESK, Fact::Audit(AuditFact::Closed { audit: COUNT, site: SITE, counted }));
    world.wait(MINUTE);
    world.close(DESK, first);
    // The locker's own word that it is still there.
    world.say(LOCKER, Fact::Other("self_tested"));
    world
}

fn item_counted(exhibit: ExhibitId, compartment: CompartmentId) -> Fact {
    let compartment = Some(compartment);
    Fact::Audit(AuditFact::Counted { audit: COUNT, exhibit, compartment, seal: None })
}

#[test]
fn a_count_that_finds_what_the_record_says_is_silent() {
    let world = counted(1, |world| {
        world.say(DESK, item_counted(X, C1));
    });
    world.expect(&[]);
}

#[test]
fn a_count_that_finds_otherwise_breaks_continuity() {
    let check = |during: fn(&mut World), count: u64| {
        let world = counted(count, during);
        world.expect(&[RuleId::A01]);
    };
    check(|_| {}, 0);
    check(
        |world| {
            world.say(DESK, item_counted(X, C3));
        },
        1,
    );
    check(
        |world| {
            world.say(DESK, Fact::Audit(AuditFact::NotFound { audit: COUNT, exhibit: X }));
        },
        0,
    );
    check(
        |world| {
            world.say(DESK, item_counted(X, C1));
        },
        2,
    );
    check(
        |world| {
            world.say(DESK, item_counted(X, C1));
            let unexpected =
                AuditFact::Unexpected { audit: COUNT, exhibit: None, compartment: Some(DROP_SLOT) };
            world.say(DESK, Fact::Audit(unexpected));
        },
        1,
    );
}

#[test]
fn while_a_count_missed_it_nothing_is_proven() {
    let world = counted(0, |_| {});
    let standings = [Standing::Declared, Standing::Proven, Standing::NotProven, Standing::Proven];
    world.stands(X, &standings);
}

#[test]
fn what_is_collected_during_a_count_need_not_be_counted() {
    let world = counted(0, |world| {
        world.collect(LOCKER, C1, COURIER, X);
    });
    world.expect(&[]);
}

#[test]
fn a_discrepancy_is_resolved_by_somebody_else_and_in_time() {
    let raise = |world: &mut World| {
        let by = world.session(DESK, KEEPER);
        let raised = AuditFact::DiscrepancyRaised { exhibits: vec![X], about: vec![], by };
        (world.say(DESK, Fact::Audit(raised)), by)
    };
    let resolve = |world: &mut World, discrepancy: Digest, by: Act| {
        let resolved = AuditFact::DiscrepancyResolved { exhibits: vec![X], discrepancy, by };
        world.say(DESK, Fact::Audit(resolved));
    };
    let mut world = World::new();
    let (raised, by) = raise(&mut world);
    world.expect(&[]);
    let mut by_another = world.clone();
    let another = by_another.session(DESK, COURIER);
    resolve(&mut by_another, raised, another);
    by_another.wait(20 * DAY);
    by_another.register(Y, 2);
    by_another.expect(&[]);
    let mut by_the_same = world.clone();
    resolve(&mut by_the_same, raised, by);
    by_the_same.expect(&[RuleId::A02]);
    resolve(&mut world.clone(), digest(99), by);
    world.wait(20 * DAY);
    world.register(Y, 2);
    world.expect(&[RuleId::A02]);
}

#[test]
fn what_lies_uncounted_for_too_long_is_told() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    for _ in 0..32 {
        world.wait(DAY);
        world.say(LOCKER, Fact::Other("self_tested"));
    }
    assert_eq!(world.found(), [(RuleId::A01, Severity::Warning), (RuleId::A03, Severity::Warning)]);
}

/// How the time of X stands for which a count did not find it, and how long that is in minutes.
fn unproven_minutes(world: &World) -> u64 {
    world.verdict(X).duration_us(Standing::NotProven) / MINUTE
}

/// What is not found has been who knows where since it was last seen, until it is seen again.
#[test]
fn what_a_count_does_not_find_is_not_proven_since_it_was_last_seen() {
    let not_found = |world: &mut World| {
        world.say(DESK, Fact::Audit(AuditFact::NotFound { audit: COUNT, exhibit: X }));
    };
    let mut world = counted(0, |world| {
        world.wait(30 * MINUTE);
        not_found(world);
    });
    // Nobody has seen it since.
    assert_eq!(unproven_minutes(&world), 34);
    world.wait(10 * MINUTE);
    let found =
        Fact::Audit(AuditFact::Counted { audit: [1; 16], exhibit: X, compartment: Some(C1), seal: None });
    world.say(DESK, found);
    world.wait(60 * MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    assert_eq!(unproven_minutes(&world), 44);
    let counted_first = counted(1, |world| {
        world.wait(30 * MINUTE);
        world.say(DESK, item_counted(X, C1));
        world.wait(MINUTE);
        not_found(world);
    });
    assert_eq!(unproven_minutes(&counted_first), 3);
}

#[test]
fn a_count_of_another_locker_or_another_site_need_not_name_it() {
    let check = |site: SiteId, locker: Option<LockerId>, expected: &[RuleId]| {
        let mut world = World::new();
        world.wait(MINUTE);
        world.deposit(LOCKER, C1, OFFICER, X);
        world.wait(MINUTE);
        let first = world.session(DESK, COURIER);
        let audit = COUNT;
        let started = AuditFact::Started { audit, site, locker, is_blind: true, first, second: None };
        world.say(DESK, Fact::Audit(started));
        world.wait(MINUTE);
        world.say(DESK, Fact::Audit(AuditFact::Closed { audit, site, counted: 0 }));
        world.expect(expected);
    };
    check(SITE, Some(LockerId([0x62; 16])), &[]);
    check(SiteId([0x52; 16]), None, &[]);
    check(SITE, Some(LockerId([0x61; 16])), &[RuleId::A01]);
    check(SITE, None, &[RuleId::A01]);
}

/// A locker that was offline tells later what lay in it when it was counted.
#[test]
fn what_an_offline_locker_tells_after_the_count_was_there_all_the_same() {
    let mut world = World::new();
    world.wait(MINUTE);
    let mut away = world.clone();
    away.deposit(LOCKER, C1, OFFICER, X);
    let deposit = away.log.split_off(world.log.len());
    world.now_us = away.now_us + MINUTE;
    let first = world.session(DESK, COURIER);
    let started =
        AuditFact::Started { audit: COUNT, site: SITE, locker: None, is_blind: true, first, second: None };
    world.say(DESK, Fact::Audit(started));
    world.wait(MINUTE);
    world.say(DESK, item_counted(X, C1));
    let unexpected = AuditFact::Unexpected { audit: COUNT, exhibit: Some(X), compartment: Some(C1) };
    world.say(DESK, Fact::Audit(unexpected));
    world.wait(MINUTE);
    world.say(DESK, Fact::Audit(AuditFact::Closed { audit: COUNT, site: SITE, counted: 1 }));
    world.close(DESK, first);
    world.expect(&[RuleId::A01]);
    for statement in &deposit {
        world.record(statement);
    }
    world.expect(&[]);
}

#[test]
fn an_exhibit_that_turns_up_where_its_record_does_not_have_it_is_told() {
    let check = |compartment: Option<CompartmentId>, expected: &[RuleId]| {
        let world = counted(1, |world| {
            world.say(DESK, item_counted(X, C1));
            let unexpected = AuditFact::Unexpected { audit: COUNT, exhibit: Some(X), compartment };
            world.say(DESK, Fact::Audit(unexpected));
        });
        world.expect(expected);
    };
    check(Some(DROP_SLOT), &[RuleId::A01]);
    check(None, &[RuleId::A01]);
    check(Some(C1), &[]);
}

#[test]
fn who_is_missed_by_very_many_counts_is_told_so_in_few_findings() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    let first = world.session(DESK, COURIER);
    for number in 0..100 {
        let audit = [number; 16];
        world.wait(MINUTE);
        let started =
            AuditFact::Started { audit, site: SITE, locker: None, is_blind: true, first, second: None };
        world.say(DESK, Fact::Audit(started));
        world.wait(MINUTE);
        world.say(DESK, Fact::Audit(AuditFact::Closed { audit, site: SITE, counted: 0 }));
    }
    let findings = world.verdict(X).findings;
    let [.., last] = findings.as_slice() else { panic!("it was missed") };
    assert_eq!((findings.len(), last.rule), (65, RuleId::A01));
    assert!(last.sentence.starts_with("36 more counts"), "{}", last.sentence);
}

#[test]
fn a_resolution_may_be_recorded_before_what_it_resolves_and_is_none_of_nothing() {
    let mut world = World::new();
    let by = world.session(DESK, KEEPER);
    let raised = AuditFact::DiscrepancyRaised { exhibits: vec![X], about: vec![], by };
    let raised = world.statement(DESK, Fact::Audit(raised));
    let discrepancy = digest(u64::from(DESK.0[0]) << 32 | raised.sequence);
    let check = |person: PersonId, is_raised: bool, expected: &[RuleId]| {
        let mut world = world.clone();
        world.wait(MINUTE);
        let by = world.session(OTHER_LOCKER, person);
        let exhibits = vec![X];
        world.say(OTHER_LOCKER, Fact::Audit(AuditFact::DiscrepancyResolved { exhibits, discrepancy, by }));
        world.expect(&[RuleId::A02]);
        if is_raised {
            world.record(&raised);
        }
        world.expect(expected);
    };
    check(COURIER, false, &[RuleId::A02]);
    check(COURIER, true, &[]);
    check(KEEPER, true, &[RuleId::A02]);
}

/// A locker that says no more still holds what was put into it.
#[test]
fn what_lies_uncounted_in_a_silent_locker_is_told_where_the_record_ends() {
    let check = |days: u64, counted_on: Option<u64>, is_told: bool| {
        let mut world = World::new();
        world.wait(MINUTE);
        world.deposit(LOCKER, C1, OFFICER, X);
        for day in 0..days {
            world.wait(DAY);
            if counted_on == Some(day) {
                world.say(DESK, item_counted(X, C1));
            }
        }
        world.session(DESK, KEEPER);
        let is_found = world.found().contains(&(RuleId::A01, Severity::Warning));
        assert_eq!(is_found, is_told, "{days} {counted_on:?}");
    };
    check(30, None, false);
    check(32, None, true);
    check(40, Some(20), false);
    check(60, Some(20), true);
}
