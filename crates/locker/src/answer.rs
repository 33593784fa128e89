//! Believing the ledger: what it answered is checked here, every byte that matters, before any of it is kept.
//!
//! ```text
//! checkpoint   signed under the ledger's key, of its origin, and consistent with the newest one seen
//! entry        canonical, and holds exactly the envelope that was sent
//! receipt      of that entry's leaf hash at that entry's index, under that checkpoint
//! ```

use custody::fact::Seen;
use custody::id::{Digest, IdError};
use custody_proto::v1::{self, OutcomeStatus};
use ledger_format::canonical::DecodeError;
use ledger_format::checkpoint::{Checkpoint, CheckpointError};
use ledger_format::entry::Entry;
use ledger_format::envelope::Envelope;
use ledger_format::merkle::{ProofError, empty_root, leaf_hash, verify_consistency};
use ledger_format::note::{self, Note, NoteError, VerifierKey, VerifyError};
use ledger_format::receipt::{Receipt, ReceiptError, ReceiptVerifyError};

use crate::journal::ReceiptRecord;
use crate::sync::UNPROVEN_AFTER_US;

/// Microseconds in a minute.
const MINUTE_US: u64 = 60 * 1_000_000;

/// An answer that has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// One for each statement that the ledger has, in the order sent.
    pub receipts: Vec<ReceiptRecord>,
    /// The first statement that it has not, and why.
    pub stopped: Option<Stopped>,
    /// The checkpoint, if there was one: what it says, and its signed note.
    pub checkpoint: Option<(Seen, String)>,
}

/// A statement that was not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// Its number.
    pub sequence: u64,
    /// True if it may be taken later without anybody doing anything.
    pub is_not_yet: bool,
    /// The stable code.
    pub code: String,
    /// What was wrong and what to do.
    pub detail: String,
    /// The number that the ledger expects next.
    pub expected_sequence: Option<u64>,
}

/// The ledger's answer is not what an honest ledger says. Nothing of it is kept but the evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// The bytes are no answer.
    #[error("the answer cannot be read")]
    Unreadable,
    /// More or fewer outcomes than statements.
    #[error("{found} outcomes for {expected} statements")]
    Count {
        /// How many outcomes.
        found: usize,
        /// How many statements.
        expected: usize,
    },
    /// The checkpoint is no signed note.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint's signatures.
    #[error("checkpoint: {0}")]
    Signature(#[from] VerifyError),
    /// The checkpoint's text.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is another log's.
    #[error("checkpoint of another log, {found}")]
    Origin {
        /// Its origin.
        found: String,
    },
    /// The ledger says it has recorded something, and shows no checkpoint.
    #[error("no checkpoint beside what was recorded")]
    NoCheckpoint,
    /// The ledger is shorter than it was.
    #[error("the ledger has {found} entries and had {seen}: it was rolled back")]
    Shrunk {
        /// What it says now.
        found: u64,
        /// What it had signed before.
        seen: u64,
    },
    /// The ledger's checkpoint does not continue the one seen before: it shows two histories.
    #[error("the checkpoint does not continue the one of size {seen} that this device verified: {source}")]
    Forked {
        /// The size of the one before.
        seen: u64,
        /// What the proof does not prove.
        source: ProofError,
    },
    /// A checkpoint that one node showed is no older state of the ledger that another shows: there are two histories.
    #[error("its checkpoint of {found} entries is not the beginning of the ledger that {by} shows: {source}")]
    OtherBeginning {
        /// The size of that checkpoint.
        found: u64,
        /// The other node.
        by: String,
        /// What its proof does not prove.
        source: Box<ProofError>,
    },
    /// A node stays behind what this device has verified, and no node has proven that it lags.
    #[error(
        "its checkpoint has {found} entries, this device has verified one of {seen}, and for {} minutes no node has proven \
         that the one is the beginning of the other", UNPROVEN_AFTER_US / MINUTE_US
    )]
    StaysBehind {
        /// The size of its checkpoint.
        found: u64,
        /// The size of the one verified.
        seen: u64,
    },
    /// A hash of the proof is not one.
    #[error("consistency proof: {0}")]
    Hash(#[from] IdError),
    /// An entry is not canonical.
    #[error("entry for statement {sequence}: {source}")]
    Entry {
        /// The statement's number.
        sequence: u64,
        /// What is wrong.
        source: DecodeError,
    },
    /// The entry or the receipt is missing, or the status is unknown.
    #[error("the outcome for statement {sequence} lacks its entry or receipt, or has no status")]
    Incomplete {
        /// The statement's number.
        sequence: u64,
    },
    /// The entry holds something other than what was sent.
    #[error("the entry for statement {sequence} holds another envelope")]
    OtherStatement {
        /// The statement's number.
        sequence: u64,
    },
    /// The receipt is for another place.
    #[error("the receipt for statement {sequence} is of index {receipt}, its entry of index {entry}")]
    OtherIndex {
        /// The statement's number.
        sequence: u64,
        /// Where the entry says it is.
        entry: u64,
        /// Where the receipt says it is.
        receipt: u64,
    },
    /// The receipt cannot be read.
    #[error("the receipt for statement {sequence}: {source}")]
    Receipt {
        /// The statement's number.
        sequence: u64,
        /// What is wrong.
        source: ReceiptError,
    },
    /// The receipt does not prove it.
    #[error("the receipt for statement {sequence}: {source}")]
    Unproven {
        /// The statement's number.
        sequence: u64,
        /// What it does not prove.
        source: ReceiptVerifyError,
    },
    /// The receipt is under another checkpoint than the answer's.
    #[error("the receipt for statement {sequence} is under another checkpoint than the answer")]
    OtherCheckpoint {
        /// The statement's number.
        sequence: u64,
    },
    /// The ledger asks for a statement that it had given a receipt for: it lost an acknowledged entry.
    #[error(
        "the ledger expects statement {sequence}, for which this device holds the receipt of entry {index}"
    )]
    Lost {
        /// The statement's number.
        sequence: u64,
        /// The entry's index by the receipt.
        index: u64,
    },
}

