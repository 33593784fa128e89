//! Where footage that is still held comes from.
//!
//! ```text
//! <camera uuid>/<start_us>.<mp4|mkv>
//! <camera uuid>/<start_us>-<8 hexadecimal digits>.<mp4|mkv>
//! ```
//!
//! `start_us` is the segment's beginning as committed, by the recorder's clock. Of two segments of one camera that begin
//! together the second carries the first digits of its committed hash.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use custody::id::CameraId;

use crate::archive::{ArchiveReader as _, DirectoryArchive, Listed, ReadError};

/// A held segment, to be read in bounded pieces.
pub trait HeldFile: Read + Seek {}

impl<T: Read + Seek> HeldFile for T {}

/// A source of held segments. Implementations never leave it.
pub trait FootageReader {
    /// Tells `visit` everything that is held and is no folder, in any order.
    ///
    /// # Errors
    /// [`ReadError::Io`] where it cannot be listed at all.
    fn list(&self, visit: &mut dyn FnMut(Listed)) -> Result<(), ReadError>;

    /// Opens the regular file at a path, if there is one.
    ///
    /// # Errors
    /// [`ReadError::NotAFile`] for what must not be followed, [`ReadError::Io`] where the system refuses.
    fn open(&self, path: &str) -> Result<Option<Box<dyn HeldFile>>, ReadError>;
}

/// Held segments in a folder: regular files only, no link followed, nothing outside the folder.
#[derive(Debug, Clone)]
pub struct FootageDirectory(DirectoryArchive);

impl FootageDirectory {
    /// The footage in this folder.
    ///
    /// # Errors
    /// [`ReadError::Io`] where there is no such folder.
    pub fn open(root: &Path) -> Result<Self, ReadError> {
        DirectoryArchive::open(root).map(Self)
    }
}

impl FootageReader for FootageDirectory {
    fn list(&self, visit: &mut dyn FnMut(Listed)) -> Result<(), ReadError> {
        self.0.list(visit)
    }

    fn open(&self, path: &str) -> Result<Option<Box<dyn HeldFile>>, ReadError> {
        let Some(place) = self.0.place(path)? else { return Ok(None) };
        let file = File::open(place).map_err(|error| ReadError::Io(error.to_string()))?;
        let metadata = file.metadata().map_err(|error| ReadError::Io(error.to_string()))?;
        if metadata.is_file() { Ok(Some(Box::new(file))) } else { Err(ReadError::NotAFile) }
    }
}

/// What a path says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) camera: CameraId,
    pub(crate) start_us: u64,
    /// The first four bytes of the hash, where the name tells.
    pub(crate) prefix: Option<[u8; 4]>,
}

impl Named {
    /// Reads a path; none where it is not of the layout.
    pub(crate) fn read(path: &str) -> Option<Self> {
        let (camera, name) = path.split_once('/')?;
        let name = name.strip_suffix(".mp4").or_else(|| name.strip_suffix(".mkv"))?;
        let (start, prefix) = match name.split_once('-') {
            Some((start, prefix)) => (start, Some(four_bytes(prefix)?)),
            None => (name, None),
        };
        let start_us: u64 = start.parse().ok()?;
        // One number, one name.
        (start_us.to_string() == start).then_some(Self { camera: camera.parse().ok()?, start_us, prefix })
    }
}

fn four_bytes(digits: &str) -> Option<[u8; 4]> {
    let is_plain =
        digits.len() == 8 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    is_plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten().map(u32::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMERA: &str = "71717171-7171-7171-7171-717171717171";

    #[track_caller]
    fn check(name: &str, expected: Option<(u64, Option<[u8; 4]>)>) {
        let found = Named::read(&format!("{CAMERA}/{name}"));
        assert_eq!(found.map(|named| (named.start_us, named.prefix)), expected);
    }

    #[test]
    fn a_name_is_a_start_and_perhaps_the_first_digits_of_a_hash() {
        check("0.mp4", Some((0, None)));
        check("1700000000000000.mkv", Some((1_700_000_000_000_000, None)));
        check("17-0a0b0c0d.mp4", Some((17, Some([10, 11, 12, 13]))));
    }

    #[test]
    fn other_names_are_no_segments() {
        for name in [
            "017.mp4",
            "+17.mp4",
            "17.avi",
            "17",
            "17-0A0b0c0d.mp4",
            "17-0a.mp4",
            "17-.mp4",
            "x.mp4",
            "1/2.mp4",
        ] {
            check(name, None);
        }
        assert_eq!(Named::read("17.mp4"), None);
        assert_eq!(Named::read("../17.mp4"), None);
    }
}
