//! S08: what was counted and weighed stays what it was, and parts add up to their whole.

use custody::fact::{Fact, Matter, Unit};
use custody::id::{ExhibitId, PackageId};
use custody::movement::{Act, Movement};
use custody::rule::RuleId;
use custody::severity::Severity;

use crate::world::*;

const Z: ExhibitId = ExhibitId([0xe3; 16]);

/// The default tolerance between two weighings.
const TOLERANCE_MG: u64 = 20_000;

/// A step in the life of a few exhibits.
type Step = fn(Act) -> Fact;

const fn pieces(exhibit: ExhibitId, quantity: u64, by: Act) -> Fact {
    Fact::Matter(Matter::Counted { exhibit, quantity, unit: Unit::Pieces, by, witness: None })
}

const fn pence(exhibit: ExhibitId, quantity: u64, by: Act) -> Fact {
    Fact::Matter(Matter::Counted { exhibit, quantity, unit: Unit::Pence, by, witness: None })
}

const fn weighed(weight_mg: u64, error_mg: u64, by: Act) -> Fact {
    Fact::Matter(Matter::Weighed { exhibit: X, weight_mg, error_mg, by, witness: None })
}

fn split(quantities: &[u64], by: Act) -> Fact {
    let quantities = quantities.to_vec();
    Fact::Matter(Matter::Split { parent: X, children: vec![Y, Z], quantities, by })
}

fn made_of_y_and_z(by: Act) -> Fact {
    Fact::Matter(Matter::Consolidated { parts: vec![Y, Z], whole: X, by })
}

fn sub_exhibit(by: Act) -> Fact {
    Fact::Matter(Matter::SubExhibitCreated { parent: X, child: Z, by })
}

fn opened(by: Act) -> Fact {
    let exhibits = vec![X];
    Fact::Matter(Matter::PackageOpened { exhibits, by, witness: None, names_examination: true })
}

fn resealed(by: Act) -> Fact {
    Fact::Movement(Movement::Resealed {
        is_old_inside: true,
        package: PackageId([0x99; 16]),
        witness: None,
        exhibits: vec![X],
        old_seal: Some("S1".into()),
        new_seal: "S2".into(),
        by,
    })
}

/// Each step is said a minute after the one before, by who has it. Returns how often quantities do not add up.
fn tell(steps: &[Step]) -> (World, usize) {
    let mut world = World::new();
    for exhibit in [Y, Z] {
        world.register(exhibit, u64::from(exhibit.0[0]));
    }
    for step in steps {
        world.wait(MINUTE);
        let by = world.session(DESK, OFFICER);
        world.say(DESK, step(by));
        world.close(DESK, by);
    }
    let judged = world.ledger.exhibits().filter_map(|exhibit| world.ledger.judge(exhibit, policy()));
    let findings = judged.flat_map(|verdict| verdict.findings);
    let mut told: Vec<_> = findings.filter(|finding| finding.rule == RuleId::S08).collect();
    assert!(told.iter().all(|finding| finding.severity == Severity::Warning));
    told.sort();
    told.dedup();
    let count = told.len();
    (world, count)
}

#[track_caller]
fn check(steps: &[Step], expected: usize) {
    assert_eq!(tell(steps).1, expected);
}

#[test]
fn parts_whose_quantities_make_the_whole_are_lawful() {
    check(&[|by| pieces(X, 100, by), |by| split(&[60, 40], by)], 0);
    check(&[|by| pence(X, 100, by), |by| split(&[0, 100], by)], 0);
    check(&[|by| pieces(X, 100, by), |by| split(&[], by)], 0);
    check(&[|by| split(&[60, 40], by)], 0);
    check(&[|by| pieces(X, 3, by), |by| pence(X, 100, by), |by| split(&[60, 40], by)], 0);
}

#[test]
fn parts_whose_quantities_do_not_make_the_whole_are_told_once() {
    check(&[|by| pieces(X, 100, by), |by| split(&[60, 39], by)], 1);
    check(&[|by| pieces(X, 90, by), |by| pieces(X, 90, by), |by| split(&[60, 40], by)], 1);
    check(&[|by| pence(X, 1, by), |by| split(&[u64::MAX, 2], by)], 1);
    check(&[|by| pieces(X, 100, by), sub_exhibit, |by| split(&[60, 39], by)], 1);
}

#[test]
fn quantities_are_given_of_all_parts_or_of_none() {
    check(&[|by| pieces(X, 100, by), |by| split(&[100], by)], 1);
    check(&[|by| split(&[50, 30, 20], by)], 1);
}

