//! Moving a ledger from one store to another: all entries byte for byte, the old store closed for good, and one history.
//!
//! `StoreClosed` is the last entry of the old store and an entry of the history like any other: it is under checkpoints, it
//! is copied, and it names the ledger's home from then on ([`Moved`](crate::home::Moved)). So at every moment each store holds
//! a beginning of one history, and at most one of them may be gone on in. What was interrupted, be it anywhere, is done by
//! doing it again.

use std::sync::Arc;

use custody::id::Digest;
use ledger_store::copy::{CopyError, compare, copy, copy_first};
use ledger_store::lease::{Lease, LeaseError, Renewal};
use ledger_store::{ReadError, Store};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::cluster::{Cluster, TakeOverError};
use crate::home::HomeName;
use crate::node::Node;
use crate::outcome::{Code, Declined};
use crate::queue::{Decision, Job};
use crate::start::{Parts, StartError, start_standby};

/// How often closing is tried where other nodes write in between: each of them finds out by it that it is fenced.
const CLOSE_TRIES_MAX: u32 = 8;

/// A ledger that has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The index of the entry that closed the old store: its last.
    pub closed: u64,
    /// How many entries the new store holds: those and perhaps more, if it was at home there already.
    pub size: u64,
}

/// Why a ledger has not moved, or not wholly. Whatever was done of it stands; doing it again goes on from there.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// Both stores have one name.
    #[error(
        "both stores are called {name}: whoever opens the old one could not tell it from the new. Give the new one a name of \
         its own"
    )]
    SameName {
        /// The name.
        name: HomeName,
    },
    /// The old store could not be opened as the ledger's home. Nothing was written to it.
    #[error("the old store: {0}")]
    Start(#[from] StartError),
    /// The old store could not be taken over from whoever writes it.
    #[error("the old store was not closed, and the ledger lives there still: {0}")]
    TakeOver(#[from] TakeOverError),
    /// The old store could not be closed. Whether it is, the next try finds out.
    #[error("the old store was perhaps not closed: {}. Run it again", .0.detail)]
    Close(Declined),
    /// The new store is no copy of the old one.
    #[error("{0}. Once its cause is gone, run it again")]
    Copy(#[from] CopyError),
}

impl From<ReadError> for MigrateError {
    fn from(error: ReadError) -> Self {
        Self::Start(error.into())
    }
}

/// Moves the ledger of `source` into `target`, which must be empty or hold a beginning of it, and is called `successor`.
///
/// In this order: all entries but the newest are copied, so that it is known that the target takes them; the node claims an
/// epoch in the source, which fences whoever else writes there, and closes it; the rest is copied; and all entries are
/// compared. Until the source is closed the target lacks the newest of its entries, so that a node that is started on it
/// too early finds that acknowledged ones are missing. Nobody else may write to `target` meanwhile.
pub async fn migrate<A: Store, B: Store, C: Clock>(
    source: Parts<Arc<A>, C>,
    target: &B,
    successor: &HomeName,
) -> Result<Migrated, MigrateError> {
    if source.home == *successor {
        return Err(MigrateError::SameName { name: successor.clone() });
    }
    let store = Arc::clone(&source.store);
    let closed = match start_standby(source, unleased()).await {
        Ok(node) => {
            let closed = close(&node, &store, target, successor).await;
            // Whoever tries again finds the store let go.
            node.shutdown().await;
            closed?
        }
        // By an earlier try.
        Err(StartError::Closed(moved)) if moved.is_to(successor) => moved.index,
        Err(error) => return Err(error.into()),
    };
    let size = store.head().await?;
    if target.head().await.map_err(CopyError::Target)? < size {
        copy(&store, target).await?;
    }
    compare(&store, target, 0..size).await?;
    Ok(Migrated { closed, size: target.head().await.map_err(CopyError::Target)? })
}

/// Closes the source once it is known that the target takes what it holds.
async fn close<A: Store, B: Store>(
    node: &Node<Arc<A>>,
    source: &A,
    target: &B,
    successor: &HomeName,
) -> Result<u64, MigrateError> {
    let size = source.head().await?;
    copy_first(source, target, size.saturating_sub(1)).await?;
    for _ in 1..CLOSE_TRIES_MAX {
        node.take_over().await?;
        match node.close_store(successor).await {
            Err(declined) if declined.code == Code::NotWriter => {}
            closed => return closed.map_err(MigrateError::Close),
        }
    }
    node.take_over().await?;
    node.close_store(successor).await.map_err(MigrateError::Close)
}

impl<S: Store> Node<S> {
    /// Says, as the last entry of this store, that the ledger goes on in the store called `successor`, and returns the index
    /// of that entry once it is durable and covered. The node takes nothing from then on, nor does any other in this store.
    ///
    /// For a ledger that moves, [`migrate`] does it; alone it is for one whose store is lost: a copy of all its entries,
    /// opened under the lost store's name, is closed in favour of its own.
    pub async fn close_store(&self, successor: &HomeName) -> Result<u64, Declined> {
        let genesis = self.look(|state, _| state.genesis().map_or(Digest::ZERO, |genesis| genesis.leaf));
        let (answer, awaited) = oneshot::channel();
        self.enqueue(Job::Close(successor.id(genesis), answer))?;
        match awaited.await {
            Ok(Decision::Recorded { index, .. } | Decision::Again { index }) => Ok(index),
            Ok(Decision::Declined(declined)) => Err(declined),
            Err(_) => Err(self.unanswered().await),
        }
    }
}

/// A cluster of which this node takes over when told, and at no other time.
fn unleased() -> Cluster<Unleased> {
    Cluster { lease: Unleased, take_over_after: None, beat: None }
}

/// No lease: nobody is to be kept from taking over, and a mark would be of a node that is about to end.
#[derive(Debug)]
struct Unleased;

impl Lease for Unleased {
    async fn renew(&self, _epoch: u64) -> Result<(), LeaseError> {
        Ok(())
    }

    async fn look(&self) -> Result<Option<Renewal>, LeaseError> {
        Ok(None)
    }
}
