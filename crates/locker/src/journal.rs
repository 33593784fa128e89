//! The device's journal: every statement it ever signed, and what the ledger answered.
//!
//! Two logs. `statements` is never shortened. `openings` holds the openings of commitments (personal data)
//! until the ledger has taken them over, and is emptied when nothing waits. Openings are made durable
//! before the statement that commits to them, so that no statement waits without its openings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use custody::id::DeviceId;
use ledger_format::disclosure::Disclosure;
use ledger_format::envelope::Envelope;
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::record_log::{self, LogError, OpenError, RecordLog};
use crate::storage::{FileStorage, Storage};

/// One record of the log of statements.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Record {
    /// What it is.
    #[prost(oneof = "Kept", tags = "1, 2, 3, 4, 5, 6")]
    pub kept: Option<Kept>,
}

/// What the journal keeps.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Kept {
    /// An envelope, as sent.
    #[prost(bytes = "vec", tag = "1")]
    Statement(Vec<u8>),
    /// The ledger has a statement.
    #[prost(message, tag = "2")]
    Receipt(ReceiptRecord),
    /// The ledger would not take a statement.
    #[prost(message, tag = "3")]
    Refusal(RefusalRecord),
    /// A checkpoint that this device verified: the signed note.
    #[prost(string, tag = "4")]
    Seen(String),
    /// An answer that does not verify.
    #[prost(message, tag = "5")]
    Alarm(AlarmRecord),
    /// Statements were lost here.
    #[prost(message, tag = "6")]
    Resumed(ResumedRecord),
}

/// The ledger's proof that it has a statement. Verified before it was written here.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ReceiptRecord {
    /// The statement's number.
    #[prost(uint64, tag = "1")]
    pub sequence: u64,
    /// The entry's place in the ledger.
    #[prost(uint64, tag = "2")]
    pub index: u64,
    /// The entry's exact bytes.
    #[prost(bytes = "vec", tag = "3")]
    pub entry: Vec<u8>,
    /// The receipt (C2SP tlog-proof).
    #[prost(string, tag = "4")]
    pub receipt: String,
}

/// A refusal. The statement is kept and offered again.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RefusalRecord {
    /// The statement's number.
    #[prost(uint64, tag = "1")]
    pub sequence: u64,
    /// The stable code.
    #[prost(string, tag = "2")]
    pub code: String,
    /// What was wrong and what to do.
    #[prost(string, tag = "3")]
    pub detail: String,
    /// UTC microseconds.
    #[prost(uint64, tag = "4")]
    pub at_us: u64,
}

/// An answer that did not verify, with the signed checkpoint that came along: it may be evidence.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AlarmRecord {
    /// What was wrong.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// The checkpoint's signed note as received.
    #[prost(string, tag = "2")]
    pub checkpoint: String,
    /// UTC microseconds.
    #[prost(uint64, tag = "3")]
    pub at_us: u64,
}

/// The journal goes on behind a loss.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ResumedRecord {
    /// First number that no longer exists anywhere.
    #[prost(uint64, tag = "1")]
    pub lost_from: u64,
    /// The next number.
    #[prost(uint64, tag = "2")]
    pub next_sequence: u64,
}

#[derive(Clone, PartialEq, prost::Message)]
struct OpeningsRecord {
    #[prost(uint64, tag = "1")]
    sequence: u64,
    #[prost(string, repeated, tag = "2")]
    openings: Vec<String>,
}

/// The two logs.
#[derive(Debug)]
pub struct Journal<F = FileStorage> {
    statements: RecordLog<F>,
    openings: RecordLog<F>,
    unsent_openings: BTreeMap<u64, u64>,
}

/// The journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it.
    #[error("{path}: another process uses this journal; a device speaks through one process only")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// One of its files could not be opened.
    #[error("{path}: {source}")]
    Log {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: OpenError,
    },
    /// The log of openings could not be put in order.
    #[error("{OPENINGS}: {source}")]
    Openings {
        /// Why not.
        source: LogError,
    },
    /// A record is whole and makes no sense: another version's.
    #[error("journal record at byte {offset}: {problem}")]
    Record {
        /// Where it begins.
        offset: u64,
        /// What is wrong with it.
        problem: &'static str,
    },
}

const STATEMENTS: &str = "statements.journal";
const OPENINGS: &str = "openings.journal";

