//! Stores in folders of their own, and batches to put into them.

use std::path::PathBuf;

use ledger_store::contract_suite::Fixture;
use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, ReadLimit, Store};
use tempfile::TempDir;

/// A folder with one database in it, removed with this.
pub(crate) struct Folder {
    folder: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Where the database lies, or is to lie.
    pub(crate) fn database(&self) -> PathBuf {
        self.file("ledger.db")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names of everything in the folder, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A store that holds `count` entries of [`entry`], closed again.
    pub(crate) async fn with_entries(count: usize) -> Self {
        let folder = Self::new();
        let store = SqliteStore::create(&folder.database()).unwrap();
        fill(&store, count).await;
        folder
    }
}

impl Fixture for Folder {
    type Store = SqliteStore;

    async fn open(&mut self) -> SqliteStore {
        let path = self.database();
        let opened = if path.exists() { SqliteStore::open(&path) } else { SqliteStore::create(&path) };
        opened.unwrap()
    }
}

/// Entry `number`: a few hundred bytes that no other entry has.
pub(crate) fn entry(number: usize) -> Vec<u8> {
    format!("entry {number:08} ").into_bytes().repeat(20)
}

/// The batch of entries `from` to `from + count`.
pub(crate) fn batch(from: usize, count: usize) -> Batch {
    Batch::new((from..from + count).map(entry).collect()).unwrap()
}

/// Appends entries until the store holds `count`.
pub(crate) async fn fill(store: &impl Store, count: usize) {
    let mut size = usize::try_from(store.head().await.unwrap()).unwrap();
    while size < count {
        let step = (count - size).min(100);
        store.append(size.try_into().unwrap(), &batch(size, step)).await.unwrap();
        size += step;
    }
}

/// Asserts that `store` holds exactly entries 0 to `count`, each as it was appended.
pub(crate) async fn expect_entries(store: &impl Store, count: usize) {
    assert_eq!(store.head().await, Ok(count.try_into().unwrap()));
    let mut seen = 0;
    while seen < count {
        for read in store.read(seen.try_into().unwrap(), ReadLimit::MAX).await.unwrap() {
            assert_eq!(read, entry(seen));
            seen += 1;
        }
    }
}
