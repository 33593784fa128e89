//! The node's handle: what the edge may ask. Cheap to clone; the writer runs behind it on a thread of its own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;

use ledger_format::checkpoint::Checkpoint;
use ledger_format::note::{Note, NoteSigner};
use ledger_store::Store;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::cluster::Order;
use crate::evidence::Evidence;
use crate::queue::Job;
use crate::state::State;
use crate::stats::Counters;
use crate::touched::Touched;
use crate::vault::Vault;
use crate::watch::Desk;

/// A running ledger node.
pub struct Node<S> {
    pub(crate) shared: Arc<Shared<S>>,
}

/// What all handles share.
pub(crate) struct Shared<S> {
    pub(crate) store: Arc<S>,
    pub(crate) evidence: Arc<Evidence>,
    pub(crate) vault: Arc<Vault>,
    /// Signs checkpoints and the sums of bundles; the writer has the same.
    pub(crate) signer: Arc<NoteSigner>,
    pub(crate) published: Arc<RwLock<Published>>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) trust: String,
    /// Taken out by `shutdown`, so that the writer sees the end.
    pub(crate) jobs: Mutex<Option<mpsc::Sender<Job>>>,
    /// One permit for each byte that may wait.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) condition: watch::Receiver<Condition>,
    pub(crate) writer: Mutex<Option<JoinHandle<()>>>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) watch: Mutex<Option<JoinHandle<()>>>,
    /// How many entries are published.
    pub(crate) arrived: watch::Receiver<u64>,
    /// Where a node that is one of several is told to write.
    pub(crate) orders: Option<mpsc::Sender<Order>>,
}

/// What everybody may see: durable, covered by the checkpoint, and never ahead of it.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) state: State,
    pub(crate) head: Head,
    /// Whom the entries have touched that the watch has not looked at. Changed only while nobody else looks.
    pub(crate) touched: Mutex<Touched>,
}

/// A checkpoint and the signed note it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The tree head.
    pub checkpoint: Checkpoint,
    /// The note, signed by the ledger's key.
    pub note: Note,
}

/// Whether the node takes statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It does.
    Ready,
    /// It stands by: another node of the ledger does. Reading goes on, of all that is in the store.
    Standby,
    /// It was told to shut down.
    Closed,
    /// A write failed, so it takes none until it is started anew. Reading goes on.
    Stopped {
        /// What failed.
        reason: String,
    },
}

impl<S> Clone for Node<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<S> fmt::Debug for Node<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("condition", &self.condition()).finish_non_exhaustive()
    }
}

impl<S> Node<S> {
    /// Whether the node takes statements, and why not.
    pub fn condition(&self) -> Condition {
        self.shared.condition.borrow().clone()
    }

    /// True while the node takes statements.
    pub fn is_ready(&self) -> bool {
        self.condition() == Condition::Ready
    }

    /// True while it stands by for another node that does.
    pub fn is_standby(&self) -> bool {
        self.condition() == Condition::Standby
    }

    /// Waits until the condition is one like this. False if the node ended before.
    pub async fn becomes(&self, is_like: impl Fn(&Condition) -> bool) -> bool {
        let mut condition = self.shared.condition.clone();
        condition.wait_for(|condition| is_like(condition)).await.is_ok()
    }

    /// Waits until the newest checkpoint covers so many entries: for who has seen as many elsewhere, and reads here.
    /// False if the node ended before.
    pub async fn reaches(&self, size: u64) -> bool {
        let mut arrived = self.shared.arrived.clone();
        arrived.wait_for(|arrived| *arrived >= size).await.is_ok()
    }

    /// The newest signed checkpoint. Everything it covers is durable.
    pub fn checkpoint(&self) -> Head {
        self.read().head.clone()
    }

    /// The trust file of this ledger: what a verifier is to be given out of band.
    pub fn trust(&self) -> &str {
        &self.shared.trust
    }

    /// Looks at the state under the newest checkpoint. `look` must be brief: the writer waits for it.
    pub fn look<T>(&self, look: impl FnOnce(&State, &Head) -> T) -> T {
        let published = self.read();
        look(&published.state, &published.head)
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Published> {
        // The writer folds an entry into its own copy first, so a rule that panics does not panic here.
        self.shared.published.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes no more statements, records those already accepted, and returns when all are answered and the
    /// writer has ended. May be called more than once.
    pub async fn shutdown(&self)
    where
        S: Store,
    {
        drop(held(&self.shared.jobs).take());
        let mut condition = self.shared.condition.clone();
        // The writer's end of it goes with the writer; either way it has ended.
        let _ = condition.wait_for(|_| false).await;
        for thread in [&self.shared.writer, &self.shared.watch] {
            if let Some(thread) = held(thread).take() {
                // It has let go of everything; a panic of it has been said on standard error.
                let _ = thread.join();
            }
        }
    }
}

pub(crate) fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing is done under these locks that could leave a value half made.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
