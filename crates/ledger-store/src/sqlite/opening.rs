//! Opening a database after checking that it is what this store made.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Error, ErrorCode};
use thiserror::Error;

use super::connect::{self, Refusal};
use super::lock::{self, Lock, LockError};
use super::place::Place;
use super::rows;
use super::schema::{APPLICATION_ID, OBJECTS, USER_VERSION};
use crate::contract::ReadError;
use crate::durable::{beside, sync_folder_of};

/// How many of the newest entries are hashed at opening. What an interrupted write could have damaged lies at
/// the end; a thousand entries take about a millisecond. All of them: [`SqliteStore::check`].
///
/// [`SqliteStore::check`]: super::SqliteStore::check
pub const OPENING_CHECK_ENTRIES: u64 = 1_000;

/// Why a store could not be made or opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// There is nothing at the path: a missing store is never quietly an empty one.
    #[error("there is no store at {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Something is at the path, or was left of a database that was there: nothing is written over it.
    #[error("{path} is in the way")]
    Exists {
        /// What is in the way.
        path: PathBuf,
    },
    /// Another process has the store open (or this one has, a second time).
    #[error(
        "the store at {path} is in use by {holder}: one process at a time. End that one first, or ask it for what \
         is needed"
    )]
    InUse {
        /// The store.
        path: PathBuf,
        /// Who holds the lock, by its own word.
        holder: String,
    },
    /// The file or its folder cannot be written.
    #[error("{path} cannot be written: {reason}")]
    ReadOnly {
        /// What cannot be written.
        path: PathBuf,
        /// What refused.
        reason: String,
    },
    /// The file is not a database of this store.
    #[error("{path} is not a ledger store: {reason}")]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// How that shows.
        reason: String,
    },
    /// The store was made by another version of this program.
    #[error("the store has layout version {found}, this program knows {known}")]
    Version {
        /// The version found.
        found: i32,
        /// The only one known.
        known: i32,
    },
    /// The schema is not as it was made: a trigger that guards the entries may be gone.
    #[error("the schema of the store was altered: {reason}")]
    Schema {
        /// The first difference.
        reason: String,
    },
    /// SQLite did not take a setting on which a promise rests.
    #[error("the setting {name} cannot be made, it is {found}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        found: String,
    },
    /// The entries are not whole.
    #[error("the store is damaged at or after entry {index}: {reason}")]
    Corrupt {
        /// The first index found damaged.
        index: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// Anything else that the disk or the operating system refused.
    #[error("the store at {path} cannot be opened: {reason}")]
    Unavailable {
        /// The file concerned.
        path: PathBuf,
        /// What failed.
        reason: String,
    },
}

/// A checked database, locked for this process.
pub(super) struct Opened {
    pub(super) lock: Lock,
    pub(super) path: PathBuf,
    pub(super) writer: Connection,
    pub(super) place: Place,
    pub(super) size: u64,
}

/// Locks and opens the database at `path`, and checks whose it is, its settings, its schema and its end.
pub(super) fn open(path: &Path) -> Result<Opened, OpenError> {
    // The true path, so that two names of one file share one lock.
    let path = fs::canonicalize(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::Missing { path: path.to_owned() },
        _ => from_io(path, &error),
    })?;
    let lock = lock::take(&path).map_err(|error| match error {
        LockError::Held { holder } => OpenError::InUse { path: path.clone(), holder },
        LockError::Io(error) => from_io(&beside(&path, ".lock"), &error),
    })?;
    // SQLite would open for reading what it cannot write, and leave a log behind that cannot be written either.
    OpenOptions::new().read(true).write(true).open(&path).map_err(|error| from_io(&path, &error))?;
    sync_folder_of(&path).map_err(|error| from_io(&path, &error))?;
    let sqlite = |error: Error| from_sqlite(&path, &error);
    let refusal = |refusal: Refusal| from_refusal(&path, refusal);
    let writer = connect::read_write(&path).map_err(refusal)?;
    check_identity(&path, &writer)?;
    if writer.is_readonly("main").map_err(sqlite)? {
        let reason = "the file was opened for reading only".to_owned();
        return Err(OpenError::ReadOnly { path, reason });
    }
    connect::use_log(&writer).map_err(refusal)?;
    check_schema(&writer).map_err(sqlite)?.map_or(Ok(()), |reason| Err(OpenError::Schema { reason }))?;
    settle_log(&writer).map_err(sqlite)?;
    let size = check_end(&path, &writer)?;
    let place = Place::of(&path).map_err(|error| from_io(&path, &error))?;
    Ok(Opened { lock, path, writer, place, size })
}

