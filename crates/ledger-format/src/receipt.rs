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
mod tests {
    use super::*;
    use crate::key::SigningKey;
    use crate::merkle::tests::letters;
    use crate::merkle::{inclusion_proof, leaf_hash};
    use crate::note::tests::{NOTE, seed, vkeys};
    use crate::note::{NoteSigner, SignatureType};
    use alloc::format;
    use alloc::string::ToString;
    use proptest::prelude::*;

    fn receipt() -> Receipt {
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        Receipt::new(2, inclusion_proof(&letters(), 2, 5).unwrap(), note).unwrap()
    }

    fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        Receipt::parse(text.as_bytes())
    }

    fn text() -> String {
        format!(
            "c2sp.org/tlog-proof@v1\nindex 2\n0HDcW42prqfcD1rUwp2JllIABZyaDOyjq9XaJJLctx0=\n\
             sTeYX/SE+2ANuTEHx3sDZcgNePW0Kd7Q/Zc2HQd5mes=\nKCSnzNosqnIMhcn7oei1tzXuz9sDh45Pjf5sNiUDC8Q=\n\n{NOTE}"
        )
    }

    #[test]
    fn a_receipt_of_the_published_tree_and_note_proves_its_leaf() {
        assert_eq!(receipt().to_string(), text());
        assert_eq!(parse(&text()), Ok(receipt()));
        let [log, witness] = vkeys();
        let proven = receipt().verify(leaf_hash(b"c"), &log, &[witness]).unwrap();
        assert_eq!((proven.checkpoint.size(), proven.unknown), (5, 0));
        assert_eq!(proven.cosignatures, [(0, 1_700_000_000)]);
        let proven = receipt().verify(leaf_hash(b"c"), &log, &[]).unwrap();
        assert_eq!((proven.cosignatures.len(), proven.unknown), (0, 1));
    }

    #[test]
    fn a_receipt_proves_no_other_leaf_and_no_other_index() {
        let [log, _] = vkeys();
        let wrong = receipt().verify(leaf_hash(b"d"), &log, &[]);
        assert!(matches!(wrong, Err(ReceiptVerifyError::Proof(ProofError::Root { .. }))));
        for index in ["0", "1", "3", "4", "5", "18446744073709551615"] {
            let moved = parse(&text().replace("index 2", &format!("index {index}"))).unwrap();
            assert!(matches!(moved.verify(leaf_hash(b"c"), &log, &[]), Err(ReceiptVerifyError::Proof(_))));
        }
    }

    #[test]
    fn a_witness_does_not_stand_in_for_the_log() {
        let [log, witness] = vkeys();
        let leaf = leaf_hash(b"c");
        let other = SigningKey::from_seed(&seed(7)).public_key();
        let other = VerifierKey::new(log.name(), SignatureType::Ed25519, other).unwrap();
        let witnesses = [witness];
        assert_eq!(receipt().verify(leaf, &other, &witnesses), Err(ReceiptVerifyError::NotByLog));
        let nobody = Err(ReceiptVerifyError::Note(VerifyError::NoKnownKey));
        assert_eq!(receipt().verify(leaf, &other, &[]), nobody);
    }

    #[test]
    fn a_checkpoint_of_another_origin_is_another_logs() {
        let signer = NoteSigner::new("other.example.test", SigningKey::from_seed(&seed(7))).unwrap();
        let note = signer.sign(receipt().note().text()).unwrap();
        let receipt = Receipt::new(2, receipt().proof().to_vec(), note).unwrap();
        let verdict = receipt.verify(leaf_hash(b"c"), signer.verifier(), &[]);
        assert_eq!(verdict, Err(ReceiptVerifyError::Origin));
    }

    #[test]
    fn extra_data_is_kept_and_proves_nothing() {
        let with = text().replace("index 2", "extra aGVsbG8=\nindex 2");
        let read = parse(&with).unwrap();
        assert_eq!((read.extra(), read.to_string()), (Some(b"hello".as_slice()), with));
        let [log, _] = vkeys();
        assert!(read.verify(leaf_hash(b"c"), &log, &[]).is_ok());
        let oversized = STANDARD.encode(alloc::vec![0; EXTRA_LEN_MAX + 1]);
        for extra in ["", "aGVsbG9=", "aGVsbG8", "aGVsbG8= ", &oversized] {
            let text = text().replace("index 2", &format!("extra {extra}\nindex 2"));
            assert_eq!(parse(&text), Err(ReceiptError::Extra));
        }
    }

    #[test]
    fn a_receipt_written_otherwise_is_refused() {
        let edit = |from, to| parse(&text().replacen(from, to, 1));
        assert_eq!(edit("@v1", "@v2"), Err(ReceiptError::Version));
        assert_eq!(edit("index 2", "index 02"), Err(ReceiptError::Index));
        assert_eq!(edit("index 2", "Index 2"), Err(ReceiptError::Index));
        assert_eq!(edit("index 2\n", ""), Err(ReceiptError::Index));
        assert_eq!(edit("index 2\n", "index 2\nextra aGVsbG8=\n"), Err(ReceiptError::Hash { place: 0 }));
        assert_eq!(edit("sTeYX", "sTeY_"), Err(ReceiptError::Hash { place: 1 }));
        // Everything after the first empty line is the note, and the hashes are no checkpoint.
        let extension = Err(ReceiptError::Checkpoint(CheckpointError::Extension));
        assert_eq!(edit("index 2\n", "index 2\n\n"), extension);
        assert_eq!(edit("\n\n", "\n"), Err(ReceiptError::Hash { place: 3 }));
        assert_eq!(edit("\n5\n", "\n05\n"), Err(ReceiptError::Checkpoint(CheckpointError::Size)));
        assert_eq!(parse(""), Err(ReceiptError::Form));
        assert_eq!(Receipt::parse(b"\xff"), Err(ReceiptError::Form));
        let len = RECEIPT_LEN_MAX + 1;
        assert_eq!(parse(&"a".repeat(len)), Err(ReceiptError::TooLong { len }));
        let hash = "0HDcW42prqfcD1rUwp2JllIABZyaDOyjq9XaJJLctx0=\n".repeat(PROOF_HASHES_MAX - 2);
        assert_eq!(edit("index 2\n", &format!("index 2\n{hash}")), Err(ReceiptError::TooManyHashes));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn an_edited_receipt_proves_nothing_else_or_prints_as_edited(place in any::<prop::sample::Index>(), byte: u8) {
            let mut bytes = text().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            let [log, witness] = vkeys();
            if let Ok(read) = Receipt::parse(&bytes) {
                prop_assert_eq!(read.to_string().into_bytes(), bytes);
                if let Ok(proven) = read.verify(leaf_hash(b"c"), &log, &[witness]) {
                    prop_assert!(read == receipt() || proven.unknown == 1);
                    prop_assert_eq!(read.index(), 2);
                }
            }
        }

        #[test]
        fn any_bytes_are_one_receipt_or_refused(bytes: Vec<u8>, lines in "(c2sp.org/tlog-proof@v1\n)?(extra [A-D=]{0,4}\n)?(index [0-9]{0,3}\n)?\n?") {
            let _ = Receipt::parse(&bytes);
            let text = format!("{lines}\n{NOTE}");
            if let Ok(read) = Receipt::parse(text.as_bytes()) {
                prop_assert_eq!(read.to_string(), text);
            }
        }
    }
}
