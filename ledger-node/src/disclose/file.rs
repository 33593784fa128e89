//! The bundle on a disk: whole under its name, or not there.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::order::DiscloseError;
use crate::keyfile::{private, sync_folder_of};

/// A file that is written and has not got its name yet: what is to be said of it can be said before. Dropped unpublished,
/// it goes.
#[derive(Debug)]
pub struct Prepared {
    path: PathBuf,
    partial: PathBuf,
    file: File,
    /// The partial file has become the file itself.
    is_published: bool,
}

impl Prepared {
    /// Takes a place at which nothing may be: an empty file beside it, under its name with `.partial` added, which only
    /// its owner can read. Whoever wants the file is refused here, before anything is said of it.
    pub fn begin(path: &Path) -> Result<Self, DiscloseError> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(DiscloseError::InTheWay { path: path.to_owned() });
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = private(&partial).map_err(|source| DiscloseError::Io { path: partial.clone(), source })?;
        // From here on what is there is ours, and goes unless it is published.
        Ok(Self { path: path.to_owned(), partial, file, is_published: false })
    }

    /// Writes the bytes, durably.
    pub fn fill(&mut self, bytes: &[u8]) -> Result<(), DiscloseError> {
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync_all());
        written.map_err(|source| DiscloseError::Io { path: self.path.clone(), source })
    }

    /// Gives the file its name, over nothing that has come there meanwhile.
    pub fn publish(mut self) -> Result<(), DiscloseError> {
        let failed = |source| DiscloseError::Io { path: self.path.clone(), source };
        match fs::hard_link(&self.partial, &self.path) {
            Ok(()) => {}
            Err(_) if fs::symlink_metadata(&self.path).is_ok() => {
                return Err(DiscloseError::InTheWay { path: self.path.clone() });
            }
            // A file system without links.
            Err(_) => {
                fs::rename(&self.partial, &self.path).map_err(failed)?;
                self.is_published = true;
            }
        }
        sync_folder_of(&self.path).map_err(failed)
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if !self.is_published {
            // The error that matters has been returned; what cannot be removed is in the way of the next.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, bytes: &[u8]) -> Result<Prepared, DiscloseError> {
        let mut prepared = Prepared::begin(path)?;
        prepared.fill(bytes).map(|()| prepared)
    }

    #[test]
    fn a_file_is_whole_under_its_name_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.zip");
        drop(write(&path, b"bytes").unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        write(&path, b"bytes").unwrap().publish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(matches!(write(&path, b"other"), Err(DiscloseError::InTheWay { .. })));
    }

    #[test]
    fn nothing_that_comes_meanwhile_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.zip");
        let prepared = write(&path, b"bytes").unwrap();
        fs::write(&path, b"another's").unwrap();
        assert!(matches!(prepared.publish(), Err(DiscloseError::InTheWay { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"another's");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_name_that_leads_nowhere_and_another_partial_file_are_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.zip");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("nowhere"), &path).unwrap();
            assert!(matches!(Prepared::begin(&path), Err(DiscloseError::InTheWay { .. })));
            fs::remove_file(&path).unwrap();
        }
        fs::write(folder.path().join("bundle.zip.partial"), b"another's").unwrap();
        assert!(matches!(Prepared::begin(&path), Err(DiscloseError::Io { .. })));
        assert_eq!(fs::read(folder.path().join("bundle.zip.partial")).unwrap(), b"another's");
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere").join("bundle.zip");
        assert!(matches!(Prepared::begin(&path), Err(DiscloseError::Io { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
