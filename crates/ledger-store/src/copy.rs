//! Copying the entries of one store into another, byte for byte, and comparing what two of them hold.
//!
//! What the entries say is nothing to this: whether a copy has the promised root is for whoever knows the promise.

use std::ops::Range;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::batch::{Batch, BatchError};
use crate::contract::{AppendError, ReadError, ReadLimit, Store};

/// How long an append whose outcome is unknown, or that was not taken for now, is repeated: in half a minute a cluster
/// elects another leader, however long each try takes.
const APPEND_TIME: Duration = Duration::from_secs(30);

/// The pause between two tries; the first comes at once, for the answer alone may have been lost.
const APPEND_PAUSE: Duration = Duration::from_secs(1);

/// Why a store is no copy of another.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CopyError {
    /// The target holds more than the source: it is not this source's copy, or the source has lost entries.
    #[error(
        "the source holds {source_size} entries and the target {target_size}: the source has lost some, or the \
             target is not a copy of it"
    )]
    Behind {
        /// How many entries the source holds.
        source_size: u64,
        /// How many the target holds.
        target_size: u64,
    },
    /// The two hold different bytes at one index: one of them was altered, or they are two ledgers.
    #[error(
        "entry {index} is not the same in both stores: one of them was altered, or they are not of one ledger"
    )]
    Differs {
        /// The first index at which they differ.
        index: u64,
    },
    /// The source could not be read.
    #[error("the source: {0}")]
    Source(ReadError),
    /// The target could not be read.
    #[error("the target: {0}")]
    Target(ReadError),
    /// The target did not take a batch.
    #[error("the target: {0}")]
    Append(#[from] AppendError),
    /// The source holds what no store takes.
    #[error("an entry of the source cannot be appended anywhere: {0}")]
    Entry(#[from] BatchError),
}

/// Brings `target`, which must hold a beginning of `source` (perhaps nothing), up to what `source` holds now, and
/// returns that size. All that both hold already is compared first.
///
/// Nobody else may append to `target` meanwhile. What was interrupted goes on where it ended.
pub async fn copy(source: &impl Store, target: &impl Store) -> Result<u64, CopyError> {
    copy_first(source, target, u64::MAX).await
}

/// The same, but of no more than the first `count` entries; returns what `target` holds then, which may have been more.
pub async fn copy_first(source: &impl Store, target: &impl Store, count: u64) -> Result<u64, CopyError> {
    let source_size = source.head().await.map_err(CopyError::Source)?;
    let mut size = target.head().await.map_err(CopyError::Target)?;
    if size > source_size {
        return Err(CopyError::Behind { source_size, target_size: size });
    }
    compare(source, target, 0..size).await?;
    let end = source_size.min(count);
    while size < end {
        let entries = read(source, size..end).await.map_err(CopyError::Source)?;
        for batch in Batch::split(entries)? {
            size = append(target, size, &batch).await?;
        }
    }
    Ok(size)
}

/// Makes sure that both stores hold the same bytes at each of these indices, which both must have.
pub async fn compare(source: &impl Store, target: &impl Store, indices: Range<u64>) -> Result<(), CopyError> {
    let mut at = indices.start;
    while at < indices.end {
        let ours = read(source, at..indices.end).await.map_err(CopyError::Source)?;
        let theirs = read(target, at..indices.end).await.map_err(CopyError::Target)?;
        // One may give more at once than the other; what is beyond comes with the next read.
        for (ours, theirs) in ours.iter().zip(&theirs) {
            if ours != theirs {
                return Err(CopyError::Differs { index: at });
            }
            at = at.saturating_add(1);
        }
    }
    Ok(())
}

/// At least the first of these entries, and none beyond them.
async fn read(store: &impl Store, indices: Range<u64>) -> Result<Vec<Vec<u8>>, ReadError> {
    let wanted = usize::try_from(indices.end.saturating_sub(indices.start)).unwrap_or(usize::MAX);
    let entries = store.read(indices.start, ReadLimit::entries(wanted)).await?;
    if entries.is_empty() {
        return Err(ReadError::BeyondHead { from: indices.start, size: indices.start });
    }
    Ok(entries)
}

/// Appends a batch, whatever it takes to know that it is in.
async fn append(target: &impl Store, expected: u64, batch: &Batch) -> Result<u64, AppendError> {
    let (begun, mut is_first) = (Instant::now(), true);
    loop {
        match target.append(expected, batch).await {
            Err(AppendError::Unknown { .. } | AppendError::Unavailable { .. })
                if begun.elapsed() < APPEND_TIME =>
            {
                if !is_first {
                    tokio::time::sleep(APPEND_PAUSE).await;
                }
                is_first = false;
            }
            settled => return settled,
        }
    }
}
