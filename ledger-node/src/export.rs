//! The archive: the whole ledger under one checkpoint as static files that any tlog tool can read, and beside
//! them the evidence that the ledger names.
//!
//! ```text
//! checkpoint
//! tile/<L>/<N>[.p/<W>]          tile/entries/<N>[.p/<W>]          (C2SP tlog-tiles)
//! evidence/<SHA-256 of the envelope, lower-case hexadecimal>
//! ```

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use custody::id::Digest;
use ledger_format::merkle::{Frontier, leaf_hash};
use ledger_format::tile::{BundleError, Tile, TileKind, encode_bundle, hash_tile, tiles};
use ledger_store::Store;
use thiserror::Error;

use crate::keyfile::{private, sync_folder_of};
use crate::node::{Head, Node};
use crate::reading::LookupError;
use crate::side::SideError;

/// Why there is no archive, or no copy of another kind. Where it was to be, nothing is.
#[derive(Debug, Error)]
pub enum ExportError {
    /// Something is where it is to go: nothing is written over it.
    #[error("{path} is in the way")]
    InTheWay {
        /// What is in the way.
        path: PathBuf,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An entry could not be read.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// The evidence archive could not be read.
    #[error(transparent)]
    Side(#[from] SideError),
    /// The ledger names evidence that the archive of envelopes does not hold: restore it from a copy.
    #[error("the envelope {envelope}, which the ledger names as evidence, is not in the evidence archive")]
    EvidenceMissing {
        /// Its SHA-256.
        envelope: Digest,
    },
    /// The log does not fill a tile that its size demands.
    #[error("{tile} cannot be made")]
    Tile {
        /// The tile.
        tile: Tile,
    },
    /// Entries do not fit into a bundle.
    #[error("{tile} cannot be made: {source}")]
    Bundle {
        /// The tile.
        tile: Tile,
        /// Why not.
        source: BundleError,
    },
    /// What was read from the store is not what the checkpoint covers: the store is damaged.
    #[error("the entries read have the root {computed}, the checkpoint says {signed}: the store is damaged")]
    Damaged {
        /// The root over the entries as read.
        computed: Digest,
        /// The root that was signed.
        signed: Digest,
    },
    /// The thread that wrote it ended.
    #[error("the exporting thread ended without a word")]
    Ended,
}

impl<S: Store> Node<S> {
    /// Writes the archive of the ledger under the newest checkpoint to `folder`, which must be empty or not
    /// there, while the node goes on; returns the checkpoint. The archive is durable and whole under its name,
    /// or not there: it is built beside it, at `folder` with `.partial` added.
    pub async fn export_archive(&self, folder: &Path) -> Result<Head, ExportError> {
        let (node, folder) = (self.clone(), folder.to_owned());
        let runtime = tokio::runtime::Handle::current();
        let work = move || runtime.block_on(export(&node, &folder));
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(ExportError::Ended))
    }
}

async fn export<S: Store>(node: &Node<S>, folder: &Path) -> Result<Head, ExportError> {
    let building = Building::begin(folder)?;
    let head = node.checkpoint();
    let size = head.checkpoint.size();
    let mut frontier = Frontier::new();
    for tile in tiles(size) {
        let bytes = match tile.kind() {
            TileKind::Entries => bundle(node, tile, &mut frontier).await?,
            // What was a complete subtree at that size is one for good, however the tree has grown.
            TileKind::Hashes { .. } => node
                .look(|state, _| hash_tile(state.tree(), size, tile))
                .map_err(|_| ExportError::Tile { tile })?,
        };
        building.write(&tile.to_string(), &bytes)?;
    }
    let (computed, signed) = (frontier.root(), head.checkpoint.root());
    if computed != signed {
        return Err(ExportError::Damaged { computed, signed });
    }
    let archived = node.look(|state, _| {
        let under = state.archived().filter(|archived| archived.index < size);
        under.map(|archived| archived.envelope).collect::<BTreeSet<_>>()
    });
    for envelope in archived {
        let bytes = node.evidence(&envelope)?.ok_or(ExportError::EvidenceMissing { envelope })?;
        building.write(&format!("evidence/{envelope}"), &bytes)?;
    }
    building.write("checkpoint", head.note.to_string().as_bytes())?;
    building.publish()?;
    Ok(head)
}

/// An entry bundle; its entries go on the frontier, so that what was read is compared with what was signed.
async fn bundle<S: Store>(
    node: &Node<S>,
    tile: Tile,
    frontier: &mut Frontier,
) -> Result<Vec<u8>, ExportError> {
    let first = tile.first_entry().ok_or(ExportError::Tile { tile })?;
    let entries = node.entries(first, tile.width().into()).await?;
    for entry in &entries {
        frontier.push(leaf_hash(entry));
    }
    encode_bundle(entries.iter().map(Vec::as_slice)).map_err(|source| ExportError::Bundle { tile, source })
}

/// A folder that is being filled, beside the place where it will be. Dropped unpublished, it goes.
#[derive(Debug)]
pub(crate) struct Building {
    partial: PathBuf,
    folder: PathBuf,
    is_published: bool,
}

impl Building {
    /// Begins a folder for `folder`, which must be empty or not there.
    pub(crate) fn begin(folder: &Path) -> Result<Self, ExportError> {
        let failed = |path: &Path, source| ExportError::Io { path: path.to_owned(), source };
        match fs::read_dir(folder).map(|mut found| found.next().is_some()) {
            Ok(true) => return Err(ExportError::InTheWay { path: folder.to_owned() }),
            Ok(false) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(folder, error)),
        }
        let mut partial = folder.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        match make_private_folder(&partial, false) {
            Ok(()) => Ok(Self { partial, folder: folder.to_owned(), is_published: false }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(ExportError::InTheWay { path: partial })
            }
            Err(error) => Err(failed(&partial, error)),
        }
    }

    /// The path of a file within it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.partial.join(name)
    }

    /// Writes a file, durably but for the names of folders. `name` is made here, never by others.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.path(name);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.partial))?;
            let mut file = private(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|source| ExportError::Io { path: path.clone(), source })
    }

    /// Makes every folder durable, and gives the whole its name.
    pub(crate) fn publish(mut self) -> Result<(), ExportError> {
        let publish = || {
            sync_folders(&self.partial)?;
            if self.folder.exists() {
                // Only an empty one can be removed so.
                fs::remove_dir(&self.folder)?;
            }
            fs::rename(&self.partial, &self.folder)?;
            sync_folder_of(&self.folder)
        };
        publish().map_err(|source| ExportError::Io { path: self.folder.clone(), source })?;
        self.is_published = true;
        Ok(())
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        if !self.is_published {
            // The error that matters has been returned; what cannot be removed is in the way of the next.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// Makes a folder that its owner alone may enter: what is put there says where exhibits lie, and more.
pub(crate) fn make_private_folder(path: &Path, is_recursive: bool) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(is_recursive);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn sync_folders(folder: &Path) -> io::Result<()> {
    for found in fs::read_dir(folder)? {
        let found = found?;
        if found.file_type()?.is_dir() {
            sync_folders(&found.path())?;
        }
    }
    File::open(folder)?.sync_all()
}
