//! What the store in a folder is called. Each move of a ledger into a folder gives its store a name that none has had: of all
//! folders with a mirror of the ledger, and of all copies of this one from before, it alone is the home.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{HOME_NAME_BYTES_MAX, HomeName, HomeNameError};
use crate::folder::Folder;
use crate::genesis::random_id;
use crate::keyfile::{private, sync_folder_of};

/// Why it is not known what the store in a folder is called.
#[derive(Debug, Error)]
#[error("{path}, which names the store in this folder: {reason}")]
pub struct HomeFileError {
    path: PathBuf,
    reason: String,
}

impl HomeName {
    /// What the store in this folder is called: as its file says, or [`EMBEDDED`](Self::EMBEDDED) where there is none.
    pub fn of(folder: &Folder) -> Result<Self, HomeFileError> {
        Ok(read(&folder.home())?.unwrap_or_else(Self::embedded))
    }

    /// What it will be called once the move is done that has begun; `None` if none has.
    fn begun(folder: &Folder) -> Result<Option<Self>, HomeFileError> {
        read(&folder.next_home())
    }

    /// The same, beginning a move if none has: a name that no store has had.
    pub fn begin(folder: &Folder) -> Result<Self, HomeFileError> {
        if let Some(name) = Self::begun(folder)? {
            return Ok(name);
        }
        let path = folder.next_home();
        let random = random_id().map_err(|error| failed(&path, &error))?;
        let name = Self(format!("{}-{}", Self::EMBEDDED, hex::encode(random)));
        write(&path, &name).map_err(|error| failed(&path, &error))?;
        Ok(name)
    }

    /// The move is done: the store is called so from now on.
    pub fn settle(folder: &Folder) -> Result<(), HomeFileError> {
        let path = folder.next_home();
        let renamed = fs::rename(&path, folder.home()).and_then(|()| sync_folder_of(&path));
        renamed.map_err(|error| failed(&path, &error))
    }
}

fn read(path: &Path) -> Result<Option<HomeName>, HomeFileError> {
    let mut text = String::new();
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| failed(path, &error))?,
    };
    // One byte more than the longest, and a line's end.
    let limit = u64::try_from(HOME_NAME_BYTES_MAX).unwrap_or(0).saturating_add(2);
    file.take(limit).read_to_string(&mut text).map_err(|error| failed(path, &error))?;
    let name = text.trim_end().parse().map_err(|error: HomeNameError| failed(path, &error))?;
    Ok(Some(name))
}

fn write(path: &Path, name: &HomeName) -> io::Result<()> {
    // Under another name first: what a crash cuts off is no name.
    let whole = path.with_extension("writing");
    let mut file = match private(&whole) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::remove_file(&whole)?;
            private(&whole)?
        }
        made => made?,
    };
    file.write_all(name.as_str().as_bytes())?;
    file.sync_all()?;
    fs::rename(&whole, path)?;
    sync_folder_of(path)
}

fn failed(path: &Path, error: &dyn ToString) -> HomeFileError {
    HomeFileError { path: path.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_move_gives_a_name_of_its_own_and_one_that_was_interrupted_keeps_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path());
        assert_eq!(HomeName::of(&folder).unwrap(), HomeName::embedded());
        assert_eq!(HomeName::begun(&folder).unwrap(), None);
        let first = HomeName::begin(&folder).unwrap();
        assert_eq!(HomeName::begin(&folder).unwrap(), first, "interrupted, and begun again");
        assert_eq!(HomeName::of(&folder).unwrap(), HomeName::embedded(), "not yet");
        HomeName::settle(&folder).unwrap();
        assert_eq!(
            (HomeName::of(&folder).unwrap(), HomeName::begun(&folder).unwrap()),
            (first.clone(), None)
        );
        assert_ne!(HomeName::begin(&folder).unwrap(), first);
    }

    #[test]
    fn a_file_that_holds_no_name_is_refused_by_its_path() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::new(home.path());
        for text in ["", "No Name", &"a".repeat(HOME_NAME_BYTES_MAX + 1)] {
            fs::write(folder.home(), text).unwrap();
            let refused = HomeName::of(&folder).unwrap_err().to_string();
            assert!(refused.contains("home, which names the store"), "{refused}");
        }
    }
}