impl Journal<FileStorage> {
    /// Opens the journal of a device in its folder, making it where there is none.
    pub fn open_dir(
        dir: &Path,
        device: DeviceId,
        visit: impl FnMut(u64, Kept) -> Result<(), &'static str>,
    ) -> Result<Self, JournalError> {
        let open = |name: &str| {
            let path = dir.join(name);
            FileStorage::open(&path).map_err(|source| match source.kind() {
                std::io::ErrorKind::WouldBlock => JournalError::InUse { path },
                _ => JournalError::Log { path, source: OpenError::Io(source) },
            })
        };
        let journal = Self::open(open(STATEMENTS)?, open(OPENINGS)?, device, visit);
        journal.map_err(|error| error.under(dir))
    }

    /// Sets a damaged journal aside and begins a new one with all statements before the damage. Returns what
    /// the device will declare lost before it says anything else. `lost_from` is given where the ledger has
    /// statements that lie behind the damage (it says which number it expects).
    pub fn resume(
        dir: &Path,
        device: DeviceId,
        aside: &str,
        lost_from: Option<u64>,
    ) -> Result<ResumedRecord, ResumeError> {
        let path = dir.join(STATEMENTS);
        let (mut bodies, mut readable) = (Vec::new(), 0);
        let old = FileStorage::open(&path)?;
        let slot = record_log::salvage(&old, identity(device, STATEMENTS), |body| {
            readable = next_after(readable, decode(&body).as_ref());
            bodies.push(body);
        })?;
        let lost_from = lost_from.unwrap_or(readable).max(readable);
        if lost_from >= slot.mark {
            return Err(ResumeError::NothingLost);
        }
        let resumed = ResumedRecord { lost_from, next_sequence: slot.mark };
        bodies.push(Record { kept: Some(Kept::Resumed(resumed.clone())) }.encode_to_vec());
        let new_path = dir.join("statements.resumed");
        let mut new = RecordLog::create(FileStorage::open(&new_path)?, identity(device, STATEMENTS))?;
        new.append(&bodies, slot.mark)?;
        std::fs::hard_link(&path, dir.join(aside))?;
        std::fs::rename(&new_path, &path)?;
        std::fs::File::open(dir)?.sync_all()?;
        Ok(resumed)
    }
}

