//! Whatever the bytes are: no panic, an end within a bounded time, and nothing but the original is taken for sound.
//!
//! The container's own limits are tested where it is written (`disclosure::pack`).

use std::time::{Duration, Instant};

use custody_proto::v1;
use custody_proto::v1::statement::Fact;
use disclosure::manifest::{SLICES_MAX, STATED_MAX, WrittenFinding, WrittenSlice};
use disclosure::pack::{File, pack};
use disclosure::profile::Profile;
use ledger_format::device_chain::Saying;
use verifier::bundle::{
    ENTRIES_FILE, ENTRIES_MAX, INCLUSION_FILE, MANIFEST_FILE, NOTE_FILE, OPENINGS_FILE, REGISTER_FILE,
    SUMS_FILE, check,
};
use verifier::report::Outcome;

use super::made::{Operator, adopted, collected, file, is_clean, order, refuses, said};
use crate::estate::Estate;
use crate::estate::acts::exhibit;
use crate::estate::voice::submission;

/// Longest that a reader waits for an answer about a small bundle, on a machine that does much else.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// A bundle of one exhibit, under the profile with the most files.
pub(super) fn original() -> (Estate, Operator, Vec<File>) {
    let mut estate = adopted();
    estate.lawful_way(exhibit(1));
    let collected = collected(&estate, &order(exhibit(1), Profile::Cps));
    let operator = Operator::of(&estate);
    let files = operator.files(&collected);
    is_clean(&operator.check(&files));
    (estate, operator, files)
}

/// That there is an answer in time, and that it is not that all is sound.
#[track_caller]
fn is_answered(operator: &Operator, files: Vec<File>, what: &str) {
    let begun = Instant::now();
    let checked = operator.check(&operator.signed(files));
    assert!(begun.elapsed() < PATIENCE, "{what}: {:?}", begun.elapsed());
    assert_ne!(checked.outcome(), Outcome::Verified, "{what}");
    assert!(!said(&checked).is_empty(), "{what}");
}

