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
