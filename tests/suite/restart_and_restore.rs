//! A node that ends and begins again: from its own data, from a backup, and from too old a backup.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use custody::rule::RuleId;
use custody_proto::v1;
use ledger_format::receipt::Receipt;
use ledger_node::backup::{BackupError, copy_keys, restore};
use ledger_node::folder::Folder;
use ledger_node::start::{self, StartError};
use ledger_node::vault::VAULT_KEYS_FILE;
use locker::answer::Alarm;
use locker::sync::SyncError;

use crate::estate::acts::{OFFICER, exhibit, person};
use crate::estate::node::{Running, submit_to};
use crate::estate::verify::{finds_only, is_clean, report_on};
use crate::estate::{Estate, MINUTE_US};

/// Backups tried until the ledger has grown during one.
const BACKUPS_MAX: usize = 100;

/// Statements in one request of the writer beside a backup.
const BATCH: usize = 8;

/// Puts a node's keys, which no backup holds, into another data folder.
fn bring_keys(from: &Folder, to: &Folder) {
    std::fs::copy(from.ledger_key(), to.ledger_key()).unwrap();
    std::fs::copy(from.node_key(), to.node_key()).unwrap();
    copy_keys(from, &to.path().join(VAULT_KEYS_FILE)).unwrap();
}

/// A new data folder with a backup in it, and the keys.
fn restored(copy: &Path, keys: &Folder, to: &Path) -> Folder {
    let folder = Folder::new(to);
    restore(copy, &folder).unwrap();
    bring_keys(keys, &folder);
    folder
}

fn epoch(node: &Running) -> u64 {
    node.node.look(|state, _| state.ledger().epoch())
}

#[test]
fn a_restart_replays_every_entry_and_claims_the_next_epoch() {
    let mut estate = Estate::new();
    estate.lawful_way(exhibit(1));
    let (size, _) = estate.node.head();
    let (first, note) = (epoch(&estate.node), estate.node.note());
    for restarts in 1..=3 {
        estate = estate.restart();
        assert_eq!(estate.node.head().0, size + restarts);
        assert_eq!(epoch(&estate.node), first + restarts);
    }
    // Devices go on where they were.
    estate.pass(MINUTE_US);
    estate.lawful_way(exhibit(2));
    let archive = estate.export();
    let report = report_on(&archive, &estate.trust, &[note, estate.node.note()]);
    is_clean(&report);
    assert_eq!(report.verdicts.len(), 2);
}

#[test]
fn a_backup_taken_while_statements_flow_restores_to_a_prefix_that_verifies() {
    let mut estate = Estate::new();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Locker);
    let now = estate.now();
    let is_done = AtomicBool::new(false);
    let node = &estate.node;
    let url = node.url.clone();
    let mut copy = None;
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                let answer = submit_to(&url, voice.boots(BATCH, now));
                assert!(answer.outcomes.iter().all(|one| one.status() == v1::OutcomeStatus::Recorded));
            }
        });
        for number in 0..BACKUPS_MAX {
            let (before, _) = node.head();
            let to = estate.path(&format!("backup-{number}"));
            let head = node.wait(node.node.backup(&estate.folder, &to)).unwrap();
            if node.head().0 > before {
                copy = Some((to, head));
                break;
            }
        }
        is_done.store(true, Ordering::SeqCst);
        writer.join().unwrap();
    });
    let (copy, head) = copy.expect("the ledger grew during one of the backups");
    let to = Folder::new(estate.path("restored"));
    let size = restore(&copy, &to).unwrap();
    assert!(size >= head.checkpoint.size(), "{size} {head:?}");
    bring_keys(&estate.folder, &to);
    let second = Running::start(&to, &estate.clock).unwrap();
    assert_eq!(second.head().0, size + 1, "all of the copy, and the claim of an epoch");
    for index in 0..size {
        let entry = |node: &Running| node.wait(node.node.entry_bytes(index)).unwrap().unwrap();
        assert_eq!(entry(&second), entry(&estate.node), "entry {index}");
    }
    let archive = estate.path("archive-restored");
    second.export(&archive);
    is_clean(&report_on(&archive, &estate.trust, &[head.note.to_string()]));
    second.stop();
    is_clean(&estate.audit());
}

/// An estate, a backup of it, and what happened since.
fn older_backup() -> (Estate, std::path::PathBuf) {
    let mut estate = Estate::new();
    estate.lawful_way(exhibit(1));
    let copy = estate.path("backup");
    estate.node.wait(estate.node.node.backup(&estate.folder, &copy)).unwrap();
    estate.pass(MINUTE_US);
    estate.lawful_way(exhibit(2));
    (estate, copy)
}

