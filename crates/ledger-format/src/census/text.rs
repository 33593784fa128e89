//! A census proof as a file, in the manner of a tlog-proof.
//!
//! ```text
//! custody-ledger/census-proof@v1\n
//! empty\n  or  leaf <key, hexadecimal> <revision, decimal> <head, hexadecimal>\n
//! <base64 hash>\n ...                    the one below the root first
//! ```

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{CensusProof, DEPTH_MAX, Found, StreamHead};
use crate::checkpoint::{parse_decimal, parse_hash};

const FIRST_LINE: &str = "custody-ledger/census-proof@v1";

/// A text is no census proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CensusTextError {
    /// Another first line: another format or version.
    #[error("first line is not {FIRST_LINE}")]
    Version,
    /// The second line is neither `empty` nor `leaf` with key, revision and head.
    #[error("second line is neither `empty` nor a leaf")]
    Found,
    /// A line that is not canonical base64 of 32 bytes.
    #[error("hash {place} is not base64 of 32 bytes")]
    Hash {
        /// Its place in the proof, from 0.
        place: usize,
    },
    /// More than [`DEPTH_MAX`] hashes.
    #[error("more than {DEPTH_MAX} hashes")]
    TooDeep,
    /// The last line does not end.
    #[error("last line without newline")]
    Unterminated,
}

impl fmt::Display for CensusProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        match &self.found {
            Found::Empty => writeln!(f, "empty")?,
            Found::Leaf(leaf) => writeln!(f, "leaf {} {} {}", leaf.key, leaf.revision, leaf.head)?,
        }
        self.siblings.iter().try_for_each(|hash| writeln!(f, "{}", STANDARD.encode(hash.0)))
    }
}

/// Strict: printing gives the same text.
impl FromStr for CensusProof {
    type Err = CensusTextError;

    fn from_str(text: &str) -> Result<Self, CensusTextError> {
        let mut lines = text.strip_suffix('\n').ok_or(CensusTextError::Unterminated)?.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(CensusTextError::Version);
        }
        let found = lines.next().and_then(parse_found).ok_or(CensusTextError::Found)?;
        let mut siblings = Vec::new();
        for (place, line) in lines.enumerate() {
            if place >= DEPTH_MAX {
                return Err(CensusTextError::TooDeep);
            }
            siblings.push(parse_hash(line).ok_or(CensusTextError::Hash { place })?);
        }
        Ok(Self { found, siblings })
    }
}

fn parse_found(line: &str) -> Option<Found> {
    if line == "empty" {
        return Some(Found::Empty);
    }
    let (key, rest) = line.strip_prefix("leaf ")?.split_once(' ')?;
    let (revision, head) = rest.split_once(' ')?;
    let (key, revision, head) = (key.parse().ok()?, parse_decimal(revision)?, head.parse().ok()?);
    Some(Found::Leaf(StreamHead { key, revision, head }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::{Census, key};
    use alloc::format;
    use alloc::string::ToString;
    use custody::id::Digest;
    use proptest::prelude::*;

    fn text() -> std::string::String {
        let head = |name: &[u8]| StreamHead { key: key(name), revision: 7, head: key(b"entry") };
        let mut census: Census = [b"a", b"b", b"c"].map(|name| head(name)).into_iter().collect();
        census.proof(&key(b"a")).to_string()
    }

    #[test]
    fn a_proof_written_otherwise_is_refused() {
        let parse = |text: &str| text.parse::<CensusProof>();
        assert_eq!(parse(&text()).unwrap().to_string(), text());
        assert_eq!(parse(""), Err(CensusTextError::Unterminated));
        assert_eq!(parse(text().trim_end()), Err(CensusTextError::Unterminated));
        assert_eq!(parse(&text().replace("@v1", "@v2")), Err(CensusTextError::Version));
        let first = format!("{FIRST_LINE}\n");
        for second in ["", "\n", "none\n", "leaf\n", "Empty\n", "empty \n", "leaf 00 1 00\n"] {
            assert_eq!(parse(&format!("{first}{second}")), Err(CensusTextError::Found), "{second}");
        }
        for (from, to) in
            [(" 7 ", " 07 "), (" 7 ", " -7 "), (" 7 ", "  7 "), (" 7 ", " "), ("leaf ca", "leaf CA")]
        {
            assert_eq!(parse(&text().replacen(from, to, 1)), Err(CensusTextError::Found), "{from}");
        }
        assert_eq!(parse(&format!("{}\n", text())), Err(CensusTextError::Hash { place: 1 }));
        let hash = format!("{}=\n", "A".repeat(43));
        let deep = format!("{first}empty\n{}", hash.repeat(DEPTH_MAX));
        assert_eq!(parse(&deep).map(|proof| proof.siblings.len()), Ok(DEPTH_MAX));
        assert_eq!(parse(&format!("{deep}{hash}")), Err(CensusTextError::TooDeep));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_proof_reads_back(leaf: Option<([u8; 32], u64, [u8; 32])>, siblings: Vec<[u8; 32]>) {
            let leaf = leaf.map(|(key, revision, head)| StreamHead { key: Digest(key), revision, head: Digest(head) });
            let found = leaf.map_or(Found::Empty, Found::Leaf);
            let proof = CensusProof { found, siblings: siblings.into_iter().map(Digest).collect() };
            prop_assert_eq!(proof.to_string().parse(), Ok(proof));
        }

        #[test]
        fn an_edited_text_prints_as_edited_or_is_refused(place in any::<prop::sample::Index>(), byte in 0u8..0x80, any_text in "\\PC*") {
            let _ = any_text.parse::<CensusProof>();
            let mut bytes = text().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] = byte;
            let edited = core::str::from_utf8(&bytes).unwrap();
            if let Ok(proof) = edited.parse::<CensusProof>() {
                prop_assert_eq!(proof.to_string(), edited);
            }
        }
    }
}
