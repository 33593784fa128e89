//! Where the committed vectors lie and how they are read, and how Python is run.

use std::path::PathBuf;
use std::process::{Command, Output};

use custody::id::Digest;
use serde::de::DeserializeOwned;

/// A path below the folder `tests/`.
pub(crate) fn path(below: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// The content of a committed JSON file of vectors.
pub(crate) fn vectors<T: DeserializeOwned>(name: &str) -> T {
    let path = path("vectors").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Bytes from lower-case hexadecimal.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// A digest from lower-case hexadecimal.
pub(crate) fn digest(text: &str) -> Digest {
    text.parse().unwrap()
}

/// Digests from lower-case hexadecimal.
pub(crate) fn digests(texts: &[String]) -> Vec<Digest> {
    texts.iter().map(|text| digest(text)).collect()
}

/// Runs `python3` with these arguments.
pub(crate) fn python(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new("python3").args(arguments).output()
}

/// True if `python3` is here with the package `cryptography` and a TOML reader. Where it is not, says so,
/// and fails where nothing may be skipped.
pub(crate) fn python_is_here() -> bool {
    python_has("cryptography, tomllib")
        || nothing_may_be_skipped("python3 (3.11 or newer) with the package `cryptography` is not here")
}

/// The same with the package `securesystemslib`, a stock verifier of DSSE envelopes.
pub(crate) fn dsse_verifier_is_here() -> bool {
    python_has("cryptography, securesystemslib.dsse")
        || nothing_may_be_skipped("python3 with the package `securesystemslib` is not here")
}

fn python_has(modules: &str) -> bool {
    python(&["-c", &format!("import {modules}")]).is_ok_and(|output| output.status.success())
}

/// Says what is missing, where something may be skipped for it. Always false.
pub(crate) fn nothing_may_be_skipped(missing: &str) -> bool {
    assert!(std::env::var_os("CI").is_none(), "{missing}, and CI skips nothing");
    println!("SKIPPED: {missing}");
    false
}

/// Runs a program of `tests/python` and returns its exit status with all it said.
pub(crate) fn run_python(program: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let program = path("python").join(program);
    let output = python(&[&["-B", program.to_str().unwrap()], arguments].concat()).unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code(), said)
}
