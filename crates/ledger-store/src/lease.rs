//! The lease: how the node that writes lets the others know that it still does.
//!
//! It never decides who may write: that is the expected size of an append alone. A lease that is lost, late or a lie
//! costs a needless change of the writer, or a late one, and nothing else.

use std::future::Future;
use std::sync::Arc;

use thiserror::Error;

/// A place that every node of a ledger can reach, in which the writer leaves a mark now and then.
pub trait Lease: Send + Sync + 'static {
    /// Leaves a new mark, as the writer of this epoch. Marks need not outlive the nodes.
    fn renew(&self, epoch: u64) -> impl Future<Output = Result<(), LeaseError>> + Send;

    /// The newest mark; `None` before the first. Another one than at the last look means that somebody renewed since.
    fn look(&self) -> impl Future<Output = Result<Option<Renewal>, LeaseError>> + Send;
}

/// The mark of one renewal: no other has the same. It says nothing else, above all no time: clocks of different
/// machines are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Renewal(u128);

impl Renewal {
    /// The mark with this number: the revision of a stream, a random one, whatever does not come twice.
    pub const fn new(number: u128) -> Self {
        Self(number)
    }
}

/// The place cannot be reached now.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the lease cannot be reached: {reason}")]
pub struct LeaseError {
    /// Why not.
    pub reason: String,
}

impl<L: Lease> Lease for Arc<L> {
    async fn renew(&self, epoch: u64) -> Result<(), LeaseError> {
        (**self).renew(epoch).await
    }

    async fn look(&self) -> Result<Option<Renewal>, LeaseError> {
        (**self).look().await
    }
}

/// A lease in memory, for tests: the nodes of one process hold it in an [`Arc`].
#[cfg(any(test, feature = "testing"))]
#[derive(Debug, Default)]
pub struct MemoryLease {
    kept: std::sync::Mutex<Marks>,
}

#[cfg(any(test, feature = "testing"))]
#[derive(Debug, Default)]
struct Marks {
    count: u64,
    epoch: u64,
    is_cut_off: bool,
}

#[cfg(any(test, feature = "testing"))]
impl MemoryLease {
    /// Whether nobody reaches it from now on.
    pub fn cut_off(&self, is_cut_off: bool) {
        self.kept().is_cut_off = is_cut_off;
    }

    /// How often it was renewed, and the epoch of the last who did.
    pub fn renewals(&self) -> (u64, u64) {
        let kept = self.kept();
        (kept.count, kept.epoch)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Marks> {
        self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn reached(&self) -> Result<std::sync::MutexGuard<'_, Marks>, LeaseError> {
        let kept = self.kept();
        let cut_off = || LeaseError { reason: "it was cut off".to_owned() };
        if kept.is_cut_off { Err(cut_off()) } else { Ok(kept) }
    }
}

#[cfg(any(test, feature = "testing"))]
impl Lease for MemoryLease {
    async fn renew(&self, epoch: u64) -> Result<(), LeaseError> {
        let mut kept = self.reached()?;
        kept.count = kept.count.saturating_add(1);
        kept.epoch = epoch;
        Ok(())
    }

    async fn look(&self) -> Result<Option<Renewal>, LeaseError> {
        let count = self.reached()?.count;
        Ok((count > 0).then(|| Renewal::new(count.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_renewal_has_a_mark_of_its_own_and_looking_leaves_none() {
        let lease = MemoryLease::default();
        assert_eq!(lease.look().await, Ok(None));
        lease.renew(3).await.unwrap();
        let first = lease.look().await.unwrap();
        assert_eq!(lease.look().await, Ok(first));
        lease.renew(3).await.unwrap();
        let second = lease.look().await.unwrap();
        assert!(first.is_some() && second.is_some() && first != second);
        assert_eq!(lease.renewals(), (2, 3));
    }

    #[tokio::test]
    async fn a_lease_that_cannot_be_reached_says_so() {
        let lease = MemoryLease::default();
        lease.cut_off(true);
        assert!(lease.renew(1).await.is_err() && lease.look().await.is_err());
        lease.cut_off(false);
        assert_eq!(lease.look().await, Ok(None));
    }
}
