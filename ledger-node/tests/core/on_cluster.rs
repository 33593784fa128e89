//! A node on a cluster that fails it, or that somebody has been at: what it says, and that it goes no further than it may.

mod moving;
mod patrol;
mod starting;
mod writing;

use std::sync::Arc;
use std::time::Duration;

use kurrent_server::Cluster;
use kurrent_store::{Patience, STREAM};
use ledger_node::authority::Authority;
use ledger_node::clock::SetClock;
use ledger_node::config::{ClusterConfig, StoreAddress};
use ledger_node::folder::Folder;
use ledger_node::genesis;
use ledger_node::kurrent::patrol::Patrol;
use ledger_node::kurrent::{ClusterError, ClusterStore, Opening, Place};
use ledger_node::metrics::Metrics;
use ledger_node::node::{Condition, Node};
use ledger_node::policy::Judging;
use ledger_store::copy::copy;
use ledger_store::sqlite::SqliteStore;
use tempfile::TempDir;

use crate::support::NOON_US;

/// Short enough that a test of a silent server ends, long enough that a busy machine is not taken for one.
const PATIENCE: Patience = Patience {
    call: Duration::from_secs(3),
    settle: Duration::from_secs(3),
    pause: Duration::from_millis(5),
    look: Duration::from_millis(10),
};

/// A ledger in a cluster, and the folder of one node of it.
struct Estate {
    home: TempDir,
    cluster: Cluster,
    clock: Arc<SetClock>,
}

impl Estate {
    /// A ledger just made, in a cluster of one.
    async fn new() -> Self {
        let estate = Self::elsewhere().await;
        let stream = estate.place().stream(Opening::OrNew).await.unwrap();
        let embedded = SqliteStore::open(&estate.folder().store()).unwrap();
        copy(&embedded, &stream).await.unwrap();
        estate
    }

    /// A ledger just made, and a cluster that it does not lie in.
    async fn elsewhere() -> Self {
        let (home, clock) = (tempfile::tempdir().unwrap(), Arc::new(SetClock::new(NOON_US)));
        let authorities = ["first", "second"].map(|name| Authority::create(&home.path().join(name)).unwrap());
        let public = authorities.each_ref().map(Authority::public);
        let folder = Folder::new(home.path().join("data"));
        genesis::init(&folder, "ledger.example/test", &public, &*clock).await.unwrap();
        Self { home, cluster: Cluster::start(1).await.unwrap(), clock }
    }

    fn folder(&self) -> Folder {
        Folder::new(self.home.path().join("data"))
    }

    /// What a backup and its keys would be, put where a second node looks.
    fn folder_of_another(&self) -> Folder {
        let other = Folder::new(self.home.path().join("other"));
        std::fs::create_dir(other.path()).unwrap();
        for file in std::fs::read_dir(self.folder().path()).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), other.path().join(file.file_name())).unwrap();
        }
        other
    }

    fn place(&self) -> Place {
        let address = StoreAddress::new(self.cluster.url());
        let place = Place::new(self.folder(), address, ClusterConfig::default());
        Place { patience: PATIENCE, ..place }
    }

    async fn try_open(&self) -> Result<Node<ClusterStore>, ClusterError> {
        let judging = Judging::when_asked(custody::policy::Policies::default());
        self.place().open(Vec::new(), Arc::clone(&self.clock), judging).await
    }

    /// A node that writes.
    async fn writer(&self) -> Node<ClusterStore> {
        let node = self.try_open().await.unwrap();
        node.take_over().await.unwrap();
        node
    }

    /// A node has written, and let go of its folder.
    async fn has_written(&self) {
        self.writer().await.shutdown().await;
    }

    /// A node does not start, and says this; the stream is left as it was.
    async fn check_start(&self, says: &[&str]) {
        let before = self.cluster.events(STREAM).len();
        let refused = self.try_open().await.map(|node| node.condition()).unwrap_err().to_string();
        for part in says {
            assert!(refused.contains(part), "{refused}");
        }
        assert_eq!(self.cluster.events(STREAM).len(), before);
    }
}

/// The node ends by itself, and says this.
async fn check_end(node: &Node<ClusterStore>, says: &[&str]) {
    assert!(node.becomes(|condition| matches!(condition, Condition::Stopped { .. })).await);
    let Condition::Stopped { reason } = node.condition() else { unreachable!() };
    for part in says {
        assert!(reason.contains(part), "{reason}");
    }
    node.shutdown().await;
}

/// A member that has just come back may be looked for once in vain.
async fn write_at_last(node: &Node<ClusterStore>) {
    while node.take_over().await.is_err() {
        assert!(!matches!(node.condition(), Condition::Stopped { .. }), "{:?}", node.condition());
    }
}

/// What the patrol found after one round.
async fn alarms(node: &Node<ClusterStore>) -> Vec<&'static str> {
    let metrics = Arc::new(Metrics::default());
    Patrol::new(node, Arc::clone(&metrics)).round().await;
    metrics.store_alarms().filter_map(|(what, is_wrong)| is_wrong.then_some(what)).collect()
}
