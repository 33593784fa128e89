//! The ledger in a KurrentDB cluster: its stream, the mirror of it in the node's data folder, and the lease beside it.

pub mod patrol;

mod moving;

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
use crate::home::{HomeName, HomeNameError};
use crate::migrate::MigrateError;
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
    /// The ledger has not moved.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The mirror was not made the ledger's home.
    #[error("the ledger does not go on in the mirror yet: {0}. Run it again")]
    Close(String),
    /// The cluster's name is no name.
    #[error("cluster.name: {0}")]
    Name(#[from] HomeNameError),
}

/// Where the data of a node lies: in a folder of its own, and in a cluster.
#[derive(Debug, Clone)]
pub struct Place {
    /// The node's own folder, with the mirror.
    pub folder: Folder,
    /// Where the cluster is.
    pub address: StoreAddress,
    /// The stream in it, and how the node is one of several.
    pub config: ClusterConfig,
    /// How long the cluster may take for what.
    pub patience: Patience,
}

impl Place {
    /// This folder, and the stream in the cluster at this address.
    pub fn new(folder: Folder, address: StoreAddress, config: ClusterConfig) -> Self {
        Self { folder, address, config, patience: Patience::default() }
    }

    /// Opens the node whose data lies here. It stands by, and takes over when told or when no other node has written for a
    /// while. While the cluster cannot be reached, it serves what is in its mirror.
    ///
    /// The store's tasks run on the runtime that this is called on.
    pub async fn open<C: Clock>(
        &self,
        known: Vec<Known>,
        clock: C,
        judging: Judging,
    ) -> Result<Node<ClusterStore>, ClusterError> {
        let store = self.open_store().await?;
        let take_over_after = Duration::from_secs(self.config.take_over_after_s);
        let several = Cluster {
            lease: store.primary().lease(),
            take_over_after: Some(take_over_after),
            beat: Some(take_over_after / MARKS_MISSED),
        };
        Ok(start_standby(self.parts(store, known, clock, judging)?, several).await?)
    }

    fn parts<S, C: Clock>(
        &self,
        store: S,
        known: Vec<Known>,
        clock: C,
        judging: Judging,
    ) -> Result<Parts<S, C>, ClusterError> {
        let vault = Vault::open(self.folder.path()).map_err(StartError::from)?;
        let evidence = Evidence::open(self.folder.path()).map_err(StartError::from)?;
        Ok(Parts {
            store,
            home: self.home()?,
            vault: Arc::new(vault),
            evidence: Arc::new(evidence),
            keys: self.folder.read_keys().map_err(StartError::from)?,
            heads: vec![self.folder.head()],
            known,
            clock,
            judging,
        })
    }

    /// The stream, and the mirror of it in the folder, which has some entries at least.
    pub async fn open_store(&self) -> Result<ClusterStore, ClusterError> {
        let mirror = SqliteStore::open(&self.folder.store())?;
        let held = mirror.head().await?;
        let primary = match self.stream(Opening::Existing { held }).await {
            Err(ClusterError::Open(OpenError::Empty { address })) => {
                return Err(ClusterError::Empty { place: address, held });
            }
            Err(ClusterError::Open(error @ OpenError::Unreached { .. })) => {
                tracing::error!(%error, "the node serves what is in its mirror, and takes nothing");
                let (address, roles) = self.address()?;
                KurrentStore::open_unreached(address, &roles, self.patience, held)
            }
            opened => opened?,
        };
        Ok(Mirrored::open(primary, mirror).await?)
    }

    /// The stream alone.
    pub async fn stream(&self, opening: Opening) -> Result<KurrentStore, ClusterError> {
        let (address, roles) = self.address()?;
        Ok(match opening {
            Opening::Existing { held } => {
                KurrentStore::open_existing(address, &roles, self.patience, held).await?
            }
            Opening::OrNew => KurrentStore::open(address, &roles, self.patience).await?,
        })
    }

    /// The cluster's name.
    fn home(&self) -> Result<HomeName, HomeNameError> {
        self.config.name.parse()
    }

    fn address(&self) -> Result<(Address, Roles), AddressError> {
        let address = Address::parse(self.address.expose(), &self.config.stream)?;
        Ok((address, Roles { writer: self.config.writer.clone(), reader: self.config.reader.clone() }))
    }
}

/// What a stream is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It has had so many entries.
    Existing {
        /// How many, at least.
        held: u64,
    },
    /// Where it is not there, it is made, and guarded before anything is written.
    OrNew,
}
