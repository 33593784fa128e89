//! Upload against a node that is honest, absent, or lying.

mod nodes;

mod lag;

use custody_proto::v1;
use ledger_format::envelope::Envelope;
use prost::Message as _;

use super::batch::request;
use super::*;
use crate::answer::{self, Alarm};
use crate::device::Telling;
use crate::disclose::Openings;
use crate::testing::{FakeNode, Lie, TestDevice, World};

const MINUTE_US: u64 = 60_000_000;

fn self_test() -> Telling {
    let observed = Some(v1::self_tested::Observed { passed: true, failed: Vec::new() });
    Fact::SelfTested(v1::SelfTested { observed }).into()
}

fn speaking(world: &World, count: usize) -> TestDevice {
    let mut device = world.device();
    for _ in 0..count {
        device.say(self_test()).unwrap();
    }
    device
}

#[test]
fn everything_that_waits_is_recorded_in_order_and_its_receipt_kept() {
    let world = World::new();
    let mut device = speaking(&world, 3);
    let mut line = FakeNode::new().line();
    let report = sync(&mut device, &mut line).unwrap();
    assert_eq!(report, SyncReport { recorded: 3, waiting: 0, stopped: None });
    drop(device);
    let device = world.device();
    let recorded: Vec<_> = line.uplink.recorded().iter().map(Envelope::statement_hash).collect();
    let said: Vec<_> = device.said().map(|(_, said)| said.hash).collect();
    assert_eq!(recorded, said);
    let receipt = device.receipt(said[1]).unwrap().unwrap();
    assert_eq!((receipt.sequence, receipt.index), (1, 6));
    assert_eq!(device.seen().map(|seen| seen.size), Some(8));
}

#[test]
fn what_is_said_after_a_checkpoint_names_it() {
    let world = World::new();
    let mut device = speaking(&world, 1);
    let mut line = FakeNode::new().line();
    sync(&mut device, &mut line).unwrap();
    device.say(self_test()).unwrap();
    let statement = device.envelope(1).unwrap().unwrap().statement;
    let seen = ledger_format::statement::decode(&statement).unwrap().statement.seen;
    assert_eq!(seen, device.seen());
    assert_eq!(seen.unwrap().size, 6);
}

#[test]
fn a_lost_answer_is_asked_for_again_and_nothing_is_recorded_twice() {
    let world = World::new();
    let mut device = speaking(&world, 4);
    let mut line = FakeNode::new().line();
    line.uplink.lie = Some(Lie::AnswerLost);
    assert!(matches!(sync(&mut device, &mut line), Err(SyncError::NoNode(_))));
    assert_eq!(device.waiting_count(), 4);
    line.uplink.lie = None;
    assert_eq!(sync(&mut device, &mut line).unwrap().recorded, 4);
    assert_eq!(line.uplink.recorded().len(), 4);
}

#[test]
fn a_long_backlog_goes_in_batches_of_limited_count() {
    let world = World::new();
    let mut device = speaking(&world, BATCH_COUNT_MAX + 10);
    let mut line = FakeNode::new().line();
    assert_eq!(sync(&mut device, &mut line).unwrap().recorded, BATCH_COUNT_MAX + 10);
    assert_eq!(line.uplink.requests, [BATCH_COUNT_MAX, 10]);
}

#[test]
fn a_batch_of_large_statements_is_limited_in_bytes() {
    let world = World::new();
    let mut device = world.device();
    for _ in 0..40 {
        let failed = (0..32).map(|_| "x".repeat(64)).collect();
        let observed = Some(v1::self_tested::Observed { passed: false, failed });
        let mut openings = Openings::default();
        drop(openings.commit("reason", "y"));
        device.say(Fact::SelfTested(v1::SelfTested { observed })).unwrap();
    }
    let batch = next_batch(&device).unwrap();
    let bytes: usize = batch.iter().map(|waiting| waiting.envelope.statement.len()).sum();
    assert!(bytes <= BATCH_BYTES_MAX && batch.len() == 40);
    assert!(BATCH_BYTES_MAX < BATCH_COUNT_MAX * batch[0].envelope.statement.len());
}

#[test]
fn openings_go_along_and_leave_the_disk_once_the_ledger_has_them() {
    let world = World::new();
    let mut device = world.device();
    let mut openings = Openings::default();
    let reason = openings.commit_if("reason", Some("SECRET-NAME")).unwrap();
    let declared =
        v1::collection_refused::Declared { exhibits: vec![vec![1; 16]], to: vec![2; 16], by: None, reason };
    let fact = Fact::CollectionRefused(v1::CollectionRefused { declared: Some(declared) });
    let encoded = openings.disclosures[0].encoded.clone();
    device.say(Telling::from(fact).opened_by(openings.disclosures)).unwrap();
    let holds = |file: &crate::testing::FakeFile| {
        file.bytes().windows(encoded.len()).any(|window| window == encoded.as_bytes())
    };
    assert!(holds(&world.openings) && !holds(&world.statements));
    let mut line = FakeNode::new().line();
    line.uplink.lie = Some(Lie::Refuses(0));
    sync(&mut device, &mut line).unwrap();
    assert!(holds(&world.openings), "a refusal deletes nothing");
    line.uplink.lie = None;
    sync(&mut device, &mut line).unwrap();
    assert_eq!(line.uplink.openings, std::slice::from_ref(&encoded));
    assert!(!holds(&world.openings) && !holds(&world.statements));
    assert_eq!(device.unsent_openings(), 0);
}

