//! The embedded engine: one SQLite database, one writing thread, a few that read, no server.
//!
//! SQLite because everybody trusts it, its shell can inspect a ledger, and its commit rate lies far above the
//! rate at which signatures are verified. It runs with a write-ahead log and a flush in every commit.
//! Grouping statements into batches is the node's part: each append is one transaction and one flush.

mod backup;
mod connect;
mod lock;
mod lookup;
mod making;
mod opening;
mod place;
mod reader;
mod rows;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

pub use backup::{BackupError, restore};
pub use opening::{OPENING_CHECK_ENTRIES, OpenError};

use crate::batch::Batch;
use crate::contract::{AppendError, ReadError, ReadLimit, Store};
use lock::Lock;
use lookup::Find;
use opening::{Opened, from_refusal};
use reader::{Queue, Read};
use writer::{Append, Writer};

/// Appends that may wait for the writer; who comes later waits to be let in. The node has one in flight.
const APPENDS_WAITING_MAX: usize = 8;

/// Reads that may wait for a reader; who comes later waits to be let in.
const READS_WAITING_MAX: usize = 64;

/// Threads that read: a second one, so that a long read does not hold up a short one.
const READERS: usize = 2;

/// A store in one SQLite database, open and locked for this process until it is dropped.
///
/// Dropping it waits for the appends already asked for, a few milliseconds, and then lets the next one open
/// the database.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    head: watch::Receiver<u64>,
    appends: Option<mpsc::Sender<Append>>,
    reads: Option<mpsc::Sender<Read>>,
    finds: Option<mpsc::Sender<Find>>,
    // Joined by `drop`.
    readers: Vec<JoinHandle<()>>,
    writer: Option<JoinHandle<()>>,
    // Let go after the threads are joined: `drop` runs before the fields are dropped.
    _lock: Lock,
}

impl SqliteStore {
    /// Makes an empty store at `path`, where nothing may be yet, and opens it.
    pub fn create(path: &Path) -> Result<Self, OpenError> {
        making::create(path)?;
        Self::open(path)
    }

    /// Opens the store at `path` for this process alone, after checking that it is one, that nobody altered
    /// its schema, and that its newest [`OPENING_CHECK_ENTRIES`] entries are whole.
    ///
    /// The lock lies beside the database, with `.lock` added to its name. The folder must be on a local disk. The
    /// call blocks for some milliseconds, longer where an unclosed log is to be moved into the database.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let Opened { lock, path, writer, place, size } = opening::open(path)?;
        let (published, head) = watch::channel(size);
        let (appends, appends_waiting) = mpsc::channel(APPENDS_WAITING_MAX);
        let (reads, reads_waiting) = mpsc::channel(READS_WAITING_MAX);
        let (finds, finds_waiting) = mpsc::channel(READS_WAITING_MAX);
        let writer =
            Writer { connection: writer, place, head: published, poison: None, bytes_since_checkpoint: 0 };
        let mut store = Self {
            path,
            head,
            appends: Some(appends),
            reads: Some(reads),
            finds: Some(finds),
            readers: Vec::new(),
            writer: None,
            _lock: lock,
        };
        store.writer = Some(store.start("ledger-writer", move || writer::run(writer, appends_waiting))?);
        let queue: Queue = Arc::new(Mutex::new(reads_waiting));
        for _ in 0..READERS {
            let (connection, queue, head) = (store.reading()?, Arc::clone(&queue), store.head.clone());
            let reader = store.start("ledger-reader", move || reader::run(&connection, &queue, &head))?;
            store.readers.push(reader);
        }
        let (connection, head) = (store.reading()?, store.head.clone());
        let lookup = move || lookup::run(&connection, finds_waiting, &head);
        store.readers.push(store.start("ledger-lookup", lookup)?);
        Ok(store)
    }

    /// Where the database lies: its true path, as it is locked.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the store to `to`, where nothing may be yet, while appends go on, and returns how many entries
    /// the copy holds.
    ///
    /// The copy is every entry up to one moment, read back and checked whole, and durable under its name, or
    /// there is none. It is a single file that [`restore`] (or `cp` into an empty folder) makes a store again.
    pub async fn backup(&self, to: &Path) -> Result<u64, BackupError> {
        let (from, to) = (self.path.clone(), to.to_owned());
        let failed = BackupError::Unavailable { reason: "the copying thread ended".to_owned() };
        self.apart("ledger-backup", move || backup::backup(&from, &to)).await.unwrap_or(Err(failed))
    }

    /// Reads every entry, checks it against its leaf hash, has SQLite check its own structures, and returns
    /// how many entries there are. It takes as long as reading the file; appends and reads go on.
    pub async fn check(&self) -> Result<u64, ReadError> {
        let path = self.path.clone();
        self.apart("ledger-check", move || backup::check(&path)).await.unwrap_or_else(|| Err(gone()))
    }

    /// Runs `work` on a thread of its own; `None` if it could not start or panicked.
    async fn apart<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (outcome, awaited) = oneshot::channel();
        // Who asked may have gone; then nobody misses the answer.
        self.start(name, move || drop(outcome.send(work()))).ok()?;
        awaited.await.ok()
    }

    fn start(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
        let started = thread::Builder::new().name(name.to_owned()).spawn(work);
        started.map_err(|error| opening::from_io(&self.path, &error))
    }

    fn reading(&self) -> Result<Connection, OpenError> {
        connect::read_only(&self.path).map_err(|refusal| from_refusal(&self.path, refusal))
    }
}

/// Puts a question to the thread behind `asked` and waits for its answer.
async fn ask<Q, T>(
    asked: Option<&mpsc::Sender<Q>>,
    question: impl FnOnce(oneshot::Sender<Result<T, ReadError>>) -> Q,
) -> Result<T, ReadError> {
    let (outcome, awaited) = oneshot::channel();
    let asked = asked.ok_or_else(gone)?;
    asked.send(question(outcome)).await.map_err(|_| gone())?;
    awaited.await.map_err(|_| gone())?
}

/// The answer when a thread of the store is no more, which only a panic can bring about.
fn gone() -> ReadError {
    ReadError::Unavailable { reason: "a thread of the store ended".to_owned() }
}

impl Store for SqliteStore {
    async fn head(&self) -> Result<u64, ReadError> {
        Ok(*self.head.borrow())
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        let (outcome, awaited) = oneshot::channel();
        let append = Append { expected: expected_size, batch: batch.clone(), outcome };
        let ended = || "the writing thread ended".to_owned();
        let stopped = AppendError::Poisoned { reason: ended() };
        let Some(appends) = &self.appends else { return Err(stopped) };
        appends.send(append).await.map_err(|_| stopped)?;
        let unknown = AppendError::Unknown { expected: expected_size, reason: ended() };
        awaited.await.unwrap_or(Err(unknown))
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        ask(self.reads.as_ref(), |outcome| Read { from, limit, outcome }).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        ask(self.finds.as_ref(), |outcome| Find { leaf, outcome }).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        let mut head = self.head.clone();
        let beyond = head.wait_for(|head| *head > size).await.map_err(|_| gone())?;
        Ok(*beyond)
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // A thread that panicked has said so on standard error.
        self.reads = None;
        self.finds = None;
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        // Last, since the last to close the database moves the log into it.
        self.appends = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}
