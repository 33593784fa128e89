//! Firmware that two authorities have approved (K05), and devices that were misused (K03).

use custody::fact::{Fact, Health};
use custody::rule::RuleId;
use custody::verdict::Standing;

use crate::world::*;

fn asked() -> World {
    let mut world = World::empty();
    world.policy = policy_with(&[("approval_required = false", "approval_required = true")]);
    world.build();
    world
}

fn approve(world: &mut World, version: &str) {
    world.agree(Fact::Health(Health::FirmwareApproved { version: version.into() }));
}

#[test]
fn a_device_runs_what_two_have_approved() {
    let mut world = asked();
    approve(&mut world, "1");
    world.say(LOCKER, Fact::Health(Health::Booted { firmware: "1".into() }));
    world.expect(&[]);
    world.say(LOCKER, Fact::Health(Health::FirmwareChanged { to: "2".into() }));
    world.expect(&[RuleId::K05]);
    approve(&mut world, "2");
    world.expect(&[]);
}

#[test]
fn what_one_authority_proposes_is_not_approved() {
    let mut world = asked();
    world.say(FIRST_AUTHORITY, Fact::Health(Health::FirmwareApproved { version: "1".into() }));
    world.say(LOCKER, Fact::Health(Health::Booted { firmware: "1".into() }));
    world.expect(&[RuleId::K05]);
}

#[test]
fn a_locker_cannot_approve_what_it_runs() {
    let mut world = asked();
    world.say(LOCKER, Fact::Health(Health::FirmwareApproved { version: "1".into() }));
    assert!(world.found().iter().any(|(rule, _)| *rule == RuleId::K01));
}

/// The locker is said, an hour later, to have been misused from some minutes after the deposit on.
fn misused(minutes: u64) -> World {
    let mut world = World::new();
    world.wait(10 * MINUTE);
    let since_us = world.now_us + minutes * MINUTE;
    world.deposit(LOCKER, C1, OFFICER, X);
    world.wait(20 * MINUTE);
    world.collect(LOCKER, C1, OFFICER, X);
    world.wait(60 * MINUTE);
    let (device, last_good) = (LOCKER, None);
    world.agree(Fact::DeviceKeyRevoked { device, last_good, compromised_since_us: Some(since_us) });
    world
}

#[test]
fn what_a_misused_device_said_proves_nothing() {
    let world = misused(10);
    world.expect(&[RuleId::K03]);
    let standings: Vec<_> = world.verdict(X).stretches.iter().map(|stretch| stretch.standing).collect();
    assert!(!standings.contains(&Standing::Proven), "{standings:?}");
    misused(60).expect(&[]);
}
