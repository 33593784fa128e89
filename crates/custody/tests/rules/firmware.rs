//! K05: devices run what two authorities have approved.

use custody::fact::{DeviceKind, Fact, Health};
use custody::finding::Finding;
use custody::id::DeviceId;
use custody::policy::{DEFAULT_TEXT, Policy};
use custody::rule::RuleId;
use custody::severity::Severity;

use crate::world::*;

fn booted(version: &str) -> Fact {
    Fact::Health(Health::Booted { firmware: version.into() })
}

fn changed(version: &str) -> Fact {
    Fact::Health(Health::FirmwareChanged { to: version.into() })
}

fn approved(version: &str) -> Fact {
    Fact::Health(Health::FirmwareApproved { version: version.into() })
}

/// What is told where the record ends, under the default policy.
fn told(world: &World) -> Vec<Finding> {
    let policy = Policy::parse(DEFAULT_TEXT).expect("the default is a policy");
    let mut findings = world.ledger.closing_findings(&policy);
    findings.retain(|finding| finding.rule == RuleId::K05);
    findings
}

#[track_caller]
fn check(facts: &[(DeviceId, Fact)], expected: &[(DeviceId, u64)]) {
    let mut world = World::new();
    let first = u64::try_from(world.log.len()).expect("a small world");
    for (device, fact) in facts {
        if matches!(fact, Fact::Health(Health::FirmwareApproved { .. })) {
            world.agree(fact.clone());
        } else {
            world.say(*device, fact.clone());
        }
    }
    let findings = told(&world);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Warning));
    let found: Vec<_> =
        findings.iter().map(|finding| (finding.devices.clone(), finding.indices.clone())).collect();
    let expected: Vec<_> =
        expected.iter().map(|(device, place)| (vec![*device], vec![first + place])).collect();
    assert_eq!(found, expected);
}

#[test]
fn firmware_that_nobody_has_approved_is_told_once_for_each_device_and_version() {
    check(&[(LOCKER, booted("1.0"))], &[(LOCKER, 0)]);
    check(&[(LOCKER, booted("1.0")), (LOCKER, booted("1.0"))], &[(LOCKER, 0)]);
    check(&[(LOCKER, booted("1.0")), (DESK, booted("1.0"))], &[(LOCKER, 0), (DESK, 1)]);
    check(&[(LOCKER, booted("1.0")), (LOCKER, changed("1.1"))], &[(LOCKER, 0), (LOCKER, 1)]);
    check(&[(LOCKER, approved("1.0")), (LOCKER, booted("1.0")), (LOCKER, changed("1.1"))], &[(LOCKER, 3)]);
    check(&[(LOCKER, approved("1.0")), (LOCKER, booted("1.00"))], &[(LOCKER, 2)]);
}

#[test]
fn approved_firmware_is_lawful_even_where_the_approval_came_later() {
    check(&[(LOCKER, approved("1.0")), (LOCKER, booted("1.0")), (DESK, changed("1.0"))], &[]);
    check(&[(LOCKER, booted("1.0")), (LOCKER, approved("1.0"))], &[]);
}

#[test]
fn one_authoritys_approval_approves_nothing() {
    let mut world = World::new();
    world.say(LOCKER, booted("1.0"));
    let proposal = world.say(FIRST_AUTHORITY, approved("1.0"));
    world.say(FIRST_AUTHORITY, Fact::Approved { statement: proposal });
    assert_eq!(told(&world).len(), 1);
    world.say(SECOND_AUTHORITY, Fact::Approved { statement: proposal });
    assert_eq!(told(&world).len(), 0);
}

#[test]
fn a_device_approves_nothing() {
    let mut world = World::new();
    let recorder = DeviceId([0x71; 16]);
    let kind = DeviceKind::Recorder;
    world.agree(Fact::DeviceEnrolled {
        device: recorder,
        kind,
        key: key(0x71),
        possession: [0; 64],
        site: None,
    });
    world.say(recorder, approved("1.0"));
    world.say(recorder, booted("1.0"));
    assert_eq!(told(&world).len(), 1);
}

#[test]
fn where_the_policy_asks_for_no_approval_any_firmware_is_lawful() {
    let mut world = World::new();
    world.say(LOCKER, booted("1.0"));
    world.expect(&[]);
}
