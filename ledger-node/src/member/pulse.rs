//! The lease, as one node has it: when to leave a mark, and since when the newest one is the newest.

use std::sync::Arc;
use std::time::Duration;

use ledger_store::lease::{Lease, Renewal};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::cluster::Cluster;

/// How long the lease may take to answer: a fraction of the time after which it counts as not renewed.
const LEASE_TIME: Duration = Duration::from_secs(2);

/// What a node has of the lease.
#[derive(Debug)]
pub(super) struct Pulse<L> {
    lease: Arc<L>,
    take_over_after: Option<Duration>,
    beat: Option<Duration>,
    /// The newest mark, and since when it is the newest, by this node's monotonic clock in microseconds.
    seen: Option<(Option<Renewal>, u64)>,
    /// The mark that is being left.
    renewing: Option<JoinHandle<()>>,
}

impl<L: Lease> Pulse<L> {
    pub(super) fn new(cluster: Cluster<L>) -> Self {
        let Cluster { lease, take_over_after, beat } = cluster;
        Self { lease: Arc::new(lease), take_over_after, beat, seen: None, renewing: None }
    }

    /// When the next beat is; `None`: only when asked.
    pub(super) fn next(&self) -> Option<Instant> {
        self.beat.map(|beat| Instant::now() + beat)
    }

    /// Waiting for a mark begins anew with the next look.
    pub(super) fn forget(&mut self) {
        self.seen = None;
    }

    /// The writer lives, whatever the lease says: it has appended.
    pub(super) fn lives(&mut self, now_us: u64) {
        if let Some((_, since_us)) = &mut self.seen {
            *since_us = now_us;
        }
    }

    /// Looks whether no mark was left for too long. A lease that cannot be reached says nothing of the writer: waiting
    /// begins anew when it can.
    pub(super) async fn is_abandoned(&mut self, now_us: u64) -> bool {
        let renewal = match timeout(LEASE_TIME, self.lease.look()).await {
            Ok(Ok(renewal)) => renewal,
            unreached => {
                let error = unreached.ok().and_then(Result::err);
                let error = error.map_or_else(|| "it does not answer".to_owned(), |error| error.to_string());
                tracing::warn!(error, "the lease was not looked at");
                self.forget();
                return false;
            }
        };
        match self.seen {
            Some((last, since_us)) if last == renewal => {
                let waited = Duration::from_micros(now_us.saturating_sub(since_us));
                self.take_over_after.is_some_and(|after| waited >= after)
            }
            _ => {
                self.seen = Some((renewal, now_us));
                false
            }
        }
    }

    /// Leaves a mark.
    pub(super) async fn renew(&self, epoch: u64) {
        leave_mark(&*self.lease, epoch).await;
    }

    /// Leaves a mark while the node goes on; none, if the last is still being left.
    pub(super) fn renew_apart(&mut self, epoch: u64) {
        if self.renewing.as_ref().is_none_or(JoinHandle::is_finished) {
            let lease = Arc::clone(&self.lease);
            self.renewing = Some(tokio::spawn(async move { leave_mark(&*lease, epoch).await }));
        }
    }
}

/// Leaves a mark. If it cannot be left, others may take over, which costs a change of the writer and nothing else.
async fn leave_mark(lease: &impl Lease, epoch: u64) {
    match timeout(LEASE_TIME, lease.renew(epoch)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the lease was not renewed"),
        Err(_) => tracing::warn!("the lease does not answer and was not renewed"),
    }
}
