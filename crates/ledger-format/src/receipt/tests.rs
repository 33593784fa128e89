//! A receipt over the published tree and note, and edits of it.

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