#[test]
fn a_refused_statement_is_kept_marked_reported_and_offered_again() {
    let world = World::new();
    let mut device = speaking(&world, 4);
    let mut line = FakeNode::new().line();
    line.uplink.lie = Some(Lie::Refuses(2));
    for _ in 0..3 {
        let report = sync(&mut device, &mut line).unwrap();
        let stopped = report.stopped.unwrap();
        assert_eq!((stopped.sequence, stopped.code.as_str(), report.waiting), (2, "revoked", 2));
    }
    let size = device.journal_bytes();
    sync(&mut device, &mut line).unwrap();
    assert_eq!(device.journal_bytes(), size, "the same refusal again is not written again");
    drop(device);
    let mut device = world.device();
    assert_eq!(device.said_at(2).unwrap().refusal.as_ref().unwrap().code, "revoked");
    line.uplink.lie = None;
    assert_eq!(sync(&mut device, &mut line).unwrap().recorded, 2);
    assert_eq!(device.said_at(2).unwrap().refusal, None);
}

#[test]
fn not_yet_is_no_refusal_and_blocks_nothing_before_it() {
    let world = World::new();
    let mut device = speaking(&world, 3);
    let mut ledger = FakeNode::new().line();
    ledger.uplink.lie = Some(Lie::NotYet(1));
    let report = sync(&mut device, &mut ledger).unwrap();
    assert_eq!((report.recorded, report.waiting), (1, 2));
    assert!(report.stopped.unwrap().is_not_yet && device.said_at(1).unwrap().refusal.is_none());
}

/// One honest exchange, then one that lies: nothing of it may be kept but the evidence.
#[track_caller]
fn check(told: Lie, expect: impl Fn(&Alarm) -> bool) {
    let world = World::new();
    let mut device = speaking(&world, 2);
    let mut line = FakeNode::new().line();
    sync(&mut device, &mut line).unwrap();
    let seen = device.seen();
    device.say(self_test()).unwrap();
    device.say(self_test()).unwrap();
    line.uplink.lie = Some(told);
    for _ in 0..2 {
        match sync(&mut device, &mut line) {
            Err(SyncError::Alarm { alarm, .. }) => assert!(expect(&alarm), "{told:?}: {alarm:?}"),
            other => panic!("{told:?}: {other:?}"),
        }
    }
    assert_eq!((device.seen(), device.waiting_count()), (seen, 2), "{told:?}");
    drop(device);
    let mut device = world.device();
    assert_eq!((device.seen(), device.waiting_count()), (seen, 2), "{told:?}");
    assert!(!device.alarms().is_empty(), "{told:?}");
    if !matches!(told, Lie::Forked) {
        line.uplink.lie = None;
        assert_eq!(sync(&mut device, &mut line).unwrap().waiting, 0, "{told:?}");
    }
}

#[test]
fn a_lying_node_is_found_out_and_nothing_it_said_is_kept() {
    check(Lie::WrongRoot, |alarm| matches!(alarm, Alarm::Forked { .. }));
    check(Lie::Forked, |alarm| matches!(alarm, Alarm::Forked { .. }));
    check(Lie::RolledBack, |alarm| matches!(alarm, Alarm::Shrunk { found: 3, seen: 7 }));
    check(Lie::Lags, |alarm| matches!(alarm, Alarm::Shrunk { found: 3, seen: 7 }));
    check(Lie::OtherReceipt, |alarm| matches!(alarm, Alarm::OtherIndex { sequence: 2, receipt: 0, .. }));
    check(Lie::OtherEntry, |alarm| matches!(alarm, Alarm::OtherStatement { sequence: 2 }));
    check(Lie::OtherOrigin, |alarm| matches!(alarm, Alarm::Origin { .. }));
    check(Lie::OtherKey, |alarm| matches!(alarm, Alarm::Signature(_)));
    check(Lie::OtherCheckpoint, |alarm| matches!(alarm, Alarm::OtherCheckpoint { sequence: 2 }));
    check(Lie::Short, |alarm| matches!(alarm, Alarm::Count { found: 1, expected: 2 }));
    check(Lie::NoCheckpoint, |alarm| matches!(alarm, Alarm::NoCheckpoint));
    check(Lie::Forgot, |alarm| matches!(alarm, Alarm::Lost { sequence: 0, index: 5 }));
    check(Lie::Garbage, |alarm| matches!(alarm, Alarm::Unreadable));
}

