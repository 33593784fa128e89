//! A store in a cluster, and on each node a copy of every entry of it in a store of the node's own.
//!
//! Reading is local and goes on when the cluster does not answer; and a cluster that has lost entries, or gives others,
//! is found out: nobody who can alter the cluster can alter the copies. What an entry says is nothing to this.

mod copying;
mod follower;

use std::sync::Arc;

use thiserror::Error;

use crate::batch::{Batch, BatchError};
use crate::contract::{AppendError, ReadError, ReadLimit, Store};
use crate::copy::CopyError;
use crate::sqlite::SqliteStore;
use copying::Copying;
use follower::Follower;

/// A primary store, and the mirror of every entry of it. The mirror is this process's alone, and never longer than the
/// primary.
///
/// `head` asks the primary and answers when the mirror holds as much; so does a conflict. `read`, `index_of` and
/// `wait_beyond` know what both hold, and need no primary. Dropping it ends the copying at once.
#[derive(Debug)]
pub struct Mirrored<P, M = SqliteStore> {
    // Ended before the stores are dropped: the declaration orders the drops.
    _follower: Follower,
    copying: Arc<Copying<P, M>>,
}

/// Why there is no mirrored store.
#[derive(Debug, Error)]
pub enum MirrorError {
    /// The primary holds less than the mirror.
    #[error(
        "the primary store holds {primary} entries and the mirror {mirror}: the cluster has lost entries that were \
         acknowledged. Going on would give their places to others. Bring back the cluster's own copy; if there is none, \
         the mirror holds all of them: see \"When the cluster is lost\" in the operations manual"
    )]
    Lost {
        /// How many entries the primary holds.
        primary: u64,
        /// How many the mirror holds.
        mirror: u64,
    },
    /// The two hold different bytes at one index.
    #[error(
        "entry {index} is not the same in the primary store and in the mirror: one of them was altered, or they are not \
         of one ledger. Keep both as they are; the entry's chain tells which is right"
    )]
    Differs {
        /// The index at which they differ.
        index: u64,
    },
    /// The primary could not be read.
    #[error("the primary store: {0}")]
    Primary(ReadError),
    /// The mirror could not be read.
    #[error("the mirror: {0}")]
    Mirror(ReadError),
    /// The mirror did not take what the primary holds.
    #[error("the mirror: {0}")]
    Append(#[from] AppendError),
    /// The primary holds what no store takes.
    #[error("an entry of the primary store cannot be kept: {0}")]
    Entry(#[from] BatchError),
    /// The thread that follows the primary did not start.
    #[error("the thread that follows the primary store did not start: {0}")]
    Thread(#[from] std::io::Error),
}

impl<P: Store, M: Store> Mirrored<P, M> {
    /// Puts `mirror` beside `primary`, after comparing: the primary must not be shorter, and the first and the last entry
    /// that both hold must be the same bytes (where entries are linked by their hashes, that covers all between them).
    /// What the mirror lacks is copied before this returns, and followed from then on.
    ///
    /// A primary that cannot be reached now is compared when it can, before anything is asked of it; until then there is
    /// what the mirror holds to read. An empty mirror does not know whether the ledger is, and is no store without it.
    pub async fn open(primary: P, mirror: M) -> Result<Self, MirrorError> {
        let copying = Arc::new(Copying::new(primary, mirror));
        match copying.meet().await {
            Err(error @ MirrorError::Primary(ReadError::Unavailable { .. })) => {
                if copying.mirror().head().await.map_err(MirrorError::Mirror)? == 0 {
                    return Err(error);
                }
            }
            met => met?,
        }
        let follower = Follower::start(Arc::clone(&copying))?;
        Ok(Self { _follower: follower, copying })
    }

    /// The primary.
    pub fn primary(&self) -> &P {
        self.copying.primary()
    }

    /// The mirror.
    pub fn mirror(&self) -> &M {
        self.copying.mirror()
    }
}

impl From<CopyError> for MirrorError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Behind { source_size, target_size } => {
                Self::Lost { primary: source_size, mirror: target_size }
            }
            CopyError::Differs { index } => Self::Differs { index },
            CopyError::Source(ReadError::BeyondHead { from, size }) => {
                Self::Lost { primary: size, mirror: from }
            }
            CopyError::Source(error) => Self::Primary(error),
            CopyError::Target(error) => Self::Mirror(error),
            CopyError::Append(error) => Self::Append(error),
            CopyError::Entry(error) => Self::Entry(error),
        }
    }
}

impl<P: Store, M: Store> Store for Mirrored<P, M> {
    async fn head(&self) -> Result<u64, ReadError> {
        self.copying.head().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        self.copying.append(expected_size, batch).await
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        self.mirror().read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        self.mirror().index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        self.copying.wait_beyond(size).await
    }
}
