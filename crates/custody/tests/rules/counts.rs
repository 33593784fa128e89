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
