//! A node's parts run on runtimes of their own: the store outlives each that only calls it.

use std::sync::Arc;

use kurrent_server::Cluster;
use ledger_store::Store;

use crate::support::{all, batch, open};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runtime_that_ends_takes_no_connection_with_it() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = Arc::new(open(&cluster).await);
    let calls = |name: &'static str, at: u64| {
        let store = Arc::clone(&store);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { store.append(at, &batch(name, 1)).await })
        });
        tokio::task::spawn_blocking(move || thread.join().unwrap())
    };
    let before = cluster.appends();
    assert_eq!(calls("first", 0).await.unwrap(), Ok(1));
    assert_eq!(calls("second", 1).await.unwrap(), Ok(2));
    assert_eq!(cluster.appends() - before, 2, "each the first time");
    assert_eq!(all(&*store).await, [batch("first", 1).entries(), batch("second", 1).entries()].concat());
}
