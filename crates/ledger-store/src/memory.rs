//! A store in memory, with failures on request: the model of the contract, for tests only.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::batch::Batch;
use crate::contract::{AppendError, ReadError, ReadLimit, Store};
use crate::leaf::leaf_hash;

/// What the next append that would have entered does instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers [`AppendError::Unknown`], and the batch is not in.
    Lost,
    /// It answers [`AppendError::Unknown`], and the batch is in.
    Kept,
    /// It answers [`AppendError::Full`].
    Full,
    /// It answers [`AppendError::Unavailable`].
    Unavailable,
    /// It answers [`AppendError::Unknown`], the batch is not in, and every later append is answered
    /// [`AppendError::Poisoned`] until the store is opened anew by [`MemoryStore::reopen`].
    Broken,
}

/// Entries in memory. They outlive the store in whatever was opened by [`reopen`](Self::reopen).
#[derive(Debug)]
pub struct MemoryStore {
    entries: Arc<Mutex<Vec<Vec<u8>>>>,
    head: Arc<watch::Sender<u64>>,
    trouble: Mutex<Trouble>,
}

/// What stands between the caller and the entries.
#[derive(Debug, Default)]
struct Trouble {
    next: VecDeque<Fault>,
    unresolved: Option<(u64, Batch)>,
    poisoned: bool,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            entries: Arc::default(),
            head: Arc::new(watch::Sender::new(0)),
            trouble: Mutex::new(Trouble::default()),
        }
    }

    /// Another store over the same entries, with no trouble behind it: what a restart finds.
    #[must_use]
    pub fn reopen(&self) -> Self {
        Self {
            entries: Arc::clone(&self.entries),
            head: Arc::clone(&self.head),
            trouble: Mutex::new(Trouble::default()),
        }
    }

    /// Makes the next append that would have entered fail.
    pub fn fail_next(&self, fault: Fault) {
        self.fail_in_turn([fault]);
    }

    /// Makes the next appends that would have entered fail, one after the other; in place of what was asked before.
    pub fn fail_in_turn(&self, faults: impl IntoIterator<Item = Fault>) {
        held(&self.trouble).next = faults.into_iter().collect();
    }

    fn put(&self, expected: u64, batch: &Batch) -> Result<u64, AppendError> {
        let mut trouble = held(&self.trouble);
        if trouble.poisoned {
            return Err(AppendError::Poisoned { reason: "a fault that was asked for".to_owned() });
        }
        if let Some((at, frozen)) = &trouble.unresolved
            && (*at != expected || frozen != batch)
        {
            return Err(AppendError::Unresolved { expected: *at });
        }
        let mut entries = held(&self.entries);
        let outcome = settle(&entries, expected, batch);
        let reason = || "a fault that was asked for".to_owned();
        let fault = if outcome == Ok(Place::End) { trouble.next.pop_front() } else { None };
        trouble.unresolved = match fault {
            Some(Fault::Lost | Fault::Kept) => Some((expected, batch.clone())),
            // Who was in doubt and is told "not now" is in doubt still.
            Some(Fault::Full | Fault::Unavailable) => trouble.unresolved.take(),
            _ => None,
        };
        trouble.poisoned = fault == Some(Fault::Broken);
        if outcome? == Place::End && matches!(fault, None | Some(Fault::Kept)) {
            entries.extend_from_slice(batch.entries());
            self.head.send_replace(count(&entries));
        }
        match fault {
            None => Ok(expected.saturating_add(batch.count())),
            Some(Fault::Full) => Err(AppendError::Full),
            Some(Fault::Unavailable) => Err(AppendError::Unavailable { reason: reason() }),
            Some(_) => Err(AppendError::Unknown { expected, reason: reason() }),
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a batch belongs that does not conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Behind the last entry.
    End,
    /// Where it already stands.
    Same,
}

fn settle(entries: &[Vec<u8>], expected: u64, batch: &Batch) -> Result<Place, AppendError> {
    let actual = count(entries);
    if expected == actual {
        return Ok(Place::End);
    }
    let behind = usize::try_from(expected).ok().and_then(|from| entries.get(from..)).unwrap_or_default();
    if behind.starts_with(batch.entries()) {
        return Ok(Place::Same);
    }
    Err(AppendError::Conflict { expected, actual })
}

fn count(entries: &[Vec<u8>]) -> u64 {
    u64::try_from(entries.len()).unwrap_or(u64::MAX)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for MemoryStore {
    async fn head(&self) -> Result<u64, ReadError> {
        Ok(count(&held(&self.entries)))
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        self.put(expected_size, batch)
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        let entries = held(&self.entries);
        let size = count(&entries);
        let behind = usize::try_from(from).ok().and_then(|from| entries.get(from..));
        let behind = behind.ok_or(ReadError::BeyondHead { from, size })?;
        let limit = limit.capped();
        let mut bytes = 0_usize;
        let fits = |(position, entry): &(usize, &Vec<u8>)| {
            if *position > 0 {
                bytes = bytes.saturating_add(entry.len());
            }
            bytes <= limit.bytes
        };
        let read = behind.iter().take(limit.entries).enumerate().take_while(fits);
        Ok(read.map(|(_, entry)| entry.clone()).collect())
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        let index = held(&self.entries).iter().position(|entry| leaf_hash(entry) == leaf);
        Ok(index.map(|index| u64::try_from(index).unwrap_or(u64::MAX)))
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        let mut head = self.head.subscribe();
        let beyond = head.wait_for(|head| *head > size).await;
        let beyond = beyond.map_err(|_| ReadError::Unavailable { reason: "the store is gone".to_owned() })?;
        Ok(*beyond)
    }
}
