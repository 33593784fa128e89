//! Files missing, surplus, and not what they look like.

use std::fs;
use std::path::Path;

use crate::support::{assert_found, large, run, small};
use custody::rule::RuleId;
use verifier::archive::{ArchiveReader as _, DirectoryArchive, MemoryArchive, ReadError};
use verifier::report::{Outcome, human};

pub(crate) fn write(archive: &MemoryArchive, folder: &Path) {
    for (path, bytes) in &archive.files {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
}

#[test]
fn no_file_can_be_missing() {
    let large = large();
    let archive = large.world.archive();
    assert_eq!(archive.files.len(), 8);
    for path in archive.files.keys() {
        let mut tampered = archive.clone();
        tampered.files.remove(path);
        let report = run(&tampered, &large.world.trust());
        assert_ne!(report.outcome(), Outcome::Verified, "{path}");
    }
}

#[test]
fn a_missing_bundle_is_said_and_the_others_are_still_checked() {
    let large = large();
    let mut archive = large.world.archive();
    archive.files.remove("tile/entries/001");
    let report = run(&archive, &large.world.trust());
    assert_found(&report, RuleId::L02);
    assert_eq!(report.outcome(), Outcome::NotChecked);
    let [gap] = report.not_replayed.as_slice() else { panic!("{}", human(&report)) };
    assert_eq!((gap.first, gap.last), (256, 511));
    assert_eq!(report.counts.entries, large.world.writer.size() - 256);
    // The hash tile tells the leaves, and with them the root is that of the checkpoint.
    assert!(!report.findings.iter().any(|finding| finding.rule == RuleId::L03), "{}", human(&report));
}

#[test]
fn a_missing_bundle_without_its_hash_tile_leaves_the_root_unchecked() {
    let large = large();
    let mut archive = large.world.archive();
    archive.files.remove("tile/entries/001");
    archive.files.remove("tile/0/001");
    let report = run(&archive, &large.world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
    let check = report.rules.iter().find(|check| check.rule == RuleId::L03).unwrap();
    assert!(check.checked.is_err());
    assert_eq!(report.counts.entries, large.world.writer.size() - 256);
}

#[test]
fn a_wrong_hash_tile_is_found_wherever_it_stands() {
    let large = large();
    let archive = large.world.archive();
    let tiles = archive.files.keys().filter(|path| path.starts_with("tile/") && !path.contains("entries"));
    for path in tiles {
        for offset in [0, 31, archive.files[path].len() - 1] {
            let mut tampered = archive.clone();
            tampered.files.get_mut(path).unwrap()[offset] ^= 1;
            assert_found(&run(&tampered, &large.world.trust()), RuleId::L03);
        }
    }
}

#[test]
fn a_file_that_nothing_refers_to_is_found() {
    let world = small().world;
    let digest = "0".repeat(64);
    let paths = [
        "notes.txt".to_owned(),
        "tile/entries/001".to_owned(),
        "tile/entries/000.p/255".to_owned(),
        "tile/0/000".to_owned(),
        "tile/8/000.p/1".to_owned(),
        "tile/63/000.p/1".to_owned(),
        "tile/00/000.p/1".to_owned(),
        "tile/0/000.p/022".to_owned(),
        "checkpoint/x".to_owned(),
        "Checkpoint".to_owned(),
        "evidence/readme".to_owned(),
        format!("evidence/{digest}"),
        format!("evidence/{digest}/x"),
        "..".to_owned(),
        "a\u{1b}[31m\nb".to_owned(),
    ];
    for path in paths {
        let mut archive = world.archive();
        archive.files.insert(path.clone(), b"x".to_vec());
        let report = run(&archive, &world.trust());
        assert_found(&report, RuleId::L08);
        assert!(!human(&report).contains('\u{1b}'), "{path:?} reaches the terminal as it is");
    }
}

#[test]
fn an_archive_in_a_folder_is_read_like_one_in_memory() {
    let large = large();
    let folder = tempfile::tempdir().unwrap();
    write(&large.world.archive(), folder.path());
    let archive = DirectoryArchive::open(folder.path()).unwrap();
    let report = run(&archive, &large.world.trust());
    assert_eq!(report, run(&large.world.archive(), &large.world.trust()));
    assert_eq!(report.outcome(), Outcome::Verified);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_neither_followed_nor_passed_over() {
    let world = small().world;
    let elsewhere = tempfile::tempdir().unwrap();
    write(&world.archive(), elsewhere.path());
    for path in ["checkpoint", "tile/0/000.p/22", "tile/entries", "tile"] {
        let folder = tempfile::tempdir().unwrap();
        write(&world.archive(), folder.path());
        let place = folder.path().join(path);
        if place.is_dir() {
            fs::remove_dir_all(&place).unwrap();
        } else {
            fs::remove_file(&place).unwrap();
        }
        std::os::unix::fs::symlink(elsewhere.path().join(path), &place).unwrap();
        let archive = DirectoryArchive::open(folder.path()).unwrap();
        let report = run(&archive, &world.trust());
        assert_ne!(report.outcome(), Outcome::Verified, "{path}");
    }
    // A link beside everything else.
    let folder = tempfile::tempdir().unwrap();
    write(&world.archive(), folder.path());
    std::os::unix::fs::symlink("/", folder.path().join("evidence")).unwrap();
    let report = run(&DirectoryArchive::open(folder.path()).unwrap(), &world.trust());
    assert_found(&report, RuleId::L08);
    assert_eq!(report.findings.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let world = small().world;
    let folder = tempfile::tempdir().unwrap();
    write(&world.archive(), folder.path());
    let socket = folder.path().join("tile/entries/x");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert_found(&run(&DirectoryArchive::open(folder.path()).unwrap(), &world.trust()), RuleId::L08);
    fs::remove_file(folder.path().join("checkpoint")).unwrap();
    let _checkpoint = std::os::unix::net::UnixListener::bind(folder.path().join("checkpoint")).unwrap();
    let report = run(&DirectoryArchive::open(folder.path()).unwrap(), &world.trust());
    assert_eq!(report.outcome(), Outcome::NotChecked);
}

#[test]
fn folders_below_any_of_an_archive_are_not_walked() {
    let world = small().world;
    let folder = tempfile::tempdir().unwrap();
    write(&world.archive(), folder.path());
    fs::create_dir_all(folder.path().join(vec!["deep"; 40].join("/"))).unwrap();
    assert_found(&run(&DirectoryArchive::open(folder.path()).unwrap(), &world.trust()), RuleId::L08);
}

#[test]
fn nothing_outside_the_folder_is_read_and_nothing_beyond_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(folder.path().join("secret"), b"x").unwrap();
    fs::write(inside.join("file"), vec![0; 100]).unwrap();
    let archive = DirectoryArchive::open(&inside).unwrap();
    for path in ["../secret", "./file", "", "/etc/hostname", "file/", "a\0b"] {
        assert_eq!(archive.read(path, 10).ok().flatten(), None, "{path:?}");
    }
    assert_eq!(archive.read("file", 99), Err(ReadError::TooLarge { max: 99 }));
    assert_eq!(archive.read("file", 100), Ok(Some(vec![0; 100])));
    assert_eq!(archive.read("file/x", 100), Err(ReadError::NotAFile));
    assert_eq!(archive.read("nothing", 100), Ok(None));
}
