//! The content of an entry bundle: big-endian u16 length, then the entry, for each.

use alloc::vec::Vec;

/// The longest entry: what the format's u16 length can say.
pub const ENTRY_LEN_MAX: usize = 65_535;

/// Entries cannot be bundled, or bytes are not the bundle they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry has more than [`ENTRY_LEN_MAX`] bytes.
    #[error("entry {place} has {len} bytes, at most {ENTRY_LEN_MAX}")]
    EntryTooLong {
        /// The entry's place in the bundle.
        place: usize,
        /// Its length in bytes.
        len: usize,
    },
    /// The bytes end inside an entry or before the last one.
    #[error("bytes end within entry {place}")]
    Truncated {
        /// The place in the bundle of the entry that is not there whole.
        place: usize,
    },
    /// Bytes are left after the last entry.
    #[error("{len} bytes after the last entry")]
    Trailing {
        /// How many.
        len: usize,
    },
}

/// The bytes of a bundle of these entries.
///
/// # Errors
/// [`BundleError::EntryTooLong`].
pub fn encode_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, BundleError> {
    let mut bytes = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        let len =
            u16::try_from(entry.len()).map_err(|_| BundleError::EntryTooLong { place, len: entry.len() })?;
        bytes.extend_from_slice(&len.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle: exactly `width` of them and nothing after.
///
/// # Errors
/// [`BundleError::Truncated`] or [`BundleError::Trailing`].
pub fn decode_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let mut rest = bytes;
    let mut entries = Vec::with_capacity(width.into());
    for place in 0..usize::from(width) {
        let (entry, after) = split_entry(rest).ok_or(BundleError::Truncated { place })?;
        entries.push(entry);
        rest = after;
    }
    if rest.is_empty() { Ok(entries) } else { Err(BundleError::Trailing { len: rest.len() }) }
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*len).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn the_published_bundle_comes_out() {
        let letters: [&[u8]; 5] = [b"a", b"b", b"c", b"d", b"e"];
        let bytes = encode_bundle(letters).unwrap();
        assert_eq!(hex::encode(&bytes), "000161000162000163000164000165");
        assert_eq!(decode_bundle(&bytes, 5), Ok(letters.to_vec()));
        assert_eq!(decode_bundle(&bytes, 4), Err(BundleError::Trailing { len: 3 }));
        assert_eq!(decode_bundle(&bytes, 6), Err(BundleError::Truncated { place: 5 }));
        assert_eq!(decode_bundle(&bytes[..14], 5), Err(BundleError::Truncated { place: 4 }));
    }

    #[test]
    fn the_longest_entry_fits_and_one_byte_more_does_not() {
        let entry = vec![7; ENTRY_LEN_MAX + 1];
        let bytes = encode_bundle([&entry[1..]]).unwrap();
        assert_eq!(decode_bundle(&bytes, 1), Ok(vec![&entry[1..]]));
        let error = BundleError::EntryTooLong { place: 1, len: ENTRY_LEN_MAX + 1 };
        assert_eq!(encode_bundle([b"a".as_slice(), &entry]), Err(error));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn entries_read_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20)) {
            let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
            let bytes = encode_bundle(entries.iter().copied()).unwrap();
            prop_assert_eq!(decode_bundle(&bytes, u16::try_from(entries.len()).unwrap()), Ok(entries));
        }

        #[test]
        fn any_bytes_are_one_bundle_or_refused(
            bytes in prop::collection::vec(prop_oneof![Just(0u8), 0u8..6, any::<u8>()], 0..60), width in 0u16..9,
        ) {
            if let Ok(entries) = decode_bundle(&bytes, width) {
                prop_assert_eq!(encode_bundle(entries), Ok(bytes));
            }
        }
    }
}
