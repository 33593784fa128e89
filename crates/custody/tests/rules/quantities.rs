//! What was counted and weighed adds up (S08).

use custody::fact::{Fact, Matter, Unit};
use custody::id::*;
use custody::movement::Act;
use custody::rule::RuleId;

use crate::world::*;

const Z: ExhibitId = ExhibitId([0xe3; 16]);

fn check(matters: &[&dyn Fn(Act) -> Matter], expected: &[RuleId]) {
    let mut world = World::new();
    world.register(Y, 2);
    world.register(Z, 3);
    for matter in matters {
        world.wait(MINUTE);
        let by = world.session(DESK, KEEPER);
        world.say(DESK, Fact::Matter(matter(by)));
        world.close(DESK, by);
    }
    world.expect(expected);
}

fn counted(exhibit: ExhibitId, quantity: u64) -> impl Fn(Act) -> Matter {
    move |by| Matter::Counted { exhibit, quantity, unit: Unit::Pieces, by, witness: None }
}

fn weighed(weight_mg: u64) -> impl Fn(Act) -> Matter {
    move |by| Matter::Weighed { exhibit: X, weight_mg, error_mg: 1_000, by, witness: None }
}

fn split(quantities: &'static [u64]) -> impl Fn(Act) -> Matter {
    move |by| Matter::Split { parent: X, children: vec![Y, Z], quantities: quantities.to_vec(), by }
}

fn together(by: Act) -> Matter {
    Matter::Consolidated { parts: vec![Y, Z], whole: X, by }
}

fn opened(by: Act) -> Matter {
    Matter::PackageOpened { exhibits: vec![X], by, witness: None, names_examination: true }
}

#[test]
fn a_split_adds_up_to_what_was_counted() {
    check(&[&counted(X, 10), &split(&[4, 6])], &[]);
    check(&[&counted(X, 10), &split(&[])], &[]);
    check(&[&counted(X, 10), &split(&[4, 5])], &[RuleId::S08]);
    check(&[&counted(X, 10), &split(&[10])], &[RuleId::S08]);
}

#[test]
fn a_second_count_is_the_first_unless_something_was_taken_out() {
    check(&[&counted(X, 10), &counted(X, 10)], &[]);
    check(&[&counted(X, 10), &counted(X, 9)], &[RuleId::S08]);
    let taken_out = |by| Matter::SubExhibitCreated { parent: X, child: Y, by };
    check(&[&counted(X, 10), &taken_out, &counted(X, 9)], &[]);
}

#[test]
fn a_whole_is_counted_as_the_sum_of_its_parts() {
    check(&[&counted(Y, 4), &counted(Z, 6), &together, &counted(X, 10)], &[]);
    check(&[&counted(Y, 4), &counted(Z, 6), &together, &counted(X, 11)], &[RuleId::S08]);
    check(&[&counted(Y, 4), &together, &counted(X, 11)], &[]);
}

#[test]
fn what_was_weighed_weighs_the_same_unless_its_package_was_opened() {
    check(&[&weighed(500_000), &weighed(521_000)], &[]);
    check(&[&weighed(500_000), &weighed(523_000)], &[RuleId::S08]);
    check(&[&weighed(500_000), &opened, &weighed(400_000)], &[]);
}
