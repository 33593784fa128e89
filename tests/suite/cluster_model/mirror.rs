//! How a machine keeps its mirror from one node to the next: as a node does, in the embedded store, or in the store in memory,
//! which is the model of the same contract and much quicker.

use std::path::{Path, PathBuf};

use ledger_store::Store;
use ledger_store::memory::MemoryStore;
use ledger_store::sqlite::{OpenError, SqliteStore};

/// A mirror that no node has open.
pub(crate) trait Mirror: Sized + 'static {
    /// What a node has of it.
    type Store: Store;

    /// An empty one in this folder.
    fn create(folder: &Path) -> Self;

    /// Opens it for the next node.
    ///
    /// # Errors
    /// If something of the node before still holds it.
    fn open(&self) -> Result<Self::Store, String>;
}

/// In memory: it outlives the node, which is all that is asked of it.
pub(crate) struct InMemory(MemoryStore);

impl Mirror for InMemory {
    type Store = MemoryStore;

    fn create(_folder: &Path) -> Self {
        Self(MemoryStore::new())
    }

    fn open(&self) -> Result<MemoryStore, String> {
        Ok(self.0.reopen())
    }
}

/// A file.
pub(crate) struct Embedded(PathBuf);

impl Mirror for Embedded {
    type Store = SqliteStore;

    fn create(folder: &Path) -> Self {
        let path = folder.join("ledger.db");
        drop(SqliteStore::create(&path).unwrap());
        Self(path)
    }

    fn open(&self) -> Result<SqliteStore, String> {
        match SqliteStore::open(&self.0) {
            Ok(store) => Ok(store),
            Err(error @ OpenError::InUse { .. }) => Err(error.to_string()),
            Err(error) => panic!("the mirror: {error}"),
        }
    }
}
