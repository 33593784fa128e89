//! Authorities to collect, to return and to dispose; refusals and holds (P05, S01).

use custody::fact::{AuthorityFact, Fact};
use custody::id::*;
use custody::movement::{Ending, Movement, SealCondition};
use custody::rule::RuleId;

use crate::world::*;

/// X lies in C1; whoever collects must name an authority.
fn deposited() -> World {
    let mut world = World::empty();
    world.policy = policy_with(&[("collection_required = false", "collection_required = true")]);
    world.build();
    world.register(X, 1);
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    world
}

fn say_at_desk(world: &mut World, fact: impl FnOnce(custody::movement::Act) -> AuthorityFact) -> Digest {
    let by = world.session(DESK, KEEPER);
    let said = world.say(DESK, Fact::Authority(fact(by)));
    world.close(DESK, by);
    said
}

fn authorise(world: &mut World, exhibit: ExhibitId, to: PersonId, expires_us: u64) -> Digest {
    say_at_desk(world, |by| AuthorityFact::CollectionAuthorised {
        exhibits: vec![exhibit],
        by,
        to,
        expires_us,
    })
}

fn collect(world: &mut World, by: PersonId, authority: Option<Digest>) {
    let by = world.session(LOCKER, by);
    let cycle = world.cycle(LOCKER, C1, by);
    let at = World::at(C1, cycle, X);
    let (item, condition) = (item(&[X]), SealCondition::Intact);
    world.say(
        LOCKER,
        Fact::Movement(Movement::Collected { at, item, by, witness: None, condition, authority }),
    );
    world.close(LOCKER, by);
}

#[test]
fn a_collection_with_its_authority_is_lawful() {
    let mut world = deposited();
    let authority = authorise(&mut world, X, COURIER, u64::MAX);
    world.wait(MINUTE);
    collect(&mut world, COURIER, Some(authority));
    world.expect(&[]);
}

#[test]
fn who_deposited_it_may_take_it_back_without_one() {
    let mut world = deposited();
    collect(&mut world, OFFICER, None);
    world.expect(&[]);
}

#[test]
fn a_collection_without_the_right_authority_breaks_continuity() {
    let check = |authority: fn(&mut World) -> Option<Digest>| {
        let mut world = deposited();
        let authority = authority(&mut world);
        world.wait(10 * MINUTE);
        collect(&mut world, COURIER, authority);
        world.expect(&[RuleId::P05]);
    };
    check(|_| None);
    check(|_| Some(digest(77)));
    check(|world| Some(authorise(world, X, KEEPER, u64::MAX)));
    check(|world| Some(authorise(world, Y, COURIER, u64::MAX)));
    check(|world| {
        let expires_us = world.now_us + MINUTE;
        Some(authorise(world, X, COURIER, expires_us))
    });
    check(|world| {
        let authority = authorise(world, X, COURIER, u64::MAX);
        world.wait(MINUTE);
        say_at_desk(world, |_| AuthorityFact::CollectionRefused { exhibits: vec![X], to: COURIER });
        Some(authority)
    });
}

#[test]
fn a_refusal_of_somebody_else_or_before_the_authority_overtakes_nothing() {
    let refuse = |world: &mut World, to: PersonId| {
        say_at_desk(world, |_| AuthorityFact::CollectionRefused { exhibits: vec![X], to });
        world.wait(MINUTE);
    };
    let mut world = deposited();
    refuse(&mut world, COURIER);
    let authority = authorise(&mut world, X, COURIER, u64::MAX);
    world.wait(MINUTE);
    refuse(&mut world, KEEPER);
    collect(&mut world, COURIER, Some(authority));
    world.wait(MINUTE);
    refuse(&mut world, COURIER);
    world.expect(&[]);
}

/// An authority to return is none to collect, and none to dispose of.
#[test]
fn an_authority_for_something_else_is_none() {
    let mut world = deposited();
    let to_return = |by| AuthorityFact::ReturnAuthorised { exhibits: vec![X], by, expires_us: u64::MAX };
    let authority = say_at_desk(&mut world, to_return);
    world.wait(MINUTE);
    collect(&mut world, COURIER, Some(authority));
    world.expect(&[RuleId::P05]);
    let mut world = World::new();
    let authority = say_at_desk(&mut world, to_return);
    world.wait(MINUTE);
    end(&mut world, Ending::Disposed, authority);
    world.expect(&[RuleId::P05]);
}

