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
    /// More than [`NOTE_LEN_MAX`] bytes.
    #[error("{len} bytes, at most {NOTE_LEN_MAX}")]
    TooLong {
        /// How many bytes there are.
        len: usize,
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
        if bytes.len() > NOTE_LEN_MAX {
            return Err(NoteError::TooLong { len: bytes.len() });
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
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        let len = self.to_string().len();
        if len > NOTE_LEN_MAX {
            self.signatures.pop();
            return Err(NoteError::TooLong { len });
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
pub(crate) mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};

    /// A checkpoint signed by a log and a witness, made by an independent program.
    pub(crate) const NOTE: &str = "log.example.test/lockers
5
/hSlQm+9cMD6c/UjQq/tDaC9I8SDhmLM9riKMHDq2Xs=

\u{2014} log.example.test/lockers O+pOyUUpOvMhx8ZvGxa8pgbFFyg/GZ3uUgW7iUA1QvF7INENxr4fqKublchf3ahP5YuYo4rHoZ8zbH0IKf8znZX02As=
\u{2014} witness.example.test/w1 4HuyzQAAAABlU/EACkpuLhBQboYZF6/W2nURBCBuIb53Z0C50O5ARM1X0d1lXPhD6YEBJPzA++XLp3UMuFqGPRX6TyMnmxY2V5wjCQ==
";
    pub(crate) const LOG_VKEY: &str =
        "log.example.test/lockers+3bea4ec9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    pub(crate) const WITNESS_VKEY: &str =
        "witness.example.test/w1+e07bb2cd+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

    /// The seed whose bytes count up from `first`.
    pub(crate) fn seed(first: u8) -> [u8; 32] {
        core::array::from_fn(|place| first + u8::try_from(place).unwrap())
    }

    pub(crate) fn vkeys() -> [VerifierKey; 2] {
        [LOG_VKEY.parse().unwrap(), WITNESS_VKEY.parse().unwrap()]
    }

    #[track_caller]
    fn refuse(note: &str, error: NoteError) {
        assert_eq!(Note::parse(note.as_bytes()), Err(error), "{note:?}");
    }

    #[test]
    fn the_published_note_reads_back() {
        let expected = "05fd4867aac3b946dc1e395048cee454090c56b174ddbd138d91e2f4dc24b89d";
        assert_eq!(hex::encode(Sha256::digest(NOTE)), expected);
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        assert_eq!(note.to_string(), NOTE);
        assert_eq!(note.text().lines().count(), 3);
        let names: Vec<_> = note.signatures().iter().map(NoteSignature::name).collect();
        assert_eq!(names, ["log.example.test/lockers", "witness.example.test/w1"]);
        assert_eq!(note.signatures()[1].signature().len(), 72);
    }

    #[test]
    fn a_text_may_hold_empty_lines_and_lines_that_look_like_signatures() {
        for text in ["a\n\nb\n", "\n", "a\n\n\n", "\u{2014} x AAAAAAA=\n", "\n\n"] {
            let note = format!("{text}\n\u{2014} x AAAAAAA=\n");
            assert_eq!(Note::parse(note.as_bytes()).unwrap().text(), text);
        }
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        refuse("", NoteError::NoText);
        refuse("text\n", NoteError::NoText);
        refuse("text\n\n", NoteError::NoSignature);
        refuse("text\n\n\n", NoteError::NoSignature);
        refuse("text\n\n\u{2014} x AAAAAAA=", NoteError::Unterminated);
        refuse("text\n\u{2014} x AAAAAAA=\n", NoteError::NoText);
        refuse("te\txt\n\n\u{2014} x AAAAAAA=\n", NoteError::Control { position: 2 });
        refuse("text\r\n\r\n\u{2014} x AAAAAAA=\r\n", NoteError::Control { position: 4 });
        assert_eq!(Note::parse(b"te\xff"), Err(NoteError::Utf8 { valid_up_to: 2 }));
        let long = "a".repeat(NOTE_LEN_MAX + 1);
        refuse(&long, NoteError::TooLong { len: NOTE_LEN_MAX + 1 });
    }

    #[test]
    fn a_malformed_signature_line_is_refused() {
        for line in [
            "- x AAAAAAA=",
            "\u{2014}x AAAAAAA=",
            "\u{2014}  AAAAAAA=",
            "\u{2014} x  AAAAAAA=",
            "\u{2014} x AAAAAAA",
            "\u{2014} x AAAAAAB=",
            "\u{2014} x AAAAAAA= ",
            "\u{2014} x AAAA_AA=",
            "\u{2014} x AAAAAA==",
            "\u{2014} x AAA=",
            "\u{2014} x ",
            "\u{2014} x",
            "\u{2014} a+b AAAAAAA=",
            "\u{2014} a\u{a0}b AAAAAAA=",
            "\u{2014} a\u{2003}b AAAAAAA=",
            " \u{2014} x AAAAAAA=",
        ] {
            refuse(&format!("text\n\n{line}\n"), NoteError::Signature { line: 0 });
            refuse(&format!("text\n\n\u{2014} x AAAAAAA=\n{line}\n"), NoteError::Signature { line: 1 });
        }
    }

    #[test]
    fn the_number_of_signatures_is_limited() {
        let line = "\u{2014} x AAAAAAA=\n";
        let note = format!("text\n\n{}", line.repeat(SIGNATURES_MAX));
        let mut note = Note::parse(note.as_bytes()).unwrap();
        refuse(&format!("{note}{line}"), NoteError::TooManySignatures);
        let before = note.clone();
        assert_eq!(note.push(before.signatures()[0].clone()), Err(NoteError::TooManySignatures));
        assert_eq!(note, before);
    }

    #[test]
    fn a_signature_that_makes_the_note_too_long_is_not_added() {
        let long = NoteSignature::parse(&format!("\u{2014} x {}", "A".repeat(NOTE_LEN_MAX))).unwrap();
        let mut note = Note::parse(NOTE.as_bytes()).unwrap();
        assert!(matches!(note.push(long), Err(NoteError::TooLong { .. })));
        assert_eq!(note.to_string(), NOTE);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn any_bytes_are_one_note_or_refused(bytes: Vec<u8>) {
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }

        #[test]
        fn any_text_near_a_note_is_one_note_or_refused(
            text in "[a\n ]{0,6}\n\n(\u{2014} [a-c+]{0,2} [A-D=]{0,12}\n){0,3}[\n]?",
        ) {
            if let Ok(note) = Note::parse(text.as_bytes()) {
                prop_assert_eq!(note.to_string(), text);
            }
        }

        #[test]
        fn an_edited_note_prints_as_edited_or_is_refused(place in 0..NOTE.len(), byte: u8) {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[place] = byte;
            if let Ok(note) = Note::parse(&bytes) {
                prop_assert_eq!(note.to_string().into_bytes(), bytes);
            }
        }
    }
}
