//! Roles, two people, duties kept apart, one person at two places (P01 to P04).

use custody::fact::{
    AuditFact, Authentication, AuthorityFact, Category, CheckResult, DeviceKind, DoorEvent, EquipmentFact,
    Fact, Interval, Matter, Role, RoleFact, Statement,
};
use custody::finding::Finding;
use custody::id::*;
use custody::movement::{Act, Closure, Ending, Movement, SealCondition};
use custody::rule::RuleId;
use custody::verdict::Standing;
use proptest::prelude::*;

use crate::arrival::interleaved;
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

/// Says something at the desk, in a session of one person and, where it takes two, of another.
fn at_desk(world: &mut World, people: [PersonId; 2], fact: impl FnOnce(Act, Act) -> Fact) -> Digest {
    let [by, other] = people.map(|person| world.session(DESK, person));
    let said = world.say(DESK, fact(by, other));
    world.close(DESK, by);
    world.close(DESK, other);
    said
}

/// An act on no exhibit by two people, and the roles that it takes.
type ActOnNothing = (fn(&mut World, Act, Act) -> Fact, Role, Option<Role>);

const HOLD: Digest = Digest([0x77; 32]);

const ON_NOTHING: [ActOnNothing; 8] = [
    (
        |_, by, _| Fact::AttendedCheck {
            compartment: C1,
            door_cycle: None,
            by,
            result: CheckResult::AsRecorded,
        },
        Role::DisclosureOfficer,
        None,
    ),
    (
        |_, by, _| Fact::Equipment(EquipmentFact::Missing { equipment: EquipmentId([1; 16]), by }),
        Role::Officer,
        None,
    ),
    (
        |_, by, _| Fact::Authority(AuthorityFact::HoldPlaced { case: Some(CASE), exhibits: vec![], by }),
        Role::StoreManager,
        None,
    ),
    (|_, by, _| Fact::Authority(AuthorityFact::HoldReleased { hold: HOLD, by }), Role::ExhibitsOfficer, None),
    (
        |_, by, _| Fact::Audit(AuditFact::DiscrepancyRaised { exhibits: vec![], about: vec![], by }),
        Role::Courier,
        None,
    ),
    (
        |_, by, _| Fact::Audit(AuditFact::Annotated { statement: digest(1), exhibits: vec![], by }),
        Role::Examiner,
        None,
    ),
    (
        |world, by, second| {
            let (from_us, to_us) = (world.now_us, world.now_us + MINUTE);
            let compartments = vec![C1];
            Fact::Authority(AuthorityFact::MaintenanceAuthorised { compartments, by, second, from_us, to_us })
        },
        Role::EstateManager,
        Some(Role::StoreManager),
    ),
    (
        |_, first, second| {
            Fact::Audit(AuditFact::Started {
                audit: [1; 16],
                site: SITE,
                locker: None,
                is_blind: true,
                first,
                second: Some(second),
            })
        },
        Role::CustodyAuditor,
        Some(Role::CustodyAuditor),
    ),
];

/// What of a world concerns roles.
fn without_role(world: &World) -> Vec<PersonId> {
    let closing = world.ledger.closing_findings(world.policy);
    closing
        .into_iter()
        .filter(|finding| finding.rule == RuleId::P01)
        .flat_map(|finding| finding.people)
        .collect()
}

#[test]
fn whoever_acts_on_no_exhibit_has_a_role_that_may() {
    for (fact, role, second) in ON_NOTHING {
        let mut world = with_roles();
        let mut expected = vec![COURIER];
        expected.extend(second.map(|_| KEEPER));
        let mut with = world.clone();
        for world in [&mut world, &mut with] {
            world.wait(MINUTE);
        }
        grant(&mut with, COURIER, role, Some(SITE), None);
        if let Some(role) = second {
            grant(&mut with, KEEPER, role, None, None);
        }
        let [by, other] = [COURIER, KEEPER].map(|person| world.session(DESK, person));
        let said = fact(&mut world, by, other);
        world.say(DESK, said);
        assert_eq!(without_role(&world), expected);
        at_desk(&mut with, [COURIER, KEEPER], |by, other| fact(&mut World::empty(), by, other));
        assert_eq!(without_role(&with), []);
    }
}

