//! S07: the record is put right by two people, of what somebody had declared.

use custody::fact::{AuditFact, Fact, Matter};
use custody::id::{Digest, ExhibitId, PersonId};
use custody::movement::Act;
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

const FIELD: &str = "declared.item.seal";

/// X is deposited, and Y registered; returns the deposit.
fn deposited() -> (World, Digest) {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(60 * MINUTE);
    let deposit = world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(60 * MINUTE);
    (world, deposit)
}

/// Two people in sessions of their own.
fn two(world: &mut World, by: PersonId, approver: PersonId) -> (Act, Act) {
    (world.session(DESK, by), world.session(DESK, approver))
}

fn correct(
    world: &mut World,
    statement: Digest,
    exhibits: &[ExhibitId],
    field: &str,
    (by, approver): (Act, Act),
) {
    let (exhibits, field) = (exhibits.to_vec(), field.to_owned());
    world.say(DESK, Fact::Audit(AuditFact::Corrected { statement, exhibits, field, by, approver }));
}

fn reattribute(world: &mut World, statements: Vec<Digest>, (by, approver): (Act, Act)) {
    world.say(DESK, Fact::Matter(Matter::Reattributed { from: X, to: Y, statements, by, approver }));
}

#[track_caller]
fn check(exhibits: &[ExhibitId], field: &str, approver: PersonId, expected: &[RuleId]) {
    let (mut world, deposit) = deposited();
    let people = two(&mut world, OFFICER, approver);
    correct(&mut world, deposit, exhibits, field, people);
    world.expect(expected);
}

#[test]
fn a_declared_field_corrected_with_another_persons_approval_is_lawful() {
    check(&[X], FIELD, KEEPER, &[]);
    check(&[X, Y], "declared.condition", COURIER, &[]);
}

#[test]
fn what_a_device_observed_is_not_corrected() {
    check(&[X], "observed.label", KEEPER, &[RuleId::S07]);
    check(&[X], "declared", KEEPER, &[RuleId::S07]);
    check(&[X], "derived.declared.x", KEEPER, &[RuleId::S07]);
}

#[test]
fn nobody_approves_a_correction_of_their_own() {
    check(&[X], FIELD, OFFICER, &[RuleId::S07]);
    let (mut world, deposit) = deposited();
    let by = world.session(DESK, OFFICER);
    let approver = Act { person: KEEPER, ..by };
    correct(&mut world, deposit, &[X], FIELD, (by, approver));
    world.expect(&[RuleId::S07]);
}

#[test]
fn a_correction_is_of_a_statement_on_the_record_of_an_exhibit_that_it_names() {
    check(&[Y], FIELD, KEEPER, &[RuleId::S07]);
    let (mut world, deposit) = deposited();
    let people = two(&mut world, OFFICER, KEEPER);
    correct(&mut world, digest(77), &[X], FIELD, people);
    world.expect(&[RuleId::S07]);
    let [finding] = world.verdict(X).findings.try_into().expect("one finding");
    assert_eq!(finding.interval.map(|interval| interval.to_us - interval.from_us), Some(2 * ERROR));
    correct(&mut world, deposit, &[X], FIELD, people);
    assert_eq!(world.verdict(X).findings, [finding], "and one that is lawful adds none");
}

#[test]
fn a_correction_that_arrives_before_what_it_corrects_is_lawful_all_the_same() {
    let mut world = World::new();
    world.wait(MINUTE);
    let mut alone = world.clone();
    let deposit = alone.deposit(LOCKER, C1, OFFICER, X);
    let unheard = alone.log.split_off(world.log.len());
    world.wait(MINUTE);
    let people = two(&mut world, OFFICER, KEEPER);
    correct(&mut world, deposit, &[X], FIELD, people);
    world.expect(&[RuleId::S07]);
    for statement in &unheard {
        world.record(statement);
    }
    world.expect(&[]);
}

#[test]
fn the_record_is_not_proven_while_it_is_put_right_the_wrong_way() {
    let (mut world, deposit) = deposited();
    let people = two(&mut world, OFFICER, OFFICER);
    correct(&mut world, deposit, &[X], FIELD, people);
    world.wait(MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.stands(X, &[Standing::Declared, Standing::Proven, Standing::NotProven, Standing::Proven]);
}

#[test]
fn nothing_is_re_attributed_by_one_person() {
    let (world, _) = deposited();
    let mut lawful = world.clone();
    let people = two(&mut lawful, OFFICER, KEEPER);
    reattribute(&mut lawful, vec![digest(7)], people);
    lawful.expect(&[]);
    let mut alone = world.clone();
    let people = two(&mut alone, OFFICER, OFFICER);
    reattribute(&mut alone, vec![digest(7)], people);
    alone.expect(&[RuleId::S07]);
    assert_eq!(alone.verdict(X).findings, alone.verdict(Y).findings, "one finding for both exhibits");
    let mut shared = world;
    let by = shared.session(DESK, OFFICER);
    reattribute(&mut shared, vec![digest(7)], (by, Act { person: KEEPER, ..by }));
    shared.expect(&[RuleId::S04, RuleId::S07]);
}
