//! Other programs at the same database: they are kept out, or noticed.

use std::fs;

use ledger_store::sqlite::{OpenError, SqliteStore};
use ledger_store::{AppendError, Store, leaf_hash};
use rusqlite::Connection;

use crate::child::{Running, command, this_program};
use crate::support::{Folder, batch, entry, expect_entries};

#[tokio::test]
async fn a_second_process_is_told_who_has_the_store() {
    let folder = Folder::with_entries(1).await;
    let mut child = Running::start(command(&this_program(), "open", &folder.database()));
    assert_eq!(child.next_line().as_deref(), Some("open"));
    let refused = SqliteStore::open(&folder.database()).unwrap_err();
    let path = fs::canonicalize(folder.database()).unwrap();
    assert_eq!(refused, OpenError::InUse { path, holder: format!("process {}", child.id()) });
    child.end();
    expect_entries(&SqliteStore::open(&folder.database()).unwrap(), 1).await;
}

#[tokio::test]
async fn a_killed_process_leaves_no_lock_behind() {
    let folder = Folder::with_entries(1).await;
    let mut child = Running::start(command(&this_program(), "open", &folder.database()));
    assert_eq!(child.next_line().as_deref(), Some("open"));
    child.kill();
    expect_entries(&SqliteStore::open(&folder.database()).unwrap(), 1).await;
}

#[cfg(unix)]
#[tokio::test]
async fn another_name_of_the_database_has_the_same_lock() {
    let folder = Folder::with_entries(1).await;
    let other = folder.file("other.db");
    std::os::unix::fs::symlink(folder.database(), &other).unwrap();
    let _store = SqliteStore::open(&folder.database()).unwrap();
    assert!(matches!(SqliteStore::open(&other), Err(OpenError::InUse { .. })));
}

#[tokio::test]
async fn a_store_is_neither_made_where_something_is_nor_opened_where_nothing_is() {
    let folder = Folder::new();
    let path = folder.database();
    assert_eq!(SqliteStore::open(&path).unwrap_err(), OpenError::Missing { path: path.clone() });
    assert_eq!(folder.names(), Vec::<String>::new(), "and nothing was made");
    drop(SqliteStore::create(&path).unwrap());
    assert_eq!(SqliteStore::create(&path).unwrap_err(), OpenError::Exists { path: path.clone() });
    // The log of a lost database would be replayed into the new one.
    fs::remove_file(&path).unwrap();
    let log = folder.file("ledger.db-wal");
    fs::write(&log, "").unwrap();
    assert_eq!(SqliteStore::create(&path).unwrap_err(), OpenError::Exists { path: log });
}

#[tokio::test]
async fn entries_are_neither_changed_nor_removed_nor_inserted_elsewhere() {
    let folder = Folder::with_entries(3).await;
    let outside = Connection::open(folder.database()).unwrap();
    for (statement, refusal) in [
        ("UPDATE entries SET bytes = x'00' WHERE idx = 1", "an entry never changes"),
        ("UPDATE entries SET idx = 7 WHERE idx = 2", "an entry never changes"),
        ("DELETE FROM entries WHERE idx = 2", "an entry never goes"),
        ("DELETE FROM entries", "an entry never goes"),
        ("INSERT INTO entries VALUES (1, zeroblob(32), x'00')", "an entry goes behind the last one"),
        (
            "INSERT OR REPLACE INTO entries VALUES (1, zeroblob(32), x'00')",
            "an entry goes behind the last one",
        ),
        ("INSERT INTO entries VALUES (4, zeroblob(32), x'00')", "an entry goes behind the last one"),
        ("INSERT INTO entries VALUES (NULL, zeroblob(32), x'00')", "an entry goes behind the last one"),
        ("INSERT INTO entries VALUES (-1, zeroblob(32), x'00')", "an entry goes behind the last one"),
        ("INSERT INTO entries VALUES (3, zeroblob(31), x'00')", "CHECK constraint failed"),
        ("INSERT INTO entries VALUES (3, zeroblob(32), x'')", "CHECK constraint failed"),
        ("INSERT INTO entries VALUES (3, zeroblob(32), zeroblob(65536))", "CHECK constraint failed"),
        ("INSERT INTO entries VALUES (3, zeroblob(32), 'text')", "cannot store TEXT value in BLOB column"),
    ] {
        let refused = outside.execute(statement, []).unwrap_err().to_string();
        assert!(refused.contains(refusal), "{statement}: {refused}");
    }
    drop(outside);
    expect_entries(&SqliteStore::open(&folder.database()).unwrap(), 3).await;
}

#[tokio::test]
async fn an_entry_that_another_program_inserted_stops_the_store() {
    let folder = Folder::with_entries(2).await;
    let store = SqliteStore::open(&folder.database()).unwrap();
    let outside = Connection::open(folder.database()).unwrap();
    outside.execute("INSERT INTO entries VALUES (2, ?1, ?2)", (leaf_hash(&entry(2)), entry(2))).unwrap();
    for _ in 0..2 {
        let refused = store.append(2, &batch(2, 1)).await;
        assert!(
            matches!(&refused, Err(AppendError::Poisoned { reason }) if reason.contains("3 entries where 2"))
        );
    }
    expect_entries(&store, 2).await;
}

#[tokio::test]
async fn an_altered_schema_is_not_opened() {
    for (alteration, part) in [
        ("DROP TRIGGER entries_never_go", "entries_never_go is missing"),
        ("DROP TRIGGER entries_never_change", "entries_never_change belongs"),
        ("CREATE INDEX entries_by_leaf ON entries (leaf)", "entries_by_leaf was added"),
        ("CREATE TABLE notes (text)", "notes was added"),
        ("CREATE TRIGGER late AFTER INSERT ON entries BEGIN SELECT 1; END", "late was added"),
        ("ALTER TABLE entries ADD COLUMN note TEXT", "entries belongs"),
        (
            "DROP TRIGGER entries_never_go;
             CREATE TRIGGER entries_never_go BEFORE DELETE ON entries BEGIN SELECT 1; END",
            "entries_never_go belongs",
        ),
    ] {
        let folder = Folder::with_entries(2).await;
        Connection::open(folder.database()).unwrap().execute_batch(alteration).unwrap();
        match SqliteStore::open(&folder.database()) {
            Err(OpenError::Schema { reason }) => assert!(reason.contains(part), "{alteration}: {reason}"),
            other => panic!("{alteration}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_a_store_of_this_version_is_left_alone() {
    let folder = Folder::new();
    let path = folder.database();
    for content in [
        "",
        "this is no database, and long enough to have a header of one hundred bytes. ".repeat(9).as_str(),
    ] {
        fs::write(&path, content).unwrap();
        assert!(matches!(SqliteStore::open(&path), Err(OpenError::NotAStore { .. })));
        assert_eq!(fs::read(&path).unwrap(), content.as_bytes());
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE notes (text)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::NotAStore { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);

    let folder = Folder::with_entries(1).await;
    Connection::open(folder.database()).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let refused = SqliteStore::open(&folder.database()).unwrap_err();
    assert_eq!(refused, OpenError::Version { found: 2, known: 1 });
}

#[tokio::test]
async fn a_store_switched_to_another_journal_is_switched_back() {
    let folder = Folder::with_entries(2).await;
    let outside = Connection::open(folder.database()).unwrap();
    let mode: String =
        outside.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");
    drop(outside);
    let store = SqliteStore::open(&folder.database()).unwrap();
    store.append(2, &batch(2, 1)).await.unwrap();
    let outside = Connection::open(folder.database()).unwrap();
    let mode: String = outside.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}
