//! The head file: the newest signed checkpoint that the node has published, kept beside the store.
//!
//! A database restored from an old copy looks whole. The node compares it with this file when it starts, and
//! refuses to go on from behind what it has already promised. The file is opaque bytes here; who signed them
//! is the node's business. A second one on another disk outlives the first.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::durable;

/// Longest head file in bytes: a checkpoint with a hundred cosignatures has about 20 KiB.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Why a head file could not be read or written.
#[derive(Debug, Error)]
pub enum HeadError {
    /// The head is longer than [`HEAD_BYTES_MAX`], or has no bytes: it is not one that was written here.
    #[error("a head of {len} bytes at {path} is not 1 to {max} bytes long")]
    Length {
        /// The file.
        path: PathBuf,
        /// Its length in bytes, as far as it was read.
        len: usize,
        /// The longest allowed.
        max: usize,
    },
    /// The disk or the operating system refused.
    #[error("the head file {path} failed")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was refused.
        source: io::Error,
    },
}

/// The head at `path`, or `None` if none was ever written there.
pub fn read_head_file(path: &Path) -> Result<Option<Vec<u8>>, HeadError> {
    let failed = |source| HeadError::Io { path: path.to_owned(), source };
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    let limit = u64::try_from(HEAD_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut head = Vec::new();
    file.take(limit).read_to_end(&mut head).map_err(failed)?;
    check_length(path, &head)?;
    Ok(Some(head))
}

/// Puts `head` at `path`, durably: after a power cut either it or the one before is there, whole.
///
/// One caller at a time.
pub fn write_head_file(path: &Path, head: &[u8]) -> Result<(), HeadError> {
    check_length(path, head)?;
    durable::replace(path, head).map_err(|source| HeadError::Io { path: path.to_owned(), source })
}

fn check_length(path: &Path, head: &[u8]) -> Result<(), HeadError> {
    let len = head.len();
    if len == 0 || len > HEAD_BYTES_MAX {
        return Err(HeadError::Length { path: path.to_owned(), len, max: HEAD_BYTES_MAX });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_file_reads_as_it_was_written_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        assert_eq!(read_head_file(&path).unwrap(), None);
        write_head_file(&path, b"checkpoint 1").unwrap();
        write_head_file(&path, b"checkpoint 2").unwrap();
        assert_eq!(read_head_file(&path).unwrap().unwrap(), b"checkpoint 2");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_head_cut_short_before_it_was_published_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        write_head_file(&path, b"checkpoint 1").unwrap();
        std::fs::write(folder.path().join("head.partial"), b"check").unwrap();
        assert_eq!(read_head_file(&path).unwrap().unwrap(), b"checkpoint 1");
        write_head_file(&path, b"checkpoint 2").unwrap();
        assert_eq!(read_head_file(&path).unwrap().unwrap(), b"checkpoint 2");
    }

    #[test]
    fn a_head_file_has_1_to_65536_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        write_head_file(&path, &vec![b'x'; 65_536]).unwrap();
        let refused = |result: Result<(), HeadError>| matches!(result, Err(HeadError::Length { .. }));
        assert!(refused(write_head_file(&path, &vec![b'x'; 65_537])));
        assert!(refused(write_head_file(&path, b"")));
        std::fs::write(&path, vec![b'x'; 65_537]).unwrap();
        assert!(refused(read_head_file(&path).map(|_| ())));
        std::fs::write(&path, b"").unwrap();
        assert!(refused(read_head_file(&path).map(|_| ())), "an emptied head file is not a first start");
    }

    #[test]
    fn a_head_that_cannot_be_written_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("head");
        write_head_file(&path, b"checkpoint 1").unwrap();
        std::fs::create_dir(folder.path().join("head.partial")).unwrap();
        assert!(matches!(write_head_file(&path, b"checkpoint 2"), Err(HeadError::Io { .. })));
        assert_eq!(read_head_file(&path).unwrap().unwrap(), b"checkpoint 1");
    }
}