/// Looks before anything is changed: a database of somebody else must not be touched.
fn check_identity(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let id = number("application_id").map_err(|error| from_sqlite(path, &error))?;
    if id != APPLICATION_ID {
        let reason = format!("its application id is {id:#x}, not {APPLICATION_ID:#x}");
        return Err(OpenError::NotAStore { path: path.to_owned(), reason });
    }
    let found = number("user_version").map_err(|error| from_sqlite(path, &error))?;
    if found == USER_VERSION { Ok(()) } else { Err(OpenError::Version { found, known: USER_VERSION }) }
}

/// The first difference between the schema and [`OBJECTS`].
fn check_schema(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY rowid")?;
    let mut rows = statement.query([])?;
    for (kind, name, sql) in OBJECTS {
        let Some(row) = rows.next()? else { return Ok(Some(format!("the {kind} {name} is missing"))) };
        let found: (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if (found.0.as_str(), found.1.as_str(), found.2.as_deref()) != (kind, name, Some(sql)) {
            return Ok(Some(format!("the {} {} stands where the {kind} {name} belongs", found.0, found.1)));
        }
    }
    match rows.next()? {
        Some(row) => Ok(Some(format!("the object {} was added", row.get::<_, String>(1)?))),
        None => Ok(None),
    }
}

/// Moves what the log holds into the database and flushes it.
///
/// After a failed flush the operating system may show as written what the disk never got, and recovery then
/// counts it in. Written anew into the database and flushed with it, what is counted in is durable again.
fn settle_log(connection: &Connection) -> rusqlite::Result<()> {
    // "Busy" (a reader from outside) is in the answer and no error: then the log is flushed and kept.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// The size, if the first entry is entry 0 and the newest ones are whole.
fn check_end(path: &Path, connection: &Connection) -> Result<u64, OpenError> {
    let size = rows::size(connection).map_err(|error| from_sqlite(path, &error))?;
    let first = rows::scan(connection, 0, size.min(1), |_| true);
    let from = size.saturating_sub(OPENING_CHECK_ENTRIES);
    first
        .and_then(|()| rows::scan(connection, from, size.saturating_sub(from), |_| true))
        .map_err(|error| from_read(path, error))?;
    Ok(size)
}

fn from_read(path: &Path, error: ReadError) -> OpenError {
    match error {
        ReadError::Corrupt { index, reason } => OpenError::Corrupt { index, reason },
        other => OpenError::Unavailable { path: path.to_owned(), reason: other.to_string() },
    }
}

/// What a refusal of the operating system means to whoever opens.
pub(super) fn from_io(path: &Path, error: &io::Error) -> OpenError {
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            OpenError::ReadOnly { path, reason }
        }
        _ => OpenError::Unavailable { path, reason },
    }
}

/// What a connection that was not had means to whoever opens.
pub(super) fn from_refusal(path: &Path, refusal: Refusal) -> OpenError {
    match refusal {
        Refusal::Sqlite(error) => from_sqlite(path, &error),
        Refusal::Setting { name, found } => OpenError::Setting { name, found },
    }
}

/// What a failure of SQLite means to whoever opens.
fn from_sqlite(path: &Path, error: &Error) -> OpenError {
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotAStore { path, reason },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::TooBig) => OpenError::Corrupt { index: 0, reason },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenError::ReadOnly { path, reason },
        // SQLite does not say why it cannot open; where the folder cannot be written, that is why.
        Some(ErrorCode::CannotOpen) => match fs::metadata(path.parent().unwrap_or(&path)) {
            Err(error) => from_io(&path, &error),
            Ok(_) => OpenError::Unavailable { path, reason },
        },
        _ => OpenError::Unavailable { path, reason },
    }
}
