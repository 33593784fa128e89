//! Roles, two people, duties kept apart, one person at two places (P01 to P04).

use custody::fact::{AuditFact, Authentication, Category, DeviceKind, Fact, Role, RoleFact};
use custody::id::*;
use custody::movement::{Act, Movement, SealCondition};
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

const SITE: SiteId = SiteId([0x51; 16]);
const ELSEWHERE: SiteId = SiteId([0x52; 16]);

/// A world that asks for roles.
fn with_roles() -> World {
    let mut world = World::empty();
    world.policy = policy_with(&[("roles_required = false", "roles_required = true")]);
    world.build();
    world
}

fn grant(world: &mut World, person: PersonId, role: Role, site: Option<SiteId>, until_us: Option<u64>) {
    world.say(FIRST_AUTHORITY, Fact::Role(RoleFact::Granted { person, role, site, until_us }));
}

#[test]
fn who_acts_without_a_role_is_told_and_the_act_is_not_proven() {
    let mut world = with_roles();
    world.register(X, 1);
    world.expect(&[RuleId::P01]);
}

#[test]
fn a_role_at_another_site_or_one_that_has_ended_is_none() {
    let mut world = with_roles();
    grant(&mut world, OFFICER, Role::Officer, Some(ELSEWHERE), None);
    let ends = Some(world.now_us);
    grant(&mut world, OFFICER, Role::Officer, None, ends);
    world.wait(MINUTE);
    world.register(X, 1);
    world.expect(&[RuleId::P01]);
}

#[test]
fn a_revoked_role_may_not_act_and_may_have_acted_before() {
    let mut world = with_roles();
    grant(&mut world, OFFICER, Role::Officer, Some(SITE), None);
    world.wait(MINUTE);
    world.register(X, 1);
    world.wait(MINUTE);
    let revoked = RoleFact::Revoked { person: OFFICER, role: Role::Officer, site: None };
    world.say(FIRST_AUTHORITY, Fact::Role(revoked));
    world.expect(&[]);
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.expect(&[RuleId::P01]);
}

/// What an authority says late covers what was done after the time of its statement.
#[test]
fn a_grant_that_is_recorded_later_covers_what_was_done_since_its_time() {
    let mut world = with_roles();
    let grant = world.statement(
        FIRST_AUTHORITY,
        Fact::Role(RoleFact::Granted { person: OFFICER, role: Role::Officer, site: None, until_us: None }),
    );
    world.wait(MINUTE);
    world.register(X, 1);
    world.expect(&[RuleId::P01]);
    world.record(&grant);
    world.expect(&[]);
}

#[test]
fn an_officer_collects_what_the_same_officer_deposited_and_nothing_else() {
    let mut world = with_roles();
    grant(&mut world, OFFICER, Role::Officer, None, None);
    grant(&mut world, KEEPER, Role::Officer, None, None);
    world.wait(MINUTE);
    world.register(X, 1);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let mut other = world.clone();
    world.collect(LOCKER, C1, OFFICER, X);
    world.expect(&[]);
    other.collect(LOCKER, C1, KEEPER, X);
    other.expect(&[RuleId::P01]);
}

/// A deposit of cash with whoever is given as the second person.
fn deposit_of_cash(second: impl FnOnce(&mut World, Act) -> Option<Act>) -> World {
    let mut world = World::empty();
    world.build();
    world.register_as(X, 1, Category::Cash);
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let witness = second(&mut world, by);
    let cycle = world.cycle(LOCKER, C1, by);
    let at = World::at(C1, cycle, X);
    let condition = SealCondition::Intact;
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item: item(&[X]), by, witness, condition }));
    if let Some(witness) = witness.filter(|witness| witness.session != by.session) {
        world.close(LOCKER, witness);
    }
    world.close(LOCKER, by);
    world
}

#[test]
fn cash_is_deposited_by_two_people_who_were_each_recognised() {
    deposit_of_cash(|world, _| Some(world.session(LOCKER, COURIER))).expect(&[]);
}

