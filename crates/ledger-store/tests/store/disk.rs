//! A disk that fails, fills, refuses or lies.

use std::fs;

use ledger_store::sqlite::{OpenError, SqliteStore};
use ledger_store::{AppendError, ReadError, ReadLimit, Store, leaf_hash};

use crate::support::{Folder, batch, entry, expect_entries};

/// A write that the kernel refuses halfway: the outcome is unknown, everything after it is refused, and the
/// reopened store holds each batch that was answered and answers the one that was not.
#[cfg(unix)]
#[tokio::test]
async fn after_a_failed_write_nothing_is_written_until_the_store_is_reopened() {
    use crate::child::{EACH, Running, limited};

    let folder = Folder::with_entries(0).await;
    let mut child = Running::start(limited(400, "append", &folder.database()));
    let mut size = 0;
    let refused = loop {
        let line = child.next_line().expect("the child says what happened before it ends");
        match line.strip_prefix("size ") {
            Some(number) => size = number.parse::<usize>().unwrap(),
            None => break line,
        }
    };
    assert!(refused.starts_with("refused Unknown"), "{refused}");
    let second = child.next_line().unwrap();
    assert!(second.starts_with("refused Poisoned"), "{second}");
    assert!(child.end().success());
    assert!(size > 0, "it wrote until it met the limit");

    let store = SqliteStore::open(&folder.database()).unwrap();
    let expected = size.try_into().unwrap();
    let repeated = store.append(expected, &batch(size, EACH)).await;
    assert_eq!(repeated, Ok((size + EACH).try_into().unwrap()));
    expect_entries(&store, size + EACH).await;
}

/// The newest entries are checked at opening, all of them by a check, and each one when it is read.
#[tokio::test]
async fn a_flipped_byte_is_reported_and_never_read() {
    const ENTRIES: usize = 1_200;
    let folder = Folder::with_entries(ENTRIES).await;
    let whole = fs::read(folder.database()).unwrap();
    let (mut at_opening, mut later) = (0, 0);
    for position in (0..whole.len()).step_by(2_003) {
        let copy = Folder::new();
        let mut damaged = whole.clone();
        damaged[position] ^= 0x40;
        fs::write(copy.database(), damaged).unwrap();
        let Ok(store) = SqliteStore::open(&copy.database()) else {
            at_opening += 1;
            continue;
        };
        let checked = store.check().await;
        let (right, damage) = read_through(&store).await;
        let found = store.index_of(leaf_hash(&entry(right.saturating_sub(1)))).await;
        if checked == Ok(ENTRIES.try_into().unwrap()) {
            assert_eq!((right, damage, found), (ENTRIES, None, Ok(Some(1_199))), "byte {position}");
        } else {
            assert!(matches!(checked, Err(ReadError::Corrupt { .. })), "byte {position}: {checked:?}");
            assert!(damage.is_some() || right == ENTRIES, "byte {position}");
            assert!(!matches!(found, Ok(None)), "byte {position}");
            later += 1;
        }
    }
    assert!(at_opening > 100, "{at_opening} were found at opening");
    assert!(later > 10, "{later} were found by a check or a read");
}

/// How many entries read as they were appended, and the error that ended the reading before the head.
async fn read_through(store: &SqliteStore) -> (usize, Option<ReadError>) {
    let head = usize::try_from(store.head().await.unwrap()).unwrap();
    let mut right = 0;
    while right < head {
        match store.read(right.try_into().unwrap(), ReadLimit::entries(7)).await {
            Ok(read) => {
                for bytes in read {
                    assert_eq!(bytes, entry(right));
                    right += 1;
                }
            }
            Err(error) => return (right, Some(error)),
        }
    }
    (right, None)
}

