//! The programs in Python beside the vectors: the generator, and the checks of receipts, archives and bundles.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use crate::support::{path, python, python_is_here};

#[track_caller]
fn expect_success(output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// The files that the generator writes, by path below `folder`.
fn files(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
    for found in std::fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        let is_output = !path.extension().is_some_and(|extension| extension == "py" || extension == "md");
        if path.is_dir() {
            files(root, &path, into);
        } else if is_output {
            into.insert(
                path.strip_prefix(root).unwrap().display().to_string(),
                std::fs::read(&path).unwrap(),
            );
        }
    }
}

#[test]
fn the_committed_vectors_are_what_the_second_implementation_writes() {
    if !python_is_here() {
        return;
    }
    let fresh = tempfile::tempdir().unwrap();
    let generator = path("vectors/generate.py");
    let out = fresh.path().to_str().unwrap();
    expect_success(&python(&[generator.to_str().unwrap(), "--out", out]).unwrap());
    let (mut expected, mut committed) = (BTreeMap::new(), BTreeMap::new());
    files(fresh.path(), fresh.path(), &mut expected);
    files(&path("vectors"), &path("vectors"), &mut committed);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&expected));
    for (name, bytes) in &committed {
        assert!(*bytes == expected[name], "{name} is not what generate.py writes; run it and commit");
    }
}

#[test]
fn the_receipt_check_in_python_passes_its_own_tests() {
    if python_is_here() {
        expect_success(&python(&["-B", path("python/test_verify_receipt.py").to_str().unwrap()]).unwrap());
    }
}

#[test]
fn the_replay_in_python_passes_its_own_tests() {
    if python_is_here() {
        expect_success(&python(&["-B", path("python/test_replay_archive.py").to_str().unwrap()]).unwrap());
    }
}

#[test]
fn the_check_of_bundles_in_python_passes_its_own_tests() {
    if python_is_here() {
        expect_success(&python(&["-B", path("python/test_check_bundle.py").to_str().unwrap()]).unwrap());
    }
}
