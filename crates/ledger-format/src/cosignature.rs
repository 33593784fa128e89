//! C2SP tlog-cosignature, type 0x04: a witness says when it saw a checkpoint and found it consistent.
//!
//! ```text
//! message   = "cosignature/v1\n" || "time " || <decimal seconds> || "\n" || <checkpoint text>
//! signature = u64be seconds || Ed25519 signature(message)
//! ```

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::{BadSignature, PublicKey, SIGNATURE_LEN, SigningKey};
use crate::note::{Note, NoteError, NoteSignature, SignatureType, VerifierKey, VkeyError};

/// The latest time a cosignature may carry, in seconds since 1970.
pub const TIME_MAX_S: u64 = i64::MAX.unsigned_abs();

/// Bytes are no cosignature by this key over this text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// Not 8 + 64 bytes.
    #[error("{found} bytes, expected 72")]
    Length {
        /// How many bytes there were.
        found: usize,
    },
    /// Later than [`TIME_MAX_S`].
    #[error("time {time_s} is above 2^63 - 1")]
    Time {
        /// The time, in seconds since 1970.
        time_s: u64,
    },
    /// A cosignature is over a checkpoint, and the text is none.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The signature does not verify.
    #[error("{0}")]
    Signature(#[from] BadSignature),
}

/// A checkpoint cannot be cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// Later than [`TIME_MAX_S`].
    #[error("time {time_s} is above 2^63 - 1")]
    Time {
        /// The time, in seconds since 1970.
        time_s: u64,
    },
    /// The note's text is no checkpoint.
    #[error("checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The note has no room for one more signature.
    #[error("note: {0}")]
    Note(#[from] NoteError),
}

/// A witness's or auditor's key. It must sign nothing but cosignatures under this one name: the message
/// does not hold the name.
#[derive(Debug)]
pub struct Cosigner {
    key: SigningKey,
    verifier: VerifierKey,
}

impl Cosigner {
    /// A cosigner under a key name.
    ///
    /// # Errors
    /// [`VkeyError::Name`].
    pub fn new(name: &str, key: SigningKey) -> Result<Self, VkeyError> {
        let verifier = VerifierKey::new(name, SignatureType::CosignatureV1, key.public_key())?;
        Ok(Self { key, verifier })
    }

    /// The key to give to those who verify.
    pub fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The cosignature line over a checkpoint, saying that at `time_s` (seconds since 1970) this was the
    /// largest consistent head seen. Whether it is so is for the caller to have checked and stored.
    ///
    /// # Errors
    /// [`CosignError::Time`].
    pub fn cosign(&self, checkpoint: &Checkpoint, time_s: u64) -> Result<NoteSignature, CosignError> {
        if time_s > TIME_MAX_S {
            return Err(CosignError::Time { time_s });
        }
        let signature = self.key.sign(message(&format!("{checkpoint}"), time_s).as_bytes());
        let bytes: Vec<u8> = [time_s.to_be_bytes().as_slice(), &signature].concat();
        Ok(NoteSignature::by(&self.verifier, bytes))
    }

    /// Adds this cosigner's line to a signed checkpoint.
    pub fn add_to(&self, note: &mut Note, time_s: u64) -> Result<(), CosignError> {
        let line = self.cosign(&Checkpoint::parse(note.text())?, time_s)?;
        Ok(note.push(line)?)
    }
}

/// Checks the bytes that follow the key id in a cosignature line over a checkpoint's text, and returns the
/// time in them, in seconds since 1970. Whether that time lies in the future is for the caller to judge.
pub fn verify(key: &PublicKey, text: &str, signature: &[u8]) -> Result<u64, CosignatureError> {
    let length = CosignatureError::Length { found: signature.len() };
    let (time, signature) = signature.split_first_chunk().ok_or(length)?;
    let signature = <&[u8; SIGNATURE_LEN]>::try_from(signature).map_err(|_| length)?;
    let time_s = u64::from_be_bytes(*time);
    if time_s > TIME_MAX_S {
        return Err(CosignatureError::Time { time_s });
    }
    Checkpoint::parse(text)?;
    key.verify_strict(message(text, time_s).as_bytes(), signature)?;
    Ok(time_s)
}

