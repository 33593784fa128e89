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
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    const SALT: &str = "_26bc4LT-ac6q2KI6cBW5es";

    fn encode(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    fn parse(encoded: &str) -> Result<Disclosed, DisclosureError> {
        Disclosure { encoded: encoded.into() }.parse()
    }

    #[track_caller]
    fn check(encoded: &str, digest: &str, name: &str, value: &str) {
        let disclosure = Disclosure { encoded: encoded.into() };
        assert_eq!(URL_SAFE_NO_PAD.encode(disclosure.digest().0), digest);
        let read = disclosure.parse().unwrap();
        assert_eq!((read.name.as_str(), read.value.as_str()), (name, value));
    }

    #[test]
    fn the_examples_of_rfc_9901_read_back_with_their_digests() {
        // Sections 4.2.1, 4.2.3 and 5.1.
        check(
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
            "family_name",
            "Möbius",
        );
        check(
            "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
            "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
            "given_name",
            "John",
        );
        check(
            "WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd",
            "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo",
            "family_name",
            "Doe",
        );
    }

    #[test]
    fn a_new_disclosure_is_written_as_the_rfc_writes_it() {
        let salt = URL_SAFE_NO_PAD.decode(SALT).unwrap();
        let new = Disclosure::new(&salt, "family_name", "Möbius").unwrap();
        assert_eq!(new.encoded, "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0");
        assert_eq!(Disclosure::new(&[7; 15], "n", "v"), Err(DisclosureError::ShortSalt { len: 15 }));
        assert_eq!(Disclosure::new(&[7; 16], "...", "v"), Err(DisclosureError::Name));
        let long = "v".repeat(DISCLOSURE_LEN_MAX);
        assert!(matches!(Disclosure::new(&[7; 16], "n", &long), Err(DisclosureError::TooLong { .. })));
    }

    /// RFC 9901 §4.2.1: the same claim written otherwise is another disclosure with another digest.
    #[test]
    fn the_same_claim_written_otherwise_has_another_digest() {
        let forms = [
            format!("[\"{SALT}\", \"family_name\", \"Möbius\"]"),
            format!("[\"{SALT}\",\"family_name\",\"Möbius\"]"),
            format!("[\"{SALT}\", \"family_name\", \"M\\u00f6bius\"]"),
            format!("[\n\"{SALT}\",\n\"family_name\",\n\"Möbius\"\n]"),
        ];
        let read: Vec<_> = forms.iter().map(|form| Disclosure { encoded: encode(form) }).collect();
        for (place, one) in read.iter().enumerate() {
            assert_eq!(one.parse().unwrap().value, "Möbius");
            assert!(read[place + 1..].iter().all(|other| other.digest() != one.digest()));
        }
    }

    #[track_caller]
    fn refuse(json: &str, error: DisclosureError) {
        assert_eq!(parse(&encode(json)), Err(error), "{json}");
    }

    #[test]
    fn what_is_no_disclosure_is_refused() {
        let good = encode(&format!("[\"{SALT}\",\"n\",\"v\"]"));
        for bad in [format!("{good}="), format!("{good} "), good.replace('W', "+"), format!("{good}A")] {
            let refused = parse(&bad);
            assert!(matches!(refused, Err(DisclosureError::Base64 | DisclosureError::Json)), "{bad}");
        }
        let s = SALT;
        for json in [
            "",
            "[]",
            "{}",
            "null",
            "[[[[[[",
            &"[".repeat(10_000),
            &format!("[\"{s}\",\"n\"]"),
            &format!("[\"{s}\",\"n\",\"v\",\"w\"]"),
            &format!("[\"{s}\",\"n\",1]"),
            &format!("[\"{s}\",\"n\",null]"),
            &format!("[\"{s}\",\"n\",[\"v\"]]"),
            &format!("[\"{s}\",\"n\",\"v\"] x"),
            &format!("[\"{s}\",\"n\",\"v\",]"),
            &format!("[\"{s}\",\"n\",\"\\ud800\"]"),
            &format!("[\"{s}\",\"n\",\"a\nb\"]"),
            &format!("\u{feff}[\"{s}\",\"n\",\"v\"]"),
        ] {
            refuse(json, DisclosureError::Json);
        }
        assert_eq!(
            parse(&URL_SAFE_NO_PAD.encode([b"[\"".as_slice(), s.as_bytes(), b"\",\"n\",\"\xff\"]"].concat())),
            Err(DisclosureError::Json)
        );
        refuse("[\"AAAAAAAAAAAAAAAAAAAA\",\"n\",\"v\"]", DisclosureError::ShortSalt { len: 15 });
        refuse("[\"\",\"n\",\"v\"]", DisclosureError::ShortSalt { len: 0 });
        for salt in [
            "AAAAAAAAAAAAAAAAAAAAAB",
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAA AAAAAAAAAAAAAAAAA",
            "+26bc4LT-ac6q2KI6cBW5es",
        ] {
            refuse(&format!("[\"{salt}\",\"n\",\"v\"]"), DisclosureError::Salt);
        }
        for name in ["", "_sd", "..."] {
            refuse(&format!("[\"{s}\",\"{name}\",\"v\"]"), DisclosureError::Name);
        }
        let len = DISCLOSURE_LEN_MAX + 1;
        assert_eq!(parse(&"A".repeat(len)), Err(DisclosureError::TooLong { len }));
    }

    #[test]
    fn printing_for_debugging_discloses_nothing() {
        let printed = format!("{:?}", Disclosure::new(&[7; 16], "officer", "Ada Example").unwrap());
        assert!(
            printed.starts_with("Disclosure(") && !printed.contains("Ada") && !printed.contains("officer")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn what_is_written_reads_back(salt in prop::collection::vec(any::<u8>(), 16..40), name in "[a-z_]{3}[a-z]{1,9}", value in "\\PC*|[\\x00-\\x7f]*") {
            let read = Disclosure::new(&salt, &name, &value).unwrap().parse().unwrap();
            prop_assert_eq!((read.name, read.value), (name, value));
            prop_assert_eq!(URL_SAFE_NO_PAD.decode(read.salt).unwrap(), salt);
        }

        #[test]
        fn any_text_is_a_disclosure_or_refused(text in "[A-Za-z0-9_=-]{0,80}|\\PC*", json in "\\[\"[A-D]{20,24}\",\\PC*\\]") {
            let _ = parse(&text);
            if let Ok(read) = parse(&encode(&json)) {
                prop_assert!(read.salt.len() >= 22 && !read.name.is_empty());
            }
        }
    }
}
