//! A node that starts on a cluster: what it takes for its ledger, and what it does not.

use std::sync::Arc;

use kurrent_store::STREAM;
use ledger_node::kurrent::Place;
use ledger_node::node::Condition;
use ledger_node::policy::Judging;

use super::{Estate, alarms, check_end, write_at_last};

#[tokio::test]
async fn an_empty_stream_is_not_taken_for_a_new_ledger() {
    let estate = Estate::elsewhere().await;
    estate.check_start(&["holds nothing, and the data folder 1 entries", "ledger-node migrate"]).await;
    assert!(estate.cluster.events(&format!("$${STREAM}")).is_empty(), "nor made one");
}

#[tokio::test]
async fn a_stream_of_another_ledger_is_refused() {
    let (ours, theirs) = (Estate::new().await, Estate::new().await);
    let place = Place { address: theirs.place().address, ..ours.place() };
    let judging = Judging::when_asked(custody::policy::Policies::default());
    let opened = place.open(Vec::new(), Arc::clone(&ours.clock), judging).await;
    let refused = opened.map(|node| node.condition()).unwrap_err().to_string();
    assert!(refused.contains("entry 0 is not the same"), "{refused}");
    assert_eq!(theirs.cluster.events(STREAM).len(), 1);
}

#[tokio::test]
async fn a_cluster_that_has_lost_entries_is_refused() {
    let estate = Estate::new().await;
    estate.has_written().await;
    estate.cluster.pop(STREAM, 1);
    estate
        .check_start(&[
            "holds 1 entries and the mirror 2",
            "the cluster has lost entries that were acknowledged",
        ])
        .await;
}

/// What its mirror held is served meanwhile, and nothing is taken.
#[tokio::test]
async fn a_node_whose_cluster_is_down_at_the_start_stands_by_and_writes_when_it_is_back() {
    let estate = Estate::new().await;
    estate.has_written().await;
    estate.cluster.kill(0).await;
    let node = estate.try_open().await.unwrap();
    assert_eq!((node.condition(), node.checkpoint().checkpoint.size()), (Condition::Standby, 2));
    assert!(node.entry_bytes(1).await.unwrap().is_some());
    assert!(node.take_census().await.unwrap_err().code.is_for_now());
    let refused = node.take_over().await.unwrap_err().to_string();
    assert!(refused.contains("not now"), "{refused}");
    estate.cluster.revive(0).await.unwrap();
    write_at_last(&node).await;
    assert_eq!(node.checkpoint().checkpoint.size(), 3);
    assert_eq!(alarms(&node).await, [""; 0]);
    node.shutdown().await;
}

/// The mirror knows what the cluster, once it is reached, does not have.
#[tokio::test]
async fn a_cluster_that_comes_back_without_entries_ends_the_node_that_has_them() {
    let estate = Estate::new().await;
    estate.has_written().await;
    estate.cluster.kill(0).await;
    let node = estate.try_open().await.unwrap();
    estate.cluster.pop(STREAM, 1);
    estate.cluster.revive(0).await.unwrap();
    check_end(&node, &["holds 1 entries and held 2 before", "When the cluster is lost"]).await;
    assert_eq!(estate.cluster.events(STREAM).len(), 1);
}
