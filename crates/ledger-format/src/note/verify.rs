//! Which lines of a note are by whom.
//!
//! A line counts for a key if name and key id are the key's. Every such line must verify, the second by
//! the same key as well as the first; lines by nobody known are listed as unverified, never trusted and
//! never an error.

use alloc::vec::Vec;

use super::{Note, NoteKeyId, NoteSignature, SignatureType, VerifierKey};
use crate::cosignature;
use crate::key::{BadSignature, SIGNATURE_LEN};

/// What a note's signatures amount to. At least one verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'a> {
    /// The lines that verified, in order. The same key may stand here more than once: count keys with
    /// [`Verified::is_by`], not lines.
    pub signatures: Vec<VerifiedSignature<'a>>,
    /// The lines by nobody known, in order: unverified.
    pub unknown: Vec<&'a NoteSignature>,
}

/// One line that verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedSignature<'a> {
    /// The known key that signed.
    pub key: &'a VerifierKey,
    /// Its place among the note's signature lines, from 0.
    pub line: usize,
    /// For a cosignature: when the cosigner says it signed, in seconds since 1970 (POSIX).
    pub time_s: Option<u64>,
}

/// A note must not be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Two of the known keys share name and key id, so a line cannot be told to be one's or the other's.
    #[error("two known keys share a name and the key id {id}")]
    Ambiguous {
        /// The shared id.
        id: NoteKeyId,
    },
    /// A line claims to be by a known key and is not: the whole note is refused.
    #[error("signature line {line}, by known key {id}, does not verify")]
    Invalid {
        /// Its place among the signature lines, from 0.
        line: usize,
        /// The key's id.
        id: NoteKeyId,
    },
    /// No line is by a known key.
    #[error("no signature by a known key")]
    NoKnownKey,
}

impl Verified<'_> {
    /// True if the key signed, however often.
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.signatures.iter().any(|signature| signature.key == key)
    }
}

/// Checks every line of a note that is by one of `known`.
pub fn verify<'a>(note: &'a Note, known: &'a [VerifierKey]) -> Result<Verified<'a>, VerifyError> {
    for (place, key) in known.iter().enumerate() {
        let same = |other: &VerifierKey| other.name() == key.name() && other.id() == key.id();
        if known.iter().skip(place + 1).any(same) {
            return Err(VerifyError::Ambiguous { id: key.id() });
        }
    }
    let mut verified = Verified { signatures: Vec::new(), unknown: Vec::new() };
    for (line, signature) in note.signatures().iter().enumerate() {
        let id = signature.key_id();
        let by = |key: &&VerifierKey| key.name() == signature.name() && key.id() == id;
        let Some(key) = known.iter().find(by) else {
            verified.unknown.push(signature);
            continue;
        };
        let time_s =
            verify_line(note.text(), signature, key).map_err(|_| VerifyError::Invalid { line, id })?;
        verified.signatures.push(VerifiedSignature { key, line, time_s });
    }
    if verified.signatures.is_empty() { Err(VerifyError::NoKnownKey) } else { Ok(verified) }
}