#[test]
fn a_second_count_that_differs_is_told() {
    check(&[|by| pieces(X, 100, by), |by| pieces(X, 99, by)], 1);
    check(&[|by| pence(X, 100, by), |by| pieces(X, 3, by), |by| pence(X, 101, by)], 1);
    check(&[|by| pieces(X, 100, by), opened, resealed, |by| pieces(X, 99, by)], 1);
    check(&[|by| pieces(X, 1, by), |by| pieces(X, 2, by), |by| pieces(X, 1, by)], 2);
}

#[test]
fn a_second_count_that_agrees_or_of_something_else_is_lawful() {
    check(&[|by| pieces(X, 100, by), |by| pieces(X, 100, by)], 0);
    check(&[|by| pieces(X, 100, by), |by| pence(X, 99, by)], 0);
    check(&[|by| pieces(X, 100, by), |by| pieces(Y, 99, by)], 0);
}

#[test]
fn after_something_was_taken_out_or_added_another_count_is_lawful() {
    check(&[|by| pieces(X, 100, by), |by| split(&[60, 40], by), |by| pieces(X, 60, by)], 0);
    check(&[|by| pieces(X, 100, by), sub_exhibit, |by| pieces(X, 99, by)], 0);
    check(&[|by| pieces(Z, 5, by), sub_exhibit, |by| pieces(Z, 1, by)], 0);
    check(&[|by| pieces(X, 100, by), made_of_y_and_z, |by| pieces(X, 99, by)], 0);
    check(&[|by| pieces(Y, 100, by), made_of_y_and_z, |by| pieces(Y, 0, by)], 0);
}

#[test]
fn a_second_weighing_that_no_scale_explains_is_told() {
    check(&[|by| weighed(500_000, 100, by), |by| weighed(500_201 + TOLERANCE_MG, 100, by)], 1);
    check(&[|by| weighed(500_000, 0, by), |by| weighed(499_999 - TOLERANCE_MG, 0, by)], 1);
    check(&[|by| weighed(0, 0, by), |by| pieces(X, 1, by), |by| weighed(u64::MAX, 0, by)], 1);
}

#[test]
fn a_second_weighing_within_what_the_scales_and_the_policy_allow_is_lawful() {
    check(&[|by| weighed(500_000, 100, by), |by| weighed(500_200 + TOLERANCE_MG, 100, by)], 0);
    check(&[|by| weighed(0, u64::MAX, by), |by| weighed(u64::MAX, 1, by)], 0);
}

#[test]
fn what_was_opened_resealed_split_or_made_one_may_weigh_something_else() {
    let between: [Step; 6] = [
        opened,
        resealed,
        sub_exhibit,
        made_of_y_and_z,
        |by| split(&[], by),
        |by| Fact::Matter(Matter::SealBroken { exhibits: vec![X], seal: "S1".into(), by }),
    ];
    for step in between {
        check(&[|by| weighed(1_000_000, 0, by), step, |by| weighed(500_000, 0, by)], 0);
    }
}

#[test]
fn a_whole_is_what_its_parts_were_together() {
    let parts: [Step; 2] = [|by| pieces(Y, 60, by), |by| pieces(Z, 40, by)];
    let [y, z] = parts;
    check(&[y, z, made_of_y_and_z, |by| pieces(X, 100, by)], 0);
    check(&[y, z, made_of_y_and_z, |by| pieces(X, 99, by)], 1);
    check(&[y, z, made_of_y_and_z, |by| pieces(X, 101, by)], 1);
    check(&[y, z, made_of_y_and_z, |by| pence(X, 5, by), |by| pence(X, 5, by)], 0);
    check(&[y, made_of_y_and_z, |by| pieces(X, 99, by)], 0);
    // What counts is each part's last count before.
    check(&[y, z, made_of_y_and_z, |by| pieces(Y, 59, by), |by| pieces(X, 100, by)], 0);
    let (world, _) = tell(&[y, z, made_of_y_and_z, |by| pieces(X, 99, by)]);
    let [finding] = world.verdict(X).findings.try_into().expect("told of the whole alone");
    assert_eq!((finding.exhibits, finding.indices.len()), (vec![X, Y, Z], 4));
    assert!(world.verdict(Y).findings.is_empty());
}

#[test]
fn quantities_that_do_not_add_up_change_no_verdict() {
    let (world, _) = tell(&[|by| pieces(X, 100, by), |by| pieces(X, 99, by)]);
    let (lawful, _) = tell(&[|by| pieces(X, 100, by), |by| pieces(X, 100, by)]);
    assert_eq!(world.verdict(X).stretches, lawful.verdict(X).stretches);
}
