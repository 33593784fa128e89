//! A process that dies, and a log that was not wholly written when the power went.

use std::fs;

use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, Store};

use crate::child::{EACH, Running, command, this_program};
use crate::support::{Folder, expect_entries};

/// Twenty times a process is killed in the middle of its appends, each time after another number of them. What
/// it had reported is there, nothing is there in part, and the next process goes on from it.
#[tokio::test]
async fn what_was_reported_durable_survives_a_killed_process() {
    let folder = Folder::with_entries(0).await;
    let mut reported = 0;
    for round in 0..20 {
        let mut child = Running::start(command(&this_program(), "append", &folder.database()));
        let mut said = Vec::new();
        for _ in 0..=round {
            said.push(child.next_line().expect("the child goes on until it is killed"));
        }
        said.extend(child.kill());
        let last = said.last().unwrap();
        let size: usize = last.strip_prefix("size ").expect(last).parse().unwrap();
        assert!(size > reported, "the child of round {round} appended");

        let store = SqliteStore::open(&folder.database()).unwrap();
        let head = usize::try_from(store.head().await.unwrap()).unwrap();
        assert!(head >= size, "{size} entries were reported, {head} are there");
        assert_eq!(head % EACH, 0, "a batch is in as a whole");
        expect_entries(&store, head).await;
        assert_eq!(store.check().await, Ok(head.try_into().unwrap()));
        reported = head;
    }
}

/// The log of a store that was never closed, cut at many places: whole batches are found, in order, and what
/// is found is right. (A batch that had been answered cannot be cut off by the loss of power, for it was
/// flushed; here a hand cuts it off.)
#[tokio::test]
async fn a_log_cut_short_anywhere_ends_with_a_whole_batch() {
    const BATCHES: usize = 12;
    let folder = Folder::with_entries(0).await;
    let store = SqliteStore::open(&folder.database()).unwrap();
    for number in 0..BATCHES {
        let batch: Batch = crate::support::batch(number * EACH, EACH);
        store.append((number * EACH).try_into().unwrap(), &batch).await.unwrap();
    }
    let database = fs::read(folder.database()).unwrap();
    let log = fs::read(folder.file("ledger.db-wal")).unwrap();
    let mut heads = Vec::new();
    assert!(log.len() > 10_000, "the log holds the batches");
    for cut in (0..=log.len()).rev().step_by(1_499) {
        let copy = Folder::new();
        fs::write(copy.database(), &database).unwrap();
        fs::write(copy.file("ledger.db-wal"), &log[..cut]).unwrap();
        let store = SqliteStore::open(&copy.database()).unwrap();
        let head = usize::try_from(store.head().await.unwrap()).unwrap();
        assert_eq!(head % EACH, 0);
        expect_entries(&store, head).await;
        heads.push(head);
    }
    assert_eq!(heads.first(), Some(&(BATCHES * EACH)), "the whole log holds every batch");
    assert_eq!(heads.last(), Some(&0), "without the log there was nothing");
    assert!(heads.is_sorted_by(|longer, shorter| longer >= shorter));
    expect_entries(&store, BATCHES * EACH).await;
}

/// What recovery counts in is written and flushed anew before anything is promised on top of it, for a log whose
/// flush had failed may be whole to the eye and missing on the disk.
#[tokio::test]
async fn a_log_left_behind_is_moved_into_the_database_at_opening() {
    let folder = Folder::with_entries(0).await;
    let store = SqliteStore::open(&folder.database()).unwrap();
    store.append(0, &crate::support::batch(0, 50)).await.unwrap();
    let left = Folder::new();
    fs::copy(folder.database(), left.database()).unwrap();
    fs::copy(folder.file("ledger.db-wal"), left.file("ledger.db-wal")).unwrap();
    let before = fs::metadata(left.database()).unwrap().len();

    let store = SqliteStore::open(&left.database()).unwrap();
    assert_eq!(fs::metadata(left.file("ledger.db-wal")).unwrap().len(), 0);
    assert!(fs::metadata(left.database()).unwrap().len() > before);
    expect_entries(&store, 50).await;
}
