//! The engine that the day's ledger lies in: the embedded one, or a cluster of this process.

use ledger_node::folder::Folder;
use ledger_node::node::Node;

use crate::clock::Day;

#[cfg(not(feature = "kurrentdb"))]
pub(crate) use embedded::{Engine, Entries};

#[cfg(feature = "kurrentdb")]
pub(crate) use cluster::{Engine, Entries};

#[cfg(not(feature = "kurrentdb"))]
mod embedded {
    use super::{Day, Folder, Node};

    /// What holds the entries.
    pub(crate) type Entries = ledger_store::sqlite::SqliteStore;

    /// A file in the node's folder.
    pub(crate) struct Engine;

    impl Engine {
        pub(crate) const NAME: &str = "the embedded store";

        pub(crate) async fn open(folder: &Folder, clock: &Day) -> anyhow::Result<(Self, Node<Entries>)> {
            let node = ledger_node::start::open(folder, Vec::new(), clock.clone()).await?;
            Ok((Self, node))
        }
    }
}

#[cfg(feature = "kurrentdb")]
mod cluster {
    use custody::policy::Policies;
    use kurrent_server::Cluster;
    use ledger_node::config::{ClusterConfig, StoreAddress};
    use ledger_node::kurrent::{ClusterStore, Opening, Place};
    use ledger_node::policy::Judging;
    use ledger_store::copy::copy;
    use ledger_store::sqlite::SqliteStore;

    use super::{Day, Folder, Node};

    /// What holds the entries.
    pub(crate) type Entries = ClusterStore;

    /// A cluster of three, which lives as long as this.
    pub(crate) struct Engine {
        _cluster: Cluster,
    }

    impl Engine {
        pub(crate) const NAME: &str =
            "a KurrentDB cluster of three (its protocol, in this process) and a mirror";

        /// The ledger just made goes into the cluster without a word in it, so that its entries are those of the other engine.
        pub(crate) async fn open(folder: &Folder, clock: &Day) -> anyhow::Result<(Self, Node<Entries>)> {
            let cluster = Cluster::start(3).await?;
            let address = StoreAddress::new(cluster.url());
            let place = Place::new(folder.clone(), address, ClusterConfig::default());
            copy(&SqliteStore::open(&folder.store())?, &place.stream(Opening::OrNew).await?).await?;
            let judging = Judging::when_asked(Policies::default());
            let node = place.open(Vec::new(), clock.clone(), judging).await?;
            node.take_over().await?;
            Ok((Self { _cluster: cluster }, node))
        }
    }
}