#[test]
fn an_authority_given_after_the_collection_is_none() {
    let mut world = deposited();
    let by = world.session(DESK, KEEPER);
    world.wait(10 * MINUTE);
    let authority =
        AuthorityFact::CollectionAuthorised { exhibits: vec![X], by, to: COURIER, expires_us: u64::MAX };
    let later = world.statement(DESK, Fact::Authority(authority));
    world.now_us -= 5 * MINUTE;
    let named = digest(u64::from(DESK.0[0]) << 32 | later.sequence);
    collect(&mut world, COURIER, Some(named));
    world.wait(5 * MINUTE);
    world.record(&later);
    world.expect(&[RuleId::P05]);
}

fn end(world: &mut World, how: Ending, authority: Digest) {
    world.at_desk(OFFICER, |by| Movement::Ended { item: item(&[X]), by, witness: None, how, authority });
}

#[test]
fn a_return_to_the_owner_has_an_authority_that_has_not_expired() {
    let check = |expires_us: u64, expected: &[RuleId]| {
        let mut world = World::new();
        let authority = say_at_desk(&mut world, |by| AuthorityFact::ReturnAuthorised {
            exhibits: vec![X],
            by,
            expires_us,
        });
        world.wait(MINUTE);
        end(&mut world, Ending::ReturnedToOwner, authority);
        world.expect(expected);
    };
    check(u64::MAX, &[]);
    check(1, &[RuleId::P05]);
}

#[test]
fn a_disposal_whose_retention_nobody_checked_is_not_allowed() {
    let mut world = World::new();
    let authority = say_at_desk(&mut world, |by| AuthorityFact::DisposalAuthorised {
        exhibits: vec![X],
        by,
        is_retention_checked: false,
    });
    world.wait(MINUTE);
    end(&mut world, Ending::Disposed, authority);
    world.expect(&[RuleId::P05]);
}

#[test]
fn nothing_that_is_held_is_disposed_of() {
    let check = |case: Option<CaseId>, exhibits: Vec<ExhibitId>, is_released: bool, expected: &[RuleId]| {
        let mut world = World::new();
        let hold = say_at_desk(&mut world, |by| AuthorityFact::HoldPlaced { case, exhibits, by });
        world.wait(MINUTE);
        if is_released {
            say_at_desk(&mut world, |by| AuthorityFact::HoldReleased { hold, by });
        }
        world.wait(MINUTE);
        let authority = world.disposal_authorised(X, KEEPER);
        world.wait(MINUTE);
        end(&mut world, Ending::Disposed, authority);
        world.expect(expected);
    };
    check(None, vec![X], false, &[RuleId::S01]);
    check(Some(CASE), vec![], false, &[RuleId::S01]);
    check(Some(CASE), vec![], true, &[]);
    check(None, vec![Y], false, &[]);
}

/// A hold counts for as long as it is in force, whoever tells of its release first.
#[test]
fn a_hold_is_in_force_until_it_is_released() {
    let check = |released_after: bool, expected: &[RuleId]| {
        let mut world = World::new();
        let hold =
            say_at_desk(&mut world, |by| AuthorityFact::HoldPlaced { case: None, exhibits: vec![X], by });
        let by = world.session(DESK, KEEPER);
        let mut released =
            world.statement(OTHER_LOCKER, Fact::Authority(AuthorityFact::HoldReleased { hold, by }));
        released.time.wall_us += if released_after { 60 * MINUTE } else { MINUTE };
        world.wait(2 * MINUTE);
        let authority = world.disposal_authorised(X, KEEPER);
        world.wait(MINUTE);
        end(&mut world, Ending::Disposed, authority);
        world.wait(60 * MINUTE);
        world.record(&released);
        let found: Vec<_> = world.found().into_iter().map(|(rule, _)| rule).collect();
        let found: Vec<_> = found.into_iter().filter(|rule| *rule != RuleId::T03).collect();
        assert_eq!(found, expected);
    };
    check(true, &[RuleId::S01]);
    check(false, &[]);
}
