//! The ledger in a KurrentDB cluster: its stream, the mirror of it in the node's data folder, and the lease beside it.

pub mod patrol;

use std::sync::Arc;
use std::time::Duration;

use kurrent_store::{Address, AddressError, KurrentStore, OpenError, Patience, Roles};
use ledger_store::ReadError;
use ledger_store::Store as _;
use ledger_store::mirror::{MirrorError, Mirrored};
use ledger_store::sqlite::{self, SqliteStore};
use thiserror::Error;

use crate::clock::Clock;
use crate::cluster::Cluster;
use crate::config::{ClusterConfig, StoreAddress};
use crate::evidence::Evidence;
use crate::folder::Folder;
use crate::home::HomeName;
use crate::node::Node;
use crate::policy::Judging;
use crate::start::{Known, Parts, StartError, start_standby};
use crate::vault::Vault;

/// The entries in a cluster, and a mirror of all of them in the node's own folder.
pub type ClusterStore = Mirrored<KurrentStore>;

/// Marks that the writer may miss before another takes over: one lost or late is no reason.
const MARKS_MISSED: u32 = 5;

/// Why a node does not start on a cluster.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The cluster cannot be reached, or its stream is not as a node left it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The stream is empty, and this node knows entries of the ledger.
    #[error(
        "{place} holds nothing, and the data folder {held} entries. If the ledger was never there, it is moved there by \
         `ledger-node migrate`. If it was, the stream was deleted or this is another cluster: change nothing in it, and \
         see \"When the cluster is lost\" in the operations manual"
    )]
    Empty {
        /// Where the stream is.
        place: String,
        /// How many entries the mirror holds.
        held: u64,
    },
    /// The mirror's file cannot be opened.
    #[error(transparent)]
    File(#[from] sqlite::OpenError),
    /// The mirror cannot be read.
    #[error("the mirror: {0}")]
    Read(#[from] ReadError),
    /// The stream and the mirror do not agree, or one of them cannot be read.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The node does not start on them.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// Opens the node whose data lies in `folder` and whose entries lie in the cluster at `address`. It stands by, and takes
/// over when told or when no other node has written for a while.
///
/// The store's tasks run on the runtime that this is called on.
pub async fn open<C: Clock>(
    folder: &Folder,
    address: &StoreAddress,
    cluster: &ClusterConfig,
    known: Vec<Known>,
    clock: C,
    judging: Judging,
) -> Result<Node<ClusterStore>, ClusterError> {
    let store = open_store(folder, address, cluster, Patience::default()).await?;
    let take_over_after = Duration::from_secs(cluster.take_over_after_s);
    let several = Cluster {
        lease: store.primary().lease(),
        take_over_after: Some(take_over_after),
        beat: Some(take_over_after / MARKS_MISSED),
    };
    let parts = Parts {
        store,
        home: HomeName::kurrentdb(),
        vault: Arc::new(Vault::open(folder.path()).map_err(StartError::from)?),
        evidence: Arc::new(Evidence::open(folder.path()).map_err(StartError::from)?),
        keys: folder.read_keys().map_err(StartError::from)?,
        heads: vec![folder.head()],
        known,
        clock,
        judging,
    };
    Ok(start_standby(parts, several).await?)
}

/// Opens the stream and the mirror of it in `folder`, and brings that up to it.
pub async fn open_store(
    folder: &Folder,
    address: &StoreAddress,
    cluster: &ClusterConfig,
    patience: Patience,
) -> Result<ClusterStore, ClusterError> {
    let mirror = SqliteStore::open(&folder.store())?;
    let held = mirror.head().await?;
    let (address, roles) = place(address, cluster)?;
    let primary = match KurrentStore::open_existing(address.clone(), &roles, patience).await {
        Err(OpenError::Empty { address }) => return Err(ClusterError::Empty { place: address, held }),
        Err(error @ OpenError::Unreached { .. }) if held > 0 => {
            tracing::warn!(%error, held, "the node begins with what its mirror holds, and goes on when the cluster is reached");
            KurrentStore::open_unreached(address, &roles, patience, held)
        }
        opened => opened?,
    };
    Ok(Mirrored::open(primary, mirror).await?)
}

/// Where the stream is, and who may do what to it.
pub fn place(address: &StoreAddress, cluster: &ClusterConfig) -> Result<(Address, Roles), AddressError> {
    let address = Address::parse(address.expose(), &cluster.stream)?;
    Ok((address, Roles { writer: cluster.writer.clone(), reader: cluster.reader.clone() }))
}
