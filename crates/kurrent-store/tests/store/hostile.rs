//! A stream that somebody has been at: it is said, and nothing is ever taken for an empty ledger.

use kurrent_server::Cluster;
use kurrent_store::{KurrentStore, OpenError, STREAM};
use ledger_store::lease::Lease as _;
use ledger_store::{AppendError, ReadError, ReadLimit, Store};

use crate::support::{batch, open, open_at};

/// Four entries, then somebody at the cluster.
async fn given() -> (Cluster, KurrentStore) {
    let cluster = Cluster::start(1).await.unwrap();
    let store = open(&cluster).await;
    store.append(0, &batch("entry", 4)).await.unwrap();
    (cluster, store)
}

#[track_caller]
fn says(error: &impl std::fmt::Display, what: &str) {
    let text = error.to_string();
    assert!(text.contains(what), "{text}");
}

#[tokio::test]
async fn an_entry_that_was_edited_is_not_given() {
    let (cluster, store) = given().await;
    cluster.edit(STREAM, 2, b"another".to_vec());
    let read = store.read(0, ReadLimit::MAX).await.unwrap_err();
    assert!(matches!(read, ReadError::Corrupt { index: 2, .. }), "{read:?}");
    says(&read, "altered");
}

#[tokio::test]
async fn an_event_that_no_node_wrote_is_not_given_and_its_place_is_taken() {
    let (cluster, store) = given().await;
    cluster.put(STREAM, "note", [7; 16], b"hello".to_vec());
    let read = store.read(0, ReadLimit::MAX).await.unwrap_err();
    assert!(matches!(read, ReadError::Corrupt { index: 4, .. }), "{read:?}");
    says(&read, "which no node wrote");
    let appended = store.append(4, &batch("more", 1)).await;
    assert_eq!(appended, Err(AppendError::Conflict { expected: 4, actual: 5 }));
}

#[tokio::test]
async fn a_stream_deleted_softly_is_not_an_empty_ledger() {
    let (cluster, store) = given().await;
    cluster.soft_delete(STREAM);
    assert_eq!(store.head().await, Err(ReadError::BeyondHead { from: 4, size: 0 }));
    // Whoever starts anew and takes it for empty is stopped by its access list, which is not as it was.
    let opened = open_at(&cluster.url(), STREAM).await;
    assert!(matches!(opened, Err(OpenError::Unguarded { .. })), "{opened:?}");
}

#[tokio::test]
async fn a_stream_deleted_for_good_is_said_to_be() {
    let (cluster, store) = given().await;
    cluster.tombstone(STREAM);
    says(&store.head().await.unwrap_err(), "tombstone");
    says(&store.append(4, &batch("more", 1)).await.unwrap_err(), "tombstone");
    let opened = open_at(&cluster.url(), STREAM).await.unwrap_err();
    assert!(matches!(opened, OpenError::Damaged { .. }), "no cluster to wait for: {opened:?}");
    says(&opened, "When the cluster is lost");
}

#[tokio::test]
async fn a_truncated_front_is_not_skipped() {
    let (cluster, store) = given().await;
    cluster.truncate_before(STREAM, 2);
    let read = store.read(0, ReadLimit::MAX).await.unwrap_err();
    assert!(matches!(read, ReadError::Corrupt { index: 0, .. }), "{read:?}");
    says(&read, "truncated");
    let opened = open_at(&cluster.url(), STREAM).await;
    assert!(matches!(opened, Err(OpenError::Unguarded { .. })), "{opened:?}");
}

#[tokio::test]
async fn a_cluster_restored_from_before_is_noticed() {
    let (cluster, store) = given().await;
    cluster.pop(STREAM, 1);
    assert_eq!(store.head().await, Err(ReadError::BeyondHead { from: 4, size: 3 }));
    let appended = store.append(4, &batch("more", 1)).await;
    assert_eq!(appended, Err(AppendError::Conflict { expected: 4, actual: 3 }));
}

#[tokio::test]
async fn credentials_that_are_refused_are_said_to_be() {
    let (cluster, store) = given().await;
    cluster.require("ledger", "another password");
    says(&store.head().await.unwrap_err(), "see to its name, its password");
    says(&store.append(4, &batch("more", 1)).await.unwrap_err(), "see to its name, its password");
    says(&store.lease().renew(1).await.unwrap_err(), "see to its name, its password");
    let opened = open_at(&cluster.url(), STREAM).await.unwrap_err();
    says(&opened, "could not be opened");
    says(&opened, "see to its name, its password");
}

/// The list is set before the first entry, for exactly these roles; whatever comes after it is an alarm.
#[tokio::test]
async fn an_access_list_that_was_changed_is_said_to_be() {
    let (cluster, store) = given().await;
    let set = cluster.events(&format!("$${STREAM}"));
    assert_eq!(set.len(), 1);
    assert!(store.check_guard().await.is_ok());
    let list = br#"{"$acl":{"$w":["ledger-writer"],"$d":["somebody"]}}"#;
    cluster.put(&format!("$${STREAM}"), "$metadata", [9; 16], list.to_vec());
    says(&store.check_guard().await.unwrap_err(), "were changed after it was made");
    let opened = open_at(&cluster.url(), STREAM).await.unwrap_err();
    says(&opened, "put the list back");
    // Put back, it lets a node open; who was there meanwhile still learns that something else had stood there.
    cluster.put(&format!("$${STREAM}"), "$metadata", [8; 16], set.first().unwrap().data.clone());
    says(&store.check_guard().await.unwrap_err(), "changed and put back");
    let again = open(&cluster).await;
    assert!(again.check_guard().await.is_ok());
}

#[tokio::test]
async fn an_access_list_of_other_roles_is_not_ours() {
    let cluster = Cluster::start(1).await.unwrap();
    cluster.put(&format!("$${STREAM}"), "$metadata", [9; 16], br#"{"$acl":{"$w":["all"]}}"#.to_vec());
    let opened = open_at(&cluster.url(), STREAM).await.unwrap_err();
    says(&opened, "not the one that a node writes");
}