#[test]
fn a_fresh_device_does_not_believe_a_wrong_root_either() {
    let world = World::new();
    let mut device = speaking(&world, 1);
    let mut line = FakeNode::new().line();
    line.uplink.lie = Some(Lie::WrongRoot);
    assert!(matches!(
        sync(&mut device, &mut line),
        Err(SyncError::Alarm { alarm: Alarm::Unproven { sequence: 0, .. }, .. })
    ));
    assert_eq!((device.seen(), device.waiting_count()), (None, 1));
}

#[test]
fn a_fork_is_kept_as_evidence_once() {
    let world = World::new();
    let mut device = speaking(&world, 1);
    let mut line = FakeNode::new().line();
    sync(&mut device, &mut line).unwrap();
    device.say(self_test()).unwrap();
    line.uplink.lie = Some(Lie::Forked);
    for _ in 0..3 {
        assert!(sync(&mut device, &mut line).is_err());
    }
    // Both signed notes are on this disk: the proof that the ledger's key signed two histories.
    let [alarm] = device.alarms() else { panic!("{:?}", device.alarms()) };
    let key = line.ledger.clone();
    for note in [alarm.checkpoint.as_str(), device.seen_note().unwrap()] {
        let note = ledger_format::note::Note::parse(note.as_bytes()).unwrap();
        ledger_format::note::verify(&note, std::slice::from_ref(&key)).unwrap();
    }
}

#[test]
fn every_flipped_byte_of_an_answer_is_found_or_harmless() {
    let world = World::new();
    let mut device = speaking(&world, 2);
    let batch = next_batch(&device).unwrap();
    let mut node = FakeNode::new();
    let key = node.key();
    let bytes = crate::uplink::Uplink::submit(&mut node, &request(&batch, 0)).unwrap();
    let sent: Vec<_> = batch.into_iter().map(|waiting| (waiting.sequence, waiting.envelope)).collect();
    let honest = v1::SubmitResponse::decode(bytes.as_slice()).unwrap();
    let expected = answer::verify(&key, None, &sent, &honest).unwrap();
    let mut refused = 0;
    for place in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[place] ^= 0x04;
        let Ok(response) = v1::SubmitResponse::decode(bytes.as_slice()) else { continue };
        match answer::verify(&key, None, &sent, &response) {
            Ok(found) => {
                // A receipt kept is always the honest one; a flipped status or code is no receipt.
                for receipt in found.receipts {
                    assert!(expected.receipts.contains(&receipt), "byte {place}");
                }
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > bytes.len() / 2);
    device.say(self_test()).unwrap();
}

#[test]
fn a_device_says_once_that_it_is_offline_and_once_that_it_drained() {
    let world = World::new();
    let mut device = speaking(&world, 1);
    let mut line = FakeNode::new().line();
    sync(&mut device, &mut line).unwrap();
    line.uplink.lie = Some(Lie::Unreachable);
    device.say(self_test()).unwrap();
    for _ in 0..30 {
        world.clock.advance(MINUTE_US);
        assert!(sync(&mut device, &mut line).is_err());
    }
    let names = |device: &TestDevice| device.said().map(|(_, said)| said.name).collect::<Vec<_>>();
    assert_eq!(names(&device), ["self_tested", "self_tested", "offline_entered"]);
    // Offline survives a restart.
    drop(device);
    let mut device = world.device();
    device.say(self_test()).unwrap();
    world.clock.advance(60 * MINUTE_US);
    assert!(sync(&mut device, &mut line).is_err());
    line.uplink.lie = None;
    assert_eq!(sync(&mut device, &mut line).unwrap(), SyncReport { recorded: 4, waiting: 0, stopped: None });
    assert_eq!(names(&device)[3..], ["self_tested", "offline_drained"]);
    let drained = device.envelope(4).unwrap().unwrap();
    let drained = v1::Statement::decode(drained.statement.as_slice()).unwrap();
    let Some(Fact::OfflineDrained(drained)) = drained.fact else { panic!("{drained:?}") };
    let observed = drained.observed.unwrap();
    assert_eq!((observed.first_sequence, observed.last_sequence), (1, 3));
    // And then there is nothing more to say.
    for _ in 0..5 {
        assert_eq!(sync(&mut device, &mut line).unwrap().recorded, 0);
    }
}

#[test]
fn a_device_that_was_not_asked_to_sync_for_hours_says_so_before_it_hands_over_what_is_late() {
    let world = World::new();
    let mut device = speaking(&world, 2);
    world.clock.advance(300 * MINUTE_US);
    let mut line = FakeNode::new().line();
    assert_eq!(sync(&mut device, &mut line).unwrap().recorded, 4);
    let names: Vec<_> = device.said().map(|(_, said)| said.name).collect();
    assert_eq!(names, ["self_tested", "self_tested", "offline_entered", "offline_drained"]);
}
