//! The `@id` of every node: a word for what it is and a UUID that follows from what it stands for.

use core::fmt::{self, Display};

use custody::id::ExhibitId;
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// The name of one node: `kb:exhibit-<uuid>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Iri(String);

impl Display for Iri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Iri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Gives names to what stands in one ledger. The same thing has the same name in every bundle of the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    /// The ledger's name.
    pub(super) origin: &'a str,
}

impl Names<'_> {
    /// `kb:<kind>-<uuid>`, where the UUID is the first 16 bytes of
    ///
    /// ```text
    /// SHA-256("custody-case/1" LF origin LF kind LF part LF part …)
    /// ```
    ///
    /// with the bits of version 5. RFC 9562 would call it version 8; UCO 1.5 takes no version above 5 for a UUID, and 5 is
    /// the one of those made from a hash.
    pub(super) fn of(self, kind: &str, parts: &[&dyn Display]) -> Iri {
        let mut text = format!("custody-case/1\n{}\n{kind}", self.origin);
        for part in parts {
            text.push('\n');
            text.push_str(&part.to_string());
        }
        let digest: [u8; 32] = Sha256::digest(text).into();
        Iri(format!("kb:{kind}-{}", uuid(digest)))
    }
}

/// The first sixteen bytes, six bits of which are the version's and the variant's.
fn uuid(digest: [u8; 32]) -> ExhibitId {
    let mut bytes = digest.first_chunk::<16>().copied().unwrap_or_default();
    if let Some(byte) = bytes.get_mut(6) {
        *byte = *byte & 0x0f | 0x50;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = *byte & 0x3f | 0x80;
    }
    // Any id prints as a UUID does.
    ExhibitId(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_from_ledger_kind_and_parts() {
        let names = Names { origin: "ledger.example" };
        let name = names.of("exhibit", &[&"a", &1]);
        assert_eq!(name, names.of("exhibit", &[&"a", &1]));
        assert_ne!(name, names.of("exhibit", &[&"a1"]));
        assert_ne!(name, names.of("person", &[&"a", &1]));
        assert_ne!(name, Names { origin: "other.example" }.of("exhibit", &[&"a", &1]));
    }

    #[test]
    fn its_uuid_is_of_a_version_that_uco_knows() {
        let name = Names { origin: "ledger.example" }.of("exhibit", &[&"a"]).to_string();
        let uuid = name.strip_prefix("kb:exhibit-").unwrap();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "5"));
        assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"));
    }
}
