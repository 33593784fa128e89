//! Every sequence of a few acts is judged: nothing panics, every verdict adds up, and the lawful ones are proven.

use custody::verdict::{Holder, Standing};

use crate::world::*;

/// What may happen next to X, lawful or not.
pub(crate) const ACTS: [fn(&mut World); 6] = [
    |world| {
        world.deposit(LOCKER, C1, OFFICER, X);
    },
    |world| {
        world.collect(LOCKER, C1, OFFICER, X);
    },
    |world| {
        world.deposit(OTHER_LOCKER, C3, COURIER, X);
    },
    |world| {
        world.collect(OTHER_LOCKER, C3, COURIER, X);
    },
    |world| {
        world.receive(OFFICER, X);
    },
    |world| {
        let session = world.session(LOCKER, COURIER);
        world.cycle(LOCKER, C1, session);
        world.close(LOCKER, session);
    },
];

/// Depth of the exhaustive walk: 6⁴ histories.
const DEPTH: usize = 4;

fn walk(world: &World, depth: usize) {
    let verdict = world.verdict(X);
    let whole = match (verdict.legs.first(), verdict.legs.last()) {
        (Some(first), Some(last)) => last.interval.to_us - first.interval.from_us,
        _ => 0,
    };
    let sum: u64 = Standing::ALL.iter().map(|standing| verdict.duration_us(*standing)).sum();
    assert_eq!(sum, whole, "the stretches add up to the whole");
    let is_faultless = world.found().is_empty();
    let worst = verdict.standing().unwrap_or(Standing::Declared);
    assert_eq!(is_faultless, worst <= Standing::Declared, "a finding and an unproven stretch go together");
    if depth == 0 {
        return;
    }
    for act in ACTS {
        let mut next = world.clone();
        next.wait(MINUTE);
        act(&mut next);
        walk(&next, depth - 1);
    }
}

#[test]
fn in_every_short_history_findings_and_unproven_time_go_together() {
    walk(&World::new(), DEPTH);
}

#[test]
fn the_holder_follows_the_last_act_lawful_or_not() {
    let mut world = World::new();
    world.wait(MINUTE);
    world.collect(LOCKER, C1, COURIER, X);
    assert_eq!(world.verdict(X).holder, Some(Holder::Person(COURIER)));
}