#[test]
fn a_role_that_may_do_something_else_is_none() {
    let (started, ..) = ON_NOTHING[7];
    let (hold, ..) = ON_NOTHING[2];
    for (fact, role) in [(started, Role::Courier), (hold, Role::Officer)] {
        let mut world = with_roles();
        grant(&mut world, COURIER, role, None, None);
        grant(&mut world, KEEPER, Role::CustodyAuditor, None, None);
        at_desk(&mut world, [COURIER, KEEPER], |by, other| fact(&mut World::empty(), by, other));
        assert_eq!(without_role(&world), [COURIER]);
    }
}

#[test]
fn who_uses_the_master_key_maintains_lockers() {
    let check = |role: Role, expected: &[PersonId]| {
        let mut world = with_roles();
        grant(&mut world, KEEPER, role, Some(SITE), None);
        let by = Some(Act { person: KEEPER, session: digest(5) });
        let door = Fact::Door {
            event: DoorEvent::MasterKey,
            compartment: C1,
            cycle: None,
            close_counter: 0,
            session: None,
            by,
            authority: None,
        };
        world.say(LOCKER, door);
        assert_eq!(without_role(&world), expected);
    };
    check(Role::Maintainer, &[]);
    check(Role::StoreManager, &[KEEPER]);
}

#[test]
fn who_approves_has_a_role_too() {
    let mut world = with_roles();
    grant(&mut world, OFFICER, Role::Officer, None, None);
    world.wait(MINUTE);
    let registered = world.register(X, 1);
    let correct = |world: &mut World| {
        at_desk(world, [OFFICER, COURIER], |by, approver| {
            let field = "declared.seal".into();
            let exhibits = vec![X];
            Fact::Audit(AuditFact::Corrected { statement: registered, exhibits, field, by, approver })
        });
    };
    let mut approved = world.clone();
    correct(&mut world);
    world.expect(&[RuleId::P01]);
    grant(&mut approved, COURIER, Role::Courier, None, None);
    correct(&mut approved);
    approved.expect(&[]);
}

#[test]
fn a_late_entry_asks_for_the_role_of_the_time_it_names() {
    let late = |granted_after: bool| {
        let mut world = with_roles();
        grant(&mut world, OFFICER, Role::Officer, None, None);
        if !granted_after {
            grant(&mut world, COURIER, Role::Courier, None, None);
        }
        world.wait(MINUTE);
        world.register(X, 1);
        world.wait(10 * MINUTE);
        let at_us = world.now_us;
        world.wait(60 * MINUTE);
        if granted_after {
            grant(&mut world, COURIER, Role::Courier, None, None);
        }
        world.wait(MINUTE);
        let by = world.session(DESK, COURIER);
        let matter = Matter::LateEntry { exhibits: vec![X], from: OFFICER, to: COURIER, by };
        let occurred = Some(Interval { from_us: at_us, to_us: at_us + MINUTE });
        let statement = Statement { occurred, ..world.statement(DESK, Fact::Matter(matter)) };
        world.record(&statement);
        world.close(DESK, by);
        world
    };
    late(false).expect(&[]);
    late(true).expect(&[RuleId::P01]);
}

#[test]
fn where_a_locker_was_moved_to_the_roles_of_that_place_count() {
    let check = |site: SiteId, expected: &[RuleId]| {
        let mut world = with_roles();
        world.agree(Fact::SiteRegistered { site: ELSEWHERE });
        grant(&mut world, OFFICER, Role::Officer, Some(SITE), None);
        grant(&mut world, COURIER, Role::Officer, Some(site), None);
        world.wait(MINUTE);
        world.register(X, 1);
        world.agree(Fact::LockerMoved { locker: LockerId([0x61; 16]), to_site: ELSEWHERE, store: None });
        world.wait(MINUTE);
        let by = world.session(LOCKER, COURIER);
        let result = CheckResult::AsRecorded;
        world.say(LOCKER, Fact::AttendedCheck { compartment: C1, door_cycle: None, by, result });
        world.expect(expected);
    };
    check(ELSEWHERE, &[]);
    check(SITE, &[RuleId::P01]);
}

