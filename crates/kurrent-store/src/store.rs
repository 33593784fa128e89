//! The store: what the contract promises, kept over a cluster.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ledger_store::{AppendError, Batch, ReadError, ReadLimit, Store, leaf_hash};
use thiserror::Error;
use tokio::sync::{Mutex, mpsc, oneshot, watch};

use crate::address::Address;
use crate::appending::{Append, raise, write};
use crate::cluster::{Cluster, LOOKS_MAX, Patience};
use crate::guard::{Guarded, Roles};
use crate::lease::KurrentLease;
use crate::read::{Found, Unread};

/// A ledger's entries in a stream of a KurrentDB cluster.
#[derive(Debug)]
pub struct KurrentStore {
    cluster: Arc<Cluster>,
    roles: Roles,
    /// The revision of the access list, since it was first looked at.
    guard: OnceLock<u64>,
    appends: mpsc::UnboundedSender<Append>,
    known: Arc<watch::Sender<u64>>,
    leaves: Mutex<Leaves>,
}

/// Why a store could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The cluster could not be asked.
    #[error("{address} could not be opened: {reason}")]
    Unreached {
        /// Where it is.
        address: String,
        /// What failed.
        reason: String,
    },
    /// There is no stream, or nothing in it that can be read.
    #[error("{address} holds nothing: it was never written, or it was deleted, or this is another cluster")]
    Empty {
        /// Where it is.
        address: String,
    },
    /// Somebody changed who may do what to the stream.
    #[error(
        "{address}: {reason}. Whoever did that could hide or delete entries: find out who, compare the stream with a node's \
         mirror, and put the list back"
    )]
    Unguarded {
        /// Where it is.
        address: String,
        /// What was found.
        reason: String,
    },
    /// The stream is not what a node wrote.
    #[error("{address}: {source}")]
    Damaged {
        /// Where it is.
        address: String,
        /// What was found.
        source: ReadError,
    },
}

/// Where each leaf hash stands first, as far as it was looked for.
#[derive(Debug, Default)]
struct Leaves {
    first: HashMap<[u8; 32], u64>,
    size: u64,
}

impl KurrentStore {
    /// Opens the ledger's stream; where there is none, sets who may do what to it before anything is written.
    ///
    /// Runs its tasks on the runtime that it is opened on.
    pub async fn open(address: Address, roles: &Roles, patience: Patience) -> Result<Self, OpenError> {
        Self::open_at(address, roles, patience, None).await
    }

    /// The same for who knows that the stream has had `held` entries: one that has none is left as it is, and it is never taken
    /// to hold less.
    pub async fn open_existing(
        address: Address,
        roles: &Roles,
        patience: Patience,
        held: u64,
    ) -> Result<Self, OpenError> {
        Self::open_at(address, roles, patience, Some(held)).await
    }

    async fn open_at(
        address: Address,
        roles: &Roles,
        patience: Patience,
        held: Option<u64>,
    ) -> Result<Self, OpenError> {
        let cluster = Arc::new(Cluster::new(address, patience));
        let place = || cluster.address.to_string();
        let unreached = |reason: String| OpenError::Unreached { address: place(), reason };
        let size = cluster.size().await.map_err(|unread| match unread.into_error() {
            ReadError::Unavailable { reason } => unreached(reason),
            source => OpenError::Damaged { address: place(), source },
        })?;
        if size == 0 && held.is_some() {
            return Err(OpenError::Empty { address: place() });
        }
        if size == 0 {
            cluster.guard(roles).await.map_err(|failed| unreached(failed.reason()))?;
        }
        let store = Self::running(cluster, roles, size.max(held.unwrap_or(0)));
        store.check_guard().await?;
        Ok(store)
    }

    /// The stream of a cluster that cannot be reached now, which is known to have had `known` entries: with fewer, it is not
    /// taken for what it was. Nothing else of it has been looked at.
    pub fn open_unreached(address: Address, roles: &Roles, patience: Patience, known: u64) -> Self {
        Self::running(Arc::new(Cluster::new(address, patience)), roles, known)
    }

