//! Copies of a store in use, and stores made of copies.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ledger_store::Store;
use ledger_store::sqlite::{BackupError, SqliteStore, restore};

use crate::support::{Folder, batch, expect_entries, fill};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_taken_while_appends_go_on_is_a_whole_beginning_of_the_store() {
    let folder = Folder::with_entries(0).await;
    let store = Arc::new(SqliteStore::open(&folder.database()).unwrap());
    fill(&*store, 500).await;
    let stop = Arc::new(AtomicBool::new(false));
    let appending = tokio::spawn({
        let (store, stop) = (Arc::clone(&store), Arc::clone(&stop));
        async move {
            let mut size: usize = 500;
            while !stop.load(Ordering::Relaxed) {
                store.append(size.try_into().unwrap(), &batch(size, 2)).await.unwrap();
                size += 2;
            }
            size
        }
    });
    let mut last = 500;
    for number in 0..5 {
        store.wait_beyond(last).await.unwrap();
        let to = folder.file(&format!("copy {number}.db"));
        let size = store.backup(&to).await.unwrap();
        assert!(size > last && size % 2 == 0, "{size} entries after {last}");
        let copy = SqliteStore::open(&to).unwrap();
        expect_entries(&copy, size.try_into().unwrap()).await;
        last = size;
    }
    stop.store(true, Ordering::Relaxed);
    expect_entries(&*store, appending.await.unwrap()).await;
}

#[tokio::test]
async fn a_copy_is_one_file_and_a_store_again_where_it_is_restored() {
    let folder = Folder::with_entries(0).await;
    let store = SqliteStore::open(&folder.database()).unwrap();
    fill(&store, 30).await;
    let shelf = Folder::new();
    assert_eq!(store.backup(&shelf.file("copy")).await, Ok(30));
    assert_eq!(shelf.names(), ["copy"]);
    store.append(30, &batch(30, 1)).await.unwrap();

    let fresh = Folder::new();
    assert_eq!(restore(&shelf.file("copy"), &fresh.database()), Ok(30));
    assert_eq!(fresh.names(), ["ledger.db"]);
    let restored = SqliteStore::open(&fresh.database()).unwrap();
    expect_entries(&restored, 30).await;
    assert_eq!(restored.append(30, &batch(30, 5)).await, Ok(35));
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let folder = Folder::with_entries(250).await;
    assert_eq!(folder.names(), ["ledger.db", "ledger.db.lock"]);
}

#[tokio::test]
async fn nothing_is_written_over_by_a_copy() {
    let folder = Folder::with_entries(3).await;
    let store = SqliteStore::open(&folder.database()).unwrap();
    let to = folder.file("there");
    fs::write(&to, "something").unwrap();
    let there = || Err(BackupError::Exists { path: to.clone() });
    assert_eq!(store.backup(&to).await, there());
    assert_eq!(restore(&folder.database(), &to), there());
    assert_eq!(fs::read(&to).unwrap(), b"something");
    let itself = fs::canonicalize(folder.database()).unwrap();
    assert_eq!(store.backup(&itself).await, Err(BackupError::Exists { path: itself }));
    // The log of what was at the place before would be replayed into the copy.
    let place = folder.file("gone");
    let log = folder.file("gone-wal");
    fs::write(&log, "").unwrap();
    assert_eq!(restore(&to, &place), Err(BackupError::Exists { path: log }));
    expect_entries(&store, 3).await;
}

#[tokio::test]
async fn a_copy_that_fails_leaves_nothing() {
    let folder = Folder::with_entries(40).await;
    let mut damaged = fs::read(folder.database()).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let shelf = Folder::new();
    fs::write(shelf.file("damaged"), &damaged).unwrap();
    assert!(matches!(restore(&shelf.file("damaged"), &shelf.file("copy")), Err(BackupError::Corrupt { .. })));
    fs::write(shelf.file("other"), "no database").unwrap();
    assert!(restore(&shelf.file("other"), &shelf.file("copy")).is_err());
    assert_eq!(shelf.names(), ["damaged", "other"]);

    let store = SqliteStore::open(&folder.database()).unwrap();
    let nowhere = shelf.file("missing folder").join("copy");
    assert!(matches!(store.backup(&nowhere).await, Err(BackupError::Unavailable { .. })));
    assert_eq!(shelf.names(), ["damaged", "other"]);
}

/// A copy cut off by a crash is in the way of nobody.
#[tokio::test]
async fn what_a_broken_off_copy_left_is_replaced() {
    let folder = Folder::with_entries(3).await;
    let store = SqliteStore::open(&folder.database()).unwrap();
    let shelf = Folder::new();
    fs::write(shelf.file("copy.partial"), "half a copy").unwrap();
    assert_eq!(store.backup(&shelf.file("copy")).await, Ok(3));
    assert_eq!(shelf.names(), ["copy"]);
}
