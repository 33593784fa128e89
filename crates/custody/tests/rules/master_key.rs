//! The master key: under a maintenance authority of two, or not at all (D05).

use custody::fact::{AuthorityFact, DoorEvent, Fact};
use custody::id::*;
use custody::movement::Act;
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

/// X lies in C1 and the compartment is opened with the master key, ten minutes after the maintenance was authorised.
fn opened(authorise: impl FnOnce(&mut World) -> Option<Digest>, is_named: bool) -> World {
    let mut world = World::new();
    world.wait(MINUTE);
    world.deposit(LOCKER, C1, OFFICER, X);
    let authority = authorise(&mut world);
    world.wait(10 * MINUTE);
    let by = is_named.then_some(Act { person: KEEPER, session: digest(5) });
    let event = DoorEvent::MasterKey;
    let counter = world.close_counter(C1);
    let cycle = world.say(
        LOCKER,
        Fact::Door {
            event,
            compartment: C1,
            cycle: None,
            close_counter: counter,
            session: None,
            by,
            authority,
        },
    );
    for event in [DoorEvent::Opened, DoorEvent::Closed, DoorEvent::Locked] {
        world.wait(5_000_000);
        world.door(LOCKER, C1, event, Some(cycle), None);
    }
    world.wait(MINUTE);
    // The locker's own word that it is still there.
    world.say(LOCKER, Fact::Other("self_tested"));
    world
}

fn maintenance(world: &mut World, compartment: CompartmentId, people: [PersonId; 2], minutes: u64) -> Digest {
    let [by, second] = people.map(|person| world.session(DESK, person));
    let (from_us, to_us) = (world.now_us, world.now_us + minutes * MINUTE);
    let authority =
        AuthorityFact::MaintenanceAuthorised { compartments: vec![compartment], by, second, from_us, to_us };
    let said = world.say(DESK, Fact::Authority(authority));
    world.close(DESK, by);
    world.close(DESK, second);
    said
}

#[test]
fn within_its_window_an_opening_with_the_master_key_is_that_persons_word() {
    let world = opened(|world| Some(maintenance(world, C1, [COURIER, OFFICER], 60)), true);
    world.expect(&[]);
    let standings = [Standing::Declared, Standing::Proven, Standing::Declared, Standing::Proven];
    world.stands(X, &standings);
}

#[test]
fn without_a_window_it_is_an_opening_that_nothing_explains() {
    opened(|_| None, true).expect(&[RuleId::D02, RuleId::D05]);
    opened(|world| Some(maintenance(world, C3, [COURIER, OFFICER], 60)), true)
        .expect(&[RuleId::D02, RuleId::D05]);
    opened(|world| Some(maintenance(world, C1, [COURIER, OFFICER], 5)), true)
        .expect(&[RuleId::D02, RuleId::D05]);
    opened(|world| Some(maintenance(world, C1, [COURIER, COURIER], 60)), true)
        .expect(&[RuleId::D02, RuleId::D05]);
    opened(|world| Some(maintenance(world, C1, [COURIER, OFFICER], 60)), false)
        .expect(&[RuleId::D02, RuleId::D05]);
}

/// What lay inside while the door stood open is named.
#[test]
fn a_finding_names_what_lay_inside() {
    let world = opened(|_| None, true);
    let findings = world.ledger.closing_findings(world.policy);
    let finding = findings.into_iter().find(|finding| finding.rule == RuleId::D05).expect("no authority");
    assert_eq!((finding.exhibits, finding.compartments), (vec![X], vec![C1]));
    assert_eq!(finding.people, [KEEPER]);
    let standings = [Standing::Declared, Standing::Proven, Standing::NotProven];
    world.stands(X, &standings);
}

#[test]
fn an_empty_compartment_is_not_opened_with_the_master_key_without_a_window_either() {
    let mut world = World::new();
    let close_counter = world.close_counter(C1);
    let by = Some(Act { person: KEEPER, session: digest(5) });
    world.say(
        LOCKER,
        Fact::Door {
            event: DoorEvent::MasterKey,
            compartment: C1,
            cycle: None,
            close_counter,
            session: None,
            by,
            authority: None,
        },
    );
    world.expect(&[RuleId::D05]);
}

/// The authority may reach the ledger after the locker's word, and may not be given after the use.
#[test]
fn a_window_is_authorised_before_the_key_is_used_whenever_it_is_recorded() {
    let check = |minutes_before: u64, expected: &[RuleId]| {
        let mut said = None;
        let mut world = opened(
            |world| {
                let [by, second] = [COURIER, OFFICER].map(|person| world.session(DESK, person));
                let (from_us, to_us) = (world.now_us, world.now_us + 60 * MINUTE);
                let compartments = vec![C1];
                let authority =
                    AuthorityFact::MaintenanceAuthorised { compartments, by, second, from_us, to_us };
                let mut statement = world.statement(DESK, Fact::Authority(authority));
                statement.time.wall_us += (10 - minutes_before) * MINUTE;
                let hash = digest(u64::from(DESK.0[0]) << 32 | statement.sequence);
                said = Some(statement);
                Some(hash)
            },
            true,
        );
        world.expect(&[RuleId::D02, RuleId::D05]);
        world.record(&said.expect("it was said"));
        world.expect(expected);
    };
    check(10, &[]);
    check(1, &[]);
    let mut late = World::new();
    late.wait(MINUTE);
    late.deposit(LOCKER, C1, OFFICER, X);
    late.now_us += 20 * MINUTE;
    let after = maintenance(&mut late, C1, [COURIER, OFFICER], 60);
    late.now_us -= 10 * MINUTE;
    let close_counter = late.close_counter(C1);
    let by = Some(Act { person: KEEPER, session: digest(5) });
    late.say(
        LOCKER,
        Fact::Door {
            event: DoorEvent::MasterKey,
            compartment: C1,
            cycle: None,
            close_counter,
            session: None,
            by,
            authority: Some(after),
        },
    );
    late.expect(&[RuleId::D05]);
}
