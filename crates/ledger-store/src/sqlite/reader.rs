//! The threads that read, each over a connection that cannot write.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::rows;
use crate::contract::{ReadError, ReadLimit};

/// A read and where its outcome goes.
#[derive(Debug)]
pub(super) enum Read {
    /// See [`Store::read`](crate::Store::read).
    Entries { from: u64, limit: ReadLimit, outcome: oneshot::Sender<Result<Vec<Vec<u8>>, ReadError>> },
    /// See [`Store::index_of`](crate::Store::index_of).
    IndexOf { leaf: [u8; 32], outcome: oneshot::Sender<Result<Option<u64>, ReadError>> },
}

/// The queue that the reading threads share: one waits in it, the others wait for the mutex.
pub(super) type Queue = Arc<Mutex<mpsc::Receiver<Read>>>;

/// Reads until nothing more can be asked.
pub(super) fn run(connection: &Connection, queue: &Queue, head: &watch::Receiver<u64>) {
    while let Some(read) = next(queue) {
        let size = *head.borrow();
        // Who asked may have gone; then nobody misses the answer.
        match read {
            Read::Entries { outcome, .. } if outcome.is_closed() => {}
            Read::Entries { from, limit, outcome } => {
                let _ = outcome.send(rows::read(connection, from, size, limit));
            }
            Read::IndexOf { leaf, outcome } => {
                let _ = outcome.send(rows::index_of(connection, leaf, size));
            }
        }
    }
}

fn next(queue: &Queue) -> Option<Read> {
    // A reader that panicked left the queue as it was.
    queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}
