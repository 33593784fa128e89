//! What may be appended in one step: entries whose number and sizes every store accepts.

use std::sync::Arc;

use thiserror::Error;

/// Longest entry in bytes: an entry bundle of the archive (C2SP tlog-tiles) writes its length as `u16`.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// Most entries of one batch: a KurrentDB append is meant for hundreds of events, and 500 already spread the
/// cost of one disk flush thinly enough.
pub const BATCH_ENTRIES_MAX: usize = 500;

/// Most bytes of one batch: half of the 1 MiB that a KurrentDB server up to 25.0 takes in one append, the
/// other half being room for its own framing.
pub const BATCH_BYTES_MAX: usize = 512 * 1024;

/// Entries to be appended together, in order: all of them or none.
///
/// It is non-empty and within every limit by construction, so no store checks again. Cloning is cheap and
/// shares the bytes: whoever appends keeps the batch until its outcome is known (see
/// [`AppendError::Unknown`](crate::AppendError::Unknown)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch(Arc<[Vec<u8>]>);

/// Why some entries are no [`Batch`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BatchError {
    /// Nothing to append: the caller need not have come.
    #[error("the batch holds no entry")]
    Empty,
    /// More than [`BATCH_ENTRIES_MAX`] entries: split them.
    #[error("the batch holds {count} entries, more than {max}")]
    TooMany {
        /// How many were given.
        count: usize,
        /// How many are allowed.
        max: usize,
    },
    /// More than [`BATCH_BYTES_MAX`] bytes in all: split them.
    #[error("the batch holds {len} bytes, more than {max}")]
    TooLarge {
        /// How many bytes were given.
        len: usize,
        /// How many are allowed.
        max: usize,
    },
    /// One entry has no bytes, or more than [`ENTRY_BYTES_MAX`]: it can never be appended.
    #[error("entry {position} of the batch is {len} bytes long, not 1 to {max}")]
    EntryLength {
        /// Its position in the batch, from 0.
        position: usize,
        /// Its length in bytes.
        len: usize,
        /// The longest allowed.
        max: usize,
    },
}

impl Batch {
    /// The batch of `entries`, in their order, if they keep the limits.
    pub fn new(entries: Vec<Vec<u8>>) -> Result<Self, BatchError> {
        if entries.is_empty() {
            return Err(BatchError::Empty);
        }
        if entries.len() > BATCH_ENTRIES_MAX {
            return Err(BatchError::TooMany { count: entries.len(), max: BATCH_ENTRIES_MAX });
        }
        let mut total = 0_usize;
        for (position, entry) in entries.iter().enumerate() {
            let len = entry.len();
            if len == 0 || len > ENTRY_BYTES_MAX {
                return Err(BatchError::EntryLength { position, len, max: ENTRY_BYTES_MAX });
            }
            total = total.saturating_add(len);
        }
        if total > BATCH_BYTES_MAX {
            return Err(BatchError::TooLarge { len: total, max: BATCH_BYTES_MAX });
        }
        Ok(Self(entries.into()))
    }

    /// These entries, in their order, in as few batches as the limits allow; none, if there are none.
    pub fn split(entries: Vec<Vec<u8>>) -> Result<Vec<Self>, BatchError> {
        let (mut batches, mut begun, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
        for entry in entries {
            bytes = bytes.saturating_add(entry.len());
            if !begun.is_empty() && (begun.len() >= BATCH_ENTRIES_MAX || bytes > BATCH_BYTES_MAX) {
                bytes = entry.len();
                batches.push(Self::new(std::mem::take(&mut begun))?);
            }
            begun.push(entry);
        }
        if !begun.is_empty() {
            batches.push(Self::new(begun)?);
        }
        Ok(batches)
    }

    /// The entries, in order; never empty.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.0
    }

    /// How many entries, 1 to [`BATCH_ENTRIES_MAX`].
    pub fn count(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(entries: Vec<Vec<u8>>, expect: Result<u64, BatchError>) {
        assert_eq!(Batch::new(entries).map(|batch| batch.count()), expect);
    }

    #[test]
    fn an_empty_batch_is_refused() {
        check(vec![], Err(BatchError::Empty));
    }

    #[test]
    fn an_entry_has_1_to_65535_bytes() {
        check(vec![vec![1]], Ok(1));
        check(vec![vec![1; 65_535]], Ok(1));
        let refused = |position, len| Err(BatchError::EntryLength { position, len, max: 65_535 });
        check(vec![vec![]], refused(0, 0));
        check(vec![vec![1], vec![1; 65_536]], refused(1, 65_536));
    }

    #[test]
    fn a_batch_has_at_most_500_entries() {
        check(vec![vec![1]; 500], Ok(500));
        check(vec![vec![1]; 501], Err(BatchError::TooMany { count: 501, max: 500 }));
    }

    #[test]
    fn a_batch_has_at_most_half_a_mebibyte() {
        check(vec![vec![1; 32_768]; 16], Ok(16));
        let mut over = vec![vec![1; 32_768]; 16];
        over.push(vec![1]);
        check(over, Err(BatchError::TooLarge { len: 524_289, max: 524_288 }));
    }

    #[track_caller]
    fn check_split(lens: &[usize], expect: &[usize]) {
        let entries: Vec<_> = lens.iter().map(|len| vec![1; *len]).collect();
        let batches = Batch::split(entries.clone()).unwrap();
        let counts: Vec<_> = batches.iter().map(|batch| batch.entries().len()).collect();
        assert_eq!(counts, expect);
        assert_eq!(batches.iter().flat_map(Batch::entries).cloned().collect::<Vec<_>>(), entries);
    }

    #[test]
    fn entries_are_split_into_as_few_batches_as_the_limits_allow() {
        check_split(&[], &[]);
        check_split(&[1; 1_001], &[500, 500, 1]);
        check_split(&[32_768; 33], &[16, 16, 1]);
        check_split(&[65_535, 1], &[2]);
        assert!(matches!(Batch::split(vec![vec![1], vec![]]), Err(BatchError::EntryLength { .. })));
    }
}