    fn running(cluster: Arc<Cluster>, roles: &Roles, known: u64) -> Self {
        let known = Arc::new(watch::Sender::new(known));
        let (appends, waiting) = mpsc::unbounded_channel();
        tokio::spawn(write(Arc::clone(&cluster), Arc::clone(&known), waiting));
        let (guard, leaves) = (OnceLock::new(), Mutex::default());
        Self { cluster, roles: roles.clone(), guard, appends, known, leaves }
    }

    /// Whether who may do what to the stream is as it was when this was first asked, as it is when the stream is opened. To be
    /// asked now and then: whoever changes it can hide or delete entries.
    pub async fn check_guard(&self) -> Result<(), OpenError> {
        let found = check_guard(&self.cluster, &self.roles).await?;
        let first = *self.guard.get_or_init(|| {
            if found > 0 {
                tracing::warn!(
                    changes = found,
                    "the stream's access list was changed and put back: compare the stream with a mirror, and find out by \
                     whom"
                );
            }
            found
        });
        if found == first {
            return Ok(());
        }
        let reason = "its access list was changed and put back while the node ran".to_owned();
        Err(OpenError::Unguarded { address: self.cluster.address.to_string(), reason })
    }

    /// The lease beside the stream.
    pub fn lease(&self) -> KurrentLease {
        KurrentLease::new(Arc::clone(&self.cluster))
    }

    async fn size(&self) -> Result<u64, ReadError> {
        // Before it is asked: what others are told meanwhile may be newer than the answer.
        let known = *self.known.borrow();
        let mut looks = 1;
        loop {
            let size = self.cluster.size().await.map_err(Unread::into_error)?;
            if size >= known {
                raise(&self.known, size);
                return Ok(size);
            }
            if looks >= LOOKS_MAX {
                // What was seen is gone: a cluster restored from a copy, a stream deleted or truncated.
                return Err(ReadError::BeyondHead { from: known, size });
            }
            self.cluster.look_elsewhere(size, known).await;
            looks = looks.saturating_add(1);
        }
    }
}

impl Store for KurrentStore {
    async fn head(&self) -> Result<u64, ReadError> {
        self.size().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        let (answer, answered) = oneshot::channel();
        let gone = || AppendError::Unavailable { reason: "the store's writer has ended".to_owned() };
        let append = Append { expected: expected_size, batch: batch.clone(), answer };
        self.appends.send(append).map_err(|_| gone())?;
        let unknown = |_| AppendError::Unknown {
            expected: expected_size,
            reason: "the store's writer ended while it was asked".to_owned(),
        };
        answered.await.map_err(unknown)?
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        let limit = limit.capped();
        if limit.entries > 0
            && let Found::Entries(entries) =
                self.cluster.read(from, limit).await.map_err(Unread::into_error)?
            && !entries.is_empty()
        {
            return Ok(entries);
        }
        let size = self.size().await?;
        if from > size {
            return Err(ReadError::BeyondHead { from, size });
        }
        Ok(Vec::new())
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        let mut leaves = self.leaves.lock().await;
        let size = self.size().await?;
        while leaves.size < size {
            let entries = self.read(leaves.size, ReadLimit::MAX).await?;
            if entries.is_empty() {
                return Err(ReadError::BeyondHead { from: size, size: leaves.size });
            }
            for entry in entries {
                let index = leaves.size;
                leaves.first.entry(leaf_hash(&entry)).or_insert(index);
                leaves.size = index.saturating_add(1);
            }
        }
        Ok(leaves.first.get(&leaf).copied())
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        let mut known = self.known.subscribe();
        loop {
            // Others append too, and tell nobody: the look costs one small read for each that waits.
            let seen = self.size().await?;
            if seen > size {
                return Ok(seen);
            }
            let own = known.wait_for(|known| *known > size);
            let _ = tokio::time::timeout(self.cluster.patience.look, own).await;
        }
    }
}

/// The revision of the access list, if it is as a node writes it.
async fn check_guard(cluster: &Cluster, roles: &Roles) -> Result<u64, OpenError> {
    let address = cluster.address.to_string();
    let reason = match cluster.guarded(roles).await {
        Ok(Guarded::As(revision)) => return Ok(revision),
        Ok(Guarded::Not) => "it has entries and no access list".to_owned(),
        Ok(Guarded::Otherwise(reason)) => reason,
        Err(failed) => return Err(OpenError::Unreached { address, reason: failed.reason() }),
    };
    Err(OpenError::Unguarded { address, reason })
}
