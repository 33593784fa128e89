//! Connections to the database, each with the settings on which the promises rest, read back to be sure.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::Value;
use rusqlite::{Connection, Error, OpenFlags};

/// How long a connection waits for another program's lock (a `sqlite3` shell with an open transaction) before
/// it gives up.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Longest row or value in bytes: an entry with its hash and room to spare, so that a damaged or hostile file
/// cannot make the process allocate more.
const ROW_BYTES_MAX: i32 = 1_000_000;

/// Most bytes the write-ahead log keeps on disk after a checkpoint, when a long read made it grow.
const LOG_BYTES_KEPT_MAX: i64 = 64 * 1024 * 1024;

/// Settings of every connection, and the value each must have afterwards.
///
/// - `synchronous` 2 is FULL: each commit flushes the write-ahead log before it returns.
/// - `fullfsync` flushes the drive's own cache where a plain flush does not (macOS).
/// - `wal_autocheckpoint` 0: the writer checkpoints by itself, between appends, and sees the errors.
/// - `mmap_size` 0: a failing disk is then an error and not a signal that ends the process.
/// - `trusted_schema` 0, `cell_size_check` 1: the file may have been made by somebody else.
const SETTINGS: [(&str, i64); 9] = [
    ("synchronous", 2),
    ("fullfsync", 1),
    ("checkpoint_fullfsync", 1),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
    ("ignore_check_constraints", 0),
    ("wal_autocheckpoint", 0),
    ("mmap_size", 0),
];

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Refusal {
    /// SQLite refused.
    Sqlite(Error),
    /// A setting did not take.
    Setting { name: &'static str, found: String },
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

/// The connection that may write to the existing database at `path`.
pub(super) fn read_write(path: &Path) -> Result<Connection, Refusal> {
    settled(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// A connection that can only read the existing database at `path`.
pub(super) fn read_only(path: &Path) -> Result<Connection, Refusal> {
    let connection = settled(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    // The last connection to close would otherwise move the log into the database, which is the writer's work.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// A connection that fills a new file at `path`, which is thrown away if that is cut short: so it needs no
/// journal, and the caller flushes it once at the end.
pub(super) fn scratch(path: &Path) -> Result<Connection, Refusal> {
    let connection = settled(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    connection.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")?;
    Ok(connection)
}

fn settled(path: &Path, flags: OpenFlags) -> Result<Connection, Refusal> {
    // Each connection belongs to one thread, and a path is a path, never a URI.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, ROW_BYTES_MAX)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    for (name, expected) in SETTINGS {
        set(&connection, name, expected)?;
        let found: Value = connection.pragma_query_value(None, name, |row| row.get(0))?;
        if found != Value::Integer(expected) {
            return Err(Refusal::Setting { name, found: format!("{found:?}") });
        }
    }
    Ok(connection)
}

/// Some settings answer with a row and some do not; only the reading back counts.
fn set(connection: &Connection, name: &str, value: i64) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("PRAGMA {name} = {value}"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Turns the write-ahead log on (it is a property of the file) and bounds what it leaves behind.
pub(super) fn use_log(connection: &Connection) -> Result<(), Refusal> {
    let mode =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
    if mode != "wal" {
        return Err(Refusal::Setting { name: "journal_mode", found: mode });
    }
    let name = "journal_size_limit";
    let kept =
        connection.pragma_update_and_check(None, name, LOG_BYTES_KEPT_MAX, |row| row.get::<_, i64>(0))?;
    if kept != LOG_BYTES_KEPT_MAX {
        return Err(Refusal::Setting { name, found: kept.to_string() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{making, opening};

    #[test]
    fn whoever_writes_flushes_every_commit_to_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        making::create(&path).unwrap();
        let writer = opening::open(&path).unwrap().writer;
        let setting = |name| writer.pragma_query_value(None, name, |row| row.get::<_, Value>(0)).unwrap();
        assert_eq!(setting("journal_mode"), Value::Text("wal".to_owned()));
        for (name, expected) in [("synchronous", 2), ("fullfsync", 1), ("checkpoint_fullfsync", 1)] {
            assert_eq!(setting(name), Value::Integer(expected), "{name}");
        }
    }

    #[test]
    fn whoever_reads_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        making::create(&path).unwrap();
        let reader = read_only(&path).unwrap();
        let refused = reader.execute("INSERT INTO entries VALUES (0, zeroblob(32), x'00')", []);
        let code = refused.unwrap_err().sqlite_error_code();
        assert_eq!(code, Some(rusqlite::ErrorCode::ReadOnly));
    }
}
