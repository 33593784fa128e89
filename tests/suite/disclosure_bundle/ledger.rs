//! A node over a history that was written elsewhere.

use std::sync::Arc;

use custody::policy::Policies;
use ledger_node::clock::SetClock;
use ledger_node::evidence::Evidence;
use ledger_node::folder::NodeKeys;
use ledger_node::home::HomeName;
use ledger_node::node::Node;
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, start};
use ledger_node::vault::Vault;
use ledger_store::head::write_head_file;
use ledger_store::memory::MemoryStore;
use ledger_store::{Batch, Store as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use verifier::testing::{NODE, World};

/// A running node, and what it stands on.
pub(super) struct Ledger {
    pub(super) node: Node<MemoryStore>,
    pub(super) runtime: Runtime,
    _home: TempDir,
}

impl Ledger {
    /// A node that goes on with a world's ledger, under these policies.
    pub(super) fn of(world: &World, policies: Policies) -> Self {
        let runtime = Runtime::new().unwrap();
        let home = tempfile::tempdir().unwrap();
        let store = MemoryStore::new();
        for (index, chunk) in world.writer.entries.chunks(200).enumerate() {
            let batch = Batch::new(chunk.to_vec()).unwrap();
            let first = u64::try_from(index * 200).unwrap();
            runtime.block_on(store.append(first, &batch)).unwrap();
        }
        let head = home.path().join("head");
        write_head_file(&head, world.checkpoint(world.writer.size()).to_string().as_bytes()).unwrap();
        let parts = Parts {
            store,
            home: HomeName::embedded(),
            vault: Arc::new(Vault::open(home.path()).unwrap()),
            evidence: Arc::new(Evidence::open(home.path()).unwrap()),
            keys: NodeKeys { ledger: world.ledger_key(), node: world.speakers[NODE].key() },
            heads: vec![head],
            known: Vec::new(),
            clock: SetClock::new(world.now_us),
            judging: Judging::when_asked(policies),
        };
        let node = runtime.block_on(start(parts)).unwrap();
        Self { node, runtime, _home: home }
    }
}
