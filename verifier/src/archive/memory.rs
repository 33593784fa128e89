//! An archive in memory.

use std::collections::BTreeMap;

use super::{ArchiveReader, Listed, ListedKind, ReadError};

/// An archive in memory: contents by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryArchive {
    /// The files.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl ArchiveReader for MemoryArchive {
    fn read(&self, path: &str, len_max: usize) -> Result<Option<Vec<u8>>, ReadError> {
        match self.files.get(path) {
            Some(bytes) if bytes.len() > len_max => Err(ReadError::TooLarge { max: len_max }),
            file => Ok(file.cloned()),
        }
    }

    fn list(&self, visit: &mut dyn FnMut(Listed)) -> Result<(), ReadError> {
        for path in self.files.keys() {
            visit(Listed { path: path.clone(), kind: ListedKind::File });
        }
        Ok(())
    }
}
