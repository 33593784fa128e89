//! The program on the command line.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{BUNDLE, NAME, PDF, SAMPLE};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_render")).args(arguments).current_dir(folder).output().unwrap()
}

/// A folder with a bundle and a model.
fn folder(model: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(NAME), BUNDLE).unwrap();
    fs::write(folder.path().join("report.json"), model).unwrap();
    folder
}

#[test]
fn the_pdf_is_written_beside_the_bundle() {
    let folder = folder(SAMPLE);
    let output = run(folder.path(), &[NAME, "--model", "report.json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "fiction-7.pdf\n");
    assert!(
        fs::read(folder.path().join("fiction-7.pdf")).unwrap() == *PDF,
        "not the bytes that the library gives"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "something was left behind");
}

#[track_caller]
fn check_refused(model: &str, arguments: &[&str], complaint: &str) {
    let folder = folder(model);
    fs::write(folder.path().join("kept.pdf"), b"an earlier report").unwrap();
    let output = run(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(complaint), "{said}");
    assert_eq!(fs::read(folder.path().join("kept.pdf")).unwrap(), b"an earlier report");
    assert_eq!(fs::read(folder.path().join(NAME)).unwrap(), BUNDLE);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "something was left behind");
}

#[test]
fn a_failure_says_what_to_do_and_leaves_everything_as_it_was() {
    let to_kept = [NAME, "--model", "report.json", "--out", "kept.pdf"];
    check_refused("{", &to_kept, "the model is not JSON");
    check_refused("{}", &to_kept, "cover.requested.utc is absent");
    let fieldless = SAMPLE.replace("\"not_asserted\"", "\"not_asserted_any_more\"");
    check_refused(&fieldless, &to_kept, "schedules.typ:");
    check_refused(SAMPLE, &["absent.zip", "--model", "report.json"], "absent.zip cannot be read");
    check_refused(
        SAMPLE,
        &[NAME, "--model", "report.json", "--out", NAME],
        "would be overwritten by its own PDF",
    );
    check_refused(
        SAMPLE,
        &[NAME, "--model", "report.json", "--out", "absent/r.pdf"],
        "absent/r.pdf cannot be written",
    );
}
