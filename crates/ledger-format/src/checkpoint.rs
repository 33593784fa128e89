//! The C2SP tlog-checkpoint: the text that a log signs, which says everything about its state.
//!
//! ```text
//! <origin>\n
//! <tree size, decimal>\n
//! <base64(32-byte root)>\n
//! ```
//!
//! Extension lines are refused: no monitor audits them, and newer cosignatures do not cover them.

use alloc::string::{String, ToString};
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use custody::id::Digest;
use sha2::{Digest as _, Sha256};

use crate::merkle::empty_root;

/// The longest origin: what the length byte of the next cosignature format (`subtree/v1`) can say.
pub const ORIGIN_LEN_MAX: usize = 255;

/// A tree head: which log, how many entries, what root. Prints as the text to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
}

/// A text is no checkpoint of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, or the last one does not end.
    #[error("not three lines")]
    Form,
    /// A fourth line.
    #[error("extension lines are not accepted")]
    Extension,
    /// Empty, longer than [`ORIGIN_LEN_MAX`] bytes, or with a space, a plus or a control character.
    #[error("origin is empty, over {ORIGIN_LEN_MAX} bytes, or holds a space, a plus or a control character")]
    Origin,
    /// Not a decimal number below 2^64 without leading zeroes.
    #[error("tree size is not a canonical decimal number")]
    Size,
    /// Not canonical base64 of 32 bytes.
    #[error("root is not base64 of 32 bytes")]
    Root,
    /// The root of an empty tree is SHA-256 of nothing.
    #[error("tree of size 0 with another root than the empty tree's")]
    EmptyRoot,
}

impl Checkpoint {
    /// A tree head.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] or [`CheckpointError::EmptyRoot`].
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Self, CheckpointError> {
        // An origin is also the key name of the log's own signature line, so the rule is that of names.
        if !crate::note::is_key_name(origin) || origin.len() > ORIGIN_LEN_MAX {
            return Err(CheckpointError::Origin);
        }
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin: origin.to_string(), size, root })
    }

    /// Reads the text of a note strictly: printing gives the same text.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Form)?;
        let mut lines = body.split('\n');
        let origin = lines.next().ok_or(CheckpointError::Form)?;
        let size = lines.next().ok_or(CheckpointError::Form)?;
        let root = lines.next().ok_or(CheckpointError::Form)?;
        if lines.next().is_some() {
            return Err(CheckpointError::Extension);
        }
        let size = parse_decimal(size).ok_or(CheckpointError::Size)?;
        let root = parse_hash(root).ok_or(CheckpointError::Root)?;
        Self::new(origin, size, root)
    }

    /// Which log: unique for its whole life.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle root over them.
    pub fn root(&self) -> Digest {
        self.root
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))
    }
}

/// `SHA-256(origin)`: in lower-case hexadecimal, the log's place under a witness's monitoring prefix
/// (C2SP tlog-witness).
pub fn origin_hash(origin: &str) -> Digest {
    Digest(Sha256::digest(origin).into())
}

/// A decimal number below 2^64, written without sign or leading zeroes.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let canonical = matches!(text.as_bytes(), [b'0'] | [b'1'..=b'9', ..]);
    if canonical && text.bytes().all(|digit| digit.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Canonical base64 of 32 bytes.
pub(crate) fn parse_hash(text: &str) -> Option<Digest> {
    // 44 characters: looked at first, so that nobody makes us decode a long line.
    if text.len() != 44 {
        return None;
    }
    Digest::try_from(STANDARD.decode(text).ok()?.as_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::tests::{ROOTS, digest};
    use crate::note::Note;
    use crate::note::tests::NOTE;
    use alloc::format;
    use proptest::prelude::*;

    const EMPTY: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[track_caller]
    fn refuse(text: &str, error: CheckpointError) {
        assert_eq!(Checkpoint::parse(text), Err(error), "{text:?}");
    }

    #[test]
    fn the_published_checkpoint_reads_back() {
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        let checkpoint = Checkpoint::new("log.example.test/lockers", 5, digest(ROOTS[4])).unwrap();
        assert_eq!(checkpoint.to_string(), note.text());
        assert_eq!(Checkpoint::parse(note.text()), Ok(checkpoint));
        let hash = origin_hash("log.example.test/lockers").to_string();
        assert_eq!(hash, "17a448b55863b9304fbf9d092e76f091a402a0e6b117a3e80e7f723f93f64ce6");
    }

    #[test]
    fn a_checkpoint_written_otherwise_is_refused() {
        let root = ROOTS[4];
        for text in ["", "\n", "o\n", "o\n5\n", &format!("o\n5\n{root}")] {
            refuse(text, CheckpointError::Form);
        }
        for text in [format!("o\n5\n{root}\nextension\n"), format!("o\n5\n{root}\n\n")] {
            refuse(&text, CheckpointError::Extension);
        }
        let long = "o".repeat(ORIGIN_LEN_MAX + 1);
        for origin in ["", "a b", "a+b", "a\u{2009}b", "a\rb", "a\0b", &long] {
            refuse(&format!("{origin}\n5\n{root}\n"), CheckpointError::Origin);
        }
        for size in ["", "05", "00", "+5", "-5", " 5", "5 ", "0x5", "5a", "٣", "18446744073709551616"] {
            refuse(&format!("o\n{size}\n{root}\n"), CheckpointError::Size);
        }
        for bad in
            ["", &root[..43], &format!("{root}A"), &root.replace('/', "_"), &root.replace("Xs=", "Xt=")]
        {
            refuse(&format!("o\n5\n{bad}\n"), CheckpointError::Root);
        }
    }

    #[test]
    fn the_empty_tree_has_one_root() {
        let text = format!("o\n0\n{EMPTY}\n");
        assert_eq!(Checkpoint::parse(&text).map(|checkpoint| checkpoint.root()), Ok(empty_root()));
        refuse(&format!("o\n0\n{}\n", ROOTS[0]), CheckpointError::EmptyRoot);
        assert_eq!(Checkpoint::new("o", 0, Digest::ZERO), Err(CheckpointError::EmptyRoot));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn a_checkpoint_reads_back(origin in "[a-z./é]{1,30}", size in 1u64.., root: [u8; 32]) {
            let checkpoint = Checkpoint::new(&origin, size, Digest(root)).unwrap();
            prop_assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Ok(checkpoint));
        }

        #[test]
        fn any_text_is_one_checkpoint_or_refused(
            text in "[a-c +]{0,3}\n[0-2]{0,3}\n[a-f0-9+/]{42,43}[AEQ=]{1,2}\n(\n|x)?|\\PC*|[\\x00-\\x7f]*",
        ) {
            if let Ok(checkpoint) = Checkpoint::parse(&text) {
                prop_assert_eq!(checkpoint.to_string(), text);
            }
        }
    }
}