/// What one says at one instant stands in the order in which it was said.
#[test]
fn a_role_that_is_granted_anew_at_the_instant_of_its_revocation_holds() {
    let mut world = with_roles();
    grant(&mut world, OFFICER, Role::Officer, None, None);
    world.wait(MINUTE);
    let revoked = RoleFact::Revoked { person: OFFICER, role: Role::Officer, site: None };
    world.say(FIRST_AUTHORITY, Fact::Role(revoked));
    let mut anew = world.clone();
    grant(&mut anew, OFFICER, Role::Officer, Some(SITE), None);
    for world in [&mut world, &mut anew] {
        world.wait(MINUTE);
        world.register(X, 1);
    }
    world.expect(&[RuleId::P01]);
    anew.expect(&[]);
}

#[test]
fn a_revocation_at_one_site_leaves_the_role_elsewhere() {
    let check = |granted: Option<SiteId>, revoked: Option<SiteId>, expected: &[RuleId]| {
        let mut world = with_roles();
        grant(&mut world, OFFICER, Role::Officer, granted, None);
        world.wait(MINUTE);
        let revoked = RoleFact::Revoked { person: OFFICER, role: Role::Officer, site: revoked };
        world.say(FIRST_AUTHORITY, Fact::Role(revoked));
        world.wait(MINUTE);
        world.register(X, 1);
        world.expect(expected);
    };
    check(None, Some(ELSEWHERE), &[]);
    check(Some(SITE), Some(ELSEWHERE), &[]);
    check(None, Some(SITE), &[RuleId::P01]);
    check(Some(SITE), None, &[RuleId::P01]);
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
fn a_second_person_is_recognised_at_the_same_device_in_a_session_of_their_own() {
    let vouched = |world: &mut World, device, method| {
        let session = world.say(device, Fact::SessionOpened { person: COURIER, method });
        Some(Act { person: COURIER, session })
    };
    deposit_of_cash(|world, _| vouched(world, LOCKER, Authentication::Override)).expect(&[RuleId::P02]);
    // Whoever is not there acts outside a session of their own, too (S04).
    deposit_of_cash(|world, _| vouched(world, DESK, Authentication::Card))
        .expect(&[RuleId::P02, RuleId::S04]);
    deposit_of_cash(|_, by| Some(Act { person: COURIER, ..by })).expect(&[RuleId::P02, RuleId::S04]);
}

#[test]
fn the_first_of_two_is_recognised_by_a_means_of_their_own() {
    let check = |method: Authentication, expected: &[RuleId]| {
        let mut world = World::empty();
        world.build();
        world.register_as(X, 1, Category::Firearm);
        world.wait(MINUTE);
        let session = world.say(LOCKER, Fact::SessionOpened { person: OFFICER, method });
        let by = Act { person: OFFICER, session };
        let witness = Some(world.session(LOCKER, COURIER));
        let cycle = world.cycle(LOCKER, C1, by);
        let at = World::at(C1, cycle, X);
        let condition = SealCondition::Intact;
        let deposited = Movement::Deposited { at, item: item(&[X]), by, witness, condition };
        world.say(LOCKER, Fact::Movement(deposited));
        world.expect(expected);
    };
    check(Authentication::Card, &[]);
    check(Authentication::Vouched, &[RuleId::P02]);
    check(Authentication::Override, &[RuleId::P02]);
}

/// Two people are asked for at the locker and at the end, and not in between; a registration may ask for them itself.
#[test]
fn two_people_are_needed_where_the_policy_says() {
    let check = |category: Category, is_two_person: bool, expected: &[RuleId]| {
        let mut world = World::empty();
        world.build();
        let registrar = world.session(DESK, OFFICER);
        let registered = Fact::ExhibitRegistered {
            exhibit: X,
            case: CASE,
            reference_tag: digest(1),
            registrar,
            producer: OFFICER,
            holder: OFFICER,
            category,
            is_two_person,
            seized_us: None,
            closure: Closure::Sealed,
            earlier: vec![],
            package: None,
            seal: Some(seal_of(X)),
        };
        world.say(DESK, registered);
        world.close(DESK, registrar);
        world.wait(MINUTE);
        world.receive(OFFICER, X);
        world.expect(&[]);
        world.wait(MINUTE);
        let authority = world.disposal_authorised(X, COURIER);
        world.wait(MINUTE);
        world.at_desk(KEEPER, |by| Movement::Ended {
            item: item(&[X]),
            by,
            witness: None,
            how: Ending::Disposed,
            authority,
        });
        world.expect(expected);
    };
    check(Category::Other, false, &[]);
    check(Category::Other, true, &[RuleId::P02]);
    check(Category::Drug, false, &[RuleId::P02]);
}

#[test]
fn what_was_deposited_in_one_bag_is_authorised_in_one_finding() {
    let mut world = World::new();
    world.register(Y, 2);
    world.wait(MINUTE);
    let by = world.session(LOCKER, OFFICER);
    let cycle = world.cycle(LOCKER, C1, by);
    let (at, condition) = (World::at(C1, cycle, X), SealCondition::Intact);
    let item = custody::movement::Item { seal: None, ..item(&[X, Y]) };
    world.say(LOCKER, Fact::Movement(Movement::Deposited { at, item, by, witness: None, condition }));
    world.close(LOCKER, by);
    world.wait(MINUTE);
    let by = world.session(DESK, OFFICER);
    let exhibits = vec![X, Y];
    let authority = AuthorityFact::DisposalAuthorised { exhibits, by, is_retention_checked: true };
    world.say(DESK, Fact::Authority(authority));
    let told = |exhibit| {
        let findings = world.verdict(exhibit).findings;
        findings.into_iter().filter(|finding| finding.rule == RuleId::P03).collect::<Vec<_>>()
    };
    let [finding] = told(X).try_into().expect("one finding");
    assert_eq!(finding.exhibits, [X, Y]);
    assert_eq!(told(Y), [finding]);
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

/// Somebody goes to the other site and back; in whatever order the two desks are heard, it is told of both ways, and of
/// each by the visits at its two ends.
#[test]
fn each_way_is_told_once_whatever_is_recorded_first() {
    let (before, desk) = two_sites();
    let visits = [(DESK, 0), (DESK, 3), (desk, 6), (DESK, 9), (DESK, 40)];
    let mut world = before.clone();
    let from_us = before.now_us + MINUTE;
    for (device, minutes) in visits {
        world.now_us = from_us + minutes * MINUTE;
        world.session(device, COURIER);
    }
    let log = world.log.split_off(before.log.len());
    let mut told = Vec::new();
    for choices in [vec![0], vec![1], vec![0, 1], vec![1, 0, 0], vec![0, 0, 1]] {
        let mut arrived = before.clone();
        arrived.now_us = from_us + 60 * MINUTE;
        for statement in interleaved(&log, &choices) {
            arrived.record(&statement);
        }
        let minutes_of = |index: &u64| {
            let statement = &arrived.log[usize::try_from(*index).expect("a small world")];
            (statement.time.wall_us - from_us) / MINUTE
        };
        let findings = arrived.ledger.closing_findings(arrived.policy);
        let ways = findings.iter().filter(|finding| finding.rule == RuleId::P04);
        let mut ways: Vec<Vec<u64>> =
            ways.map(|finding| finding.indices.iter().map(minutes_of).collect()).collect();
        for way in &mut ways {
            way.sort_unstable();
        }
        told.push(ways);
    }
    for ways in told {
        assert_eq!(ways, [[3, 6], [6, 9]]);
    }
}

/// Who works at a locker that has been moved is where it now stands.
#[test]
fn a_locker_that_was_moved_is_at_its_new_site() {
    let (mut world, desk) = two_sites();
    world.agree(Fact::LockerMoved { locker: LockerId([0x61; 16]), to_site: ELSEWHERE, store: None });
    world.wait(MINUTE);
    world.session(LOCKER, COURIER);
    world.wait(MINUTE);
    world.session(desk, COURIER);
    world.expect(&[]);
    world.wait(MINUTE);
    world.session(OTHER_LOCKER, COURIER);
    world.expect(&[RuleId::P04]);
}

/// However often somebody is recognised, a change of site is found; what is forgotten lies between others of its site.
#[test]
fn a_change_of_site_among_thousands_of_visits_is_told() {
    let (mut world, desk) = two_sites();
    world.wait(MINUTE);
    world.session(desk, COURIER);
    for _ in 0..9_000 {
        world.wait(1_000_000);
        world.session(DESK, COURIER);
    }
    world.expect(&[RuleId::P04]);
    world.wait(MINUTE);
    world.session(desk, COURIER);
    let findings = world.ledger.closing_findings(world.policy);
    assert_eq!(findings.iter().filter(|finding| finding.rule == RuleId::P04).count(), 2);
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

/// Roles, visits, an authority and the master key, a count and a discrepancy, each told by another device; some of it
/// lawful only because of what another says.
fn a_day() -> (World, Vec<Statement>) {
    let mut before = World::empty();
    before.policy = policy_with(&[
        ("roles_required = false", "roles_required = true"),
        ("collection_required = false", "collection_required = true"),
    ]);
    before.build();
    let mut world = before.clone();
    for (person, role) in
        [(OFFICER, Role::Officer), (COURIER, Role::Courier), (KEEPER, Role::ExhibitsOfficer)]
    {
        grant(&mut world, person, role, Some(SITE), None);
    }
    world.wait(MINUTE);
    world.register_as(X, 1, Category::Drug);
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(MINUTE);
    let audit = [9; 16];
    at_desk(&mut world, [COURIER, KEEPER], |first, second| {
        let second = Some(second);
        Fact::Audit(AuditFact::Started { audit, site: SITE, locker: None, is_blind: true, first, second })
    });
    world.say(DESK, Fact::Audit(AuditFact::NotFound { audit, exhibit: X }));
    world.wait(MINUTE);
    world.say(DESK, Fact::Audit(AuditFact::Closed { audit, site: SITE, counted: 1 }));
    let now_us = world.now_us;
    let authority = at_desk(&mut world, [KEEPER, OFFICER], |by, second| {
        let (compartments, from_us, to_us) = (vec![C1], now_us, now_us + 60 * MINUTE);
        Fact::Authority(AuthorityFact::MaintenanceAuthorised { compartments, by, second, from_us, to_us })
    });
    world.wait(MINUTE);
    let by = Some(Act { person: KEEPER, session: digest(5) });
    let close_counter = world.close_counter(C1);
    let (event, compartment, authority) = (DoorEvent::MasterKey, C1, Some(authority));
    let cycle = world.say(
        LOCKER,
        Fact::Door { event, compartment, cycle: None, close_counter, session: None, by, authority },
    );
    for event in [DoorEvent::Opened, DoorEvent::Closed, DoorEvent::Locked] {
        world.wait(5_000_000);
        world.door(LOCKER, C1, event, Some(cycle), None);
    }
    let revoked = RoleFact::Revoked { person: COURIER, role: Role::Courier, site: None };
    world.say(FIRST_AUTHORITY, Fact::Role(revoked));
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    world.wait(MINUTE);
    let raised = at_desk(&mut world, [KEEPER, COURIER], |by, _| {
        Fact::Audit(AuditFact::DiscrepancyRaised { exhibits: vec![X], about: vec![], by })
    });
    let resolver = world.session(OTHER_LOCKER, KEEPER);
    let exhibits = vec![X];
    world.say(
        OTHER_LOCKER,
        Fact::Audit(AuditFact::DiscrepancyResolved { exhibits, discrepancy: raised, by: resolver }),
    );
    let log = world.log.split_off(before.log.len());
    before.now_us = world.now_us;
    (before, log)
}

/// What is told of X and of the whole, but for where it stands in the chain and how late it was heard (T03).
fn told(world: &World) -> Vec<(RuleId, String, Option<Interval>, Vec<ExhibitId>)> {
    let verdict = world.verdict(X);
    let closing = world.ledger.closing_findings(world.policy);
    let all = world.findings.iter().cloned().chain(closing).chain(verdict.findings);
    let of = |finding: Finding| (finding.rule, finding.sentence, finding.interval, finding.exhibits);
    let mut told: Vec<_> = all.filter(|finding| finding.rule != RuleId::T03).map(of).collect();
    told.sort();
    told.dedup();
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_arrival_changes_nothing_that_is_told_of_people(
        choices in prop::collection::vec(0usize..5, 1..40),
    ) {
        let (mut happened, log) = a_day();
        let mut arrived = happened.clone();
        for statement in &log {
            happened.record(statement);
        }
        for statement in &interleaved(&log, &choices) {
            arrived.record(statement);
        }
        let rules: Vec<RuleId> = told(&happened).into_iter().map(|(rule, ..)| rule).collect();
        for rule in [RuleId::P01, RuleId::P02, RuleId::P03, RuleId::P05, RuleId::A01, RuleId::A02] {
            prop_assert!(rules.contains(&rule), "{rule}: {rules:?}");
        }
        prop_assert_eq!(told(&arrived), told(&happened));
        prop_assert_eq!(arrived.verdict(X).stretches, happened.verdict(X).stretches);
    }
}
