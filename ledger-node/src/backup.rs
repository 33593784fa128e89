//! Copies of a node's data while it runs, and a copy made a data folder again.
//!
//! A copy holds no secret keys and no tokens: they are kept apart, so that a stolen copy signs nothing and opens
//! nothing. It holds the vault, sealed; whoever has the vault's key file as well can read it.

use std::fs;
use std::path::{Path, PathBuf};

use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::Note;
use ledger_store::Store;
use ledger_store::head::{HeadError, read_head_file, write_head_file};
use ledger_store::mirror::Mirrored;
use ledger_store::sqlite::{self, SqliteStore};
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use thiserror::Error;

use crate::access::ACCESS_FILE;
use crate::evidence::EVIDENCE_FILE;
use crate::export::{Building, ExportError, make_private_folder};
use crate::folder::Folder;
use crate::keyfile::{private, sync_folder_of};
use crate::node::{Head, Node};
use crate::vault::{VAULT_FILE, VAULT_KEYS_FILE};

/// The files beside the store that a copy holds, where they are. Not the tokens: an old copy would bring back
/// those that have been revoked since, and new ones are made in a minute.
const SIDE_FILES: [&str; 3] = [EVIDENCE_FILE, VAULT_FILE, ACCESS_FILE];

/// Why there is no copy, or it was not restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The folder of the copy.
    #[error(transparent)]
    Folder(#[from] ExportError),
    /// The store's copy.
    #[error("the store: {0}")]
    Store(#[from] sqlite::BackupError),
    /// A file beside the store could not be copied.
    #[error("cannot copy {path}: {reason}")]
    Side {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The head file.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The head file is not a checkpoint.
    #[error("{path} does not hold a checkpoint")]
    NoCheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// The copy is older than what the folder's head file promises.
    #[error(
        "the copy holds {size} entries, and {path} promises {promised}: restoring it would forget acknowledged \
         entries. Look for a newer copy"
    )]
    Behind {
        /// How many entries the copy holds.
        size: u64,
        /// How many were promised.
        promised: u64,
        /// The head file that promises them.
        path: PathBuf,
    },
    /// The thread that copied ended.
    #[error("the copying thread ended without a word")]
    Ended,
}

/// A store with a file on the node's own disk that holds every entry.
pub trait OnDisk: Store {
    /// What is in that file.
    fn on_disk(&self) -> &SqliteStore;
}

impl OnDisk for SqliteStore {
    fn on_disk(&self) -> &SqliteStore {
        self
    }
}

impl<P: Store> OnDisk for Mirrored<P, SqliteStore> {
    fn on_disk(&self) -> &SqliteStore {
        self.mirror()
    }
}

impl<S: OnDisk> Node<S> {
    /// Copies the data of this node, which lies in `from`, to the folder `to`, which must be empty or not there,
    /// while the node goes on. Returns the head of the copy: the store's copy holds what it covers and perhaps
    /// more. No keys are copied.
    pub async fn backup(&self, from: &Folder, to: &Path) -> Result<Head, BackupError> {
        // The head first and the files beside the store last: each copy reaches at least as far as those before.
        let head = self.checkpoint();
        let building = Building::begin(to)?;
        let copy = Folder::new(building.path(""));
        self.shared.store.on_disk().backup(&copy.store()).await?;
        let (from, trust, note) = (from.clone(), self.trust().to_owned(), head.note.to_string());
        let work = move || {
            for name in SIDE_FILES {
                let source = from.path().join(name);
                if source.exists() {
                    copy_database(&source, &building.path(name))?;
                }
            }
            building.write("trust.toml", trust.as_bytes())?;
            building.write("head", note.as_bytes())?;
            building.publish()?;
            Ok(())
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(BackupError::Ended))?;
        Ok(head)
    }
}

/// Makes the copy in `from` the data of a node again, in `folder`, where no store may be. Keys are put there
/// apart. A head file that is there already is kept, and a copy that does not reach it is refused: that file is
/// the memory of what was promised. Returns how many entries the copy holds.
///
/// Whether the copy reaches what witnesses and devices have seen, only they can tell: start the node with the
/// newest checkpoint that can be had from them.
pub fn restore(from: &Path, folder: &Folder) -> Result<u64, BackupError> {
    let from = Folder::new(from);
    let failed = |path: &Path, error: &dyn ToString| BackupError::Side {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    fs::metadata(from.store()).map_err(|error| failed(&from.store(), &error))?;
    make_private_folder(folder.path(), true).map_err(|error| failed(folder.path(), &error))?;
    if folder.store().exists() {
        return Err(ExportError::InTheWay { path: folder.store() }.into());
    }
    // Under another name first: a copy that turns out too old never becomes the store.
    let tried = folder.path().join("ledger.sqlite.restoring");
    let size = sqlite::restore(&from.store(), &tried)?;
    let checked = check_head(&folder.head(), size).and_then(|()| check_head(&from.head(), size));
    if let Err(error) = checked {
        // The error that matters is the first; a left-over is in the way of the next and named by it.
        let _ = fs::remove_file(&tried);
        return Err(error);
    }
    let placed = fs::rename(&tried, folder.store()).and_then(|()| sync_folder_of(&folder.store()));
    placed.map_err(|error| failed(&folder.store(), &error))?;
    for name in SIDE_FILES {
        let (from, to) = (from.path().join(name), folder.path().join(name));
        if from.exists() && !to.exists() {
            copy_database(&from, &to)?;
        }
    }
    if !folder.trust().exists() {
        fs::copy(from.trust(), folder.trust()).map_err(|error| failed(&folder.trust(), &error))?;
    }
    if read_head_file(&folder.head())?.is_none()
        && let Some(head) = read_head_file(&from.head())?
    {
        write_head_file(&folder.head(), &head)?;
    }
    Ok(size)
}

/// Copies the keys of the vault in `folder` to the file `to`, which may not be there yet, whether or not the node runs.
pub fn copy_keys(folder: &Folder, to: &Path) -> Result<(), BackupError> {
    copy_database(&folder.path().join(VAULT_KEYS_FILE), to)
}

/// Refuses a copy of `size` entries where a head file promises more.
fn check_head(path: &Path, size: u64) -> Result<(), BackupError> {
    let Some(bytes) = read_head_file(path)? else { return Ok(()) };
    let checkpoint = Note::parse(&bytes).ok().and_then(|note| Checkpoint::parse(note.text()).ok());
    let checkpoint = checkpoint.ok_or(BackupError::NoCheckpoint { path: path.to_owned() })?;
    let promised = checkpoint.size();
    if size < promised { Err(BackupError::Behind { size, promised, path: path.to_owned() }) } else { Ok(()) }
}

/// Copies a database that may be in use, in one moment of it, durably and for its owner alone.
fn copy_database(from: &Path, to: &Path) -> Result<(), BackupError> {
    let copy = || -> Result<(), Box<dyn std::error::Error>> {
        let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let file = private(to)?;
        let mut target = Connection::open(to)?;
        Backup::new(&source, &mut target)?.run_to_completion(i32::MAX, std::time::Duration::ZERO, None)?;
        target.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
        target.close().map_err(|(_, error)| error)?;
        file.sync_all()?;
        sync_folder_of(to)?;
        Ok(())
    };
    copy().map_err(|error| BackupError::Side { path: to.to_owned(), reason: error.to_string() })
}