fn message(text: &str, time_s: u64) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::NoteSigner;
    use crate::note::tests::{NOTE, WITNESS_VKEY, seed, vkeys};
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn witness() -> Cosigner {
        Cosigner::new("witness.example.test/w1", SigningKey::from_seed(&seed(0x20))).unwrap()
    }

    fn published() -> Note {
        Note::parse(NOTE.as_bytes()).unwrap()
    }

    #[test]
    fn the_published_cosignature_comes_out() {
        let log = NoteSigner::new("log.example.test/lockers", SigningKey::from_seed(&seed(0))).unwrap();
        let mut note = log.sign(published().text()).unwrap();
        witness().add_to(&mut note, 1_700_000_000).unwrap();
        assert_eq!(note.to_string(), NOTE);
        assert_eq!(witness().verifier().to_string(), WITNESS_VKEY);
    }

    #[test]
    fn a_cosignature_holds_for_its_time_and_checkpoint_only() {
        let [_, witness] = vkeys();
        let (key, note) = (witness.key(), published());
        let line = note.signatures()[1].signature();
        assert_eq!(verify(key, note.text(), line), Ok(1_700_000_000));
        let mut later = line.to_vec();
        later[7] += 1;
        let bad = Err(CosignatureError::Signature(BadSignature));
        assert_eq!(verify(key, note.text(), &later), bad);
        assert_eq!(verify(key, &note.text().replace("\n5\n", "\n6\n"), line), bad);
        let unmarked = SigningKey::from_seed(&seed(0x20)).sign(note.text().as_bytes());
        assert_eq!(verify(key, note.text(), &[&line[..8], &unmarked].concat()), bad);
        for found in [0, 7, 8, 71, 73] {
            let length = CosignatureError::Length { found };
            assert_eq!(verify(key, note.text(), &alloc::vec![0; found]), Err(length));
        }
    }

    #[test]
    fn a_time_no_cosignature_may_carry_is_neither_made_nor_read() {
        let checkpoint = Checkpoint::parse(published().text()).unwrap();
        let time_s = TIME_MAX_S + 1;
        assert_eq!(witness().cosign(&checkpoint, time_s), Err(CosignError::Time { time_s }));
        assert!(witness().cosign(&checkpoint, TIME_MAX_S).is_ok());
        let signature = witness().key.sign(message(&checkpoint.to_string(), time_s).as_bytes());
        let bytes = [time_s.to_be_bytes().as_slice(), &signature].concat();
        let read = verify(witness().verifier().key(), &checkpoint.to_string(), &bytes);
        assert_eq!(read, Err(CosignatureError::Time { time_s }));
    }

    #[test]
    fn only_a_checkpoint_is_cosigned() {
        let log = NoteSigner::new("log", SigningKey::from_seed(&seed(0))).unwrap();
        let mut note = log.sign("a text\n").unwrap();
        let form = CosignError::Checkpoint(CheckpointError::Form);
        assert_eq!(witness().add_to(&mut note, 1), Err(form));
        let signature = witness().key.sign(message("a text\n", 1).as_bytes());
        let bytes = [1u64.to_be_bytes().as_slice(), &signature].concat();
        let read = verify(witness().verifier().key(), "a text\n", &bytes);
        assert_eq!(read, Err(CosignatureError::Checkpoint(CheckpointError::Form)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn what_is_cosigned_verifies_with_its_time(time_s in 0..=TIME_MAX_S, size in 1u64.., root: [u8; 32]) {
            let checkpoint = Checkpoint::new("o", size, custody::id::Digest(root)).unwrap();
            let line = witness().cosign(&checkpoint, time_s).unwrap();
            let key = *witness().verifier().key();
            prop_assert_eq!(verify(&key, &checkpoint.to_string(), line.signature()), Ok(time_s));
        }

        #[test]
        fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..80), text in "\\PC*") {
            prop_assert!(verify(witness().verifier().key(), &text, &bytes).is_err());
        }
    }
}
