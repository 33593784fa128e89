//! Copies of a store that is in use, and the full check that a copy must pass.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};
use thiserror::Error;

use super::connect::{self, Refusal};
use super::making::{clear, flush_and_publish, refuse_existing};
use super::rows;
use crate::contract::ReadError;
use crate::durable::{beside, private};

/// Why there is no copy.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum BackupError {
    /// Something is where the copy is to go: nothing is written over it.
    #[error("{path} is in the way")]
    Exists {
        /// What is in the way.
        path: PathBuf,
    },
    /// There is no room for the copy.
    #[error("there is no room left for the copy")]
    Full,
    /// The copy was made and is not whole, so neither is the store: check it.
    #[error("the copy is damaged at or after entry {index}: {reason}")]
    Corrupt {
        /// The first index found damaged.
        index: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Anything else that was refused.
    #[error("the copy cannot be made: {reason}")]
    Unavailable {
        /// What failed.
        reason: String,
    },
}

/// Copies the database at `from` to `to`; see [`SqliteStore::backup`](super::SqliteStore::backup).
pub(super) fn backup(from: &Path, to: &Path) -> Result<u64, BackupError> {
    place(to, |partial| {
        private().create_new(true).open(partial).map_err(|error| from_io(&error))?;
        copy_pages(from, partial).map_err(from_refusal)
    })
}

/// Makes the backup at `from` a store at `to`, where nothing may be yet: a durable copy, checked whole. Returns
/// how many entries it holds.
///
/// Whether the copy reaches as far as what was promised to others only the node can tell, by its head file
/// and its witnesses.
pub fn restore(from: &Path, to: &Path) -> Result<u64, BackupError> {
    // Not `fs::copy`, which would give the store whatever mode the copy got on its way.
    let copy = |partial: &Path| {
        io::copy(&mut File::open(from)?, &mut private().create_new(true).open(partial)?).map(drop)
    };
    place(to, |partial| copy(partial).map_err(|error| from_io(&error)))
}

/// Fills a partial file by `fill`, checks it whole, and only then gives it the name `to`.
fn place(to: &Path, fill: impl FnOnce(&Path) -> Result<(), BackupError>) -> Result<u64, BackupError> {
    if let Err(super::OpenError::Exists { path }) = refuse_existing(to) {
        return Err(BackupError::Exists { path });
    }
    let partial = beside(to, ".partial");
    clear(&partial).map_err(|error| from_io(&error))?;
    let placed = fill(&partial).and_then(|()| {
        let size = check(&partial).map_err(from_read)?;
        flush_and_publish(&partial, to).map_err(|error| from_io(&error))?;
        Ok(size)
    });
    if placed.is_err() {
        // The error that matters is the first; a left-over is removed next time.
        let _ = clear(&partial);
    }
    placed
}

/// Copies in one step, hence one moment of the source, whatever is appended meanwhile.
fn copy_pages(from: &Path, to: &Path) -> Result<(), Refusal> {
    let source = connect::read_only(from)?;
    let mut copy = connect::scratch(to)?;
    match Backup::new(&source, &mut copy)?.step(-1)? {
        StepResult::Done => {}
        other => return Err(busy(other).into()),
    }
    // Without a log the copy is one file, readable from a read-only medium; opening turns the log on again.
    copy.execute_batch("PRAGMA journal_mode = DELETE")?;
    copy.close().map_err(|(_, error)| Refusal::Sqlite(error))
}

fn busy(step: StepResult) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
    rusqlite::Error::SqliteFailure(code, Some(format!("the copy stopped: {step:?}")))
}

/// How many entries the database at `path` holds, after reading and checking all of them.
pub(super) fn check(path: &Path) -> Result<u64, ReadError> {
    let unavailable = |error: rusqlite::Error| rows::at(0, &error);
    let connection = connect::read_only(path).map_err(|refusal| match refusal {
        Refusal::Sqlite(error) => unavailable(error),
        Refusal::Setting { name, found } => ReadError::Unavailable { reason: format!("{name} is {found}") },
    })?;
    // One transaction, hence one moment of the store.
    connection.execute_batch("BEGIN").map_err(unavailable)?;
    let size = rows::size(&connection).map_err(unavailable)?;
    rows::scan(&connection, 0, size, |_| true)?;
    check_structure(&connection)?;
    Ok(size)
}

/// Has SQLite check its pages and the constraints of each row.
fn check_structure(connection: &Connection) -> Result<(), ReadError> {
    let verdict = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))
        .map_err(|error| rows::at(0, &error))?;
    if verdict == "ok" { Ok(()) } else { Err(ReadError::Corrupt { index: 0, reason: verdict }) }
}

fn from_read(error: ReadError) -> BackupError {
    match error {
        ReadError::Corrupt { index, reason } => BackupError::Corrupt { index, reason },
        other => BackupError::Unavailable { reason: other.to_string() },
    }
}

fn from_refusal(refusal: Refusal) -> BackupError {
    let error = match refusal {
        Refusal::Sqlite(error) => error,
        Refusal::Setting { name, found } => {
            return BackupError::Unavailable { reason: format!("{name} is {found}") };
        }
    };
    let reason = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => BackupError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            BackupError::Corrupt { index: 0, reason }
        }
        _ => BackupError::Unavailable { reason },
    }
}

fn from_io(error: &io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::StorageFull => BackupError::Full,
        _ => BackupError::Unavailable { reason: error.to_string() },
    }
}
