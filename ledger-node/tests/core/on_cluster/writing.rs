//! A node that writes to a cluster, or follows it, when that fails or somebody has been at it.

use std::sync::Arc;

use kurrent_server::Fault;
use kurrent_store::STREAM;
use ledger_node::kurrent::Place;
use ledger_node::node::Condition;
use ledger_node::policy::Judging;

use super::{Estate, alarms, check_end, write_at_last};

/// What is in its mirror is read meanwhile.
#[tokio::test]
async fn a_writer_whose_cluster_goes_away_stands_by_and_writes_again_when_it_is_back() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    estate.cluster.kill(0).await;
    let declined = node.take_census().await.unwrap_err();
    assert!(declined.code.is_for_now(), "{declined:?}");
    assert!(node.entry_bytes(1).await.unwrap().is_some());
    estate.cluster.revive(0).await.unwrap();
    write_at_last(&node).await;
    node.take_census().await.unwrap();
    node.shutdown().await;
}

/// The server takes what continues a stream that was deleted softly; what was in it before is hidden, and in the mirror.
#[tokio::test]
async fn a_stream_deleted_under_the_writer_is_an_alarm_and_nothing_is_lost() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    estate.cluster.soft_delete(STREAM);
    assert_eq!(alarms(&node).await, ["access-list", "entries"]);
    node.take_census().await.unwrap();
    assert_eq!(alarms(&node).await, ["access-list", "entries"]);
    for index in 0..3 {
        assert!(node.entry_bytes(index).await.unwrap().is_some());
    }
    node.shutdown().await;
    drop(node);
    estate.check_start(&["were changed after it was made"]).await;
}

#[tokio::test]
async fn a_tombstone_under_the_writer_ends_it() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    estate.cluster.tombstone(STREAM);
    node.take_census().await.unwrap_err();
    check_end(&node, &["tombstone"]).await;
}

#[tokio::test]
async fn an_event_of_somebody_else_ends_the_node_that_meets_it() {
    let estate = Estate::new().await;
    let node = estate.try_open().await.unwrap();
    estate.cluster.put(STREAM, "note", [7; 16], b"hello".to_vec());
    check_end(&node, &["which no node wrote"]).await;
}

#[tokio::test]
async fn a_writer_whose_user_is_refused_ends_and_says_what_to_see_to() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    estate.cluster.require("ledger-node", "another password");
    node.take_census().await.unwrap_err();
    check_end(&node, &["refused the node's user", "see to its name, its password"]).await;
}

/// Batches have half of what a server takes if nobody has set it lower.
#[tokio::test]
async fn a_writer_whose_batch_is_over_the_server_s_size_ends_and_nothing_is_acknowledged() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    // Over the session, and where it is asked why.
    estate.cluster.fail_next(Fault::TooLarge);
    estate.cluster.fail_next(Fault::TooLarge);
    node.take_census().await.unwrap_err();
    check_end(&node, &["does not take the batch"]).await;
    assert_eq!(estate.cluster.events(STREAM).len(), 2);
}

/// Of two that write, one is fenced; both have the one ledger.
#[tokio::test]
async fn a_second_writer_fences_the_first_and_neither_forks() {
    let estate = Estate::new().await;
    let first = estate.writer().await;
    let other = estate.folder_of_another();
    let place = Place { folder: other, ..estate.place() };
    let judging = Judging::when_asked(custody::policy::Policies::default());
    let second = place.open(Vec::new(), Arc::clone(&estate.clock), judging).await.unwrap();
    second.take_over().await.unwrap();
    second.take_census().await.unwrap();
    assert!(first.becomes(|condition| *condition == Condition::Standby).await);
    assert!(first.take_census().await.unwrap_err().code.is_for_now());
    assert!(first.reaches(second.checkpoint().checkpoint.size()).await);
    assert_eq!(first.checkpoint(), second.checkpoint());
    first.shutdown().await;
    second.shutdown().await;
}
