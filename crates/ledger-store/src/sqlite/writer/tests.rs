//! Refusals of the database that leave it whole, brought about on the writer's own connection.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;
use tokio::sync::watch;

use super::Writer;
use crate::batch::Batch;
use crate::contract::AppendError;
use crate::sqlite::making;
use crate::sqlite::opening::{self, Opened};

fn open(path: &Path) -> Writer {
    let Opened { writer: connection, place, size, .. } = opening::open(path).unwrap();
    Writer { connection, place, head: watch::Sender::new(size), poison: None, bytes_since_checkpoint: 0 }
}

fn new() -> (TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    making::create(&path).unwrap();
    let writer = open(&path);
    (folder, writer)
}

fn batch(entries: usize) -> Batch {
    Batch::new(vec![vec![b'e'; 1_000]; entries]).unwrap()
}

fn size_on_disk(writer: &Writer) -> u64 {
    super::rows::size(&writer.connection).unwrap()
}

#[test]
fn a_full_store_refuses_what_does_not_fit_and_goes_on_once_there_is_room() {
    let (_folder, mut writer) = new();
    let pages = |writer: &Writer, max: i64| {
        writer
            .connection
            .pragma_update_and_check(None, "max_page_count", max, |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(pages(&writer, 10), 10);
    assert_eq!(writer.append(0, &batch(2)), Ok(2));
    for _ in 0..2 {
        assert_eq!(writer.append(2, &batch(100)), Err(AppendError::Full));
        assert_eq!((*writer.head.borrow(), size_on_disk(&writer)), (2, 2));
    }
    assert_eq!(writer.append(2, &batch(1)), Ok(3), "less may still fit");
    pages(&writer, 1_000);
    assert_eq!(writer.append(3, &batch(100)), Ok(103));
}

#[test]
fn a_store_held_by_another_program_refuses_and_goes_on_once_it_is_let_go() {
    let (folder, mut writer) = new();
    writer.connection.busy_timeout(Duration::ZERO).unwrap();
    let outside = Connection::open(folder.path().join("ledger.db")).unwrap();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(writer.append(0, &batch(1)), Err(AppendError::Unavailable { .. })));
    outside.execute_batch("ROLLBACK").unwrap();
    assert_eq!(writer.append(0, &batch(1)), Ok(1));
}

#[test]
fn a_store_that_turned_read_only_says_so() {
    let (_folder, mut writer) = new();
    writer.connection.pragma_update(None, "query_only", true).unwrap();
    assert!(matches!(writer.append(0, &batch(1)), Err(AppendError::ReadOnly { .. })));
    writer.connection.pragma_update(None, "query_only", false).unwrap();
    assert_eq!(writer.append(0, &batch(1)), Ok(1));
}

/// Whatever is not named above ends the writing: the trigger refuses here, as if the database were damaged.
#[test]
fn any_other_failure_is_unknown_and_stops_the_store() {
    let (folder, mut writer) = new();
    let outside = Connection::open(folder.path().join("ledger.db")).unwrap();
    outside
        .execute_batch("CREATE TRIGGER late BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'late'); END")
        .unwrap();
    let unknown = writer.append(0, &batch(1)).unwrap_err();
    assert!(matches!(&unknown, AppendError::Unknown { expected: 0, reason } if reason.contains("late")));
    let poisoned = writer.append(0, &batch(1)).unwrap_err();
    assert!(matches!(&poisoned, AppendError::Poisoned { reason } if reason.contains("late")));
    assert_eq!(size_on_disk(&writer), 0);
}

#[test]
fn the_log_is_moved_into_the_database_between_appends() {
    let (folder, mut writer) = new();
    let database = folder.path().join("ledger.db");
    let length = || std::fs::metadata(&database).unwrap().len();
    let empty = length();
    let mut size = 0;
    let mut appended = 0;
    while appended < super::CHECKPOINT_BYTES {
        size = writer.append(size, &batch(100)).unwrap();
        appended += 100_000;
        assert_eq!(length(), empty, "appends go to the log");
    }
    writer.checkpoint_when_due();
    assert!(length() > 4_000_000, "the log was moved");
}
