//! SQLite files beside the ledger, for what must last but never enters the chain: readable by their owner
//! alone, durable with every commit.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

/// How long to wait for another process (a backup, the command line beside a running node).
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Why a file beside the ledger could not be used.
#[derive(Debug, thiserror::Error)]
pub enum SideError {
    /// The file could not be made or opened.
    #[error("cannot open {path}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database refused; nothing of what was asked has been written.
    #[error("{path} refused")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// Another process reads the file, so that its log cannot be emptied now.
    #[error(
        "{path} is in use by another program, so that what was deleted is still in its log; end that program"
    )]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file has another purpose, or a newer version of this program wrote it.
    #[error("{path} has schema {found}, this program knows {known}")]
    Schema {
        /// The file.
        path: PathBuf,
        /// Its number.
        found: i64,
        /// The number this program knows.
        known: i64,
    },
    /// A value in the file is not of its form: it was altered by another program.
    #[error("{path} holds a {what} that is not of its form")]
    Form {
        /// The file.
        path: PathBuf,
        /// Which kind of value.
        what: &'static str,
    },
}

/// One file, open.
#[derive(Debug)]
pub(crate) struct Side {
    path: PathBuf,
    // A std mutex: it is held for one short transaction and never across an await.
    connection: Mutex<Connection>,
}

impl Side {
    /// Opens the file at `path`, made with mode 0600 and `schema` if it is not there. `version` is the file's
    /// `user_version`: one number for each schema that was ever written, so that a file is never mistaken.
    pub(crate) fn open(path: &Path, version: i64, schema: &str) -> Result<Self, SideError> {
        make_private(path).map_err(|source| SideError::Open { path: path.to_owned(), source })?;
        let failed = |source| SideError::Sqlite { path: path.to_owned(), source };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        settle(&connection).map_err(failed)?;
        let found = establish(&mut connection, version, schema).map_err(failed)?;
        if found != version {
            return Err(SideError::Schema { path: path.to_owned(), found, known: version });
        }
        Ok(Self { path: path.to_owned(), connection: Mutex::new(connection) })
    }

    /// Runs `work` in one transaction, durable when this returns.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, SideError> {
        let mut connection = self.lock();
        let transact = |connection: &mut Connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        transact(&mut connection).map_err(|source| self.failed(source))
    }

    /// Empties the write-ahead log into the file, so that nothing that was deleted is left in it.
    pub(crate) fn truncate_log(&self) -> Result<(), SideError> {
        let connection = self.lock();
        let is_busy =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        match is_busy {
            Ok(false) => Ok(()),
            Ok(true) => Err(SideError::Busy { path: self.path.clone() }),
            Err(source) => Err(self.failed(source)),
        }
    }

    /// Writes the whole file anew, so that not even the free space of its pages holds what was deleted.
    pub(crate) fn rewrite(&self) -> Result<(), SideError> {
        self.lock().execute_batch("VACUUM").map_err(|source| self.failed(source))?;
        self.truncate_log()
    }

    /// Runs `work`, which only reads.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, SideError> {
        work(&self.lock()).map_err(|source| self.failed(source))
    }

    /// The error for a value that is not of its form.
    pub(crate) fn form(&self, what: &'static str) -> SideError {
        SideError::Form { path: self.path.clone(), what }
    }

    fn failed(&self, source: rusqlite::Error) -> SideError {
        SideError::Sqlite { path: self.path.clone(), source }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic inside a transaction has rolled it back; the connection is whole.
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// SQLite gives its log files the mode of the database, so the database must have it first.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => {
            file.sync_all()?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// `synchronous = FULL`: a commit is on the disk before it returns. `secure_delete`: what is erased is
/// overwritten, not only unlinked. Nothing of a file that is rewritten passes through a temporary one.
fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// Makes the schema where there is none yet, and returns the file's schema number.
fn establish(connection: &mut Connection, version: i64, schema: &str) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == 0 {
        transaction.execute_batch(schema)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
        return Ok(version);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "CREATE TABLE kept (value INTEGER NOT NULL) STRICT";

    #[cfg(unix)]
    #[test]
    fn a_file_beside_the_ledger_and_its_log_are_readable_by_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let side = Side::open(&folder.path().join("side.sqlite"), 7, SCHEMA).unwrap();
        side.write(|transaction| transaction.execute("INSERT INTO kept VALUES (1)", [])).unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap).collect();
        assert!(files.len() > 1, "the write-ahead log is there");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
    }

    #[test]
    fn a_file_of_another_schema_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("side.sqlite");
        drop(Side::open(&path, 7, SCHEMA).unwrap());
        let refused = Side::open(&path, 8, SCHEMA).unwrap_err();
        assert!(matches!(refused, SideError::Schema { found: 7, known: 8, .. }));
        assert!(Side::open(&path, 7, SCHEMA).is_ok());
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let side = Side::open(&folder.path().join("side.sqlite"), 7, SCHEMA).unwrap();
        let failed = side.write(|transaction| {
            transaction.execute("INSERT INTO kept VALUES (1)", [])?;
            transaction.execute("INSERT INTO kept VALUES ('text')", [])
        });
        assert!(failed.is_err());
        let count: i64 = side
            .read(|connection| connection.query_row("SELECT count(*) FROM kept", [], |row| row.get(0)))
            .unwrap();
        assert_eq!(count, 0);
    }
}
