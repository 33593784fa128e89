//! E01–E03: references, labels, seals.

use custody::fact::Fact;
use custody::id::PackageId;
use custody::movement::{AtCompartment, Ending, Item, Movement, SealCondition};
use custody::rule::RuleId;
use custody::severity::Severity;
use custody::verdict::Standing;

use crate::world::*;

fn deposit_with(world: &mut World, label: Option<[u8; 16]>, item: Item) {
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let door_cycle = world.cycle(LOCKER, C1, by);
    let at = AtCompartment { weight_mg: None, compartment: C1, door_cycle, label };
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition: SealCondition::Intact }),
    );
    world.close(LOCKER, by);
}

#[test]
fn two_exhibits_of_one_case_under_one_reference_contradict() {
    let mut world = World::new();
    world.register(Y, 1);
    world.expect(&[RuleId::E01]);
}

#[test]
fn a_label_of_another_exhibit_breaks_continuity_before_and_after() {
    let mut world = World::new();
    deposit_with(&mut world, Some(Y.0), item(&[X]));
    world.wait(MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    world.expect(&[RuleId::E02]);
    world.stands(X, &[Standing::NotProven, Standing::NotProven]);
}

#[test]
fn the_label_may_be_the_packages() {
    let mut world = World::new();
    let package = PackageId([0x77; 16]);
    deposit_with(&mut world, Some(package.0), Item { package: Some(package), ..item(&[X]) });
    world.expect(&[]);
}

#[test]
fn a_label_that_was_not_read_is_to_be_explained_and_proves_nothing_wrong() {
    let mut world = World::new();
    deposit_with(&mut world, None, item(&[X]));
    assert_eq!(world.found(), [(RuleId::E02, Severity::Warning)]);
}

#[test]
fn a_seal_with_another_number_breaks_continuity_before_and_after() {
    let mut world = World::new();
    deposit_with(&mut world, Some(X.0), Item { seal: Some("S2".into()), ..item(&[X]) });
    world.expect(&[RuleId::E03]);
    world.stands(X, &[Standing::NotProven]);
}

#[test]
fn a_seal_not_declared_is_not_compared() {
    let mut world = World::new();
    deposit_with(&mut world, Some(X.0), Item { seal: None, ..item(&[X]) });
    world.expect(&[]);
}

#[test]
fn after_resealing_the_new_number_counts() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(DESK, OFFICER);
    world.say(
        DESK,
        Fact::Movement(Movement::Resealed {
            is_old_inside: true,
            package: PackageId([0x99; 16]),
            witness: None,
            exhibits: vec![X],
            old_seal: Some("S1".into()),
            new_seal: "S2".into(),
            by,
        }),
    );
    world.close(DESK, by);
    deposit_with(&mut world, Some(X.0), Item { seal: Some("S2".into()), ..item(&[X]) });
    world.expect(&[]);
}

#[test]
fn a_seal_that_is_on_another_package_contradicts() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    world.deposit(OTHER_LOCKER, C3, OFFICER, X);
    deposit_with(&mut world, Some(Y.0), Item { seal: Some("S1".into()), ..item(&[Y]) });
    world.expect(&[RuleId::E03, RuleId::E05]);
    world.wait(MINUTE);
    world.say(LOCKER, Fact::Other("self_tested"));
    assert_eq!(world.verdict(Y).standing(), Some(Standing::Contradicted));
}

#[test]
fn two_exhibits_of_one_package_share_its_seal() {
    let mut world = World::new();
    let package = Some(PackageId([0x77; 16]));
    deposit_with(&mut world, Some(X.0), Item { package, ..item(&[X]) });
    world.deposit(OTHER_LOCKER, C3, OFFICER, Y);
    world.expect(&[]);
    world.wait(MINUTE);
    let by = world.session(LOCKER, COURIER);
    let door_cycle = world.cycle(LOCKER, C1, by);
    let at = AtCompartment { weight_mg: None, compartment: C1, door_cycle, label: Some(X.0) };
    let both = Item { package, ..item(&[X, Y]) };
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected {
            authority: None,
            at,
            item: both,
            by,
            witness: None,
            condition: SealCondition::Intact,
        }),
    );
    assert!(!world.found().iter().any(|(rule, _)| *rule == RuleId::E05));
}

#[test]
fn a_seal_that_was_replaced_or_whose_exhibit_is_gone_may_be_used_again() {
    let mut world = World::new();
    world.wait(MINUTE);
    let authority = world.disposal_authorised(X, KEEPER);
    world.at_desk(OFFICER, |by| Movement::Ended {
        authority,
        witness: None,
        item: item(&[X]),
        by,
        how: Ending::Disposed,
    });
    deposit_with(&mut world, Some(Y.0), Item { seal: Some("S1".into()), ..item(&[Y]) });
    world.expect(&[]);
}

#[test]
fn what_is_wrong_with_a_package_is_one_finding_for_all_its_exhibits() {
    let mut world = World::new();
    world.register(Y, 2);
    deposit_with(&mut world, Some([0x33; 16]), Item { seal: None, ..item(&[X, Y]) });
    let findings: Vec<_> = [X, Y].into_iter().flat_map(|exhibit| world.verdict(exhibit).findings).collect();
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[0], findings[1]);
    assert_eq!(findings[0].exhibits, [X, Y]);
}

#[test]
fn a_late_registration_with_another_seal_breaks_continuity() {
    let mut world = World::new();
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let at = World::at(C1, cycle, Y);
    let item = Item { seal: Some("T9".into()), ..item(&[Y]) };
    world.say(
        LOCKER,
        Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition: SealCondition::Intact }),
    );
    world.close(LOCKER, by);
    world.wait(MINUTE);
    world.register(Y, 2);
    world.expect(&[RuleId::E03]);
}
