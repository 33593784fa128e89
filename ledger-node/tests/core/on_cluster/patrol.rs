//! The patrol: what it finds, and that it takes nothing for tampering that is none.

use kurrent_store::STREAM;

use super::{Estate, alarms};

#[tokio::test]
async fn the_patrol_finds_nothing_where_nobody_was_at_it() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    assert_eq!(alarms(&node).await, Vec::<&str>::new());
    estate.cluster.kill(0).await;
    assert_eq!(alarms(&node).await, Vec::<&str>::new(), "not to be reached is not to be tampered with");
    node.shutdown().await;
}

#[tokio::test]
async fn the_patrol_finds_a_changed_access_list_and_the_node_goes_on_recording() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    let everybody = br#"{"$acl":{"$w":"$all"}}"#;
    estate.cluster.put(&format!("$${STREAM}"), "$metadata", [9; 16], everybody.to_vec());
    assert_eq!(alarms(&node).await, ["access-list"]);
    node.take_census().await.unwrap();
    node.shutdown().await;
}

/// The node that writes would find it with its next entry, which may be hours away.
#[tokio::test]
async fn the_patrol_finds_an_event_that_no_node_wrote() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    estate.cluster.put(STREAM, "note", [7; 16], b"hello".to_vec());
    assert_eq!(alarms(&node).await, ["entries"]);
    node.shutdown().await;
}

#[tokio::test]
async fn the_patrol_finds_a_stream_whose_front_was_cut_off() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    estate.cluster.truncate_before(STREAM, 1);
    assert_eq!(alarms(&node).await, ["access-list", "entries"]);
    assert!(node.entry_bytes(0).await.unwrap().is_some(), "the mirror has it");
    node.shutdown().await;
}

#[tokio::test]
async fn the_patrol_finds_an_entry_that_was_edited() {
    let estate = Estate::new().await;
    let node = estate.writer().await;
    let mut entry = node.entry_bytes(0).await.unwrap().unwrap();
    entry[40] ^= 1;
    estate.cluster.edit(STREAM, 0, entry);
    assert_eq!(alarms(&node).await, ["entries"]);
    node.shutdown().await;
}
