//! K01–K04 and admission: who may say what, with which key, in which order.

use custody::device::Refusal;
use custody::fact::{CheckResult, DeviceKind, DoorEvent, Fact, Statement};
use custody::id::{DeviceId, Digest, SiteId};
use custody::ledger::Ledger;
use custody::rule::RuleId;
use custody::severity::Severity;

use crate::world::*;

const SITE: SiteId = SiteId([0x77; 16]);

fn standing(world: &World, statement: &Statement, number: u8) -> Result<(), Refusal> {
    world.ledger.standing(statement, Digest([number; 32])).map(|_| ())
}

fn next(world: &mut World) -> Statement {
    world.statement(LOCKER, Fact::Other("self_tested"))
}

#[test]
fn the_next_statement_of_an_enrolled_device_under_its_key_may_stand() {
    let mut world = World::new();
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xc1), Ok(()));
}

#[test]
fn an_unknown_device_or_key_or_enrolment_may_not_stand() {
    let mut world = World::new();
    let mut statement = next(&mut world);
    assert_eq!(
        standing(&world, &statement, 0xc2),
        Err(Refusal::UnknownKey { device: LOCKER, key: Digest([0xc2; 32]) })
    );
    let expected = statement.enrolment;
    statement.enrolment = digest(1);
    assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::Enrolment { found: digest(1), expected }));
    statement.device = DeviceId([9; 16]);
    assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::UnknownDevice { device: DeviceId([9; 16]) }));
}

#[test]
fn numbers_are_used_once_and_in_order_and_each_names_the_one_before() {
    let mut world = World::new();
    let mut statement = next(&mut world);
    let expected = statement.sequence;
    statement.sequence = expected + 1;
    assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::Gap { found: expected + 1, expected }));
    statement.sequence = expected;
    let last = statement.previous;
    statement.previous = digest(5);
    assert_eq!(
        standing(&world, &statement, 0xc1),
        Err(Refusal::Previous { found: digest(5), expected: last })
    );
    statement.previous = last;
    let hash = world.record(&statement);
    assert_eq!(
        standing(&world, &statement, 0xc1),
        Err(Refusal::Earlier { found: expected, expected: expected + 1 })
    );
    assert!(world.ledger.device(LOCKER).unwrap().has_said(expected, &hash));
    assert!(!world.ledger.device(LOCKER).unwrap().has_said(expected, &digest(1)));
}

#[test]
fn a_device_that_lost_part_of_its_journal_declares_it_and_goes_on() {
    let mut world = World::new();
    let mut statement = next(&mut world);
    let lost_from = statement.sequence;
    statement.fact = Fact::ChainResumed { lost_from, lost_to: lost_from + 4 };
    statement.sequence = lost_from + 5;
    statement.previous = digest(5);
    assert_eq!(standing(&world, &statement, 0xc1), Ok(()));
    statement.sequence = lost_from + 6;
    assert!(matches!(standing(&world, &statement, 0xc1), Err(Refusal::Gap { .. })));
}

#[test]
fn one_authority_alone_changes_nothing() {
    let mut world = World::empty();
    let proposal = world.say(FIRST_AUTHORITY, Fact::SiteRegistered { site: SITE });
    world.say(FIRST_AUTHORITY, Fact::Approved { statement: proposal });
    assert!(!world.ledger.estate().sites.contains_key(&SITE));
    world.say(SECOND_AUTHORITY, Fact::Approved { statement: proposal });
    assert!(world.ledger.estate().sites.contains_key(&SITE));
    world.expect(&[]);
}

#[test]
fn a_desks_approval_is_no_authoritys() {
    let mut world = World::new();
    let proposal = world.say(FIRST_AUTHORITY, Fact::SiteRegistered { site: SITE });
    world.say(DESK, Fact::Approved { statement: proposal });
    assert!(!world.ledger.estate().sites.contains_key(&SITE));
}