#[tokio::test]
async fn an_entry_altered_with_its_trigger_gone_is_found_at_opening_or_by_a_read() {
    for (index, at_opening) in [(0_u64, true), (1, false), (500, true), (1_099, true)] {
        let folder = Folder::with_entries(1_100).await;
        {
            let outside = rusqlite::Connection::open(folder.database()).unwrap();
            let trigger: String = outside
                .query_row("SELECT sql FROM sqlite_schema WHERE name = 'entries_never_change'", [], |row| {
                    row.get(0)
                })
                .unwrap();
            // Restored afterwards with the same text, so that only the entry itself can tell.
            outside.execute_batch("DROP TRIGGER entries_never_change").unwrap();
            outside.execute("UPDATE entries SET bytes = x'00' WHERE idx = ?1", [index]).unwrap();
            // The order of the objects must be the same as well.
            let last: String = outside
                .query_row("SELECT sql FROM sqlite_schema WHERE name = 'entries_never_go'", [], |row| {
                    row.get(0)
                })
                .unwrap();
            outside.execute_batch(&format!("DROP TRIGGER entries_never_go; {trigger}; {last};")).unwrap();
        }
        match SqliteStore::open(&folder.database()) {
            Err(error) => {
                assert!(at_opening, "{error}");
                assert!(
                    matches!(error, OpenError::Corrupt { index: found, .. } if found == index),
                    "{error}"
                );
            }
            Ok(store) => {
                assert!(!at_opening, "entry {index} is among those looked at");
                let read = store.read(0, ReadLimit::MAX).await;
                assert!(matches!(read, Err(ReadError::Corrupt { index: found, .. }) if found == index));
                assert!(
                    matches!(store.check().await, Err(ReadError::Corrupt { index: found, .. }) if found == index)
                );
            }
        }
    }
}

#[tokio::test]
async fn an_entry_of_a_length_that_none_can_have_is_damage() {
    for entry in [vec![], vec![7; 65_536]] {
        let folder = Folder::with_entries(2).await;
        {
            let outside = rusqlite::Connection::open(folder.database()).unwrap();
            outside.pragma_update(None, "ignore_check_constraints", true).unwrap();
            outside.execute("INSERT INTO entries VALUES (2, ?1, ?2)", (leaf_hash(&entry), &entry)).unwrap();
        }
        let refused = SqliteStore::open(&folder.database()).unwrap_err();
        assert!(matches!(refused, OpenError::Corrupt { index: 2, .. }), "{refused:?}");
    }
}

/// On Linux nobody, root included, makes a file in `/sys`.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let refused = SqliteStore::create(std::path::Path::new("/sys/ledger.db")).unwrap_err();
    assert!(matches!(refused, OpenError::ReadOnly { .. }), "{refused:?}");
}

/// As a user who owns neither the folder nor the file, which is how root too can be refused.
#[cfg(unix)]
#[tokio::test]
async fn a_store_that_may_only_be_read_is_not_opened() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    use crate::child::{Running, command, this_program};

    // Belongs to nobody by convention; any user but the owner would do.
    const NOBODY: u32 = 65_534;

    let allow = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = Folder::with_entries(3).await;
    let tools = Folder::new();
    let program = tools.file("child");
    fs::copy(this_program(), &program).unwrap();
    let owner = fs::metadata(folder.database()).unwrap().uid();
    for (folder_mode, lock_there) in [(0o555, false), (0o555, true), (0o777, true)] {
        let lock = folder.file("ledger.db.lock");
        if lock_there {
            fs::write(&lock, "").unwrap();
            allow(&lock, 0o666);
        } else {
            fs::remove_file(&lock).unwrap();
        }
        allow(&folder.database(), 0o444);
        allow(folder.database().parent().unwrap(), folder_mode);
        allow(program.parent().unwrap(), 0o755);
        let mut command = command(&program, "open", &folder.database());
        if owner == 0 {
            command.uid(NOBODY);
        }
        let mut child = Running::start(command);
        let line = child.next_line().unwrap();
        child.end();
        allow(folder.database().parent().unwrap(), 0o755);
        assert!(line.starts_with("refused ReadOnly"), "{line}");
        assert!(folder.names().len() <= 2, "nothing is left beside it: {:?}", folder.names());
    }
    allow(&folder.database(), 0o644);
    expect_entries(&SqliteStore::open(&folder.database()).unwrap(), 3).await;
}

/// A deleted file takes writes and flushes and keeps nothing.
#[cfg(unix)]
#[tokio::test]
async fn a_database_or_log_taken_away_while_open_stops_the_store() {
    for name in ["ledger.db", "ledger.db-wal"] {
        for replaced in [false, true] {
            let folder = Folder::with_entries(3).await;
            let store = SqliteStore::open(&folder.database()).unwrap();
            store.append(3, &batch(3, 1)).await.unwrap();
            fs::rename(folder.file(name), folder.file("away")).unwrap();
            if replaced {
                fs::copy(folder.file("away"), folder.file(name)).unwrap();
            }
            for _ in 0..2 {
                let refused = store.append(4, &batch(4, 1)).await;
                assert!(matches!(&refused, Err(AppendError::Poisoned { reason }) if reason.contains(name)));
            }
        }
    }
}