/// Verifies an answer to the statements sent, by number, given the newest checkpoint seen.
pub fn verify(
    ledger: &VerifierKey,
    seen: Option<Seen>,
    sent: &[(u64, Envelope)],
    response: &v1::SubmitResponse,
) -> Result<Answer, Alarm> {
    if response.outcomes.len() != sent.len() {
        return Err(Alarm::Count { found: response.outcomes.len(), expected: sent.len() });
    }
    let checkpoint = match &response.checkpoint {
        Some(note) => Some(verify_checkpoint(ledger, seen, note, &response.consistency)?),
        None => None,
    };
    let (mut receipts, mut stopped) = (Vec::new(), None);
    for ((sequence, envelope), outcome) in sent.iter().zip(&response.outcomes) {
        match OutcomeStatus::try_from(outcome.status) {
            Ok(OutcomeStatus::Recorded | OutcomeStatus::AlreadyRecorded) => {
                let checkpoint = checkpoint.as_ref().ok_or(Alarm::NoCheckpoint)?;
                receipts.push(verify_recorded(ledger, checkpoint, *sequence, envelope, outcome)?);
            }
            Ok(status @ (OutcomeStatus::Refused | OutcomeStatus::NotYet)) => {
                stopped.get_or_insert_with(|| Stopped {
                    sequence: *sequence,
                    is_not_yet: status == OutcomeStatus::NotYet,
                    code: outcome.code.clone().unwrap_or_default(),
                    detail: outcome.detail.clone().unwrap_or_default(),
                    expected_sequence: outcome.expected_sequence,
                });
            }
            Ok(OutcomeStatus::Unspecified) | Err(_) => return Err(Alarm::Incomplete { sequence: *sequence }),
        }
    }
    let checkpoint = checkpoint.zip(response.checkpoint.clone());
    let checkpoint = checkpoint.map(|(head, note)| (Seen { size: head.size(), root: head.root() }, note));
    Ok(Answer { receipts, stopped, checkpoint })
}

/// A checkpoint of this ledger, signed by its key; how it stands to others is not looked at.
pub fn read_checkpoint(ledger: &VerifierKey, note: &str) -> Result<Checkpoint, Alarm> {
    let note = Note::parse(note.as_bytes())?;
    note::verify(&note, std::slice::from_ref(ledger))?;
    let head = Checkpoint::parse(note.text())?;
    // The key's name is the log's origin: one key, one log.
    if head.origin() != ledger.name() {
        return Err(Alarm::Origin { found: head.origin().to_owned() });
    }
    Ok(head)
}

fn verify_checkpoint(
    ledger: &VerifierKey,
    seen: Option<Seen>,
    note: &str,
    consistency: &[Vec<u8>],
) -> Result<Checkpoint, Alarm> {
    let head = read_checkpoint(ledger, note)?;
    let seen = seen.unwrap_or(Seen { size: 0, root: empty_root() });
    if head.size() < seen.size {
        return Err(Alarm::Shrunk { found: head.size(), seen: seen.size });
    }
    let proof: Vec<Digest> =
        consistency.iter().map(|hash| Digest::try_from(hash.as_slice())).collect::<Result<_, _>>()?;
    verify_consistency(seen.size, seen.root, head.size(), head.root(), &proof)
        .map_err(|source| Alarm::Forked { seen: seen.size, source })?;
    Ok(head)
}

fn verify_recorded(
    ledger: &VerifierKey,
    checkpoint: &Checkpoint,
    sequence: u64,
    envelope: &Envelope,
    outcome: &v1::Outcome,
) -> Result<ReceiptRecord, Alarm> {
    let (Some(bytes), Some(text)) = (&outcome.entry, &outcome.receipt) else {
        return Err(Alarm::Incomplete { sequence });
    };
    let entry = Entry::decode(bytes).map_err(|source| Alarm::Entry { sequence, source })?;
    if entry.envelope != *envelope {
        return Err(Alarm::OtherStatement { sequence });
    }
    let receipt = Receipt::parse(text.as_bytes()).map_err(|source| Alarm::Receipt { sequence, source })?;
    if receipt.index() != entry.index {
        return Err(Alarm::OtherIndex { sequence, entry: entry.index, receipt: receipt.index() });
    }
    let proven = receipt.verify(leaf_hash(bytes), ledger, &[]);
    let proven = proven.map_err(|source| Alarm::Unproven { sequence, source })?;
    if proven.checkpoint != *checkpoint {
        return Err(Alarm::OtherCheckpoint { sequence });
    }
    Ok(ReceiptRecord { sequence, index: entry.index, entry: bytes.clone(), receipt: text.clone() })
}
