//! The receipt of an entry: a C2SP tlog-proof, to be checked offline with nothing but public keys.
//!
//! ```text
//! c2sp.org/tlog-proof@v1\n
//! [extra <base64>\n]                     not authenticated
//! index <decimal>\n
//! <base64 hash>\n ...                    the leaf's sibling first
//! \n
//! <checkpoint with its signatures, verbatim>
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use custody::id::Digest;

use crate::checkpoint::{Checkpoint, CheckpointError, parse_decimal, parse_hash};
use crate::merkle::{PROOF_HASHES_MAX, ProofError, verify_inclusion};
use crate::note::{self, NOTE_LEN_MAX, Note, NoteError, VerifierKey, VerifyError};

/// The most unauthenticated extra data a receipt may carry, in bytes. Ours carry none; a stranger's is
/// kept but not needed.
pub const EXTRA_LEN_MAX: usize = 4096;

/// The longest receipt read: the longest note, 63 hashes, and the extra data.
pub const RECEIPT_LEN_MAX: usize = NOTE_LEN_MAX + 16 * 1024;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A parsed receipt, of which nothing is verified. Prints as its bytes; what [`Receipt::parse`] accepted,
/// it prints byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    index: u64,
    proof: Vec<Digest>,
    extra: Option<Vec<u8>>,
    note: Note,
}

/// What a verified receipt proves: the leaf is at this index of the log with this head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The head that the log signed.
    pub checkpoint: Checkpoint,
    /// The witnesses that cosigned it: place in the list given, and time in seconds since 1970. A witness
    /// whose line is repeated stands here once, with its latest time. Whether they are enough is for the
    /// caller's policy.
    pub cosignatures: Vec<(usize, u64)>,
    /// How many lines are by nobody known: unverified.
    pub unknown: usize,
}

/// Bytes are not a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// More than [`RECEIPT_LEN_MAX`] bytes.
    #[error("{len} bytes, at most {RECEIPT_LEN_MAX}")]
    TooLong {
        /// How many there are.
        len: usize,
    },
    /// Not UTF-8, or no empty line before a checkpoint.
    #[error("no proof followed by an empty line")]
    Form,
    /// Another first line: another format or version.
    #[error("first line is not {FIRST_LINE}")]
    Version,
    /// Extra data that is empty, over [`EXTRA_LEN_MAX`] bytes or not canonical base64.
    #[error("extra data is not base64 of 1 to {EXTRA_LEN_MAX} bytes")]
    Extra,
    /// No `index` line with a decimal number below 2^64 without leading zeroes.
    #[error("no line with the index as a canonical decimal number")]
    Index,
    /// A line that is not canonical base64 of 32 bytes.
    #[error("hash {place} is not base64 of 32 bytes")]
    Hash {
        /// Its place in the proof, from 0.
        place: usize,
    },
    /// More than [`PROOF_HASHES_MAX`] hashes.
    #[error("more than {PROOF_HASHES_MAX} hashes")]
    TooManyHashes,
    /// What follows is no signed note.
    #[error("note: {0}")]
    Note(#[from] NoteError),
    /// The note's text is no checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// A receipt does not prove its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptVerifyError {
    /// The signatures.
    #[error("signatures: {0}")]
    Note(#[from] VerifyError),
    /// Nobody but witnesses signed.
    #[error("not signed by the log")]
    NotByLog,
    /// The checkpoint is another log's: its origin is not the name of the log's key.
    #[error("checkpoint of another log")]
    Origin,
    /// The checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The inclusion proof.
    #[error("inclusion proof: {0}")]
    Proof(#[from] ProofError),
}

impl Receipt {
    /// The receipt of the leaf at `index`, without extra data.
    ///
    /// # Errors
    /// [`ReceiptError::TooManyHashes`] or [`ReceiptError::Checkpoint`].
    pub fn new(index: u64, proof: Vec<Digest>, note: Note) -> Result<Self, ReceiptError> {
        if proof.len() > PROOF_HASHES_MAX {
            return Err(ReceiptError::TooManyHashes);
        }
        Checkpoint::parse(note.text())?;
        Ok(Self { index, proof, extra: None, note })
    }

    /// Reads a receipt strictly: every byte counts, so printing gives the same bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        if bytes.len() > RECEIPT_LEN_MAX {
            return Err(ReceiptError::TooLong { len: bytes.len() });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| ReceiptError::Form)?;
        let (head, note) = text.split_once("\n\n").ok_or(ReceiptError::Form)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(ReceiptError::Version);
        }
        let extra = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            None => None,
            Some(encoded) => {
                lines.next();
                Some(parse_extra(encoded).ok_or(ReceiptError::Extra)?)
            }
        };
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(parse_decimal);
        let index = index.ok_or(ReceiptError::Index)?;
        let mut proof = Vec::new();
        for (place, line) in lines.enumerate() {
            if place >= PROOF_HASHES_MAX {
                return Err(ReceiptError::TooManyHashes);
            }
            proof.push(parse_hash(line).ok_or(ReceiptError::Hash { place })?);
        }
        let receipt = Self::new(index, proof, Note::parse(note.as_bytes())?)?;
        Ok(Self { extra, ..receipt })
    }

    /// The entry's position in the log.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The inclusion proof, the leaf's sibling first.
    pub fn proof(&self) -> &[Digest] {
        &self.proof
    }

    /// Data that nobody signed.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The checkpoint with its signatures.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// Checks everything: the log's signature, every line by a known witness, that the checkpoint is of
    /// the log whose name the log's key bears, and that `leaf` (the entry's RFC 6962 leaf hash) is in it.
    pub fn verify(
        &self,
        leaf: Digest,
        log: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<Proven, ReceiptVerifyError> {
        let known: Vec<VerifierKey> = core::iter::once(log).chain(witnesses).cloned().collect();
        let verified = note::verify(&self.note, &known)?;
        if !verified.is_by(log) {
            return Err(ReceiptVerifyError::NotByLog);
        }
        let checkpoint = Checkpoint::parse(self.note.text())?;
        if checkpoint.origin() != log.name() {
            return Err(ReceiptVerifyError::Origin);
        }
        verify_inclusion(leaf, self.index, checkpoint.size(), &self.proof, checkpoint.root())?;
        let latest = |(place, witness): (usize, &VerifierKey)| {
            let by = verified.signatures.iter().filter(|signature| signature.key == witness);
            by.filter_map(|signature| signature.time_s).max().map(|time_s| (place, time_s))
        };
        let cosignatures = witnesses.iter().enumerate().filter_map(latest).collect();
        Ok(Proven { checkpoint, cosignatures, unknown: verified.unknown.len() })
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        let hashes: Vec<String> = self.proof.iter().map(|hash| STANDARD.encode(hash.0)).collect();
        hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

fn parse_extra(encoded: &str) -> Option<Vec<u8>> {
    // Four characters for three bytes: looked at first, so that nobody makes us decode more.
    if encoded.len() > EXTRA_LEN_MAX.div_ceil(3) * 4 {
        return None;
    }
    let extra = STANDARD.decode(encoded).ok()?;
    (1..=EXTRA_LEN_MAX).contains(&extra.len()).then_some(extra)
}

#[cfg(test)]
mod tests;
