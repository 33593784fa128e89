//! What every store of ledger entries promises, embedded or distributed.
//!
//! The trait is asynchronous and used as a type parameter, never as `dyn`: a KurrentDB cluster answers over a
//! network, so its natural shape is a future; the embedded engine answers from threads of its own through
//! channels, so its futures run on any runtime and block none. A synchronous trait would have made the
//! cluster's store block a thread for each call.

use std::future::Future;
use std::sync::Arc;

use thiserror::Error;

use crate::batch::Batch;

/// Most entries of one read; a [`ReadLimit`] that asks for more gets this many.
pub const READ_ENTRIES_MAX: usize = 4_096;

/// Most bytes of one read beyond its first entry; a [`ReadLimit`] that asks for more gets this many. It bounds
/// what one reader can make the process hold.
pub const READ_BYTES_MAX: usize = 8 * 1024 * 1024;

/// An append-only sequence of entries: opaque bytes, the index of an entry being its position, from 0.
///
/// # What every store promises
///
/// 1. **Order.** Entries stand in the order of their appends and of their batch; no index is skipped.
/// 2. **Nothing changes.** An entry, once read, reads the same for ever; a store that cannot give the bytes it
///    was given says [`ReadError::Corrupt`] and never gives others.
/// 3. **All or nothing.** Of a batch either every entry is in or none is, whatever fails.
/// 4. **Durable.** When `append` returns `Ok`, the batch survives the loss of power (of the machine, or of a
///    minority of a cluster). Only durable entries count in `head`, are read, or wake a waiter.
/// 5. **Fenced.** Of two different batches appended at the same expected size at most one enters; the other is
///    a conflict, also when the two come from different processes.
/// 6. **Repeatable.** Appending again, at the same expected size, a batch that already stands there byte for
///    byte writes nothing and answers as it did the first time. So whoever does not know what became of an
///    append asks by repeating it. (KurrentDB answers so of itself; the others do likewise.)
/// 7. **Resolved before anything else.** After [`AppendError::Unknown`] the store takes nothing but that batch
///    at that size until it is known whether it is in.
/// 8. **Stopped by failure.** After an I/O error of its own disk the store refuses every append until it is
///    opened anew, for nobody knows what reached the disk. Reads go on.
/// 9. **Asked means done.** Dropping the future of an `append` does not take the append back; it may still
///    enter, and appends asked later come after it.
pub trait Store: Send + Sync + 'static {
    /// How many entries are durably in: the index that the next one gets.
    ///
    /// It never goes down while the store is open.
    fn head(&self) -> impl Future<Output = Result<u64, ReadError>> + Send;

    /// Appends `batch` if the store holds exactly `expected_size` entries, and returns the size just behind the
    /// batch, `expected_size + batch.count()`, once it is durable.
    fn append(
        &self,
        expected_size: u64,
        batch: &Batch,
    ) -> impl Future<Output = Result<u64, AppendError>> + Send;

    /// The entries from index `from` on, in order, as many as `limit` allows.
    ///
    /// The answer is empty only if `from` is the size of the store (or `limit` allows no entry): the first
    /// entry comes even if it alone is longer than the limit's bytes.
    fn read(
        &self,
        from: u64,
        limit: ReadLimit,
    ) -> impl Future<Output = Result<Vec<Vec<u8>>, ReadError>> + Send;

    /// The lowest index of an entry with this RFC 6962 leaf hash ([`leaf_hash`](crate::leaf_hash)), or `None`.
    ///
    /// The first look-up after opening may take as long as reading everything; later ones are quick.
    fn index_of(&self, leaf: [u8; 32]) -> impl Future<Output = Result<Option<u64>, ReadError>> + Send;

    /// Waits until the store holds more than `size` entries, and returns how many it holds then.
    ///
    /// It returns at once if it does already. Any number of callers may wait; each append wakes all of them.
    fn wait_beyond(&self, size: u64) -> impl Future<Output = Result<u64, ReadError>> + Send;

    /// Waits until there is an entry at `from`, and reads from there: one step of following the tail.
    ///
    /// Start with the index wanted first and go on with `from` plus the number of entries received: nothing
    /// is missed and nothing comes twice.
    fn follow(
        &self,
        from: u64,
        limit: ReadLimit,
    ) -> impl Future<Output = Result<Vec<Vec<u8>>, ReadError>> + Send {
        async move {
            self.wait_beyond(from).await?;
            self.read(from, limit).await
        }
    }
}

