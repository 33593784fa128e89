//! Archives made to hang, exhaust or mislead whoever reads them.

use std::collections::BTreeMap;

use crate::support::{run, small};
use ledger_format::checkpoint::Checkpoint;
use ledger_format::merkle::empty_root;
use ledger_format::note::NoteSigner;
use proptest::prelude::*;
use verifier::archive::{ArchiveReader, Listed, MemoryArchive, ReadError};
use verifier::report::{Outcome, human, json};
use verifier::testing::World;

#[test]
fn an_empty_archive_is_not_verified() {
    let world = small().world;
    let report = run(&MemoryArchive::default(), &world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
    assert!(report.could_not_check.is_some());
    assert!(human(&report).contains("NOTHING COULD BE CHECKED"));
}

fn with_checkpoint(world: &World, size: u64, root: custody::id::Digest) -> MemoryArchive {
    let signer = NoteSigner::new(&world.origin, world.ledger_key()).unwrap();
    let note = signer.sign(&Checkpoint::new(&world.origin, size, root).unwrap().to_string()).unwrap();
    let files = BTreeMap::from([("checkpoint".to_owned(), note.to_string().into_bytes())]);
    MemoryArchive { files }
}

#[test]
fn a_ledger_without_entries_is_not_verified() {
    let world = small().world;
    let report = run(&with_checkpoint(&world, 0, empty_root()), &world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
}

#[test]
fn a_checkpoint_alone_is_not_verified() {
    let world = small().world;
    let size = world.writer.size();
    let report = run(&with_checkpoint(&world, size, world.writer.root_at(size)), &world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
}

/// A checkpoint may claim any size; nobody walks to its end.
#[test]
fn a_ledger_that_claims_more_entries_than_there_are_atoms_is_given_up() {
    let world = small().world;
    for size in [257, 1 << 20, 1 << 40, 1 << 63, u64::MAX] {
        let mut archive = world.archive();
        let claim = with_checkpoint(&world, size, world.writer.root_at(1));
        archive.files.extend(claim.files);
        let report = run(&archive, &world.trust());
        assert_eq!(report.outcome(), Outcome::NotChecked, "{size}");
    }
}

#[test]
fn files_beyond_their_limit_are_refused() {
    let world = small().world;
    let big = vec![b'a'; 20_000_000];
    for path in world.archive().files.keys() {
        let mut archive = world.archive();
        archive.files.insert(path.clone(), big.clone());
        assert_ne!(run(&archive, &world.trust()).outcome(), Outcome::Verified, "{path}");
    }
}

/// A reader that fails at every file in turn: an I/O error is never taken for "nothing there".
struct Failing<'a> {
    archive: &'a MemoryArchive,
    path: &'a str,
}

impl ArchiveReader for Failing<'_> {
    fn read(&self, path: &str, len_max: usize) -> Result<Option<Vec<u8>>, ReadError> {
        if path == self.path {
            Err(ReadError::Io("disk".to_owned()))
        } else {
            self.archive.read(path, len_max)
        }
    }

    fn list(&self, visit: &mut dyn FnMut(Listed)) -> Result<(), ReadError> {
        if self.path.is_empty() { Err(ReadError::Io("disk".to_owned())) } else { self.archive.list(visit) }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_never_passed_over() {
    let world = small().world;
    let archive = world.archive();
    for path in archive.files.keys().map(String::as_str).chain([""]) {
        let report = run(&Failing { archive: &archive, path }, &world.trust());
        assert_ne!(report.outcome(), Outcome::Verified, "{path}");
    }
}

/// The genesis itself cannot be read: nothing stands on anything.
#[test]
fn a_ledger_whose_genesis_cannot_be_read_is_not_verified() {
    let world = small().world;
    let mut bytes = world.writer.entries.clone();
    bytes[0].truncate(10);
    let writer = verifier::testing::Writer::of_bytes(bytes);
    let report = run(&world.archive_of(&writer), &world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
    assert!(!report.findings.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the bytes, there is a report, and it never says that all is well.
    #[test]
    fn random_bytes_in_place_of_entries_never_verify(
        entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 1..12),
    ) {
        let world = World::new("ledger.example");
        let writer = verifier::testing::Writer::of_bytes(entries);
        let report = run(&world.archive_of(&writer), &world.trust());
        prop_assert_ne!(report.outcome(), Outcome::Verified);
        prop_assert!(!json(&report).is_empty());
    }

    /// Several places of an archive changed at once.
    #[test]
    fn a_changed_archive_never_verifies(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..=255u8), 1..5),
    ) {
        let world = small().world;
        let mut archive = world.archive();
        let honest = archive.clone();
        let paths: Vec<String> = archive.files.keys().cloned().collect();
        for (path, offset, change) in changes {
            let file = archive.files.get_mut(path.get(&paths)).unwrap();
            let offset = offset.index(file.len());
            file[offset] ^= change;
        }
        prop_assume!(archive != honest);
        prop_assert_ne!(run(&archive, &world.trust()).outcome(), Outcome::Verified);
    }
}
