//! The one thread that writes: each append is one transaction, flushed before it is answered.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Error, ErrorCode, TransactionBehavior};
use tokio::sync::{mpsc, oneshot, watch};

use super::place::Place;
use super::rows;
use crate::batch::Batch;
use crate::contract::{AppendError, ReadError};
use crate::leaf::leaf_hash;

/// How many bytes of entries are appended between two checkpoints: about the thousand pages of four KiB that
/// SQLite itself would take, moved between appends and not within one.
const CHECKPOINT_BYTES: usize = 4 * 1024 * 1024;

/// An append and where its outcome goes.
#[derive(Debug)]
pub(super) struct Append {
    pub(super) expected: u64,
    pub(super) batch: Batch,
    pub(super) outcome: oneshot::Sender<Result<u64, AppendError>>,
}

/// What the writing thread owns.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) place: Place,
    /// The durable size, published to readers and waiters.
    pub(super) head: watch::Sender<u64>,
    /// The failure after which nothing is written any more.
    pub(super) poison: Option<String>,
    pub(super) bytes_since_checkpoint: usize,
}

/// Appends until no more can come, then closes the database.
pub(super) fn run(mut writer: Writer, mut appends: mpsc::Receiver<Append>) {
    while let Some(Append { expected, batch, outcome }) = appends.blocking_recv() {
        // Who asked may have gone; the append was asked for and is done.
        let _ = outcome.send(writer.append(expected, &batch));
        writer.checkpoint_when_due();
    }
    writer.close();
}

/// How a transaction ended that did not end well.
enum Failure {
    /// The database holds more or fewer entries than this process left in it.
    Foreign { actual: u64 },
    /// SQLite failed, before or in the commit.
    Sqlite(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Writer {
    fn append(&mut self, expected: u64, batch: &Batch) -> Result<u64, AppendError> {
        if let Some(reason) = &self.poison {
            return Err(AppendError::Poisoned { reason: reason.clone() });
        }
        let actual = *self.head.borrow();
        if expected != actual {
            return self.repeated(expected, actual, batch);
        }
        if let Some(path) = self.place.moved() {
            let reason = format!("{} was moved or replaced while it was open", path.display());
            return Err(self.stop(reason));
        }
        match write(&mut self.connection, expected, batch) {
            Ok(size) => {
                self.head.send_replace(size);
                let bytes = batch.entries().iter().map(Vec::len).sum();
                self.bytes_since_checkpoint = self.bytes_since_checkpoint.saturating_add(bytes);
                Ok(size)
            }
            Err(Failure::Foreign { actual }) => {
                Err(self.stop(format!("another program wrote: {actual} entries where {expected} were left")))
            }
            Err(Failure::Sqlite(error)) => Err(self.failed(expected, &error)),
        }
    }

    /// An append at a size that is not the head: the same batch once more, or a conflict.
    fn repeated(&mut self, expected: u64, actual: u64, batch: &Batch) -> Result<u64, AppendError> {
        let conflict = AppendError::Conflict { expected, actual };
        let Some(end) = expected.checked_add(batch.count()).filter(|end| *end <= actual) else {
            return Err(conflict);
        };
        let mut wanted = batch.entries().iter();
        let mut equal = true;
        let compared = rows::scan(&self.connection, expected, batch.count(), |entry| {
            equal = wanted.next().is_some_and(|wanted| wanted == entry.bytes);
            equal
        });
        match compared {
            Ok(()) if equal => Ok(end),
            Ok(()) => Err(conflict),
            Err(ReadError::Unavailable { reason }) => Err(AppendError::Unavailable { reason }),
            Err(error) => Err(self.stop(error.to_string())),
        }
    }

    /// What a failed transaction means: the definite refusals are named, all else is unknown and final.
    fn failed(&mut self, expected: u64, error: &Error) -> AppendError {
        let reason = error.to_string();
        let whole = self.connection.is_autocommit()
            && rows::size(&self.connection).is_ok_and(|size| size == expected);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) if whole => AppendError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) if whole => {
                AppendError::Unavailable { reason }
            }
            Some(ErrorCode::ReadOnly) if whole => AppendError::ReadOnly { reason },
            _ => {
                self.poison = Some(reason.clone());
                AppendError::Unknown { expected, reason }
            }
        }
    }

    /// Refuses this append, of which nothing was written, and every later one.
    fn stop(&mut self, reason: String) -> AppendError {
        self.poison = Some(reason.clone());
        AppendError::Poisoned { reason }
    }

    /// Moves the log into the database now and then, so that it stays short. No failure loses anything, for the
    /// log stays. A full or held database is tried again later; any other means that the disk fails.
    fn checkpoint_when_due(&mut self) {
        if self.bytes_since_checkpoint < CHECKPOINT_BYTES || self.poison.is_some() {
            return;
        }
        self.bytes_since_checkpoint = 0;
        let moved = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved
            && !matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            )
        {
            self.poison = Some(format!("the log could not be moved into the database: {error}"));
        }
    }

    /// Closes the database; after a failure without touching the files again, so that what is there can be
    /// looked at and is settled by the next opening.
    fn close(self) {
        if self.poison.is_some() {
            let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
        // Everything answered is durable already; a log that could not be moved is replayed at opening.
        drop(self.connection);
    }
}

/// One transaction: `batch` behind the `expected` entries, and the size afterwards.
fn write(connection: &mut Connection, expected: u64, batch: &Batch) -> Result<u64, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let actual = rows::size(&transaction)?;
    if actual != expected {
        return Err(Failure::Foreign { actual });
    }
    let mut size = expected;
    {
        let mut insert =
            transaction.prepare_cached("INSERT INTO entries (idx, leaf, bytes) VALUES (?1, ?2, ?3)")?;
        for entry in batch.entries() {
            insert.execute((size, leaf_hash(entry), entry))?;
            size = size.saturating_add(1);
        }
    }
    transaction.commit()?;
    Ok(size)
}

#[cfg(test)]
mod tests;
