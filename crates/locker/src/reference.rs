//! The tag of an exhibit reference: shows that a reference is used twice in a case, without showing it.
//!
//! ```text
//! tag = HMAC-SHA256(case key, normalised reference)
//! ```
//!
//! Normaliser, version 1: white space at both ends is dropped, each run of white space within becomes one
//! space, ASCII letters become upper case. Nothing else: `AB/1`, `AB-1` and `AB/01` stay different, for a
//! ledger that merges what people wrote differently would state more than it knows. The normalised form is
//! never shown; the reference as written is what the commitment opens to.

use custody::id::Digest;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The version of [`normalise`]. Another rule is another version, and tags of two versions do not compare.
pub const NORMALISER_VERSION: u32 = 1;

/// The longest reference, in bytes: a producer's mark is a dozen characters.
pub const REFERENCE_BYTES_MAX: usize = 64;

/// A text cannot be an exhibit reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Nothing but white space.
    #[error("the exhibit reference is empty")]
    Empty,
    /// Too long.
    #[error("the exhibit reference has {len} bytes, at most {REFERENCE_BYTES_MAX}")]
    TooLong {
        /// How long it is.
        len: usize,
    },
    /// A control character.
    #[error("the exhibit reference holds a control character")]
    Control,
}

/// The reference in the form in which two are compared.
pub fn normalise(reference: &str) -> Result<String, ReferenceError> {
    if reference.len() > REFERENCE_BYTES_MAX {
        return Err(ReferenceError::TooLong { len: reference.len() });
    }
    if reference.chars().any(|character| character.is_control() && !character.is_whitespace()) {
        return Err(ReferenceError::Control);
    }
    let words: Vec<&str> = reference.split_whitespace().collect();
    if words.is_empty() { Err(ReferenceError::Empty) } else { Ok(words.join(" ").to_ascii_uppercase()) }
}

/// The tag that stands in clear in a registration.
#[expect(clippy::missing_panics_doc, reason = "HMAC takes a key of any length")]
pub fn tag(case_key: &[u8; 32], reference: &str) -> Result<Digest, ReferenceError> {
    let normalised = normalise(reference)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(case_key).expect("HMAC takes a key of any length");
    mac.update(normalised.as_bytes());
    Ok(Digest(mac.finalize().into_bytes().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: &str, expect: Result<&str, ReferenceError>) {
        assert_eq!(normalise(reference), expect.map(str::to_owned));
    }

    #[test]
    fn a_reference_is_trimmed_collapsed_and_upper_cased_and_nothing_else() {
        check("  ap/1 ", Ok("AP/1"));
        check("Exhibit \t ab1", Ok("EXHIBIT AB1"));
        check("AP/01", Ok("AP/01"));
        check("AP-1", Ok("AP-1"));
        check("é/1", Ok("é/1"));
        check(" ", Err(ReferenceError::Empty));
        check("A\u{7}/1", Err(ReferenceError::Control));
        check(&"A".repeat(65), Err(ReferenceError::TooLong { len: 65 }));
    }

    #[test]
    fn the_tag_is_hmac_sha256_of_the_normalised_reference() {
        // Made with `printf 'AP/1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07`.
        let expect = "632e0c4fd30a2005ce47776398ae47a888a5f4b315de3fad36c0bff9359ab1e8";
        assert_eq!(tag(&[7; 32], " ap/1").unwrap().to_string(), expect);
        assert_ne!(tag(&[8; 32], "AP/1"), tag(&[7; 32], "AP/1"));
    }
}
