//! One bit flipped in a bundle is found: by the container's form, or, where the operator signs the sums anew, by what the
//! bytes must be.
//!
//! `BUNDLE_EVERY=1 cargo test --release -p suite --test suite disclosure_bundle::flips` flips a bit of every byte of the container,
//! of what a reader replays and of what the operator says; with `BUNDLE_EVERY_REPORT=1` also of every byte of the files that a
//! reader writes again and compares as a whole.
//!
//! `verify.html` is not written from the entries: the signed sums alone speak for it, and an operator who signs them anew
//! may put another page in its place. Whoever does not trust the operator brings a verifier along.

use disclosure::pack::{File, pack, unpack};
use disclosure::profile::Profile;
use verifier::bundle::{MANIFEST_FILE, NOTE_FILE, PAGE_FILE, SUMS_FILE};
use verifier::report::Outcome;

use super::made::{Operator, collected, estate, file, finds, is_clean, order, said};
use crate::estate::acts::exhibit;
use custody::rule::RuleId;

/// One byte in so many of the container, whose headers its own tests flip through: a prime, so that no field is left out.
const OF_CONTAINER: usize = 1_999;

/// One byte in so many of what a reader replays.
const OF_RECORD: usize = 401;

/// One byte in so many of what the operator says: little of it stands elsewhere as well.
const OF_MANIFEST: usize = 23;

/// One byte in so many of what a reader writes again and compares, byte for byte.
const OF_REPORTS: usize = 20_011;

/// One byte in so many where the environment says so, otherwise as given.
fn step(otherwise: usize) -> usize {
    step_by("BUNDLE_EVERY", otherwise)
}

fn step_by(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// The same bytes with one bit of one byte flipped: most of them leave a letter a letter.
fn flipped(bytes: &[u8], place: usize) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[place] ^= 1 << (place % 7);
    flipped
}

fn is_replayed(name: &str) -> bool {
    let folders = ["census/", "policies/"];
    let files =
        ["bundle.json", "checkpoint", "entries.jsonl", "inclusion", "openings.jsonl", "register.jsonl"];
    files.contains(&name) || folders.iter().any(|folder| name.starts_with(folder))
}

fn bundle(profile: Profile) -> (Operator, Vec<File>) {
    let estate = estate();
    let collected = collected(&estate, &order(exhibit(2), profile));
    let operator = Operator::of(&estate);
    let files = operator.files(&collected);
    (operator, files)
}

#[test]
fn a_bundle_of_a_small_estate_is_clean() {
    for profile in Profile::ALL {
        let (operator, files) = bundle(profile);
        is_clean(&operator.check(&files));
    }
}

#[test]
fn no_bit_of_the_packed_bytes_may_be_another() {
    let bytes = pack(&bundle(Profile::Defence).1).unwrap();
    for place in (0..bytes.len()).step_by(step(OF_CONTAINER)) {
        // A flip within a file breaks its checksum, and any other breaks the form.
        assert!(unpack(&flipped(&bytes, place)).is_err(), "byte {place}");
    }
}

#[test]
fn no_bit_of_any_file_may_be_another_even_under_sums_signed_anew() {
    let (operator, files) = bundle(Profile::Cps);
    let mut places = Vec::new();
    for (name, bytes) in files.iter().filter(|(name, _)| name != SUMS_FILE && name != NOTE_FILE) {
        let every = match name.as_str() {
            MANIFEST_FILE => step(OF_MANIFEST),
            name if is_replayed(name) => step(OF_RECORD),
            _ => step_by("BUNDLE_EVERY_REPORT", OF_REPORTS),
        };
        // Short files are flipped in a few places at least.
        let every = every.min(bytes.len().div_ceil(4)).max(1);
        places.extend((0..bytes.len()).step_by(every).map(|place| (name.as_str(), bytes.as_slice(), place)));
    }
    let (first, second) = places.split_at(places.len() / 2);
    let unseen: Vec<String> = std::thread::scope(|scope| {
        let half = |half: &[(&str, &[u8], usize)]| {
            half.iter().filter_map(|flip| unseen(&operator, &files, *flip)).collect::<Vec<_>>()
        };
        let other = scope.spawn(move || half(second));
        [half(first), other.join().unwrap()].concat()
    });
    assert!(unseen.is_empty(), "{} unseen:\n{}", unseen.len(), unseen.join("\n"));
    println!("{} flips, each found", places.len());
}

/// What is said of a bundle with this one byte flipped, where that is not what is wrong with it.
fn unseen(operator: &Operator, files: &[File], (name, bytes, place): (&str, &[u8], usize)) -> Option<String> {
    let mut altered = files.to_vec();
    *file(&mut altered, name) = flipped(bytes, place);
    let checked = operator.check(&operator.signed(altered));
    let names = |line: &String| line.contains(name) || is_replayed(name);
    let is_unseen = checked.outcome() == Outcome::Verified || !said(&checked).iter().any(names);
    is_unseen.then(|| format!("{name} byte {place}: {:?}", said(&checked)))
}

#[test]
fn no_bit_of_the_sums_or_of_their_note_may_be_another() {
    let (operator, files) = bundle(Profile::Defence);
    for name in [SUMS_FILE, NOTE_FILE] {
        let len = files.iter().find(|(found, _)| found == name).unwrap().1.len();
        for place in (0..len).step_by(step(97)) {
            let mut altered = files.clone();
            let bytes = file(&mut altered, name);
            *bytes = flipped(bytes, place);
            let checked = operator.check(&altered);
            assert_ne!(checked.outcome(), Outcome::Verified, "{name} byte {place}");
            assert!(said(&checked).iter().any(|line| line.contains(SUMS_FILE)), "{name} byte {place}");
        }
    }
}

#[test]
fn the_page_that_goes_along_rests_on_the_signed_sums_alone() {
    let (operator, mut files) = bundle(Profile::Defence);
    files.push((PAGE_FILE.to_owned(), b"<!doctype html><title>verifier</title>".to_vec()));
    let mut files = operator.signed(files);
    is_clean(&operator.check(&files));
    *file(&mut files, PAGE_FILE) = b"<!doctype html><title>another</title>".to_vec();
    finds(&operator.check(&files), RuleId::L08, PAGE_FILE);
    is_clean(&operator.check(&operator.signed(files)));
}
