//! An append-only log of records on one file, that loses nothing it has acknowledged.
//!
//! ```text
//! 0     magic, log identity (32 bytes), SHA-256 of both
//! 512   slot: generation, committed length, mark (u64be each), SHA-256 of the three
//! 1024  the other slot; the valid one with the higher generation counts
//! 4096  records: length (u32be), SHA-256(checksum of the record before || length || body), body
//! ```
//!
//! A record is written and synced, and only then a slot says that it is committed, and is synced. So what
//! lies beyond the committed length was never acknowledged and may be torn: it is kept as far as it is
//! whole, and cut where it is not. Damage below the committed length is never cut away: it is an error.
//! The slots lie in sectors of their own; a torn one leaves the other.

use std::io;

use sha2::{Digest as _, Sha256};

use crate::storage::Storage;

#[cfg(test)]
mod tests;

/// The longest record: a statement with all the openings it may have (64 of 8,192 bytes), twice over.
pub const RECORD_BYTES_MAX: usize = 1024 * 1024;

const MAGIC: &[u8; 32] = b"custody-locker-journal/1\n\0\0\0\0\0\0\0";
const HEADER_BYTES: u64 = 96;
const SLOT_OFFSETS: [u64; 2] = [512, 1024];
const SLOT_BYTES: usize = 56;
const RECORDS_OFFSET: u64 = 4096;
const PREFIX_BYTES: u64 = 36;

/// A log that can be appended to.
#[derive(Debug)]
pub struct RecordLog<F> {
    storage: F,
    identity: [u8; 32],
    tail: Tail,
    slot: Slot,
    failed: bool,
}

/// What the newest valid slot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Slot {
    generation: u64,
    /// Bytes of the file that were acknowledged.
    pub committed: u64,
    /// The caller's own number: here, the next sequence number.
    pub mark: u64,
}

/// Where the next record goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tail {
    offset: u64,
    checksum: [u8; 32],
}

/// A log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be read, written or locked.
    #[error("journal file: {0}")]
    Io(#[from] io::Error),
    /// It is no journal, or its head is damaged.
    #[error("not a journal, or its first bytes are damaged: {0}")]
    Header(&'static str),
    /// It is another device's.
    #[error("the journal belongs to another device")]
    Identity,
    /// A record that had been acknowledged cannot be read any more. Nothing was changed.
    #[error(
        "the record at byte {offset} is damaged; {committed} bytes had been acknowledged, and the next sequence \
         number is {mark}. Keep the file. Declare the loss with the command `resume`, or enrol the device anew"
    )]
    Damaged {
        /// Where the damaged record begins.
        offset: u64,
        /// How many bytes had been acknowledged.
        committed: u64,
        /// The caller's number when they were.
        mark: u64,
    },
}

/// A log cannot be written or read any further.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A write failed: nobody knows what reached the disk.
    #[error("journal write failed, the device stops here until it is opened again: {0}")]
    Write(io::Error),
    /// A write failed earlier.
    #[error("an earlier journal write failed; the journal must be opened again")]
    Failed,
    /// A read failed.
    #[error("journal read at byte {offset} failed: {source}")]
    Read {
        /// Where.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// A record is longer than [`RECORD_BYTES_MAX`].
    #[error("a record of {len} bytes, at most {RECORD_BYTES_MAX}")]
    TooLong {
        /// How long it is.
        len: usize,
    },
}

impl<F: Storage> RecordLog<F> {
    /// Makes an empty log on an empty file, or one on which making it was cut short.
    pub fn create(mut storage: F, identity: [u8; 32]) -> Result<Self, OpenError> {
        storage.truncate(0)?;
        let slot = Slot { generation: 1, committed: RECORDS_OFFSET, mark: 0 };
        storage.write_at(slot_offset(slot.generation), &slot.encode())?;
        storage.sync()?;
        // Last, so that a file with a header has a slot.
        storage.write_at(0, &header(&identity))?;
        storage.sync()?;
        let tail = Tail { offset: RECORDS_OFFSET, checksum: identity };
        Ok(Self { storage, identity, tail, slot, failed: false })
    }

    /// Opens a log, makes durable what is whole and cuts what is torn. Every whole record is handed to
    /// `visit` with its offset, in order; on an error, forget what was visited.
    pub fn open(
        mut storage: F,
        identity: [u8; 32],
        mut visit: impl FnMut(u64, Vec<u8>),
    ) -> Result<Self, OpenError> {
        if is_unmade(&storage, &identity)? {
            return Self::create(storage, identity);
        }
        let slot = read_slot(&storage, identity)?;
        let mut unacknowledged = Vec::new();
        let tail = walk(&storage, identity, |offset, prefix, body| {
            if offset >= slot.committed {
                unacknowledged.push((offset, [prefix.as_slice(), &body].concat()));
            }
            visit(offset, body);
        })?;
        if tail.offset < slot.committed {
            let Slot { committed, mark, .. } = slot;
            return Err(OpenError::Damaged { offset: tail.offset, committed, mark });
        }
        if storage.size()? > tail.offset {
            storage.truncate(tail.offset)?;
        }
        for (offset, bytes) in &unacknowledged {
            // Written again: after a failed sync the system may believe that this is on the disk.
            storage.write_at(*offset, bytes)?;
        }
        storage.sync()?;
        let mut log = Self { storage, identity, tail, slot, failed: false };
        if tail.offset != slot.committed {
            log.commit(slot.mark).map_err(|error| match error {
                LogError::Write(source) => OpenError::Io(source),
                _ => OpenError::Header("slot"),
            })?;
        }
        Ok(log)
    }

