//! Which files the database is, to notice that they were moved away or replaced under the open store.
//!
//! A deleted file can still be written and flushed, and nothing of it is found after a restart.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::durable::beside;

/// The database and its log as they were at opening.
#[derive(Debug)]
pub(super) struct Place {
    files: [(PathBuf, Option<Identity>); 2],
}

impl Place {
    /// The place of the database at `path`, which is open.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let log = beside(path, "-wal");
        Ok(Self { files: [(path.to_owned(), identity(path)?), (log.clone(), identity(&log)?)] })
    }

    /// The file that is no longer what it was, if one is.
    pub(super) fn moved(&self) -> Option<&Path> {
        let gone = |(path, then): &&(PathBuf, Option<Identity>)| identity(path).ok().as_ref() != Some(then);
        self.files.iter().find(gone).map(|(path, _)| path.as_path())
    }
}

/// Device and number of a file.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Option<Identity>> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path)?;
    Ok(Some((metadata.dev(), metadata.ino())))
}

/// Elsewhere an open file cannot be moved or deleted; that it is there is all there is to ask.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Option<Identity>> {
    fs::metadata(path).map(|_| None)
}
