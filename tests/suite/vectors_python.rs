//! The programs in Python beside the vectors: the generator, and the check of a receipt.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::path;

/// Runs `python3` with these arguments.
fn python(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new("python3").args(arguments).output()
}

/// True if `python3` is here with the package `cryptography` and a TOML reader. Where it is not, says so,
/// and fails where nothing may be skipped.
fn is_here() -> bool {
    let here = python(&["-c", "import cryptography, tomllib"]).is_ok_and(|output| output.status.success());
    if !here {
        assert!(
            std::env::var_os("CI").is_none(),
            "python3 with `cryptography` is not here, and CI skips nothing"
        );
        println!("SKIPPED: python3 (3.11 or newer) with the package `cryptography` is not here");
    }
    here
}

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
    if !is_here() {
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
    if is_here() {
        let tests = path("python/test_verify_receipt.py");
        expect_success(&python(&["-B", tests.to_str().unwrap()]).unwrap());
    }
}
