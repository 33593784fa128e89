//! G03: an erasure is recorded where it belongs, and nothing is erased under a hold.

use custody::fact::{AuthorityFact, DisclosureFact, Fact};
use custody::id::{CaseId, Digest, ExhibitId};
use custody::rule::RuleId;

use crate::world::*;

const OTHER_CASE: CaseId = CaseId([0xcb; 16]);

/// X is registered and deposited; returns its registration and its deposit.
fn deposited() -> (World, [Digest; 2]) {
    let mut world = World::empty();
    world.build();
    let registered = world.register(X, 1);
    world.register(Y, 2);
    world.wait(MINUTE);
    let deposit = world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    (world, [registered, deposit])
}

fn erase(world: &mut World, statement: Digest, case: Option<CaseId>, exhibits: &[ExhibitId]) -> Digest {
    let (commitment, exhibits) = (digest(5), exhibits.to_vec());
    let erased = DisclosureFact::Erased { statement, commitment, case, exhibits };
    world.say(NODE, Fact::Disclosure(erased))
}

fn hold(world: &mut World, case: Option<CaseId>, exhibits: &[ExhibitId]) -> Digest {
    let (by, exhibits) = (world.session(DESK, KEEPER), exhibits.to_vec());
    let hold = world.say(DESK, Fact::Authority(AuthorityFact::HoldPlaced { case, exhibits, by }));
    world.close(DESK, by);
    hold
}

fn release(world: &mut World, hold: Digest) {
    let by = world.session(DESK, KEEPER);
    world.say(DESK, Fact::Authority(AuthorityFact::HoldReleased { hold, by }));
    world.close(DESK, by);
}

#[test]
fn an_erasure_that_names_what_it_concerns_is_lawful_and_leaves_custody_as_it_stands() {
    let (mut world, [registered, deposit]) = deposited();
    let before = world.verdict(X).stretches;
    erase(&mut world, registered, Some(CASE), &[X]);
    let erasure = erase(&mut world, deposit, None, &[X]);
    // Also of the authority for it, in its turn.
    erase(&mut world, erasure, Some(CASE), &[X]);
    world.expect(&[]);
    assert_eq!(world.verdict(X).stretches, before);
    assert!(world.ledger.erasures().of(deposit, digest(5)).is_some());
    assert!(world.ledger.erasures().of(deposit, digest(6)).is_none());
}

#[test]
fn what_concerns_no_exhibit_is_erased_lawfully() {
    let (mut world, _) = deposited();
    erase(&mut world, digest(77), None, &[]);
    world.expect(&[]);
}

#[test]
fn nothing_is_erased_under_a_hold_on_the_exhibit_or_its_case() {
    let check = |held_case, held: &[ExhibitId], case, exhibits: &[ExhibitId], is_lawful: bool| {
        let (mut world, [registered, _]) = deposited();
        hold(&mut world, held_case, held);
        world.wait(MINUTE);
        let statement = if exhibits.is_empty() { digest(77) } else { registered };
        erase(&mut world, statement, case, exhibits);
        world.expect(if is_lawful { &[] } else { &[RuleId::G03] });
    };
    check(None, &[X], Some(CASE), &[X], false);
    check(Some(CASE), &[], Some(CASE), &[X], false);
    // The case of an exhibit is known from its registration, whether or not the erasure names it.
    check(Some(CASE), &[], None, &[X], false);
    check(Some(CASE), &[], Some(CASE), &[], false);
    check(None, &[Y], Some(CASE), &[X], true);
    check(Some(OTHER_CASE), &[], Some(CASE), &[X], true);
}

#[test]
fn a_hold_forbids_until_it_is_released() {
    let (mut world, [registered, _]) = deposited();
    let hold = hold(&mut world, None, &[X]);
    assert_eq!(world.ledger.hold_on(None, &[X]), Some(hold));
    release(&mut world, hold);
    assert_eq!(world.ledger.hold_on(None, &[X]), None);
    erase(&mut world, registered, Some(CASE), &[X]);
    world.expect(&[]);
}

#[test]
fn what_was_erased_before_a_hold_was_erased_lawfully() {
    let (mut world, [registered, _]) = deposited();
    erase(&mut world, registered, Some(CASE), &[X]);
    world.wait(MINUTE);
    hold(&mut world, None, &[X]);
    world.expect(&[]);
}

#[test]
fn an_erasure_names_the_case_and_the_exhibits_of_the_statement() {
    let check = |case, exhibits: &[ExhibitId]| {
        let (mut world, [_, deposit]) = deposited();
        erase(&mut world, deposit, case, exhibits);
        world.expect(&[RuleId::G03]);
    };
    check(Some(OTHER_CASE), &[X]);
    check(Some(CASE), &[Y]);
    check(None, &[]);
}

#[test]
fn an_erasure_is_the_nodes_to_say() {
    let (mut world, [registered, _]) = deposited();
    let (commitment, exhibits) = (digest(5), vec![X]);
    let erased = DisclosureFact::Erased { statement: registered, commitment, case: Some(CASE), exhibits };
    world.say(DESK, Fact::Disclosure(erased));
    assert_eq!(world.found().len(), 1);
    assert_eq!(world.found().first().map(|(rule, _)| *rule), Some(RuleId::K01));
    assert!(world.ledger.erasures().is_empty());
}
