//! The files of one line a thing: entries, openings and the redaction register; and the hashes of `inclusion`.
//!
//! Each is read strictly: writing it again gives the same text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use custody::id::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A file of lines is not what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinesError {
    /// Not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// A line is not of the form, or written in another way than the one there is.
    #[error("line {number} is not of the form")]
    Line {
        /// From 1.
        number: usize,
    },
    /// The last line does not end.
    #[error("the last line does not end")]
    Unterminated,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryLine {
    /// Its index.
    pub index: u64,
    /// Its bytes, base64.
    pub entry: String,
}

impl EntryLine {
    /// The line of one entry.
    pub fn new(index: u64, bytes: &[u8]) -> Self {
        Self { index, entry: STANDARD.encode(bytes) }
    }

    /// Its bytes; `None` where they are not canonical base64.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.entry).ok()
    }
}

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningLine {
    /// SHA-256 of the statement that commits to it.
    pub statement: String,
    /// The field.
    pub field: String,
    /// The disclosure (RFC 9901).
    pub disclosure: String,
}

/// One line of the redaction register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterLine {
    /// From 1.
    pub number: u64,
    /// Index of the entry that holds the commitment.
    pub index: u64,
    /// The field.
    pub field: String,
    /// The commitment.
    pub commitment: String,
    /// `withheld`, `erased` or `missing`.
    pub fate: String,
    /// Why it is withheld.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub basis: Option<String>,
    /// Index of the entry that records the erasure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub erased_at: Option<u64>,
}

/// The text of some lines.
pub fn write<T: Serialize>(lines: &[T]) -> String {
    let mut text = String::new();
    for line in lines {
        // Structures of numbers and texts serialise always.
        text.push_str(&serde_json::to_string(line).unwrap_or_default());
        text.push('\n');
    }
    text
}

/// Reads lines, strictly.
pub fn read<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<Vec<T>, LinesError> {
    let line = |(place, text): (usize, &str)| {
        let wrong = LinesError::Line { number: place.saturating_add(1) };
        let line: T = serde_json::from_str(text).map_err(|_| wrong.clone())?;
        let again = serde_json::to_string(&line).unwrap_or_default();
        if again == text { Ok(line) } else { Err(wrong) }
    };
    lines(bytes)?.enumerate().map(line).collect()
}

/// The text of hashes, one base64 line each.
pub fn write_hashes(hashes: &[Digest]) -> String {
    hashes.iter().map(|hash| STANDARD.encode(hash.0) + "\n").collect()
}

/// Reads hashes, strictly.
pub fn read_hashes(bytes: &[u8]) -> Result<Vec<Digest>, LinesError> {
    let hash = |(place, text): (usize, &str)| {
        let bytes = STANDARD.decode(text).ok();
        let hash = bytes.and_then(|bytes| Digest::try_from(bytes.as_slice()).ok());
        hash.ok_or(LinesError::Line { number: place.saturating_add(1) })
    };
    lines(bytes)?.enumerate().map(hash).collect()
}

/// Its lines; none of an empty file.
fn lines(bytes: &[u8]) -> Result<impl Iterator<Item = &str>, LinesError> {
    let text = std::str::from_utf8(bytes).map_err(|_| LinesError::Utf8)?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(LinesError::Unterminated);
    }
    // Not `lines`, which takes a carriage return for a part of the end.
    Ok(text.split_terminator('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let lines = [EntryLine::new(3, b"abc"), EntryLine::new(17, b"")];
        let text = write(&lines);
        assert_eq!(text, "{\"index\":3,\"entry\":\"YWJj\"}\n{\"index\":17,\"entry\":\"\"}\n");
        assert_eq!(read::<EntryLine>(text.as_bytes()).unwrap(), lines);
        assert_eq!(read::<EntryLine>(b"").unwrap(), []);
        for other in [
            "{\"index\":3,\"entry\":\"YWJj\"}",
            "{\"index\": 3,\"entry\":\"YWJj\"}\n",
            "{\"index\":3,\"entry\":\"YWJj\"}\r\n",
            "{\"index\":3,\"index\":3,\"entry\":\"YWJj\"}\n",
            "{\"index\":3,\"entry\":\"YWJj\",\"more\":1}\n",
            "\n",
        ] {
            assert!(read::<EntryLine>(other.as_bytes()).is_err(), "{other:?}");
        }
    }

    #[test]
    fn hashes_are_base64_of_32_bytes() {
        let hashes = [Digest([1; 32]), Digest([255; 32])];
        assert_eq!(read_hashes(write_hashes(&hashes).as_bytes()).unwrap(), hashes);
        assert!(read_hashes(b"AQ==\n").is_err());
    }
}
