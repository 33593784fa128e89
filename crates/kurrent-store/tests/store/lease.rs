//! The lease: a mark that every node sees, and that decides nothing.

use kurrent_server::Cluster;
use kurrent_store::STREAM;
use ledger_store::Store;
use ledger_store::lease::Lease;

use crate::support::{batch, open};

#[tokio::test]
async fn each_renewal_is_seen_by_the_other_nodes() {
    let cluster = Cluster::start(3).await.unwrap();
    let (writer, standby) = (open(&cluster).await.lease(), open(&cluster).await.lease());
    assert_eq!(standby.look().await, Ok(None));
    writer.renew(1).await.unwrap();
    let first = standby.look().await.unwrap();
    assert_eq!(standby.look().await.unwrap(), first, "looking changes nothing");
    writer.renew(1).await.unwrap();
    let second = standby.look().await.unwrap();
    assert!(first.is_some() && second.is_some() && first != second);
}

/// The ledger's own stream has no limit that would drop its beginning.
#[tokio::test]
async fn the_leases_stream_is_bounded_and_the_ledgers_is_not() {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("entry", 3)).await.unwrap();
    store.lease().renew(1).await.unwrap();
    let limits = |stream: &str| {
        let events = cluster.events(&format!("$${stream}"));
        String::from_utf8(events.last().unwrap().data.clone()).unwrap()
    };
    assert!(limits(&format!("{STREAM}-writer")).contains("$maxCount"));
    assert!(!limits(STREAM).contains("$maxCount"));
}

#[tokio::test]
async fn a_lease_that_cannot_be_reached_says_so() {
    let cluster = Cluster::start(1).await.unwrap();
    let lease = open(&cluster).await.lease();
    cluster.kill(0).await;
    assert!(lease.look().await.is_err() && lease.renew(1).await.is_err());
    cluster.revive(0).await.unwrap();
    lease.renew(1).await.unwrap();
}