/// A store that several hold is the same store.
impl<S: Store> Store for Arc<S> {
    async fn head(&self) -> Result<u64, ReadError> {
        (**self).head().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        (**self).append(expected_size, batch).await
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        (**self).read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        (**self).index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        (**self).wait_beyond(size).await
    }

    async fn follow(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        (**self).follow(from, limit).await
    }
}

/// How much one read may return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimit {
    /// At most this many entries, and never more than [`READ_ENTRIES_MAX`].
    pub entries: usize,
    /// At most this many bytes, the first entry not counted, and never more than [`READ_BYTES_MAX`].
    pub bytes: usize,
}

impl ReadLimit {
    /// As much as a store gives at once.
    pub const MAX: Self = Self { entries: READ_ENTRIES_MAX, bytes: READ_BYTES_MAX };

    /// At most `entries` entries, and as many bytes as a store gives at once.
    pub const fn entries(entries: usize) -> Self {
        Self { entries, bytes: READ_BYTES_MAX }
    }

    /// This limit, lowered to what a store gives at most.
    #[must_use]
    pub fn capped(self) -> Self {
        Self { entries: self.entries.min(READ_ENTRIES_MAX), bytes: self.bytes.min(READ_BYTES_MAX) }
    }
}

/// Why an append did not return a size, and what to do about it.
///
/// All but [`Unknown`](Self::Unknown) are definite: nothing of the batch was written by this call.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum AppendError {
    /// The store holds `actual` entries and not `expected`: read what others appended, decide again.
    #[error("the store holds {actual} entries, not {expected}")]
    Conflict {
        /// The size the caller expected.
        expected: u64,
        /// The size the store has.
        actual: u64,
    },
    /// The batch may be in, may not, or may yet come in: repeat this very call until it has a definite outcome.
    /// If the answer is then [`Poisoned`](Self::Poisoned), open the store anew first.
    #[error("whether the batch expected at {expected} is in is not known: {reason}")]
    Unknown {
        /// The size at which the batch was to go in.
        expected: u64,
        /// What failed.
        reason: String,
    },
    /// An earlier batch, expected at `expected`, is still [`Unknown`](Self::Unknown): repeat that one first.
    #[error("the earlier batch expected at {expected} must be resolved first")]
    Unresolved {
        /// The size at which the earlier batch was to go in.
        expected: u64,
    },
    /// An earlier I/O error stopped the store: open it anew.
    #[error("the store stopped writing after a failure and must be reopened: {reason}")]
    Poisoned {
        /// The failure that stopped it.
        reason: String,
    },
    /// There is no room for the batch: make room, then try again.
    #[error("there is no room left for the batch")]
    Full,
    /// The place where the store lies cannot be written: an operator must change that.
    #[error("the store cannot be written: {reason}")]
    ReadOnly {
        /// What refused the write.
        reason: String,
    },
    /// The store could not take the batch now: try again.
    #[error("the store did not take the batch: {reason}")]
    Unavailable {
        /// Why not.
        reason: String,
    },
}

/// Why a read returned nothing.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ReadError {
    /// The read begins behind the end: the store has less than the caller has seen, which is an alarm.
    #[error("there is no entry {from} to read, the store holds {size}")]
    BeyondHead {
        /// The index asked for.
        from: u64,
        /// The size the store has.
        size: u64,
    },
    /// What is kept is not what was appended: restore the store from a copy, and keep the damaged one.
    #[error("the store is damaged at or after entry {index}: {reason}")]
    Corrupt {
        /// The first index that could not be read.
        index: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The store could not be read now: try again.
    #[error("the store could not be read: {reason}")]
    Unavailable {
        /// Why not.
        reason: String,
    },
}
