//! The opening of a salted commitment, with the disclosure and digest of RFC 9901 (SD-JWT).
//!
//! ```text
//! disclosure = base64url(UTF-8 of a JSON array [salt, name, value]), without padding
//! digest     = SHA-256(ASCII of the disclosure)
//! ```
//!
//! The chain holds digests only. A disclosure is kept and hashed as received, never written anew, for
//! JSON can be written in many ways.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use custody::id::Digest;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The longest disclosure, in characters: some 12,000 bytes of a description or a note typed by a person.
pub const DISCLOSURE_LEN_MAX: usize = 16 * 1024;

/// The shortest salt, in bytes: 128 bits (RFC 9901 §9.3), without which a name could be guessed from its
/// digest.
pub const SALT_LEN_MIN: usize = 16;

/// A disclosure as received, whatever it is: to be hashed as it is. Its `Debug` shows only the digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
    /// The base64url text.
    pub encoded: String,
}

/// What a disclosure discloses: one named text. Its `Debug` shows only the name.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosed {
    /// The salt, in base64url.
    pub salt: String,
    /// Which field it is. Whether it is the one that the digest stands in is for the caller to check.
    pub name: String,
    /// The field's text.
    pub value: String,
}

/// A text is no disclosure that may be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// More than [`DISCLOSURE_LEN_MAX`] characters.
    #[error("{len} characters, at most {DISCLOSURE_LEN_MAX}")]
    TooLong {
        /// How many there are.
        len: usize,
    },
    /// Not canonical base64url without padding.
    #[error("not base64url")]
    Base64,
    /// Not a JSON array of three strings.
    #[error("not a JSON array of three strings")]
    Json,
    /// The salt is not canonical base64url without padding.
    #[error("salt is not base64url")]
    Salt,
    /// The salt has fewer than [`SALT_LEN_MIN`] bytes.
    #[error("salt of {len} bytes, at least {SALT_LEN_MIN}")]
    ShortSalt {
        /// How many bytes it has.
        len: usize,
    },
    /// The name is empty, or `_sd` or `...`, which RFC 9901 §4.2.1 reserves.
    #[error("name is empty or reserved")]
    Name,
}

impl Disclosure {
    /// A new disclosure. The salt must come from a random source, fresh for each.
    ///
    /// # Errors
    /// [`DisclosureError::ShortSalt`], [`DisclosureError::Name`] or [`DisclosureError::TooLong`].
    pub fn new(salt: &[u8], name: &str, value: &str) -> Result<Self, DisclosureError> {
        let salt = URL_SAFE_NO_PAD.encode(salt);
        let [salt, name, value] = [&salt, name, value].map(|text| Value::from(text).to_string());
        let disclosure = Self { encoded: URL_SAFE_NO_PAD.encode(format!("[{salt}, {name}, {value}]")) };
        disclosure.parse().map(|_| disclosure)
    }

    /// The commitment: SHA-256 of the disclosure's characters, well-formed or not.
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(&self.encoded).into())
    }

    /// Reads what it discloses, strictly.
    pub fn parse(&self) -> Result<Disclosed, DisclosureError> {
        if self.encoded.len() > DISCLOSURE_LEN_MAX {
            return Err(DisclosureError::TooLong { len: self.encoded.len() });
        }
        let json = URL_SAFE_NO_PAD.decode(&self.encoded).map_err(|_| DisclosureError::Base64)?;
        // Three strings and nothing nested: the depth of what is read is fixed by the type.
        let [salt, name, value]: [String; 3] =
            serde_json::from_slice(&json).map_err(|_| DisclosureError::Json)?;
        let len = URL_SAFE_NO_PAD.decode(&salt).map_err(|_| DisclosureError::Salt)?.len();
        if len < SALT_LEN_MIN {
            return Err(DisclosureError::ShortSalt { len });
        }
        if matches!(name.as_str(), "" | "_sd" | "...") {
            return Err(DisclosureError::Name);
        }
        Ok(Disclosed { salt, name, value })
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disclosure({})", self.digest())
    }
}

impl fmt::Debug for Disclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disclosed({})", self.name)
    }
}

#[cfg(test)]
mod tests;
