//! Where the committed vectors lie, and how they are read.

use std::path::PathBuf;

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