#[test]
fn cash_is_not_deposited_by_one() {
    let world = deposit_of_cash(|_, _| None);
    world.expect(&[RuleId::P02]);
    assert!(world.verdict(X).standing() == Some(Standing::NotProven));
    deposit_of_cash(|world, _| Some(world.session(LOCKER, OFFICER))).expect(&[RuleId::P02]);
    deposit_of_cash(|world, _| {
        let fact = Fact::SessionOpened { person: COURIER, method: Authentication::Vouched };
        let session = world.say(LOCKER, fact);
        Some(Act { person: COURIER, session })
    })
    .expect(&[RuleId::P02]);
}

#[test]
fn who_deposited_does_not_authorise_the_disposal_and_who_authorises_does_not_carry_it_out() {
    let check = |authoriser: PersonId, executor: PersonId, expected: &[RuleId]| {
        let mut world = World::new();
        world.wait(MINUTE);
        world.deposit(LOCKER, C1, OFFICER, X);
        world.wait(MINUTE);
        world.collect(LOCKER, C1, COURIER, X);
        world.wait(MINUTE);
        world.receive(COURIER, X);
        world.wait(MINUTE);
        let authority = world.disposal_authorised(X, authoriser);
        world.wait(MINUTE);
        world.at_desk(executor, |by| Movement::Ended {
            item: item(&[X]),
            by,
            witness: None,
            how: custody::movement::Ending::Disposed,
            authority,
        });
        world.expect(expected);
    };
    let other = PersonId([0x04; 16]);
    check(other, KEEPER, &[]);
    check(OFFICER, KEEPER, &[RuleId::P03]);
    check(KEEPER, KEEPER, &[RuleId::P03]);
}

#[test]
fn who_keeps_a_store_does_not_count_it() {
    let mut world = World::new();
    grant(&mut world, KEEPER, Role::StoreManager, Some(SITE), None);
    grant(&mut world, COURIER, Role::StoreManager, Some(ELSEWHERE), None);
    for (person, expected) in [(COURIER, &[][..]), (KEEPER, &[RuleId::P03])] {
        world.wait(MINUTE);
        let first = world.session(DESK, person);
        let audit = AuditFact::Started {
            audit: [person.0[0]; 16],
            site: SITE,
            locker: None,
            is_blind: true,
            first,
            second: None,
        };
        world.say(DESK, Fact::Audit(audit));
        world.close(DESK, first);
        world.expect(expected);
    }
}

/// A second desk at another site, an hour away.
fn two_sites() -> (World, DeviceId) {
    let mut world = World::new();
    let desk = DeviceId([0xd2; 16]);
    world.agree(Fact::SiteRegistered { site: ELSEWHERE });
    world.agree(Fact::DeviceEnrolled {
        device: desk,
        kind: DeviceKind::Desk,
        key: key(0xd2),
        possession: [0; 64],
        site: Some(ELSEWHERE),
    });
    (world, desk)
}

#[test]
fn nobody_is_at_two_sites_within_less_than_the_way_takes() {
    let check = |minutes: u64, is_told_late: bool, expected: &[RuleId]| {
        let (mut world, desk) = two_sites();
        let open = |person| Fact::SessionOpened { person, method: Authentication::CardAndPin };
        let earlier = world.statement(desk, open(COURIER));
        if !is_told_late {
            world.record(&earlier);
        }
        world.wait(minutes * MINUTE);
        world.session(DESK, COURIER);
        world.wait(MINUTE);
        world.session(DESK, COURIER);
        if is_told_late {
            world.record(&earlier);
        }
        // What came late without a word of it is late as well (T03).
        let found: Vec<_> =
            world.found().into_iter().map(|(rule, _)| rule).filter(|rule| *rule != RuleId::T03).collect();
        assert_eq!(found, expected);
    };
    check(20, false, &[]);
    check(5, false, &[RuleId::P04]);
    check(5, true, &[RuleId::P04]);
    check(20, true, &[]);
}

#[test]
fn one_person_at_one_site_all_day_is_nobody_elsewhere() {
    let mut world = World::new();
    for _ in 0..10 {
        world.wait(MINUTE);
        world.session(DESK, COURIER);
        world.session(LOCKER, COURIER);
    }
    world.expect(&[]);
}
