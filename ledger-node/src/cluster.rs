//! Several nodes over one store: one writes, the others follow and serve what can be read, and any may take over.
//!
//! Who writes is decided by the store alone: an append at an expected size enters once, whoever asks for it. The epoch
//! that a node claims by such an append says so in the chain. The lease only keeps nodes from trying for nothing.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::node::{Condition, Node};

/// How long a writer may leave no mark before another takes over: five marks missed, longer than a cluster takes to elect
/// a leader and than a machine under load stands still, and shorter than a person at a locker waits.
pub const TAKE_OVER_AFTER: Duration = Duration::from_secs(20);

/// How often the writer leaves a mark, and the others look for it.
pub const BEAT: Duration = Duration::from_secs(4);

/// How a node is one of several. All of them have the same ledger's keys.
#[derive(Debug, Clone)]
pub struct Cluster<L> {
    /// Where the writer leaves its marks.
    pub lease: L,
    /// How long no mark may be left, by the node's own monotonic clock, before it takes over. `None`: only when told.
    pub take_over_after: Option<Duration>,
    /// How often it leaves a mark, or looks. `None`: only when asked ([`Node::beat`]).
    pub beat: Option<Duration>,
}

impl<L> Cluster<L> {
    /// With this lease, and the times that are constants here.
    pub fn new(lease: L) -> Self {
        Self { lease, take_over_after: Some(TAKE_OVER_AFTER), beat: Some(BEAT) }
    }

    /// The same, but leaving marks and looking only when asked.
    pub fn when_asked(lease: L) -> Self {
        Self { beat: None, ..Self::new(lease) }
    }
}

/// Why a node does not write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeOverError {
    /// It is not one of several: it writes, or does not start.
    #[error("this node is the only one of its ledger: there is nothing to take over")]
    Alone,
    /// Another node was quicker: send to that one.
    #[error("another node of this ledger has claimed epoch {epoch} meanwhile: that one writes now")]
    Taken {
        /// What it claimed.
        epoch: u64,
    },
    /// It could not be done now: it goes on standing by; try again.
    #[error("not now: {reason}. The node goes on standing by; try again")]
    NotNow {
        /// What was in the way.
        reason: String,
    },
    /// The node has ended, by this or before.
    #[error("the node has stopped: {reason}")]
    Stopped {
        /// Why.
        reason: String,
    },
}

/// Where the epoch goes, or why there is none.
pub(crate) type Told = oneshot::Sender<Result<u64, TakeOverError>>;

/// What a node that is one of several is told.
#[derive(Debug)]
pub(crate) enum Order {
    /// Write from now on.
    TakeOver(Told),
    /// Leave a mark if you write, look for one if not.
    Beat(oneshot::Sender<()>),
}

impl<S> Node<S> {
    /// Makes this node the writer, whoever was before, and returns the epoch it has claimed; that in force if it writes
    /// already. The writer before finds out when it appends, and stands by: nothing that it acknowledged is lost, and
    /// what it had not yet is sent again by whoever waited.
    pub async fn take_over(&self) -> Result<u64, TakeOverError> {
        let (answer, awaited) = oneshot::channel();
        self.order(Order::TakeOver(answer)).await?;
        awaited.await.unwrap_or_else(|_| Err(self.ended()))
    }

    /// Leaves a mark now if this node writes; if not, looks for one, and takes over if there was none for long enough.
    pub async fn beat(&self) -> Result<(), TakeOverError> {
        let (answer, awaited) = oneshot::channel();
        self.order(Order::Beat(answer)).await?;
        awaited.await.map_err(|_| self.ended())
    }

    async fn order(&self, order: Order) -> Result<(), TakeOverError> {
        let orders = self.shared.orders.as_ref().ok_or(TakeOverError::Alone)?;
        orders.send(order).await.map_err(|_| self.ended())
    }

    fn ended(&self) -> TakeOverError {
        let reason = match self.condition() {
            Condition::Stopped { reason } => reason,
            Condition::Ready | Condition::Standby | Condition::Closed => {
                "it was told to shut down".to_owned()
            }
        };
        TakeOverError::Stopped { reason }
    }
}
