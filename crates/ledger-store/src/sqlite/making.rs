//! Database files that are made aside and appear under their name whole, or not at all.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use super::connect::{self, Refusal};
use super::opening::{OpenError, from_io, from_refusal};
use super::schema::{APPLICATION_ID, OBJECTS, USER_VERSION};
use crate::durable::{beside, private, publish};

/// Makes an empty database at `path`, wholly or not at all.
pub(super) fn create(path: &Path) -> Result<(), OpenError> {
    refuse_existing(path)?;
    let partial = beside(path, ".partial");
    clear(&partial).map_err(|error| from_io(&partial, &error))?;
    // Made here and not by SQLite, which would not say why it cannot be made, and would let others read it. It
    // gives its logs the mode that the database has.
    private().create_new(true).open(&partial).map_err(|error| from_io(&partial, &error))?;
    write_schema(&partial).map_err(|refusal| from_refusal(&partial, refusal))?;
    flush_and_publish(&partial, path).map_err(|error| from_io(path, &error))
}

fn write_schema(path: &Path) -> Result<(), Refusal> {
    let connection = connect::scratch(path)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", USER_VERSION)?;
    for (_, _, sql) in OBJECTS {
        connection.execute_batch(sql)?;
    }
    connection.close().map_err(|(_, error)| Refusal::Sqlite(error))
}

/// Gives the finished database at `partial` its name, durably.
pub(super) fn flush_and_publish(partial: &Path, path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).write(true).open(partial)?.sync_all()?;
    publish(partial, path)
}

/// Refuses a path where a database is, or where the log of one was left: SQLite would replay that log into
/// whatever database lies there next.
pub(super) fn refuse_existing(path: &Path) -> Result<(), OpenError> {
    for suffix in ["", "-wal", "-journal"] {
        let path = beside(path, suffix);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(OpenError::Exists { path });
        }
    }
    Ok(())
}

/// Removes a partial database, and the journal of one: it would be played back into the next one.
pub(super) fn clear(partial: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(partial, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
