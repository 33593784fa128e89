//! The published note, and everything that is none.

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
    refuse(&long, NoteError::TooLong { len: NOTE_LEN_MAX + 1, len_max: NOTE_LEN_MAX });
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
