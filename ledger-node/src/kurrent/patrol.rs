//! The patrol: whether the cluster still is what the node left there. What it finds, an operator must see to; the node goes
//! on recording, for what it records is in its mirror too.

use std::sync::Arc;
use std::time::Duration;

use kurrent_store::OpenError;
use ledger_store::copy::{CopyError, compare};
use ledger_store::{ReadError, ReadLimit, Store as _};
use tokio::time::sleep;

use crate::kurrent::ClusterStore;
use crate::metrics::Metrics;
use crate::node::Node;

/// From one round to the next.
const ROUND_TIME: Duration = Duration::from_secs(60);

/// Entries that one round compares: a megabyte or two, so that a million entries are gone through in four hours.
const COMPARED_AT_ONCE: u64 = 4096;

/// Goes round and round over the stream of one node.
#[derive(Debug)]
pub struct Patrol {
    store: Arc<ClusterStore>,
    metrics: Arc<Metrics>,
    /// The next entry to compare.
    next: u64,
}

impl Patrol {
    /// A patrol that begins at the ledger's first entry, and counts what it finds here.
    pub fn new(node: &Node<ClusterStore>, metrics: Arc<Metrics>) -> Self {
        Self { store: Arc::clone(&node.shared.store), metrics, next: 0 }
    }

    /// Goes round until it is dropped.
    pub async fn run(mut self) {
        loop {
            sleep(ROUND_TIME).await;
            self.round().await;
        }
    }

    /// One round: the access list, and the next stretch of entries.
    pub async fn round(&mut self) {
        match self.store.primary().check_guard().await {
            Ok(()) => {}
            Err(error @ OpenError::Unreached { .. }) => {
                tracing::warn!(%error, "the stream's access list was not looked at");
            }
            Err(error) => {
                self.metrics.store_unguarded();
                tracing::error!(%error, "ALARM: the stream's access list is not as the node set it");
            }
        }
        match self.compare_on().await {
            Ok(()) => {}
            Err(error @ (CopyError::Source(ReadError::Unavailable { .. }) | CopyError::Target(_))) => {
                tracing::warn!(%error, "the stream was not compared with the mirror");
            }
            Err(error) => {
                self.metrics.store_differs();
                tracing::error!(%error, "ALARM: the cluster and this node's mirror are not the same ledger");
            }
        }
    }

    /// Compares the next stretch, and begins anew behind the last entry.
    async fn compare_on(&mut self) -> Result<(), CopyError> {
        let (primary, mirror) = (self.store.primary(), self.store.mirror());
        let target_size = mirror.head().await.map_err(CopyError::Target)?;
        let source_size = primary.head().await.map_err(CopyError::Source)?;
        if source_size < target_size {
            return Err(CopyError::Behind { source_size, target_size });
        }
        let end = self.next.saturating_add(COMPARED_AT_ONCE).min(target_size);
        compare(primary, mirror, self.next..end).await?;
        // What the mirror does not take, for no node wrote it, is no entry that the two could differ in.
        primary.read(target_size, ReadLimit::entries(1)).await.map_err(CopyError::Source)?;
        self.next = if end == target_size { 0 } else { end };
        Ok(())
    }
}
