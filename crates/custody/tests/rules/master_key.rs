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