#[test]
fn bytes_that_are_no_bundle_are_refused() {
    let (estate, _, files) = original();
    let bytes = pack(&files).unwrap();
    let noise: Vec<u8> = (0..4096_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let half = &bytes[..bytes.len() / 2];
    for bytes in [&[][..], b"PK", b"PK\x05\x06", &noise, half, &[half, half].concat()] {
        refuses(&check(bytes, &estate.trust), "the file is no bundle");
    }
    refuses(&check(&pack(&[]).unwrap(), &estate.trust), "there is no bundle.json");
    is_clean(&check(&bytes, &estate.trust));
}

#[test]
fn a_bundle_cut_off_after_any_file_is_refused() {
    let (estate, operator, files) = original();
    for count in 0..files.len() {
        let checked = check(&pack(&files[..count]).unwrap(), &estate.trust);
        assert_ne!(checked.outcome(), Outcome::Verified, "{count} files");
        // Sums of nothing are no text that could be signed.
        if (1..files.len() - 2).contains(&count) {
            is_answered(&operator, files[..count].to_vec(), &format!("{count} files, signed anew"));
        }
    }
}

#[test]
fn each_file_is_needed_and_none_may_be_empty() {
    let (_, operator, files) = original();
    for (name, bytes) in files.iter().filter(|(name, _)| name != SUMS_FILE && name != NOTE_FILE) {
        let mut less = files.clone();
        less.retain(|(found, _)| found != name);
        is_answered(&operator, less, &format!("without {name}"));
        if !bytes.is_empty() {
            let mut empty = files.clone();
            file(&mut empty, name).clear();
            is_answered(&operator, empty, &format!("{name} is empty"));
        }
    }
}

#[test]
fn a_file_that_no_bundle_has_is_found() {
    let (_, operator, files) = original();
    for name in
        ["notes.txt", "drafts/more.txt", "sensitive/more.csv", "census/more", "policies/x.toml", "a/b/c"]
    {
        let mut more = files.clone();
        more.push((name.to_owned(), b"more".to_vec()));
        is_answered(&operator, more, name);
    }
    let mut swapped = files.clone();
    swapped.swap(0, 1);
    // Signed in the order in which they stand.
    let checked = operator.check(&swapped);
    assert_ne!(checked.outcome(), Outcome::Verified);
}

#[test]
fn what_is_read_of_a_file_has_a_limit_in_depth_size_and_number() {
    let (_, operator, files) = original();
    let replaced = |name: &str, bytes: Vec<u8>, words: &str| {
        let mut altered = files.clone();
        *file(&mut altered, name) = bytes;
        let begun = Instant::now();
        refuses(&operator.check(&operator.signed(altered)), words);
        assert!(begun.elapsed() < PATIENCE, "{name}: {:?}", begun.elapsed());
    };
    let deep = "[".repeat(1_000_000);
    for name in [MANIFEST_FILE, ENTRIES_FILE, OPENINGS_FILE, REGISTER_FILE] {
        for text in [deep.clone(), deep.clone() + "\n", "{\"index\":".repeat(100_000), "null".to_owned()] {
            replaced(name, text.into_bytes(), name);
        }
        replaced(name, vec![0xff; 1_000], name);
        replaced(name, vec![b'\n'; 3], name);
    }
    for number in ["1e999", "-1", "18446744073709551616", "1.0", "0x10", "01", "null", "\"1\""] {
        let line = format!("{{\"index\":{number},\"entry\":\"\"}}\n");
        replaced(ENTRIES_FILE, line.into_bytes(), "line 1");
        let text = String::from_utf8(files.iter().find(|(name, _)| name == MANIFEST_FILE).unwrap().1.clone());
        let (head, tail) = text.as_ref().unwrap().split_once("\"request\": ").unwrap();
        let tail = tail.trim_start_matches(|letter: char| letter.is_ascii_digit());
        replaced(MANIFEST_FILE, format!("{head}\"request\": {number}{tail}").into_bytes(), MANIFEST_FILE);
    }
    replaced(ENTRIES_FILE, vec![b'\n'; ENTRIES_MAX + 1], "at most");
    replaced(ENTRIES_FILE, vec![b'\n'; ENTRIES_MAX], "line 1");
    replaced(INCLUSION_FILE, b"AAAA\n".repeat(100_000), "line 1");
}

#[test]
fn slices_and_what_is_stated_have_a_limit_in_number() {
    let (estate, operator, files) = original();
    let honest = collected(&estate, &order(exhibit(1), Profile::Cps)).manifest;
    let written = |manifest: &disclosure::manifest::Written| {
        let mut altered = files.clone();
        *file(&mut altered, MANIFEST_FILE) = manifest.to_text().into_bytes();
        altered
    };
    for (count, is_too_many) in [(SLICES_MAX, false), (SLICES_MAX + 1, true)] {
        let mut manifest = honest.clone();
        let stream = manifest.slices[0].stream.clone();
        let slice = |at| WrittenSlice { stream: stream.clone(), first: 2 * at, last: 2 * at };
        manifest.slices = (0..u64::try_from(count).unwrap()).map(slice).collect();
        let checked = operator.check(&operator.signed(written(&manifest)));
        assert_eq!(checked.could_not_check.is_some(), is_too_many, "{count}: {:?}", checked.could_not_check);
        assert_ne!(checked.outcome(), Outcome::Verified);
    }
    for (count, is_too_many) in [(STATED_MAX, false), (STATED_MAX + 1, true)] {
        let mut manifest = honest.clone();
        let finding = |at| WrittenFinding {
            rule: "D02".to_owned(),
            severity: "break".to_owned(),
            from_us: None,
            to_us: None,
            indices: vec![at],
        };
        manifest.stated[0].findings = (0..u64::try_from(count).unwrap()).map(finding).collect();
        let begun = Instant::now();
        let checked = operator.check(&operator.signed(written(&manifest)));
        assert_eq!(checked.could_not_check.is_some(), is_too_many, "{count}: {:?}", checked.could_not_check);
        assert_ne!(checked.outcome(), Outcome::Verified);
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    }
}

/// A device says something of an exhibit at a time at which nobody lives.
fn says_at(estate: &mut Estate, wall_us: u64, error_us: u64) {
    let mut voice = estate.voice(0x77, v1::DeviceKind::Desk);
    let act = v1::Act { person: vec![0x52; 16], session: vec![0; 32] };
    let fact = Fact::SealObservedIntact(v1::SealObservedIntact {
        declared: Some(v1::seal_observed_intact::Declared {
            exhibits: vec![exhibit(1).0.to_vec()],
            seal: "MP00001".to_owned(),
            by: Some(act),
        }),
    });
    let time = v1::Time {
        boot: vec![0x77; 16],
        monotonic_us: u64::MAX,
        wall_us,
        clock: Some(v1::ClockState {
            source: v1::ClockSource::Ntp.into(),
            synchronised: true,
            last_sync_us: wall_us,
            error_us,
        }),
    };
    let (envelope, _) = voice.chain.say(Saying::new(fact, time), &voice.key).unwrap();
    let answer = estate.node.submit(vec![submission(&envelope)]);
    assert_eq!(answer.outcomes[0].status(), v1::OutcomeStatus::Recorded, "{}", answer.outcomes[0].detail());
}

#[test]
fn no_time_that_a_device_can_say_stops_a_bundle_from_being_made_or_read() {
    for (wall_us, error_us) in [(u64::MAX, u64::MAX), (0, u64::MAX), (u64::MAX, 0), (0, 0), (1 << 63, 1)] {
        let mut estate = adopted();
        estate.lawful_way(exhibit(1));
        says_at(&mut estate, wall_us, error_us);
        let operator = Operator::of(&estate);
        let collected = collected(&estate, &order(exhibit(1), Profile::Internal));
        let checked = operator.judge(&collected);
        assert_eq!(checked.could_not_check, None);
        assert!(checked.report.is_some());
    }
}
