//! A ledger that moves between a folder and a cluster: one home at a time.

use std::sync::Arc;

use ledger_node::folder::Folder;
use ledger_node::home::HomeName;
use ledger_node::kurrent::{Opening, Place};
use ledger_node::start::{self, Known};
use ledger_store::mirror::Mirrored;
use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, ReadLimit, Store as _};

use super::Estate;

/// Of several mirrors the longest counts; who holds a checkpoint of it can tell.
#[tokio::test]
async fn a_mirror_behind_what_others_hold_is_not_gone_on_in() {
    let estate = Estate::elsewhere().await;
    estate.place().move_there(Arc::clone(&estate.clock)).await.unwrap();
    let behind = Place { folder: estate.folder_of_another(), ..estate.place() };
    let node = estate.writer().await;
    node.take_census().await.unwrap();
    let held = Known { place: "a locker".to_owned(), bytes: node.checkpoint().note.to_string().into_bytes() };
    node.shutdown().await;
    let before = entries(&behind.folder).await;
    let refused = behind.go_on_without(vec![held], Arc::clone(&estate.clock)).await.unwrap_err();
    assert!(refused.to_string().contains("acknowledged entries are missing"), "{refused}");
    assert!(entries(&behind.folder).await == before, "nothing was said in it");
}

/// The ledger's entries, as the folder's store has them.
async fn entries(folder: &Folder) -> Vec<Vec<u8>> {
    let store = SqliteStore::open(&folder.store()).unwrap();
    store.read(0, ReadLimit::MAX).await.unwrap()
}

#[tokio::test]
async fn a_ledger_moves_into_the_cluster_and_back_and_only_where_it_is_a_node_starts() {
    let estate = Estate::elsewhere().await;
    let (folder, clock) = (estate.folder(), &estate.clock);
    let before = entries(&folder).await;
    let there = estate.place().move_there(Arc::clone(clock)).await.unwrap();
    // The claim of an epoch, and the entry that closes.
    assert_eq!((there.closed, there.size), (2, 3));
    assert!(entries(&folder).await.starts_with(&before));
    let old = start::open(&folder, Vec::new(), Arc::clone(clock)).await;
    let refused = old.map(|node| node.condition()).unwrap_err().to_string();
    assert!(refused.contains("called kurrentdb"), "{refused}");

    let node = estate.writer().await;
    node.take_census().await.unwrap();
    node.shutdown().await;
    drop(node);

    // Of another node, whose folder is a mirror like any other.
    let other = estate.folder_of_another();
    let back = estate.place().move_back(Arc::clone(clock)).await.unwrap();
    assert_eq!(back.size, back.closed + 1);
    let refused = estate.try_open().await.map(|node| node.condition()).unwrap_err().to_string();
    assert!(refused.contains("was closed"), "{refused}");
    let mirror = Mirrored::open(
        estate.place().stream(Opening::Existing { held: 0 }).await.unwrap(),
        SqliteStore::open(&other.store()).unwrap(),
    );
    drop(mirror.await.unwrap());
    let refused = start::open(&other, Vec::new(), Arc::clone(clock)).await;
    let refused = refused.map(|node| node.condition()).unwrap_err().to_string();
    assert!(refused.contains("was closed"), "another node's mirror is not the home: {refused}");
    let node = start::open(&folder, Vec::new(), Arc::clone(clock)).await.unwrap();
    node.take_census().await.unwrap();
    node.shutdown().await;
}

/// A second node's folder is made of the first one's backup, and so has its name.
#[tokio::test]
async fn a_copy_of_a_folder_that_was_the_home_is_not_the_home_after_the_next_move() {
    let estate = Estate::elsewhere().await;
    let (folder, clock) = (estate.folder(), &estate.clock);
    estate.place().move_there(Arc::clone(clock)).await.unwrap();
    estate.place().move_back(Arc::clone(clock)).await.unwrap();
    let other = estate.folder_of_another();
    assert_eq!(HomeName::of(&other).unwrap(), HomeName::of(&folder).unwrap());
    estate.place().move_there(Arc::clone(clock)).await.unwrap();
    estate.place().move_back(Arc::clone(clock)).await.unwrap();
    let all = entries(&folder).await;
    let mirror = SqliteStore::open(&other.store()).unwrap();
    let held = mirror.head().await.unwrap();
    let rest = all[usize::try_from(held).unwrap()..].to_vec();
    mirror.append(held, &Batch::new(rest).unwrap()).await.unwrap();
    drop(mirror);
    let refused = start::open(&other, Vec::new(), Arc::clone(clock)).await;
    let refused = refused.map(|node| node.condition()).unwrap_err().to_string();
    assert!(refused.contains("was closed"), "{refused}");
    start::open(&folder, Vec::new(), Arc::clone(clock)).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_ledger_whose_cluster_is_lost_goes_on_in_a_mirror_once_that_is_said() {
    let estate = Estate::elsewhere().await;
    let (folder, clock) = (estate.folder(), &estate.clock);
    estate.place().move_there(Arc::clone(clock)).await.unwrap();
    let node = estate.writer().await;
    let census = node.take_census().await.unwrap();
    let newest = node.checkpoint();
    node.shutdown().await;
    drop(node);
    estate.cluster.kill(0).await;
    let refused = start::open(&folder, Vec::new(), Arc::clone(clock)).await;
    assert!(refused.is_err(), "nobody has said so yet");
    let newest = Known { place: "a locker".to_owned(), bytes: newest.note.to_string().into_bytes() };
    let go_on = async || estate.place().go_on_without(vec![newest.clone()], Arc::clone(clock)).await;
    let said = go_on().await.unwrap();
    let again = go_on().await.unwrap_err().to_string();
    assert!(again.contains(&format!("entry {said} says")), "said once: {again}");
    let node = start::open(&folder, Vec::new(), Arc::clone(clock)).await.unwrap();
    assert!(node.receipt(census).is_some(), "nothing acknowledged is lost");
    node.take_census().await.unwrap();
    node.shutdown().await;
}