#[test]
fn a_copy_older_than_the_head_file_is_not_restored_and_not_started_and_both_say_why() {
    let (estate, copy) = older_backup();
    let Estate { node, folder, clock, .. } = &estate;
    let (promised, _) = node.head();
    let refused = restore(&copy, folder).unwrap_err();
    assert!(matches!(refused, BackupError::Folder(_)), "over a ledger: {refused}");

    // The disk with the ledger is lost; the head file, kept on another one, is not.
    let lost = Folder::new(estate.path("lost"));
    std::fs::create_dir(lost.path()).unwrap();
    std::fs::copy(folder.head(), lost.head()).unwrap();
    bring_keys(folder, &lost);
    let refused = restore(&copy, &lost).unwrap_err();
    assert!(matches!(refused, BackupError::Behind { promised: found, .. } if found == promised), "{refused}");
    assert!(!lost.store().exists(), "nothing was restored");

    // Somebody puts the old file there by hand.
    std::fs::copy(copy.join("ledger.sqlite"), lost.store()).unwrap();
    let before = std::fs::read(lost.head()).unwrap();
    let refused = Running::start(&lost, clock).err().expect("a node behind its own word does not start");
    assert!(
        matches!(refused, StartError::Behind { promised: found, size, .. } if found == promised && size < found),
        "{refused}"
    );
    let said = refused.to_string();
    assert!(
        said.contains("acknowledged entries are missing") && said.contains(&promised.to_string()),
        "{said}"
    );
    assert_eq!(std::fs::read(lost.head()).unwrap(), before, "the memory of what was promised stays");
}

#[test]
fn a_node_told_of_a_checkpoint_that_a_locker_holds_does_not_start_behind_it() {
    let (estate, copy) = older_backup();
    // Head file and ledger are both lost.
    let folder = restored(&copy, &estate.folder, &estate.path("lost"));
    let seen = estate.desk.device.seen_note().unwrap().as_bytes().to_vec();
    let known = start::Known { place: "a locker".into(), bytes: seen };
    let opened = estate.node.wait(start::open(&folder, vec![known], std::sync::Arc::clone(&estate.clock)));
    let refused = opened.expect_err("a node behind what a device has seen does not start");
    assert!(matches!(refused, StartError::Behind { .. }), "{refused}");
}

/// A ledger was lost and an older copy goes on in its name, which has grown by `grown` entries since. A locker
/// that has seen more raises an alarm, takes nothing from it, and keeps all it has; and what it has seen proves
/// to a verifier that the copy is not the ledger.
#[track_caller]
fn check_locker_refuses(grown: usize, is_expected: fn(&Alarm) -> bool, rule: RuleId) {
    let mut estate = Estate::new();
    let mut voice = estate.voice(0x77, v1::DeviceKind::Locker);
    estate.register(exhibit(1), person(OFFICER));
    let copy = estate.path("backup");
    estate.node.wait(estate.node.node.backup(&estate.folder, &copy)).unwrap();
    let place = estate.compartments[0];
    let deposit = estate.deposit(exhibit(1), person(OFFICER), place);
    estate.sync_locker();
    let seen = estate.locker.device.seen();

    let folder = restored(&copy, &estate.folder, &estate.path("second"));
    let second = Running::start(&folder, &estate.clock).unwrap();
    if grown > 0 {
        second.submit(voice.boots(grown, estate.now()));
    }
    estate.locker.connect(&second);
    estate.locker_clock();
    let session = estate.locker.device.open_session(person(OFFICER)).unwrap();
    let device = &estate.locker.device;
    let (said, waiting) = (device.next_sequence(), device.waiting_count());
    assert!(waiting > 0);
    for _ in 0..2 {
        match estate.locker.try_sync() {
            Err(SyncError::Alarm { alarm, .. }) => assert!(is_expected(&alarm), "{alarm:?}"),
            other => panic!("{other:?}"),
        }
    }
    let device = &estate.locker.device;
    assert_eq!(device.alarms().len(), 1, "the same alarm is kept once");
    assert!(!device.alarms()[0].checkpoint.is_empty(), "what the node signed is kept as evidence");
    assert_eq!((device.seen(), device.waiting_count(), device.next_sequence()), (seen, waiting, said));
    for sequence in 0..said {
        assert!(device.envelope(sequence).unwrap().is_some(), "statement {sequence} is kept");
    }
    let receipt = device.receipt(deposit).unwrap().expect("the receipt of the lost ledger is kept");
    Receipt::parse(receipt.receipt.as_bytes()).unwrap();
    let archive = estate.path("archive-second");
    second.export(&archive);
    is_clean(&report_on(&archive, &estate.trust, &[]));
    let seen = device.seen_note().unwrap().to_owned();
    finds_only(&report_on(&archive, &estate.trust, &[seen]), &[rule]);
    // With the first ledger back, the locker goes on as if nothing had been.
    second.stop();
    estate.locker.connect(&estate.node);
    estate.locker.device.close_session(session, false).unwrap();
    if grown == 0 {
        // A copy that was behind might have lagged: now the first ledger proves that it has another history.
        match estate.locker.try_sync() {
            Err(SyncError::Alarm { alarm: Alarm::OtherBeginning { .. }, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    estate.locker.sync();
    is_clean(&estate.audit());
}

#[test]
fn a_locker_that_has_seen_more_refuses_a_rolled_back_node() {
    check_locker_refuses(0, |alarm| matches!(alarm, Alarm::Shrunk { .. }), RuleId::L05);
}

#[test]
fn a_locker_refuses_a_rolled_back_node_that_has_grown_past_what_it_has_seen() {
    check_locker_refuses(100, |alarm| matches!(alarm, Alarm::Forked { .. }), RuleId::L04);
}
