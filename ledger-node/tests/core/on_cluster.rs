//! A node on a cluster that fails it, or that somebody has been at: what it says, and that it goes no further than it may.

use std::sync::Arc;
use std::time::Duration;

use kurrent_server::{Cluster, Fault};
use kurrent_store::{Patience, STREAM};
use ledger_node::authority::Authority;
use ledger_node::clock::SetClock;
use ledger_node::config::{ClusterConfig, StoreAddress};
use ledger_node::folder::Folder;
use ledger_node::genesis;
use ledger_node::home::HomeName;
use ledger_node::kurrent::patrol::Patrol;
use ledger_node::kurrent::{ClusterError, ClusterStore, Opening, Place};
use ledger_node::metrics::Metrics;
use ledger_node::node::{Condition, Node};
use ledger_node::policy::Judging;
use ledger_node::start::{self, Known};
use ledger_store::copy::copy;
use ledger_store::mirror::Mirrored;
use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, ReadLimit, Store as _};
use tempfile::TempDir;

use crate::support::NOON_US;

/// Short enough that a test of a silent server ends, long enough that a busy machine is not taken for one.
const PATIENCE: Patience = Patience {
    call: Duration::from_secs(3),
    settle: Duration::from_secs(3),
    pause: Duration::from_millis(5),
    look: Duration::from_millis(10),
};

/// A ledger in a cluster, and the folder of one node of it.
struct Estate {
    home: TempDir,
    cluster: Cluster,
    clock: Arc<SetClock>,
}

impl Estate {
    /// A ledger just made, in a cluster of one.
    async fn new() -> Self {
        let estate = Self::elsewhere().await;
        let stream = estate.place().stream(Opening::OrNew).await.unwrap();
        let embedded = SqliteStore::open(&estate.folder().store()).unwrap();
        copy(&embedded, &stream).await.unwrap();
        estate
    }

    /// A ledger just made, and a cluster that it does not lie in.
    async fn elsewhere() -> Self {
        let (home, clock) = (tempfile::tempdir().unwrap(), Arc::new(SetClock::new(NOON_US)));
        let authorities = ["first", "second"].map(|name| Authority::create(&home.path().join(name)).unwrap());
        let public = authorities.each_ref().map(Authority::public);
        let folder = Folder::new(home.path().join("data"));
        genesis::init(&folder, "ledger.example/test", &public, &*clock).await.unwrap();
        Self { home, cluster: Cluster::start(1).await.unwrap(), clock }
    }

    fn folder(&self) -> Folder {
        Folder::new(self.home.path().join("data"))
    }

    /// What a backup and its keys would be, put where a second node looks.
    fn folder_of_another(&self) -> Folder {
        let other = Folder::new(self.home.path().join("other"));
        std::fs::create_dir(other.path()).unwrap();
        for file in std::fs::read_dir(self.folder().path()).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), other.path().join(file.file_name())).unwrap();
        }
        other
    }

    fn place(&self) -> Place {
        let address = StoreAddress::new(self.cluster.url());
        let place = Place::new(self.folder(), address, ClusterConfig::default());
        Place { patience: PATIENCE, ..place }
    }

    async fn try_open(&self) -> Result<Node<ClusterStore>, ClusterError> {
        let judging = Judging::when_asked(custody::policy::Policies::default());
        self.place().open(Vec::new(), Arc::clone(&self.clock), judging).await
    }

    /// A node that writes.
    async fn writer(&self) -> Node<ClusterStore> {
        let node = self.try_open().await.unwrap();
        node.take_over().await.unwrap();
        node
    }

    /// A node does not start, and says this; the stream is left as it was.
    async fn check_start(&self, says: &[&str]) {
        let before = self.cluster.events(STREAM).len();
        let refused = self.try_open().await.map(|node| node.condition()).unwrap_err().to_string();
        for part in says {
            assert!(refused.contains(part), "{refused}");
        }
        assert_eq!(self.cluster.events(STREAM).len(), before);
    }
}

/// The node ends by itself, and says this.
async fn check_end(node: &Node<ClusterStore>, says: &[&str]) {
    assert!(node.becomes(|condition| matches!(condition, Condition::Stopped { .. })).await);
    let Condition::Stopped { reason } = node.condition() else { unreachable!() };
    for part in says {
        assert!(reason.contains(part), "{reason}");
    }
    node.shutdown().await;
}

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
    let node = estate.writer().await;
    node.shutdown().await;
    drop(node);
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
    let node = estate.writer().await;
    node.shutdown().await;
    drop(node);
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
    let node = estate.writer().await;
    node.shutdown().await;
    drop(node);
    estate.cluster.kill(0).await;
    let node = estate.try_open().await.unwrap();
    estate.cluster.pop(STREAM, 1);
    estate.cluster.revive(0).await.unwrap();
    check_end(&node, &["holds 1 entries and held 2 before", "When the cluster is lost"]).await;
    assert_eq!(estate.cluster.events(STREAM).len(), 1);
}

/// A member that has just come back may be looked for once in vain.
async fn write_at_last(node: &Node<ClusterStore>) {
    while node.take_over().await.is_err() {
        assert!(!matches!(node.condition(), Condition::Stopped { .. }), "{:?}", node.condition());
    }
}

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

/// What the patrol found after one round.
async fn alarms(node: &Node<ClusterStore>) -> Vec<&'static str> {
    let metrics = Arc::new(Metrics::default());
    Patrol::new(node, Arc::clone(&metrics)).round().await;
    metrics.store_alarms().filter_map(|(what, is_wrong)| is_wrong.then_some(what)).collect()
}

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
