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