#[test]
fn a_locker_that_enrols_devices_is_out_of_scope() {
    let mut world = World::new();
    world.say(
        LOCKER,
        Fact::DeviceEnrolled {
            device: DeviceId([9; 16]),
            kind: DeviceKind::Desk,
            key: key(9),
            possession: [0; 64],
            site: None,
        },
    );
    assert_eq!(world.found(), [(RuleId::K01, Severity::Break)]);
    assert!(world.ledger.device(DeviceId([9; 16])).is_none());
}

#[test]
fn a_locker_that_speaks_of_another_lockers_compartment_is_out_of_scope() {
    let mut world = World::new();
    world.door(LOCKER, C3, DoorEvent::Opened, None, None);
    assert_eq!(world.found(), [(RuleId::K01, Severity::Break)]);
}

#[test]
fn a_rotation_by_the_old_key_takes_effect_when_two_authorities_have_approved() {
    let mut world = World::new();
    let rotation =
        world.say(LOCKER, Fact::DeviceKeyRotated { device: LOCKER, key: key(0xcc), possession: [0; 64] });
    world.say(FIRST_AUTHORITY, Fact::Approved { statement: rotation });
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xc1), Ok(()));
    world.say(SECOND_AUTHORITY, Fact::Approved { statement: rotation });
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xcc), Ok(()));
    assert!(matches!(standing(&world, &statement, 0xc1), Err(Refusal::UnknownKey { .. })));
    world.expect(&[]);
}

#[test]
fn a_rotation_without_the_old_key_is_an_exception() {
    let mut world = World::new();
    world.agree(Fact::DeviceKeyRotated { device: LOCKER, key: key(0xcc), possession: [0; 64] });
    world.expect(&[RuleId::K04]);
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xcc), Ok(()));
}

#[test]
fn after_a_revocation_only_the_backlog_up_to_the_last_good_statement_counts() {
    let mut world = World::new();
    let mut alone = world.clone();
    let good = alone.say(LOCKER, Fact::Other("self_tested"));
    let beyond = alone.statement(LOCKER, Fact::Other("self_tested"));
    let backlog = alone.log.last().unwrap().clone();
    world.agree(Fact::DeviceKeyRevoked { compromised_since_us: None, device: LOCKER, last_good: Some(good) });
    assert_eq!(standing(&world, &backlog, 0xc1), Ok(()));
    world.record(&backlog);
    assert_eq!(standing(&world, &beyond, 0xc1), Err(Refusal::Revoked { device: LOCKER }));
    world.expect(&[]);
}

#[test]
fn what_a_revoked_device_had_said_beyond_its_last_good_statement_is_told() {
    let mut world = World::new();
    let good = world.say(LOCKER, Fact::Other("self_tested"));
    world.say(LOCKER, Fact::Other("self_tested"));
    world.agree(Fact::DeviceKeyRevoked { compromised_since_us: None, device: LOCKER, last_good: Some(good) });
    world.expect(&[RuleId::K03]);
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::Revoked { device: LOCKER }));
}

#[test]
fn a_revocation_without_a_last_good_statement_ends_the_key_where_the_ledger_stands() {
    let mut world = World::new();
    world.agree(Fact::DeviceKeyRevoked { compromised_since_us: None, device: LOCKER, last_good: None });
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::Revoked { device: LOCKER }));
    world.expect(&[]);
}

#[test]
fn a_retired_device_says_nothing_more() {
    let mut world = World::new();
    let last_sequence = world.ledger.device(LOCKER).unwrap().next_sequence;
    world.agree(Fact::DeviceRetired { device: LOCKER, last_sequence });
    let statement = next(&mut world);
    assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::Retired { device: LOCKER }));
}

#[test]
fn the_genesis_stands_alone_and_first() {
    let world = World::empty();
    let genesis = world.log[0].clone();
    assert!(Ledger::new().standing(&genesis, Digest([0xb1; 32])).is_ok());
    assert!(Ledger::new().standing(&genesis, Digest([0xa1; 32])).is_err());
    let mut second = world;
    second.record(&genesis);
    second.expect(&[RuleId::K01]);
}

