//! Putting the record right (S07), and whose facts are whose.

use custody::fact::{AuditFact, Fact, Matter};
use custody::finding::Remark;
use custody::id::*;
use custody::rule::RuleId;
use custody::verdict::Holder;

use crate::world::*;

/// X is deposited and its deposit corrected.
fn corrected(field: &str, approver: PersonId, right_statement: bool) -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    let deposit = world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let (by, approver) = (world.session(DESK, OFFICER), world.session(DESK, approver));
    let statement = if right_statement { deposit } else { digest(4) };
    let correction = AuditFact::Corrected { statement, exhibits: vec![X], field: field.into(), by, approver };
    world.say(DESK, Fact::Audit(correction));
    world
}

#[test]
fn a_declared_field_is_corrected_with_anothers_approval() {
    corrected("declared.item.seal", KEEPER, true).expect(&[]);
}

#[test]
fn what_a_device_observed_is_never_corrected() {
    corrected("observed.label", KEEPER, true).expect(&[RuleId::S07]);
}

#[test]
fn nobody_approves_a_correction_of_their_own() {
    corrected("declared.item.seal", OFFICER, true).expect(&[RuleId::S07]);
}

#[test]
fn what_is_not_on_the_record_cannot_be_corrected() {
    corrected("declared.item.seal", KEEPER, false).expect(&[RuleId::S07]);
}

/// The finding stays; the correction stands beside it.
#[test]
fn a_correction_is_shown_beside_the_finding_and_removes_nothing() {
    let mut world = World::new();
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let deposit = custody::movement::Movement::Deposited {
        at: World::at(C1, cycle, X),
        item: custody::movement::Item { seal: Some("S2".into()), ..item(&[X]) },
        by,
        witness: None,
        condition: custody::movement::SealCondition::Intact,
    };
    let statement = world.say(LOCKER, Fact::Movement(deposit));
    world.close(LOCKER, by);
    let (by, approver) = (world.session(DESK, OFFICER), world.session(DESK, KEEPER));
    let field = "declared.item.seal".into();
    world.say(DESK, Fact::Audit(AuditFact::Corrected { statement, exhibits: vec![X], field, by, approver }));
    world.expect(&[RuleId::E03]);
    let mut finding = world.verdict(X).findings.remove(0);
    world.ledger.put_beside(&mut finding);
    assert_eq!(finding.beside.iter().map(|beside| beside.what).collect::<Vec<_>>(), [Remark::Corrected]);
}

#[test]
fn a_provisional_exhibit_is_judged_as_the_registered_one_it_is() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, DROP_SLOT, OFFICER, Y);
    world.wait(MINUTE);
    let by = world.session(DESK, KEEPER);
    world.say(DESK, Fact::Matter(Matter::Identified { provisional: Y, registered: X, by }));
    world.close(DESK, by);
    assert!(world.ledger.judge(Y, world.policy).is_none());
    assert_eq!(world.verdict(X).holder, Some(Holder::Compartment(DROP_SLOT)));
}

#[test]
fn facts_recorded_under_another_exhibit_are_judged_with_the_one_they_are_about() {
    let check = |approver: PersonId, holders: [Holder; 2], expected: &[RuleId]| {
        let mut world = World::new();
        world.register(Y, 2);
        world.wait(MINUTE);
        // The officer scans X and puts in Y.
        let deposit = world.deposit(LOCKER, C1, OFFICER, X);
        world.wait(MINUTE);
        let (by, approver) = (world.session(DESK, OFFICER), world.session(DESK, approver));
        let statements = vec![deposit];
        world.say(DESK, Fact::Matter(Matter::Reattributed { from: X, to: Y, statements, by, approver }));
        let found: Vec<_> = [X, Y].iter().filter_map(|exhibit| world.verdict(*exhibit).holder).collect();
        assert_eq!(found, holders);
        assert!(
            world
                .found()
                .iter()
                .map(|(rule, _)| *rule)
                .filter(|rule| *rule == RuleId::S07)
                .eq(expected.iter().copied())
        );
    };
    check(KEEPER, [Holder::Person(OFFICER), Holder::Compartment(C1)], &[]);
    check(OFFICER, [Holder::Compartment(C1), Holder::Person(OFFICER)], &[RuleId::S07]);
}
