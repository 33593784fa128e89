//! The threads that read, each over a connection that cannot write.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::rows;
use crate::contract::{ReadError, ReadLimit};

/// A read and where its outcome goes.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) from: u64,
    pub(super) limit: ReadLimit,
    pub(super) outcome: oneshot::Sender<Result<Vec<Vec<u8>>, ReadError>>,
}

/// The queue that the reading threads share: one waits in it, the others wait for the mutex.
pub(super) type Queue = Arc<Mutex<mpsc::Receiver<Read>>>;

/// Reads until nothing more can be asked.
pub(super) fn run(connection: &Connection, queue: &Queue, head: &watch::Receiver<u64>) {
    while let Some(Read { from, limit, outcome }) = next(queue) {
        // Who asked may have gone; then nobody misses the answer.
        if !outcome.is_closed() {
            let size = *head.borrow();
            let _ = outcome.send(rows::read(connection, from, size, limit));
        }
    }
}

fn next(queue: &Queue) -> Option<Read> {
    // A reader that panicked left the queue as it was.
    queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}