/// The time of a cosignature, or that a plain signature has none.
fn verify_line(text: &str, line: &NoteSignature, key: &VerifierKey) -> Result<Option<u64>, BadSignature> {
    match key.kind() {
        SignatureType::Ed25519 => {
            let signature = <&[u8; SIGNATURE_LEN]>::try_from(line.signature()).map_err(|_| BadSignature)?;
            key.key().verify_strict(text.as_bytes(), signature).map(|()| None)
        }
        SignatureType::CosignatureV1 => {
            cosignature::verify(key.key(), text, line.signature()).map(Some).map_err(|_| BadSignature)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SigningKey;
    use crate::note::NoteSigner;
    use crate::note::tests::{NOTE, seed, vkeys};
    use alloc::format;
    use alloc::string::ToString;

    fn parse(text: &str) -> Note {
        Note::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_published_note_verifies_by_both_keys() {
        let (note, keys) = (parse(NOTE), vkeys());
        let verified = verify(&note, &keys).unwrap();
        let [log, witness] = &keys;
        let by = |key, line, time_s| VerifiedSignature { key, line, time_s };
        assert_eq!(verified.signatures, [by(log, 0, None), by(witness, 1, Some(1_700_000_000))]);
        assert!(verified.unknown.is_empty());
        assert!(verified.is_by(log) && verified.is_by(witness));
    }

    /// The example of the Go package `golang.org/x/mod/sumdb/note`, where the format comes from.
    #[test]
    fn the_example_of_the_first_implementation_verifies() {
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let line = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
        let known = ["PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW".parse().unwrap()];
        assert!(verify(&parse(&format!("{text}\n{line}\n")), &known).is_ok());
        assert!(verify(&parse(&format!("{text}\n\n{line}\n")), &known).is_err());
    }

    #[test]
    fn a_line_by_nobody_known_is_listed_as_unverified() {
        let (note, [log, witness]) = (parse(NOTE), vkeys());
        let known = [log];
        let verified = verify(&note, &known).unwrap();
        assert_eq!(verified.unknown, [&note.signatures()[1]]);
        assert!(!verified.is_by(&witness));
        assert_eq!(verify(&note, &[]), Err(VerifyError::NoKnownKey));
    }

    /// Name and key id must both be the key's; a line with one of them is anybody's.
    #[test]
    fn a_line_that_shares_only_name_or_id_is_unknown() {
        let [log, _] = vkeys();
        let known = [log];
        let forged = "\u{2014} log.example.test/lockers AAAAAAAA\n\u{2014} other O+pOyQAA\n";
        let note = parse(&format!("{NOTE}{forged}"));
        assert_eq!(verify(&note, &known).unwrap().unknown.len(), 3);
    }

    /// A peer kept such a line unverified and was wedged by it.
    #[test]
    fn a_forged_line_under_a_known_key_condemns_the_note() {
        let (keys, id) = (vkeys(), NoteKeyId([0x3b, 0xea, 0x4e, 0xc9]));
        let (right_length, one_more) = (format!("{}=", "A".repeat(85)), "A".repeat(86));
        for forged in ["AA", &right_length, &one_more] {
            let forged = format!("O+pOyQ{forged}");
            let note = parse(&format!("{NOTE}\u{2014} log.example.test/lockers {forged}\n"));
            assert_eq!(verify(&note, &keys), Err(VerifyError::Invalid { line: 2, id }));
        }
    }

    #[test]
    fn a_repeated_line_is_verified_again_and_its_key_still_counts_once() {
        let keys = vkeys();
        let line = NOTE.lines().last().unwrap();
        let note = parse(&format!("{NOTE}{line}\n"));
        let verified = verify(&note, &keys).unwrap();
        assert_eq!(verified.signatures.len(), 3);
        let witnesses = keys.iter().filter(|key| key.kind() == SignatureType::CosignatureV1);
        assert_eq!(witnesses.filter(|key| verified.is_by(key)).count(), 1);
    }

    #[test]
    fn two_known_keys_of_one_name_and_id_cannot_be_told_apart() {
        let [log, _] = vkeys();
        let id = log.id();
        assert_eq!(verify(&parse(NOTE), &[log.clone(), log]), Err(VerifyError::Ambiguous { id }));
    }

    #[test]
    fn a_signature_of_one_type_is_none_of_the_other() {
        let text = parse(NOTE).text().to_string();
        let plain = NoteSigner::new("w", SigningKey::from_seed(&seed(9))).unwrap();
        let note = plain.sign(&text).unwrap();
        let cosigner = VerifierKey::new("w", SignatureType::CosignatureV1, *plain.verifier().key()).unwrap();
        assert_eq!(verify(&note, &[cosigner]), Err(VerifyError::NoKnownKey));
    }

    /// Refused by parsing, refused by verifying, or reported: one of the two signatures is then by
    /// nobody known. No flip leaves both verified.
    #[test]
    fn every_flipped_bit_of_the_note_is_refused_or_reported() {
        let keys = vkeys();
        let mut reported = 0;
        for place in 0..NOTE.len() {
            for bit in 0..8u8 {
                let mut bytes = NOTE.as_bytes().to_vec();
                bytes[place] ^= 1 << bit;
                let Ok(note) = Note::parse(&bytes) else { continue };
                if let Ok(verified) = verify(&note, &keys) {
                    assert_eq!((verified.signatures.len(), verified.unknown.len()), (1, 1), "byte {place}");
                    // Only the line itself can be reported; an edited text has no valid signature.
                    assert!(place > note.text().len());
                    reported += 1;
                }
            }
        }
        assert!(reported > 0);
    }
}
