//! Every store keeps every promise.

mod sqlite {
    use crate::support::Folder;

    ledger_store::contract_tests!(Folder::new());
}

mod memory {
    use ledger_store::contract_suite::Fixture;
    use ledger_store::memory::MemoryStore;

    struct Held(MemoryStore);

    impl Fixture for Held {
        type Store = MemoryStore;

        async fn open(&mut self) -> MemoryStore {
            self.0.reopen()
        }
    }

    ledger_store::contract_tests!(Held(MemoryStore::new()));
}

/// A cluster in memory, mirrored on disk.
mod mirrored {
    use ledger_store::contract_suite::Fixture;
    use ledger_store::memory::MemoryStore;
    use ledger_store::mirror::Mirrored;

    use crate::support::Folder;

    struct Both(MemoryStore, Folder);

    impl Fixture for Both {
        type Store = Mirrored<MemoryStore>;

        async fn open(&mut self) -> Self::Store {
            Mirrored::open(self.0.reopen(), self.1.open().await).await.unwrap()
        }
    }

    ledger_store::contract_tests!(Both(MemoryStore::new(), Folder::new()));
}

/// Both on disk, so that the primary answers from a thread of its own too.
mod mirrored_on_disk {
    use ledger_store::contract_suite::Fixture;
    use ledger_store::mirror::Mirrored;
    use ledger_store::sqlite::SqliteStore;

    use crate::support::Folder;

    struct Both(Folder, Folder);

    impl Fixture for Both {
        type Store = Mirrored<SqliteStore>;

        async fn open(&mut self) -> Self::Store {
            Mirrored::open(self.0.open().await, self.1.open().await).await.unwrap()
        }
    }

    ledger_store::contract_tests!(Both(Folder::new(), Folder::new()));
}
