//! K03: what a device said after its key was misused does not count, though it was recorded before anybody knew.

use custody::fact::Fact;
use custody::id::DeviceId;
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

/// The authorities revoke a device's key, which was misused from an instant on.
fn revoke(world: &mut World, device: DeviceId, since_us: u64) {
    world.agree(Fact::DeviceKeyRevoked { device, last_good: None, compromised_since_us: Some(since_us) });
}

/// X is deposited, collected an hour later and received an hour after that; returns when each began.
fn day() -> (World, [u64; 3]) {
    let mut world = World::new();
    let begin = |world: &mut World| {
        world.wait(60 * MINUTE);
        world.now_us
    };
    let deposited_us = begin(&mut world);
    world.deposit(LOCKER, C1, OFFICER, X);
    let collected_us = begin(&mut world);
    world.collect(LOCKER, C1, COURIER, X);
    let received_us = begin(&mut world);
    world.receive(COURIER, X);
    (world, [deposited_us, collected_us, received_us])
}

#[test]
fn nothing_counts_that_a_device_said_after_its_key_was_compromised() {
    let (mut world, [_, collected_us, _]) = day();
    let first = world.log.iter().position(|said| said.time.wall_us >= collected_us).unwrap();
    let last = world.log.iter().rposition(|said| said.device == LOCKER).unwrap();
    revoke(&mut world, LOCKER, collected_us - ERROR);
    world.expect(&[RuleId::K03]);
    let [finding] = world.findings.as_slice() else { panic!("{:#?}", world.findings) };
    let revocation = world.log.len() - 1;
    let entries: Vec<u64> =
        (first..=last).chain([revocation]).map(|index| u64::try_from(index).unwrap()).collect();
    assert_eq!(finding.indices, entries);
    assert_eq!((finding.exhibits.as_slice(), finding.devices.as_slice()), (&[X][..], &[LOCKER][..]));
    // The collection ends one leg and begins another; the registration and the receipt are another device's word.
    world.stands(X, &[Standing::Declared, Standing::NotProven, Standing::NotProven]);
}

#[test]
fn a_desks_word_or_a_whole_life_may_be_compromised_too() {
    let (mut world, [.., received_us]) = day();
    let mut whole = world.clone();
    revoke(&mut world, DESK, received_us - ERROR);
    world.expect(&[RuleId::K03]);
    assert_eq!(world.verdict(X).standing(), Some(Standing::NotProven));
    revoke(&mut whole, DESK, 0);
    whole.expect(&[RuleId::K03]);
    whole.stands(X, &[Standing::NotProven, Standing::Proven, Standing::NotProven]);
}

#[test]
fn what_was_said_before_the_compromise_or_by_another_device_still_counts() {
    let (world, [_, collected_us, received_us]) = day();
    let lawful: [(DeviceId, Option<u64>); 4] = [
        (LOCKER, Some(received_us)),
        (DESK, Some(received_us - ERROR + 1)),
        (OTHER_LOCKER, Some(collected_us)),
        (LOCKER, None),
    ];
    for (device, compromised_since_us) in lawful {
        let mut world = world.clone();
        world.agree(Fact::DeviceKeyRevoked { device, last_good: None, compromised_since_us });
        world.expect(&[]);
        world.stands(X, &[Standing::Declared, Standing::Proven, Standing::Declared]);
    }
}

#[test]
fn one_finding_names_no_more_than_two_hundred_and_fifty_six_entries_and_counts_them_all() {
    let mut world = World::new();
    world.wait(60 * MINUTE);
    let since_us = world.now_us - ERROR;
    for _ in 0..300 {
        world.say(LOCKER, Fact::Other("self_tested"));
    }
    revoke(&mut world, LOCKER, since_us);
    let [finding] = world.findings.as_slice() else { panic!("{:#?}", world.findings) };
    assert!(finding.sentence.starts_with("300 statements"), "{}", finding.sentence);
    assert_eq!(finding.indices.len(), 257, "and the revocation's own");
}