#[track_caller]
fn check_node(fact: Fact, expected: (RuleId, Severity)) {
    let mut world = World::new();
    world.say(NODE, fact);
    assert_eq!(world.found(), [expected]);
}

#[test]
fn what_the_node_kept_as_evidence_is_a_finding_at_once() {
    let (device, envelope) = (LOCKER, digest(3));
    let fork =
        Fact::ForkEvidenced { device, sequence: 3, recorded: digest(1), conflicting: digest(2), envelope };
    check_node(fork, (RuleId::K02, Severity::Contradiction));
    check_node(
        Fact::StatementSetAside { device, sequence: 3, statement: digest(1), envelope },
        (RuleId::K03, Severity::Break),
    );
}

#[test]
fn what_a_device_declares_lost_is_a_finding() {
    let mut world = World::new();
    let mut statement = next(&mut world);
    let lost_from = statement.sequence;
    statement.sequence += 2;
    statement.fact = Fact::ChainResumed { lost_from, lost_to: lost_from + 1 };
    world.record(&statement);
    world.expect(&[RuleId::K02]);
}

#[test]
fn the_nodes_starts_are_numbered_without_a_gap() {
    let mut world = World::new();
    world.say(NODE, Fact::EpochClaimed { epoch: 1 });
    world.say(NODE, Fact::EpochClaimed { epoch: 2 });
    world.expect(&[]);
    world.say(NODE, Fact::EpochClaimed { epoch: 4 });
    world.expect(&[RuleId::K02]);
}

#[test]
fn an_authority_that_changes_its_own_key_signs_with_the_old_one() {
    let mut world = World::new();
    world.agree(Fact::DeviceKeyRotated { device: FIRST_AUTHORITY, key: key(0xcc), possession: [0; 64] });
    world.expect(&[]);
}

#[test]
fn what_has_ended_is_not_revived_by_ending_it_again() {
    let ends = [
        Fact::DeviceRetired { device: LOCKER, last_sequence: 0 },
        Fact::DeviceKeyRevoked { compromised_since_us: None, device: LOCKER, last_good: None },
    ];
    for end in ends {
        let mut world = World::new();
        world.agree(end);
        world.agree(Fact::DeviceKeyRevoked {
            compromised_since_us: None,
            device: LOCKER,
            last_good: Some(digest(7)),
        });
        let statement = next(&mut world);
        assert_eq!(standing(&world, &statement, 0xc1), Err(Refusal::Revoked { device: LOCKER }));
    }
}

#[test]
fn a_backlog_whose_last_good_statement_never_comes_is_told() {
    let mut world = World::new();
    world.agree(Fact::DeviceKeyRevoked {
        compromised_since_us: None,
        device: LOCKER,
        last_good: Some(digest(7)),
    });
    world.expect(&[]);
    world.say(LOCKER, Fact::Other("self_tested"));
    assert_eq!(world.found(), [(RuleId::K03, Severity::Warning)]);
}

#[test]
fn what_a_device_said_in_another_ledger_is_no_fork_in_this_one() {
    let mut world = World::new();
    world.say(LOCKER, Fact::Other("self_tested"));
    let mut statement = next(&mut world);
    statement.sequence -= 1;
    statement.enrolment = digest(1);
    assert!(matches!(standing(&world, &statement, 0xc1), Err(Refusal::Enrolment { .. })));
}

#[test]
fn a_locker_that_checks_another_lockers_compartment_is_out_of_scope() {
    let mut world = World::new();
    let by = world.session(LOCKER, KEEPER);
    let result = CheckResult::AsRecorded;
    world.say(LOCKER, Fact::AttendedCheck { compartment: C3, door_cycle: None, by, result });
    assert_eq!(world.found(), [(RuleId::K01, Severity::Break)]);
}