    /// Appends records and makes them durable; `mark` is kept with them. Returns their offsets.
    ///
    /// # Errors
    ///
    /// After [`LogError::Write`] the log refuses everything: opening it again tells what is there.
    pub fn append(&mut self, bodies: &[Vec<u8>], mark: u64) -> Result<Vec<u64>, LogError> {
        if self.failed {
            return Err(LogError::Failed);
        }
        let (mut tail, mut bytes, mut offsets) = (self.tail, Vec::new(), Vec::new());
        for body in bodies {
            if body.len() > RECORD_BYTES_MAX {
                return Err(LogError::TooLong { len: body.len() });
            }
            let (prefix, checksum) = prefix(&tail.checksum, body);
            bytes.extend_from_slice(&prefix);
            bytes.extend_from_slice(body);
            offsets.push(tail.offset);
            tail = Tail { offset: tail.offset.saturating_add(record_bytes(body)), checksum };
        }
        let at = self.tail.offset;
        self.write(|storage| storage.write_at(at, &bytes).and_then(|()| storage.sync()))?;
        self.tail = tail;
        self.commit(mark)?;
        Ok(offsets)
    }

    /// Forgets every record: the committed length goes back first, so that a cut in between leaves either.
    pub fn clear(&mut self) -> Result<(), LogError> {
        if self.failed {
            return Err(LogError::Failed);
        }
        self.tail = Tail { offset: RECORDS_OFFSET, checksum: self.identity };
        self.commit(0)?;
        self.write(|storage| storage.truncate(RECORDS_OFFSET).and_then(|()| storage.sync()))
    }

    /// The body of the record at an offset that [`RecordLog::open`] or [`RecordLog::append`] gave.
    pub fn read(&self, offset: u64) -> Result<Vec<u8>, LogError> {
        let failed = |source| LogError::Read { offset, source };
        let mut length = [0; 4];
        self.storage.read_at(offset, &mut length).map_err(failed)?;
        let len = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if len > RECORD_BYTES_MAX {
            return Err(LogError::TooLong { len });
        }
        let mut body = vec![0; len];
        self.storage.read_at(offset.saturating_add(PREFIX_BYTES), &mut body).map_err(failed)?;
        Ok(body)
    }

    /// The caller's number of the last append.
    pub fn mark(&self) -> u64 {
        self.slot.mark
    }

    /// Bytes of the file in use.
    pub fn size_bytes(&self) -> u64 {
        self.tail.offset
    }

    fn commit(&mut self, mark: u64) -> Result<(), LogError> {
        let generation = self.slot.generation.saturating_add(1);
        let slot = Slot { generation, committed: self.tail.offset, mark };
        let (offset, bytes) = (slot_offset(generation), slot.encode());
        self.write(|storage| storage.write_at(offset, &bytes).and_then(|()| storage.sync()))?;
        self.slot = slot;
        Ok(())
    }

    fn write(&mut self, write: impl FnOnce(&mut F) -> io::Result<()>) -> Result<(), LogError> {
        write(&mut self.storage).map_err(|error| {
            self.failed = true;
            LogError::Write(error)
        })
    }
}

/// The newest valid slot of a log whose header is in order.
pub fn read_slot<F: Storage>(storage: &F, identity: [u8; 32]) -> Result<Slot, OpenError> {
    let mut found = [0; 96];
    storage.read_at(0, &mut found).map_err(|_| OpenError::Header("too short"))?;
    check_header(&found, &identity)?;
    newest_slot(storage).ok_or(OpenError::Header("both slots are damaged"))
}

/// Visits offset, prefix and body of each record, as far as they are whole. Changes nothing.
fn walk<F: Storage>(
    storage: &F,
    identity: [u8; 32],
    mut visit: impl FnMut(u64, [u8; 36], Vec<u8>),
) -> io::Result<Tail> {
    let size = storage.size()?;
    let mut tail = Tail { offset: RECORDS_OFFSET, checksum: identity };
    while let Some((prefix, checksum, body)) = read_whole(storage, &tail, size)? {
        let next = tail.offset.saturating_add(record_bytes(&body));
        visit(tail.offset, prefix, body);
        tail = Tail { offset: next, checksum };
    }
    Ok(tail)
}

