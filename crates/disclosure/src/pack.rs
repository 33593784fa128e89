//! The ZIP: one form for one set of files, so that nothing can hide in it.
//!
//! A bundle is stored and not compressed: its bytes are hashes and base64, which shrink little, and what is not compressed
//! cannot explode. Reading takes the files out and packs them again: bytes that differ anywhere from that (another order, a
//! second copy of a name, an extra field, a comment, something before, between or after) are no bundle.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _, Write as _};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

/// A bundle's length at most: the entries of some hundred thousand acts, and within what a page in a browser can hold.
pub const BUNDLE_BYTES_MAX: usize = 1 << 30;

/// Files of a bundle at most: a receipt for each entry of a large case, below where ZIP needs another form.
pub const FILES_MAX: usize = 50_000;

/// A name's length at most, in bytes.
pub const NAME_BYTES_MAX: usize = 120;

/// One file: its name and its bytes.
pub type File = (String, Vec<u8>);

/// Bytes are no bundle, or files cannot be one.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Longer than a bundle may be.
    #[error("{len} bytes, and a bundle has at most {BUNDLE_BYTES_MAX}")]
    TooLong {
        /// How many bytes there are.
        len: usize,
    },
    /// More files than a bundle may have.
    #[error("{count} files, and a bundle has at most {FILES_MAX}")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A name that no file of a bundle has.
    #[error("file {place} has a name that no file of a bundle has")]
    Name {
        /// Its place, from 0.
        place: usize,
    },
    /// A name stands twice.
    #[error("{name} stands twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// Not a ZIP that can be read.
    #[error("not a ZIP of stored files: {0}")]
    Zip(String),
    /// A ZIP, and not in the one form of a bundle.
    #[error(
        "the ZIP is not in the one form of its files: something was added, moved or changed at byte {offset}"
    )]
    Form {
        /// Where it first differs.
        offset: usize,
    },
}

impl From<ZipError> for PackError {
    fn from(error: ZipError) -> Self {
        Self::Zip(error.to_string())
    }
}

impl From<std::io::Error> for PackError {
    fn from(error: std::io::Error) -> Self {
        Self::Zip(error.to_string())
    }
}

