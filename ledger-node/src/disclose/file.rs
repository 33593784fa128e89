//! The bundle on a disk: whole under its name, or not there.

use std::fs;
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
    is_published: bool,
}

impl Prepared {
    /// Writes the bytes, durably and readable by their owner alone, beside a path at which nothing may be: under its name
    /// with `.partial` added. If anything fails, nothing is left.
    pub fn write(path: &Path, bytes: &[u8]) -> Result<Self, DiscloseError> {
        if path.exists() {
            return Err(DiscloseError::InTheWay { path: path.to_owned() });
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let failed = |source| DiscloseError::Io { path: path.to_owned(), source };
        let mut file = private(&partial).map_err(failed)?;
        // From here on what is there is ours, and goes unless it is published.
        let prepared = Self { path: path.to_owned(), partial, is_published: false };
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(prepared)
    }

    /// Gives the file its name.
    pub fn publish(mut self) -> Result<(), DiscloseError> {
        let publish = || {
            fs::rename(&self.partial, &self.path)?;
            sync_folder_of(&self.path)
        };
        publish().map_err(|source| DiscloseError::Io { path: self.path.clone(), source })?;
        self.is_published = true;
        Ok(())
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

    #[test]
    fn a_file_is_whole_under_its_name_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bundle.zip");
        drop(Prepared::write(&path, b"bytes").unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        Prepared::write(&path, b"bytes").unwrap().publish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"bytes");
        assert!(matches!(Prepared::write(&path, b"other"), Err(DiscloseError::InTheWay { .. })));
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nowhere").join("bundle.zip");
        assert!(matches!(Prepared::write(&path, b"bytes"), Err(DiscloseError::Io { .. })));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
