//! Heads held elsewhere: checkpoints and receipts that a device, a witness or an auditor kept.

use ledger_format::checkpoint::{Checkpoint, CheckpointError};
use ledger_format::note::{Note, NoteError};
use ledger_format::receipt::{RECEIPT_LEN_MAX, Receipt, ReceiptError};

/// The longest file of a known head read: the longest receipt, which holds the longest checkpoint.
pub const KNOWN_HEAD_BYTES_MAX: usize = RECEIPT_LEN_MAX;

/// A head held elsewhere. Nothing of it is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHead {
    /// What to call it in the report: the name of the file, without its folder.
    pub name: String,
    /// The signed note.
    pub note: Note,
    /// What its text says.
    pub checkpoint: Checkpoint,
}

/// A file holds neither a checkpoint nor a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KnownHeadError {
    /// It begins like a receipt and is none.
    #[error("receipt: {0}")]
    Receipt(#[from] ReceiptError),
    /// It is no signed note.
    #[error("note: {0}")]
    Note(#[from] NoteError),
    /// It is a note, and its text is no checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl KnownHead {
    /// Reads a checkpoint or a receipt, strictly.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, KnownHeadError> {
        let note = if bytes.starts_with(b"c2sp.org/tlog-proof@") {
            Receipt::parse(bytes)?.note().clone()
        } else {
            Note::parse(bytes)?
        };
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { name: name.to_owned(), note, checkpoint })
    }
}
