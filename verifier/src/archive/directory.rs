//! An archive in a folder: regular files only, no link followed, nothing outside the folder.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::{ArchiveReader, DEPTH_MAX, Listed, ListedKind, ReadError};

/// An archive in a folder.
#[derive(Debug, Clone)]
pub struct DirectoryArchive {
    root: PathBuf,
}

impl DirectoryArchive {
    /// The archive in this folder. The folder itself may be named through a link: whoever runs the
    /// verifier chose it.
    ///
    /// # Errors
    /// [`ReadError::Io`] where there is no such folder.
    pub fn open(root: &Path) -> Result<Self, ReadError> {
        let metadata = fs::metadata(root).map_err(|error| io(&error))?;
        if !metadata.is_dir() {
            return Err(ReadError::Io("not a folder".to_owned()));
        }
        Ok(Self { root: root.to_owned() })
    }

    /// The place of a path, every part of which is a real folder and the last a regular file.
    pub(crate) fn place(&self, path: &str) -> Result<Option<PathBuf>, ReadError> {
        let mut place = self.root.clone();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            // Paths come from coordinates and digests, never from the archive; this holds all the same.
            if matches!(part, "" | "." | "..") || part.contains(['\\', '\0']) {
                return Err(ReadError::NotAFile);
            }
            place.push(part);
            let metadata = match fs::symlink_metadata(&place) {
                Ok(metadata) => metadata,
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    return Ok(None);
                }
                Err(error) => return Err(io(&error)),
            };
            let is_last = parts.peek().is_none();
            if (is_last && !metadata.is_file()) || (!is_last && !metadata.is_dir()) {
                return Err(ReadError::NotAFile);
            }
        }
        Ok(Some(place))
    }
}

impl ArchiveReader for DirectoryArchive {
    fn read(&self, path: &str, len_max: usize) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(place) = self.place(path)? else { return Ok(None) };
        let file = File::open(place).map_err(|error| io(&error))?;
        if !file.metadata().map_err(|error| io(&error))?.is_file() {
            return Err(ReadError::NotAFile);
        }
        // Whatever length the system reports, no more than this is read.
        let limit = u64::try_from(len_max).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes).map_err(|error| io(&error))?;
        if bytes.len() > len_max { Err(ReadError::TooLarge { max: len_max }) } else { Ok(Some(bytes)) }
    }

    fn list(&self, visit: &mut dyn FnMut(Listed)) -> Result<(), ReadError> {
        let top = fs::read_dir(&self.root).map_err(|error| io(&error))?;
        // One open folder for each level, so what is kept does not grow with the archive.
        let mut open = vec![(String::new(), top)];
        while let Some((folder, entries)) = open.last_mut() {
            let Some(entry) = entries.next() else {
                open.pop();
                continue;
            };
            let Ok(entry) = entry else {
                visit(Listed { path: folder.clone(), kind: ListedKind::Unreadable });
                open.pop();
                continue;
            };
            let path = format!("{folder}{}", entry.file_name().to_string_lossy());
            let kind = match entry.file_type() {
                Err(_) => ListedKind::Unreadable,
                Ok(kind) if kind.is_symlink() => ListedKind::Link,
                Ok(kind) if kind.is_file() => ListedKind::File,
                Ok(kind) if !kind.is_dir() => ListedKind::Special,
                Ok(_) if open.len() > DEPTH_MAX => ListedKind::TooDeep,
                Ok(_) => match fs::read_dir(entry.path()) {
                    Ok(entries) => {
                        open.push((format!("{path}/"), entries));
                        continue;
                    }
                    Err(_) => ListedKind::Unreadable,
                },
            };
            visit(Listed { path, kind });
        }
        Ok(())
    }
}

fn io(error: &std::io::Error) -> ReadError {
    ReadError::Io(error.to_string())
}
