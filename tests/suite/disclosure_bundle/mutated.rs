//! Files edited at random and signed anew: no panic, an answer in time, and never that all is sound.
//!
//! `BUNDLE_CASES=2000` mutates more.

use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use verifier::bundle::{ENTRIES_FILE, INCLUSION_FILE, MANIFEST_FILE, NOTE_FILE, OPENINGS_FILE, SUMS_FILE};
use verifier::report::Outcome;

use super::hostile::{PATIENCE, original};
use super::made::file;

/// One change to one file.
#[derive(Debug, Clone)]
enum Edit {
    Byte(usize, u8),
    Cut(usize),
    Remove(usize),
    Repeat(usize),
    Swap(usize, usize),
    Number(usize, u64),
    Insert(usize, Vec<u8>),
}

fn edits() -> impl Strategy<Value = Vec<(usize, Edit)>> {
    let at = any::<usize>;
    let number = prop_oneof![Just(0), Just(1), Just(u64::MAX), Just(1_u64 << 63), any::<u64>()];
    let edit = prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        at().prop_map(Edit::Cut),
        at().prop_map(Edit::Remove),
        at().prop_map(Edit::Repeat),
        (at(), at()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (at(), number).prop_map(|(at, number)| Edit::Number(at, number)),
        (at(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
    ];
    prop::collection::vec((at(), edit), 1..4)
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |at: usize, len: usize| if len == 0 { 0 } else { at % len };
        let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
            bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
        };
        let mut split = lines(bytes);
        let count = split.len();
        match self {
            Self::Byte(at, byte) if !bytes.is_empty() => {
                let at = place(*at, bytes.len());
                bytes[at] = *byte;
            }
            Self::Cut(at) => bytes.truncate(place(*at, bytes.len())),
            Self::Insert(at, more) => {
                let at = place(*at, bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(at) if count > 0 => {
                split.remove(place(*at, count));
                *bytes = split.concat();
            }
            Self::Repeat(at) if count > 0 => {
                let line = split[place(*at, count)].clone();
                split.insert(place(*at, count), line);
                *bytes = split.concat();
            }
            Self::Swap(one, other) if count > 0 => {
                split.swap(place(*one, count), place(*other, count));
                *bytes = split.concat();
            }
            Self::Number(at, number) => {
                // The numbers of JSON stand after a colon, a bracket or a space.
                let starts: Vec<usize> = (1..bytes.len())
                    .filter(|at| bytes[*at].is_ascii_digit() && b": [".contains(&bytes[at - 1]))
                    .collect();
                let Some(start) = starts.get(place(*at, starts.len())).copied() else { return };
                let end = (start..bytes.len()).find(|at| !bytes[*at].is_ascii_digit()).unwrap_or(bytes.len());
                bytes.splice(start..end, number.to_string().into_bytes());
            }
            Self::Byte(..) | Self::Remove(_) | Self::Repeat(_) | Self::Swap(..) => {}
        }
    }
}

#[test]
fn whatever_is_edited_and_signed_anew_is_answered_and_never_verified() {
    let (_, operator, files) = original();
    let cases = std::env::var("BUNDLE_CASES").map_or(48, |text| text.parse().unwrap());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    // The reports are compared byte for byte: what is replayed is edited more often.
    let mut names: Vec<String> =
        [MANIFEST_FILE, ENTRIES_FILE, OPENINGS_FILE, INCLUSION_FILE].map(str::to_owned).into();
    let all = files.iter().map(|(name, _)| name).filter(|name| *name != SUMS_FILE && *name != NOTE_FILE);
    names.extend(all.cloned());
    let result = TestRunner::new(config).run(&edits(), |edits| {
        let mut altered = files.clone();
        for (at, edit) in &edits {
            edit.apply(file(&mut altered, &names[at % names.len()]));
        }
        if altered != files {
            let begun = Instant::now();
            let checked = operator.check(&operator.signed(altered));
            prop_assert_ne!(checked.outcome(), Outcome::Verified);
            prop_assert!(begun.elapsed() < PATIENCE);
        }
        Ok(())
    });
    if let Err(why) = result {
        panic!("{why}");
    }
}
