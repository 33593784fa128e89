//! The C2SP signed note: a text, and lines that sign it.
//!
//! ```text
//! <text, ends with a newline>
//! <empty line: the last one of the note>
//! — <key name> <base64(4-byte key id || signature)>        (one or more; U+2014, then a space)
//! ```
//!
//! Parsing believes nothing; [`verify`] says which lines are whose. What the text means is up to whoever
//! verified it, see [`crate::checkpoint`].

mod signer;
mod verify;
mod vkey;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use signer::{NoteSigner, SignError};
pub use verify::{Verified, VerifiedSignature, VerifyError, verify};
pub use vkey::{NoteKeyId, SignatureType, VerifierKey, VkeyError};

/// The longest note read: 64 signatures of a kilobyte each, where an Ed25519 cosignature takes some 150
/// bytes and an ML-DSA-44 one 3.3 KB.
pub const NOTE_LEN_MAX: usize = 64 * 1024;

/// The most signature lines read. The specification demands at least 16.
pub const SIGNATURES_MAX: usize = 64;

/// What a signature line begins with: an em dash and a space.
const LINE_PREFIX: &str = "\u{2014} ";

/// A parsed note. Prints as its bytes; what [`Note::parse`] accepted, it prints byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line, of which nothing is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: NoteKeyId,
    signature: Vec<u8>,
}

/// Bytes are not a signed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// More bytes than the reader, or the writer, has room for.
    #[error("{len} bytes, at most {len_max}")]
    TooLong {
        /// How many bytes there are.
        len: usize,
        /// How many there may be: [`NOTE_LEN_MAX`], unless somebody says otherwise.
        len_max: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 after byte {valid_up_to}")]
    Utf8 {
        /// How many bytes are.
        valid_up_to: usize,
    },
    /// A control character below U+0020 other than newline.
    #[error("control character at byte {position}")]
    Control {
        /// Where it stands.
        position: usize,
    },
    /// No empty line parts a text from its signatures, or the text is empty.
    #[error("no text followed by an empty line")]
    NoText,
    /// No signature line after the empty line.
    #[error("no signature")]
    NoSignature,
    /// The last line does not end.
    #[error("last line without newline")]
    Unterminated,
    /// More than [`SIGNATURES_MAX`] signature lines.
    #[error("more than {SIGNATURES_MAX} signatures")]
    TooManySignatures,
    /// A signature line is not an em dash, a space, a key name, a space and canonical base64 of at least
    /// five bytes.
    #[error("signature line {line} is malformed")]
    Signature {
        /// Its place among the signature lines, from 0.
        line: usize,
    },
}

impl Note {
    /// Reads a note strictly: every byte counts, so printing gives the same bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        Self::parse_within(bytes, NOTE_LEN_MAX)
    }

    /// The same of a note of at most so many bytes: one whose text is longer than a checkpoint.
    pub fn parse_within(bytes: &[u8], len_max: usize) -> Result<Self, NoteError> {
        if bytes.len() > len_max {
            return Err(NoteError::TooLong { len: bytes.len(), len_max });
        }
        let note = core::str::from_utf8(bytes)
            .map_err(|error| NoteError::Utf8 { valid_up_to: error.valid_up_to() })?;
        if let Some(position) = note.bytes().position(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Control { position });
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::NoText)?;
        if lines.is_empty() {
            return Err(NoteError::NoSignature);
        }
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Unterminated)?;
        if lines.split('\n').nth(SIGNATURES_MAX).is_some() {
            return Err(NoteError::TooManySignatures);
        }
        let signature = |(line, content)| NoteSignature::parse(content).ok_or(NoteError::Signature { line });
        let signatures = lines.split('\n').enumerate().map(signature).collect::<Result<_, _>>()?;
        let mut text = text.to_string();
        text.push('\n');
        Ok(Self { text, signatures })
    }

    /// The signed text, with its final newline. Must be ignored until a signature is verified.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, in order. At least one.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature line, such as one a witness returned.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`] or [`NoteError::TooLong`]; the note stays as it was.
    pub fn push(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        self.push_within(signature, NOTE_LEN_MAX)
    }

    fn push_within(&mut self, signature: NoteSignature, len_max: usize) -> Result<(), NoteError> {
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        let len = self.to_string().len();
        if len > len_max {
            self.signatures.pop();
            return Err(NoteError::TooLong { len, len_max });
        }
        Ok(())
    }
}

impl NoteSignature {
    /// Reads one signature line without its newline.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(LINE_PREFIX)?.split_once(' ')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (key_id, signature) = bytes.split_first_chunk()?;
        if !is_key_name(name) || signature.is_empty() {
            return None;
        }
        Some(Self { name: name.to_string(), key_id: NoteKeyId(*key_id), signature: signature.to_vec() })
    }

    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of the key that is said to have signed.
    pub fn key_id(&self) -> NoteKeyId {
        self.key_id
    }

    /// What follows the key id: for Ed25519 the 64 bytes, for a cosignature timestamp and 64 bytes.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl fmt::Display for NoteSignature {
    /// The line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id.0, self.signature.as_slice()].concat();
        write!(f, "{LINE_PREFIX}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// True for what the specification allows as a key name: not empty, no Unicode space, no plus; and no
/// control character below U+0020, which no note may hold.
pub(crate) fn is_key_name(name: &str) -> bool {
    let bad = |character: char| character.is_whitespace() || character < ' ' || character == '+';
    !name.is_empty() && !name.contains(bad)
}

/// True for what may be signed: ends with a newline, and holds no other control character.
fn is_text(text: &str) -> bool {
    text.ends_with('\n') && !text.bytes().any(|byte| byte < 0x20 && byte != b'\n')
}

#[cfg(test)]
pub(crate) mod tests;
