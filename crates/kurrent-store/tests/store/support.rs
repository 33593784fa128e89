//! A cluster in this process, and stores over it.

use std::time::Duration;

use kurrent_server::Cluster;
use kurrent_store::{Address, KurrentStore, OpenError, Patience, Roles, STREAM};
use ledger_store::{Batch, ReadLimit, Store};

/// Short enough that a test of a silent server ends, long enough that a busy machine is not taken for one.
pub(crate) const PATIENCE: Patience = Patience {
    call: Duration::from_secs(3),
    settle: Duration::from_secs(8),
    pause: Duration::from_millis(5),
    look: Duration::from_millis(10),
};

pub(crate) async fn open_at(url: &str, stream: &str) -> Result<KurrentStore, OpenError> {
    let address = Address::parse(url, stream).unwrap();
    KurrentStore::open(address, &Roles::default(), PATIENCE).await
}

pub(crate) async fn open(cluster: &Cluster) -> KurrentStore {
    open_at(&cluster.url(), STREAM).await.unwrap()
}

pub(crate) fn batch(name: &str, count: usize) -> Batch {
    Batch::new((0..count).map(|position| format!("{name} {position}").into_bytes()).collect()).unwrap()
}

/// All that the store gives.
pub(crate) async fn all(store: &impl Store) -> Vec<Vec<u8>> {
    let size = store.head().await.unwrap();
    let mut entries = Vec::new();
    while u64::try_from(entries.len()).unwrap() < size {
        let from = u64::try_from(entries.len()).unwrap();
        entries.extend(store.read(from, ReadLimit::MAX).await.unwrap());
    }
    entries
}
