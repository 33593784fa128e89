//! Identifiers and digests: the only way to name anything in the ledger.
//!
//! All of them are opaque. A UUID says nothing about what it names, and a [`Digest`] says nothing
//! about what was hashed; which is why both may stand in clear in the chain.

use core::fmt;
use core::str::FromStr;

/// A SHA-256 digest: of a statement, of an entry (its RFC 6962 leaf hash) or of a tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// 32 zero bytes: "there is none before".
    pub const ZERO: Self = Self([0; 32]);

    /// True for [`Digest::ZERO`].
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

/// An identifier's text or bytes are not of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not the number of bytes, or of hexadecimal digits, that the type has.
    #[error("length {found}, expected {expected}")]
    Length {
        /// How many there were.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// A character that is neither a lower-case hexadecimal digit nor a hyphen in its place.
    #[error("not lower-case hexadecimal at position {position}")]
    Digit {
        /// Byte offset in the text.
        position: usize,
    },
}

impl TryFrom<&[u8]> for Digest {
    type Error = IdError;

    fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
        <[u8; 32]>::try_from(bytes)
            .map(Self)
            .map_err(|_| IdError::Length { found: bytes.len(), expected: 32 })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        hex_bytes(text, &[]).map(Self)
    }
}

/// Parses `2 * N` lower-case hexadecimal digits, with a hyphen demanded before each byte whose
/// position is listed in `hyphens`.
fn hex_bytes<const N: usize>(text: &str, hyphens: &[usize]) -> Result<[u8; N], IdError> {
    let expected = N * 2 + hyphens.len();
    if text.len() != expected {
        return Err(IdError::Length { found: text.len(), expected });
    }
    let mut characters = text.bytes().enumerate();
    let mut next = || characters.next().unwrap_or((expected, b' '));
    let mut bytes = [0u8; N];
    for (place, byte) in bytes.iter_mut().enumerate() {
        if hyphens.contains(&place) {
            let (position, character) = next();
            if character != b'-' {
                return Err(IdError::Digit { position });
            }
        }
        for shift in [4u8, 0] {
            let (position, character) = next();
            let digit = match character {
                b'0'..=b'9' => character - b'0',
                b'a'..=b'f' => character - b'a' + 10,
                _ => return Err(IdError::Digit { position }),
            };
            *byte |= digit << shift;
        }
    }
    Ok(bytes)
}

macro_rules! uuid_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl TryFrom<&[u8]> for $name {
            type Error = IdError;

            fn try_from(bytes: &[u8]) -> Result<Self, IdError> {
                <[u8; 16]>::try_from(bytes)
                    .map(Self)
                    .map_err(|_| IdError::Length { found: bytes.len(), expected: 16 })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                hex_bytes(text, &UUID_HYPHENS).map(Self)
            }
        }
    )*};
}

/// The bytes of a UUID before which its text form (RFC 9562 §4) has a hyphen.
const UUID_HYPHENS: [usize; 4] = [4, 6, 8, 10];

fn write_uuid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().enumerate().try_for_each(|(place, byte)| {
        if UUID_HYPHENS.contains(&place) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")
    })
}

uuid_types! {
    /// An enrolled device: a locker, a desk, a recorder, the node, or an authority's signing key.
    DeviceId;
    /// One exhibit, for its whole life. Issued by the ledger; printed on the label.
    ExhibitId;
    /// One case: all its exhibits hang on it. Issued by the ledger, unrelated to any case number.
    CaseId;
    /// One package (bag, box, tote): what a locker sees.
    PackageId;
    /// One person's pseudonym. Rotates by policy; the name is a commitment opened only from the vault.
    PersonId;
    /// One site of the estate.
    SiteId;
    /// One designated transit store at a site.
    StoreId;
    /// One bank of compartments with one controller.
    LockerId;
    /// One compartment with its own door.
    CompartmentId;
    /// One camera.
    CameraId;
    /// One piece of equipment: a radio, a laptop. Never an exhibit.
    EquipmentId;
    /// One run of a device between two starts.
    BootId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_uuid_reads_back_what_it_prints() {
        let id = DeviceId([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(id.to_string(), "01234567-89ab-cdef-0001-020304050607");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn upper_case_misplaced_hyphens_and_wrong_lengths_are_refused() {
        assert_eq!(
            "01234567-89AB-cdef-0001-020304050607".parse::<DeviceId>(),
            Err(IdError::Digit { position: 11 })
        );
        assert_eq!(
            "012345678-9ab-cdef-0001-020304050607".parse::<DeviceId>(),
            Err(IdError::Digit { position: 8 })
        );
        assert_eq!("0123".parse::<Digest>(), Err(IdError::Length { found: 4, expected: 64 }));
    }
}
