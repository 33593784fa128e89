//! The ledger that is audited: an estate of lockers through which exhibits pass, in memory, every signature real.
//!
//! Each exhibit is registered at a desk (3 entries), deposited by the officer (7) and, a while later, collected
//! by somebody else (7). Locker and desk have verified the newest checkpoint before each visit, and the node
//! counts the streams every hundred exhibits. An auditor finds nothing wrong with it.

use std::collections::VecDeque;

use custody::id::Digest;
use custody_proto::v1::DeviceKind;
use verifier::testing::{Locker, SpeakerId, World};

use crate::acts::{Act, Visit, id, register, visit};

/// Lockers of the estate.
const LOCKERS: usize = 40;

/// Compartments of each.
const COMPARTMENTS: usize = 12;

/// Exhibits that lie in compartments at any time: fewer than there are compartments.
const RESTING: usize = 300;

/// People.
const OFFICERS: u64 = 200;

/// Exhibits between two censuses.
const CENSUS_EVERY: u64 = 100;

/// An exhibit in its compartment.
struct Resting {
    number: u64,
    deposited: Digest,
}

/// A ledger of about so many entries, and never fewer.
pub(crate) fn record(entries: u64) -> World {
    let mut world = World::new("ledger.example.test/bench");
    let site = world.site();
    let desk = world.enrol(DeviceKind::Desk, Some(site));
    let lockers: Vec<Locker> = (0..LOCKERS).map(|_| world.locker(site, COMPARTMENTS)).collect();
    let mut resting = VecDeque::new();
    let mut number = 0;
    while world.writer.size() < entries {
        resting.push_back(arrive(&mut world, desk, &lockers, number));
        if resting.len() > RESTING
            && let Some(exhibit) = resting.pop_front()
        {
            depart(&mut world, &lockers, &exhibit);
        }
        number += 1;
        if number.is_multiple_of(CENSUS_EVERY) {
            world.census();
        }
    }
    world
}

fn arrive(world: &mut World, desk: SpeakerId, lockers: &[Locker], number: u64) -> Resting {
    let (officer, exhibit) = (id(1, number % OFFICERS), id(2, number));
    world.see(desk);
    let mut say = |fact, follows| world.say_following(desk, fact, follows).hash;
    let registered = register(&mut say, officer, exhibit);
    let deposited = stand_before(world, lockers, number, Act::Deposit, registered);
    Resting { number, deposited }
}

fn depart(world: &mut World, lockers: &[Locker], exhibit: &Resting) {
    stand_before(world, lockers, exhibit.number, Act::Collect, exhibit.deposited);
}

/// One visit to the compartment of exhibit `number`.
fn stand_before(world: &mut World, lockers: &[Locker], number: u64, act: Act, follows: Digest) -> Digest {
    let place = usize::try_from(number).expect("few");
    let locker = lockers.get(place % LOCKERS).expect("a locker of the estate");
    let compartment = locker.compartments.get(place / LOCKERS % COMPARTMENTS).expect("one of the locker's");
    // Who collects is not who deposited.
    let person = match act {
        Act::Deposit => id(1, number % OFFICERS),
        Act::Collect => id(1, (number + 1) % OFFICERS),
    };
    // Each exhibit before it in this compartment was put in and taken out.
    let before = number / u64::try_from(LOCKERS * COMPARTMENTS).expect("few");
    let close_counter = before * 2 + u64::from(matches!(act, Act::Collect));
    world.see(locker.speaker);
    let mut say = |fact, follows| world.say_following(locker.speaker, fact, follows).hash;
    let stood = Visit {
        person,
        compartment: compartment.0,
        exhibit: id(2, number),
        close_counter,
        follows: Some(follows),
    };
    visit(&mut say, stood, act)
}