/// Visits the body of each record up to the first that is not whole. Changes nothing: for a damaged log.
pub fn salvage<F: Storage>(
    storage: &F,
    identity: [u8; 32],
    mut visit: impl FnMut(Vec<u8>),
) -> Result<Slot, OpenError> {
    let slot = read_slot(storage, identity)?;
    walk(storage, identity, |_, _, body| visit(body))?;
    Ok(slot)
}

/// Prefix, checksum and body of a record.
type Whole = ([u8; 36], [u8; 32], Vec<u8>);

/// The record at the tail, if it is whole.
fn read_whole<F: Storage>(storage: &F, tail: &Tail, size: u64) -> io::Result<Option<Whole>> {
    let body_offset = tail.offset.saturating_add(PREFIX_BYTES);
    if body_offset > size {
        return Ok(None);
    }
    let mut found = [0; 36];
    storage.read_at(tail.offset, &mut found)?;
    let (length, _) = found.split_at(4);
    let length = u32::from_be_bytes(length.try_into().unwrap_or_default());
    let len = usize::try_from(length).unwrap_or(usize::MAX);
    if len > RECORD_BYTES_MAX || body_offset.saturating_add(u64::from(length)) > size {
        return Ok(None);
    }
    let mut body = vec![0; len];
    storage.read_at(body_offset, &mut body)?;
    let (expected, checksum) = prefix(&tail.checksum, &body);
    Ok((found == expected).then_some((found, checksum, body)))
}

/// True for an empty file, and for one on which `create` was cut short while it wrote the header: nothing
/// can have been acknowledged on it.
fn is_unmade<F: Storage>(storage: &F, identity: &[u8; 32]) -> io::Result<bool> {
    let size = storage.size()?;
    if size < HEADER_BYTES {
        return Ok(true);
    }
    let mut head = [0; 96];
    storage.read_at(0, &mut head)?;
    let whole = header(identity);
    let torn = head != *whole && head.iter().zip(&whole).all(|(found, whole)| *found == 0 || found == whole);
    let unused = newest_slot(storage).is_none_or(|slot| slot.generation <= 1);
    Ok(torn && unused && size <= RECORDS_OFFSET)
}

fn header(identity: &[u8; 32]) -> Vec<u8> {
    let check: [u8; 32] = Sha256::new().chain_update(MAGIC).chain_update(identity).finalize().into();
    [MAGIC.as_slice(), identity, &check].concat()
}

fn check_header(found: &[u8; 96], identity: &[u8; 32]) -> Result<(), OpenError> {
    let (magic, rest) = found.split_at(32);
    let (theirs, check) = rest.split_at(32);
    if magic != MAGIC {
        return Err(OpenError::Header("another magic number"));
    }
    if check != Sha256::new().chain_update(magic).chain_update(theirs).finalize().as_slice() {
        return Err(OpenError::Header("checksum"));
    }
    if theirs == identity { Ok(()) } else { Err(OpenError::Identity) }
}

/// Length and checksum of a record, and the checksum alone.
fn prefix(previous: &[u8; 32], body: &[u8]) -> ([u8; 36], [u8; 32]) {
    // No body is longer than RECORD_BYTES_MAX.
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    let checksum =
        Sha256::new().chain_update(previous).chain_update(length).chain_update(body).finalize().into();
    let mut prefix = [0; 36];
    prefix.iter_mut().zip(length.iter().chain(&checksum)).for_each(|(to, from)| *to = *from);
    (prefix, checksum)
}

fn record_bytes(body: &[u8]) -> u64 {
    PREFIX_BYTES.saturating_add(u64::try_from(body.len()).unwrap_or(u64::MAX))
}

fn slot_offset(generation: u64) -> u64 {
    let [even, odd] = SLOT_OFFSETS;
    if generation.is_multiple_of(2) { even } else { odd }
}

fn newest_slot<F: Storage>(storage: &F) -> Option<Slot> {
    let read = |offset| {
        let mut bytes = [0; SLOT_BYTES];
        storage.read_at(offset, &mut bytes).ok()?;
        Slot::decode(&bytes)
    };
    SLOT_OFFSETS.into_iter().filter_map(read).max_by_key(|slot| slot.generation)
}

impl Slot {
    fn encode(&self) -> Vec<u8> {
        let numbers = [self.generation, self.committed, self.mark].map(u64::to_be_bytes).concat();
        let check = Sha256::digest(&numbers);
        [numbers.as_slice(), check.as_slice()].concat()
    }

    fn decode(bytes: &[u8; SLOT_BYTES]) -> Option<Self> {
        let (numbers, check) = bytes.split_at(24);
        if Sha256::digest(numbers).as_slice() != check {
            return None;
        }
        let mut numbers = numbers.chunks_exact(8).map(|chunk| chunk.try_into().map(u64::from_be_bytes).ok());
        let mut next = || numbers.next().flatten();
        Some(Self { generation: next()?, committed: next()?, mark: next()? })
    }
}
