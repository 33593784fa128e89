//! Signing notes.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{NOTE_LEN_MAX, Note, NoteError, NoteSignature, SignatureType, VerifierKey, VkeyError, is_text};
use crate::key::SigningKey;

/// A key that signs notes under a name, as type 0x01 (Ed25519 over the text).
///
/// Cosigning a checkpoint is [`crate::cosignature::Cosigner`]'s: it needs a time, and a key of its own.
#[derive(Debug)]
pub struct NoteSigner {
    key: SigningKey,
    verifier: VerifierKey,
}

/// A text cannot be signed as a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It does not end with a newline, or holds another control character.
    #[error("text does not end with a newline or holds a control character")]
    Text,
    /// The note would be too long.
    #[error("note: {0}")]
    Note(#[from] NoteError),
}

impl NoteSigner {
    /// A signer under a key name.
    ///
    /// # Errors
    /// [`VkeyError::Name`].
    pub fn new(name: &str, key: SigningKey) -> Result<Self, VkeyError> {
        let verifier = VerifierKey::new(name, SignatureType::Ed25519, key.public_key())?;
        Ok(Self { key, verifier })
    }

    /// The key to give to those who verify.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// A note of this text with this one signature.
    pub fn sign(&self, text: &str) -> Result<Note, SignError> {
        self.sign_within(text, NOTE_LEN_MAX)
    }

    /// The same of a note of at most so many bytes, for a text that is longer than a checkpoint.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn sign_within(&self, text: &str, len_max: usize) -> Result<Note, SignError> {
        if !is_text(text) {
            return Err(SignError::Text);
        }
        let mut note = Note { text: text.to_string(), signatures: Vec::new() };
        note.push_within(self.signature(text), len_max)?;
        Ok(note)
    }

    /// Adds this signer's line to a note that others signed.
    pub fn add_to(&self, note: &mut Note) -> Result<(), NoteError> {
        note.push(self.signature(&note.text))
    }

    fn signature(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.verifier.name().to_string(),
            key_id: self.verifier.id(),
            signature: self.key.sign(text.as_bytes()).to_vec(),
        }
    }
}

impl NoteSignature {
    /// A line by a key, from the bytes that follow the key id.
    pub(crate) fn by(key: &VerifierKey, signature: Vec<u8>) -> Self {
        Self { name: key.name().to_string(), key_id: key.id(), signature }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::tests::{LOG_VKEY, NOTE, seed};
    use crate::note::verify;
    use proptest::prelude::*;

    fn signer() -> NoteSigner {
        NoteSigner::new("log.example.test/lockers", SigningKey::from_seed(&seed(0))).unwrap()
    }

    #[test]
    fn the_published_signature_comes_out() {
        let expected = Note::parse(NOTE.as_bytes()).unwrap();
        let note = signer().sign(expected.text()).unwrap();
        assert_eq!(note.signatures(), &expected.signatures()[..1]);
        assert_eq!(signer().verifier().to_string(), LOG_VKEY);
    }

    #[test]
    fn a_text_that_no_note_can_hold_is_not_signed() {
        for text in ["", "no newline", "a\tb\n", "a\r\n", "\0\n"] {
            assert_eq!(signer().sign(text), Err(SignError::Text));
        }
        let long = alloc::format!("{}\n", "a".repeat(crate::note::NOTE_LEN_MAX));
        assert!(matches!(signer().sign(&long), Err(SignError::Note(NoteError::TooLong { .. }))));
        let note = signer().sign_within(&long, 2 * NOTE_LEN_MAX).unwrap();
        let bytes = note.to_string().into_bytes();
        assert_eq!(Note::parse_within(&bytes, bytes.len()), Ok(note));
        let (len, len_max) = (bytes.len(), bytes.len() - 1);
        assert_eq!(Note::parse_within(&bytes, len_max), Err(NoteError::TooLong { len, len_max }));
    }

    #[test]
    fn a_name_that_no_note_can_hold_is_refused() {
        for name in ["", "a b", "a+b", "a\u{2028}b", "a\nb"] {
            let error = NoteSigner::new(name, SigningKey::from_seed(&seed(0))).unwrap_err();
            assert_eq!(error, VkeyError::Name);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_is_signed_reads_back_and_verifies(text in "[^\\x00-\\x09\\x0b-\\x1f]{0,60}\n", second: [u8; 32]) {
            let (one, two) = (signer(), NoteSigner::new("two", SigningKey::from_seed(&second)).unwrap());
            let mut note = one.sign(&text).unwrap();
            two.add_to(&mut note).unwrap();
            let read = Note::parse(note.to_string().as_bytes()).unwrap();
            prop_assert_eq!(&read, &note);
            let keys = [two.verifier().clone(), one.verifier().clone()];
            let verified = verify(&read, &keys).unwrap();
            prop_assert_eq!(verified.signatures.len(), 2);
            prop_assert!(verified.unknown.is_empty());
        }
    }
}