/// A damaged journal could not be resumed.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// Every statement can be read.
    #[error("no statement is lost: there is nothing to declare")]
    NothingLost,
    /// The old journal's head cannot be read, so nobody knows which number comes next: enrol a new device.
    #[error("{0}; if the next sequence number is not known, this device must be enrolled anew")]
    Old(#[from] OpenError),
    /// The new journal could not be written.
    #[error(transparent)]
    New(#[from] LogError),
    /// A file could not be moved.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl<F: Storage> Journal<F> {
    /// Opens the two logs. Every record of statements is handed to `visit` with its offset, in order.
    pub fn open(
        statements: F,
        openings: F,
        device: DeviceId,
        mut visit: impl FnMut(u64, Kept) -> Result<(), &'static str>,
    ) -> Result<Self, JournalError> {
        let log_error = |name: &str| {
            let path = PathBuf::from(name);
            move |source| JournalError::Log { path, source }
        };
        let (mut problem, mut next_sequence) = (None, 0);
        let statements = RecordLog::open(statements, identity(device, STATEMENTS), |offset, body| {
            let kept = decode(&body);
            next_sequence = next_after(next_sequence, kept.as_ref());
            let visited =
                kept.ok_or("of a kind this version does not know").and_then(|kept| visit(offset, kept));
            if let (Err(found), None) = (visited, &problem) {
                problem = Some(JournalError::Record { offset, problem: found });
            }
        });
        let statements = statements.map_err(log_error(STATEMENTS))?;
        problem.map_or(Ok(()), Err)?;
        let mut unsent_openings = BTreeMap::new();
        let openings = RecordLog::open(openings, identity(device, OPENINGS), |offset, body| {
            // The newest for a number counts.
            if let Ok(OpeningsRecord { sequence, openings }) = OpeningsRecord::decode(body.as_slice()) {
                unsent_openings.insert(sequence, (offset, openings.is_empty()));
            }
        });
        let openings = openings.map_err(log_error(OPENINGS))?;
        let mut journal = Self { statements, openings, unsent_openings: BTreeMap::new() };
        let unfinished =
            unsent_openings.keys().copied().filter(|sequence| *sequence >= next_sequence).collect();
        let kept =
            unsent_openings.into_iter().filter(|(sequence, (_, empty))| *sequence < next_sequence && !empty);
        journal.unsent_openings = kept.map(|(sequence, (offset, _))| (sequence, offset)).collect();
        journal.disown(unfinished).map_err(|error| JournalError::Openings { source: error })?;
        Ok(journal)
    }

    /// Openings whose statement was never finished must not pass for those of a later one.
    fn disown(&mut self, unfinished: Vec<u64>) -> Result<(), LogError> {
        if unfinished.is_empty() {
            return Ok(());
        }
        if self.unsent_openings.is_empty() {
            return self.openings.clear();
        }
        let none = |sequence| OpeningsRecord { sequence, openings: Vec::new() }.encode_to_vec();
        let bodies: Vec<_> = unfinished.into_iter().map(none).collect();
        self.openings.append(&bodies, 0).map(drop)
    }

    /// Makes a statement durable, its openings first. Returns its offset.
    pub fn keep(
        &mut self,
        sequence: u64,
        envelope: &Envelope,
        openings: &[Disclosure],
    ) -> Result<u64, LogError> {
        let mut kept_openings = None;
        if !openings.is_empty() {
            let openings = openings.iter().map(|opening| opening.encoded.clone()).collect();
            let record = OpeningsRecord { sequence, openings }.encode_to_vec();
            kept_openings = self.openings.append(&[record], sequence)?.first().copied();
        }
        let offsets = self.append(vec![Kept::Statement(envelope.encode())], sequence.saturating_add(1))?;
        if let Some(offset) = kept_openings {
            self.unsent_openings.insert(sequence, offset);
        }
        Ok(offsets.first().copied().unwrap_or_default())
    }

    /// Makes answers of the ledger durable, all or (after a power cut) some of them.
    pub fn note(&mut self, kept: Vec<Kept>) -> Result<Vec<u64>, LogError> {
        let mark = self.statements.mark();
        self.append(kept, mark)
    }

    /// The record at an offset that was visited or returned.
    pub fn read(&self, offset: u64) -> Result<Option<Kept>, LogError> {
        Ok(decode(&self.statements.read(offset)?))
    }

    /// The openings of a statement that the ledger has not taken over yet.
    pub fn openings(&self, sequence: u64) -> Result<Vec<Disclosure>, LogError> {
        let Some(offset) = self.unsent_openings.get(&sequence) else { return Ok(Vec::new()) };
        let record = OpeningsRecord::decode(self.openings.read(*offset)?.as_slice()).unwrap_or_default();
        Ok(record.openings.into_iter().map(|encoded| Disclosure { encoded }).collect())
    }

    /// The ledger holds these openings now. When none is left, the personal data leaves this disk.
    pub fn forget_openings(&mut self, recorded: impl Fn(u64) -> bool) -> Result<(), LogError> {
        let before = self.unsent_openings.len();
        self.unsent_openings.retain(|sequence, _| !recorded(*sequence));
        if before > 0 && self.unsent_openings.is_empty() { self.openings.clear() } else { Ok(()) }
    }

    /// How many statements wait with openings.
    pub fn unsent_openings(&self) -> usize {
        self.unsent_openings.len()
    }

    /// Bytes on disk.
    pub fn size_bytes(&self) -> u64 {
        self.statements.size_bytes().saturating_add(self.openings.size_bytes())
    }

    fn append(&mut self, kept: Vec<Kept>, mark: u64) -> Result<Vec<u64>, LogError> {
        let bodies: Vec<_> =
            kept.into_iter().map(|kept| Record { kept: Some(kept) }.encode_to_vec()).collect();
        self.statements.append(&bodies, mark)
    }
}

impl JournalError {
    fn under(self, dir: &Path) -> Self {
        match self {
            Self::Log { path, source } => Self::Log { path: dir.join(path), source },
            other => other,
        }
    }
}

/// Binds a log to its device and to its own kind.
fn identity(device: DeviceId, name: &str) -> [u8; 32] {
    Sha256::new().chain_update(name).chain_update(device.0).finalize().into()
}

/// The hash of the statement in an envelope's encoding, and its decoded form.
pub(crate) fn decode_statement(
    bytes: &[u8],
) -> Result<(Envelope, ledger_format::statement::Decoded), &'static str> {
    let envelope = Envelope::decode(bytes).map_err(|_| "not an envelope")?;
    let decoded = ledger_format::statement::decode(&envelope.statement).map_err(|_| "not a statement")?;
    Ok((envelope, decoded))
}

fn decode(body: &[u8]) -> Option<Kept> {
    Record::decode(body).ok().and_then(|record| record.kept)
}

/// The next sequence number after a record.
fn next_after(next: u64, kept: Option<&Kept>) -> u64 {
    match kept {
        Some(Kept::Statement(_)) => next.saturating_add(1),
        Some(Kept::Resumed(resumed)) => resumed.next_sequence,
        _ => next,
    }
}