/// The ZIP of these files in this order. The same files give the same bytes, wherever it is made.
pub fn pack(files: &[File]) -> Result<Vec<u8>, PackError> {
    if files.len() > FILES_MAX {
        return Err(PackError::TooMany { count: files.len() });
    }
    let len = files
        .iter()
        .map(|(name, bytes)| name.len().saturating_add(bytes.len()))
        .fold(0, usize::saturating_add);
    if len > BUNDLE_BYTES_MAX {
        return Err(PackError::TooLong { len });
    }
    let mut names = BTreeSet::new();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(System::Unix);
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(len)));
    for (place, (name, bytes)) in files.iter().enumerate() {
        if !is_name(name) {
            return Err(PackError::Name { place });
        }
        if !names.insert(name) {
            return Err(PackError::Twice { name: name.clone() });
        }
        writer.start_file(name.as_str(), options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// The files of a bundle in their order, and nothing else in its bytes.
pub fn unpack(bytes: &[u8]) -> Result<Vec<File>, PackError> {
    if bytes.len() > BUNDLE_BYTES_MAX {
        return Err(PackError::TooLong { len: bytes.len() });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > FILES_MAX {
        return Err(PackError::TooMany { count: archive.len() });
    }
    let mut files = Vec::with_capacity(archive.len());
    // Files may overlap in a ZIP: what they hold together is bounded by what there is.
    let mut left = bytes.len();
    for place in 0..archive.len() {
        let file = archive.by_index(place)?;
        if file.compression() != CompressionMethod::Stored || file.encrypted() {
            return Err(PackError::Zip("a file is compressed or encrypted".to_owned()));
        }
        let name = std::str::from_utf8(file.name_raw()).ok().filter(|name| is_name(name));
        let name = name.ok_or(PackError::Name { place })?.to_owned();
        let mut content = Vec::new();
        let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit).read_to_end(&mut content)?;
        left = left.checked_sub(content.len()).ok_or(PackError::Form { offset: 0 })?;
        files.push((name, content));
    }
    let again = pack(&files)?;
    if again != bytes {
        let offset = again.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
        return Err(PackError::Form { offset });
    }
    Ok(files)
}

/// ASCII letters, digits and `. - _`, in parts between `/`, none of them empty, `.` or `..`.
fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    };
    name.len() <= NAME_BYTES_MAX && name.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<File> {
        vec![
            ("README.txt".to_owned(), b"read me".to_vec()),
            ("census/exhibit-1".to_owned(), Vec::new()),
            ("report.html".to_owned(), vec![7; 300]),
        ]
    }

    #[test]
    fn the_same_files_give_the_same_bytes_and_come_out_again() {
        let bytes = pack(&files()).unwrap();
        assert_eq!(pack(&files()).unwrap(), bytes);
        assert_eq!(unpack(&bytes).unwrap(), files());
    }

    #[test]
    fn no_byte_of_the_container_may_be_another() {
        let bytes = pack(&files()).unwrap();
        for place in 0..bytes.len() {
            for bit in [0x01, 0x80] {
                let mut flipped = bytes.clone();
                flipped[place] ^= bit;
                // A flip within a file's content breaks its CRC; all others break the form.
                assert!(unpack(&flipped).is_err(), "byte {place}");
            }
        }
    }

    #[test]
    fn nothing_stands_before_after_or_is_cut_off() {
        let bytes = pack(&files()).unwrap();
        let hidden = [b"hidden".as_slice(), &bytes].concat();
        assert!(unpack(&hidden).is_err());
        assert!(unpack(&[&bytes, b"hidden".as_slice()].concat()).is_err());
        for len in 0..bytes.len() {
            assert!(unpack(&bytes[..len]).is_err(), "cut to {len}");
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in
            ["", "/etc/passwd", "../up", "a/../b", "a//b", "a\\b", "a/.", "é", "a b", "C:x", &"x".repeat(121)]
        {
            assert!(matches!(pack(&[(name.to_owned(), Vec::new())]), Err(PackError::Name { .. })), "{name}");
        }
        let twice = [("a".to_owned(), vec![1]), ("a".to_owned(), vec![2])];
        assert!(matches!(pack(&twice), Err(PackError::Twice { .. })));
    }

    #[test]
    fn a_zip_of_another_make_is_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        writer.add_directory("folder", options).unwrap();
        writer.add_symlink("link", "/etc/passwd", options).unwrap();
        assert!(unpack(&writer.finish().unwrap().into_inner()).is_err());
    }

    #[test]
    fn what_is_compressed_encrypted_or_overlaps_is_refused() {
        let bytes = pack(&files()).unwrap();
        let places = |mark: &[u8]| {
            let found = bytes.windows(4).enumerate().filter(|(_, part)| *part == mark);
            found.map(|(place, _)| place).collect::<Vec<_>>()
        };
        // By APPNOTE: flags and method stand at 6 and 8 of a local header, at 8 and 10 of a central one.
        let (locals, centrals) = (places(b"PK\x03\x04"), places(b"PK\x01\x02"));
        let with = |changes: &[(usize, &[u8])]| {
            let mut changed = bytes.clone();
            for (place, new) in changes {
                changed[*place..*place + new.len()].copy_from_slice(new);
            }
            unpack(&changed)
        };
        let (local, central) = (locals[2], centrals[2]);
        for method in [8_u8, 9, 12, 14, 93, 95, 99] {
            assert!(with(&[(local + 8, &[method]), (central + 10, &[method])]).is_err(), "method {method}");
        }
        assert!(with(&[(local + 6, &[1]), (central + 8, &[1])]).is_err(), "encrypted");
        // The third file is said to lie where the first does.
        assert!(with(&[(central + 42, &[0; 4])]).is_err(), "overlapping");
        // A length that no file has.
        assert!(with(&[(central + 20, &[0xff; 8])]).is_err(), "too long");
        assert!(with(&[(bytes.len() - 12, &[0xff; 2])]).is_err(), "too many");
    }

    #[test]
    fn a_bundle_has_so_many_bytes_and_files_at_most_and_names_so_long() {
        // Pages that nobody writes to cost nothing.
        let long = vec![0; BUNDLE_BYTES_MAX + 1];
        assert!(matches!(unpack(&long), Err(PackError::TooLong { .. })));
        let file = |number: usize| (format!("receipts/{number}"), Vec::new());
        let most: Vec<File> = (0..FILES_MAX).map(file).collect();
        let bytes = pack(&most).unwrap();
        assert_eq!(unpack(&bytes).unwrap().len(), FILES_MAX);
        let more: Vec<File> = (0..=FILES_MAX).map(file).collect();
        assert!(matches!(pack(&more), Err(PackError::TooMany { .. })));
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, _) in &more {
            writer.start_file(name.as_str(), options).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert!(matches!(unpack(&bytes), Err(PackError::TooMany { .. })));
        let name = "x".repeat(NAME_BYTES_MAX);
        assert!(pack(&[(name.clone(), Vec::new())]).is_ok());
        assert!(matches!(pack(&[(name + "x", Vec::new())]), Err(PackError::Name { .. })));
    }

    #[test]
    fn every_byte_that_is_no_letter_of_a_name_is_refused() {
        for byte in 0..=0x7f_u8 {
            let name = format!("a{}b", char::from(byte));
            let is_letter = byte.is_ascii_alphanumeric() || b".-_/".contains(&byte);
            assert_eq!(pack(&[(name, Vec::new())]).is_ok(), is_letter, "{byte:#04x}");
        }
    }
}
