//! T06: a hand-over told afterwards moves the exhibit where it happened, by somebody's word.

use custody::fact::{Fact, Interval, Matter, Statement};
use custody::finding::Finding;
use custody::id::{Digest, ExhibitId, PersonId};
use custody::movement::{Act, Movement};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::{Holder, Standing};

use crate::world::*;

const DAY: u64 = 24 * 60 * MINUTE;

/// Says that something was handed over, without recording it.
fn told(world: &mut World, by: Act, from: PersonId, to: PersonId, occurred: Option<Interval>) -> Statement {
    let exhibits = vec![X];
    let fact = Fact::Matter(Matter::LateEntry { exhibits, from, to, by });
    Statement { occurred, ..world.statement(DESK, fact) }
}

/// Says now that the officer gave something to the courier then.
fn tell(world: &mut World, who: PersonId, occurred: Option<Interval>) -> Digest {
    let by = world.session(DESK, who);
    let statement = told(world, by, OFFICER, COURIER, occurred);
    let hash = world.record(&statement);
    world.close(DESK, by);
    hash
}

/// A minute, half an hour after the registration.
fn half_an_hour_after(world: &World) -> Interval {
    let from_us = world.now_us + 30 * MINUTE;
    Interval { from_us, to_us: from_us + MINUTE }
}

/// The courier deposits what the officer registered an hour before; returns when it is said to have been handed over.
fn deposited_by_another() -> (World, Interval) {
    let mut world = World::new();
    let occurred = half_an_hour_after(&world);
    world.wait(60 * MINUTE);
    world.deposit(LOCKER, C1, COURIER, X);
    world.wait(60 * MINUTE);
    (world, occurred)
}

#[test]
fn a_hand_over_told_by_whoever_took_part_moves_the_exhibit_when_it_happened() {
    for who in [OFFICER, COURIER] {
        let (mut world, occurred) = deposited_by_another();
        world.expect(&[RuleId::S04]);
        tell(&mut world, who, Some(occurred));
        world.expect(&[]);
        world.say(LOCKER, Fact::Other("self_tested"));
        world.stands(X, &[Standing::Declared, Standing::Declared, Standing::Proven]);
        let verdict = world.verdict(X);
        let holders: Vec<_> = verdict.legs.iter().map(|leg| leg.holder).collect();
        assert_eq!(holders, [Holder::Person(OFFICER), Holder::Person(COURIER), Holder::Compartment(C1)]);
        let [given, taken, _] = verdict.legs.as_slice() else { unreachable!() };
        assert_eq!(given.passed_to, Some(Holder::Person(COURIER)));
        assert_eq!(taken.received_from, Some(Holder::Person(OFFICER)));
        assert_eq!((given.interval.to_us, taken.interval.from_us), (occurred.from_us, occurred.from_us));
    }
}

#[test]
fn it_makes_no_difference_whether_the_act_or_the_late_entry_arrives_first() {
    let before = World::new();
    let occurred = half_an_hour_after(&before);
    let mut alone = before.clone();
    alone.wait(60 * MINUTE);
    alone.deposit(LOCKER, C1, COURIER, X);
    let unheard = alone.log.split_off(before.log.len());
    let mut world = before;
    world.wait(61 * MINUTE);
    tell(&mut world, COURIER, Some(occurred));
    for statement in &unheard {
        world.record(statement);
    }
    world.expect(&[]);
}

#[track_caller]
fn check(who: PersonId, occurred: impl FnOnce(Interval) -> Option<Interval>, later: u64, sentence: &str) {
    let (mut world, at) = deposited_by_another();
    world.wait(later);
    tell(&mut world, who, occurred(at));
    // What has lain for so long is overdue besides (A03).
    let found = world.found().into_iter().filter(|(rule, _)| *rule != RuleId::A03);
    assert_eq!(found.collect::<Vec<_>>(), [(RuleId::T06, Severity::Warning)]);
    let findings = world.verdict(X).findings.into_iter().filter(|finding| finding.rule == RuleId::T06);
    let [finding] = findings.collect::<Vec<_>>().try_into().expect("one finding");
    assert!(finding.sentence.contains(sentence), "{}", finding.sentence);
    assert!(world.verdict(X).standing() <= Some(Standing::Declared), "a warning changes no verdict");
}

#[test]
fn a_late_entry_by_somebody_who_took_no_part_is_to_be_explained() {
    check(KEEPER, Some, 0, "neither gave nor took");
}

#[test]
fn a_late_entry_made_too_late_is_to_be_explained() {
    check(OFFICER, Some, 15 * DAY, "days after the act");
    check(
        COURIER,
        |at| Some(Interval { from_us: at.from_us, to_us: at.from_us }),
        14 * DAY,
        "days after the act",
    );
}

#[test]
fn a_late_entry_within_the_days_allowed_is_lawful() {
    let (mut world, occurred) = deposited_by_another();
    world.wait(13 * DAY);
    tell(&mut world, OFFICER, Some(occurred));
    world.expect(&[]);
}

#[test]
fn a_late_entry_of_what_has_not_ended_yet_is_to_be_explained() {
    check(OFFICER, |at| Some(Interval { to_us: at.from_us + DAY, ..at }), 0, "after the entry was made");
}

#[test]
fn a_late_entry_that_does_not_say_when_is_placed_where_it_was_said() {
    let mut world = World::new();
    world.wait(60 * MINUTE);
    tell(&mut world, OFFICER, None);
    assert_eq!(world.found(), [(RuleId::T06, Severity::Warning)]);
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(COURIER)));
}

/// The late entry says that the officer gave it to the courier, and the record says otherwise.
#[track_caller]
fn check_contradicted(world: &mut World, occurred: Interval) {
    let before = world.verdict(X);
    world.wait(60 * MINUTE);
    tell(world, OFFICER, Some(occurred));
    let after = world.verdict(X);
    assert_eq!(world.found(), [(RuleId::T06, Severity::Warning)]);
    let contradicts = |finding: &Finding| finding.sentence.contains("contradicts the record");
    assert!(after.findings.iter().all(contradicts), "{:#?}", after.findings);
    assert_eq!((after.holder, after.legs), (before.holder, before.legs), "it moves nothing");
}

fn now(world: &World) -> Interval {
    Interval { from_us: world.now_us, to_us: world.now_us }
}

#[test]
fn a_late_entry_of_what_lay_in_a_locker_then_contradicts_the_record() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(60 * MINUTE);
    let occurred = now(&world);
    check_contradicted(&mut world, occurred);
}

#[test]
fn a_late_entry_of_what_another_had_then_contradicts_the_record() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.receive(OFFICER, X);
    world.wait(60 * MINUTE);
    let occurred = now(&world);
    check_contradicted(&mut world, occurred);
}

#[test]
fn a_late_entry_of_what_had_ended_contradicts_the_record() {
    let mut world = World::new();
    world.wait(MINUTE);
    let authority = world.disposal_authorised(X, KEEPER);
    world.at_desk(OFFICER, |by| Movement::Ended {
        authority,
        witness: None,
        item: item(&[X]),
        by,
        how: custody::movement::Ending::Disposed,
    });
    world.wait(60 * MINUTE);
    let occurred = now(&world);
    check_contradicted(&mut world, occurred);
}

#[test]
fn what_is_told_is_the_first_leg_of_what_nothing_else_is_known_of() {
    let mut world = World::new();
    let late = half_an_hour_after(&world);
    world.wait(60 * MINUTE);
    world.deposit(LOCKER, C1, COURIER, Y);
    let by = world.session(DESK, COURIER);
    let exhibits: Vec<ExhibitId> = vec![Y];
    let fact = Fact::Matter(Matter::LateEntry { exhibits, from: OFFICER, to: COURIER, by });
    let statement = Statement { occurred: Some(late), ..world.statement(DESK, fact) };
    world.record(&statement);
    world.expect(&[]);
    assert_eq!(world.verdict(Y).legs.first().map(|leg| leg.interval.from_us), Some(late.from_us));
}

#[test]
fn a_late_entry_outside_a_session_of_ones_own_proves_nothing() {
    let (mut world, occurred) = deposited_by_another();
    let session = world.session(DESK, KEEPER);
    let by = Act { person: COURIER, session: session.session };
    let statement = told(&mut world, by, OFFICER, COURIER, Some(occurred));
    world.record(&statement);
    world.expect(&[RuleId::S04]);
    assert_eq!(world.verdict(X).stretches[0].standing, Standing::NotProven);
}
