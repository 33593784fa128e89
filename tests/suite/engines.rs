//! One recorded day, told to a node on each engine: from the hashes nobody can tell where a ledger lives.

use demo_day::recording::{Act, Recording};
use demo_day::replay::replay;
use kurrent_server::Cluster;
use kurrent_store::{Address, KurrentStore, Patience, Roles, STREAM};
use ledger_node::folder::Folder;
use ledger_store::Store;
use ledger_store::memory::MemoryStore;
use ledger_store::mirror::Mirrored;
use ledger_store::sqlite::SqliteStore;

use crate::estate::acts::exhibit;
use crate::estate::{Estate, MINUTE_US, ORIGIN};

/// A day and the next morning in the estate of the tests, over HTTP; and the checkpoint over it.
fn recorded() -> (Estate, Vec<Vec<u8>>, String) {
    let mut estate = Estate::new();
    for number in 1..=2 {
        estate.lawful_way(exhibit(number));
        // Beyond midnight, when the node takes a census by itself.
        estate.pass(11 * 60 * MINUTE_US);
    }
    estate.node.wait(estate.node.node.take_census()).unwrap();
    let ((size, _), note) = (estate.node.head(), estate.node.note());
    let entry = |index| estate.node.wait(estate.node.node.entry_bytes(index)).unwrap().unwrap();
    let entries = (0..size).map(entry).collect();
    (estate, entries, note)
}

/// Told to a node on `store`, the day gives the same signed checkpoint, byte for byte.
async fn check(recording: &Recording, keys: &Folder, store: impl Store, note: &str) {
    let folder = tempfile::tempdir().unwrap();
    let head = replay(recording, ORIGIN, store, keys, folder.path()).await.unwrap();
    assert_eq!(head.note.to_string(), note);
}

#[test]
fn a_recorded_day_gives_the_same_checkpoint_on_every_engine() {
    let (estate, entries, note) = recorded();
    let recording = Recording::of(&entries).unwrap();
    assert!(recording.acts.iter().any(|act| matches!(act, Act::FirstOfDay(_))), "midnight passed");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let cluster = Cluster::start(3).await.unwrap();
        let stream = async |name: &str| {
            let address = Address::parse(&cluster.url(), name).unwrap();
            KurrentStore::open(address, &Roles::default(), Patience::default()).await.unwrap()
        };
        let home = tempfile::tempdir().unwrap();
        let embedded = SqliteStore::create(&home.path().join("ledger.sqlite")).unwrap();
        let mirrored = Mirrored::open(stream("mirrored").await, MemoryStore::new()).await.unwrap();
        check(&recording, &estate.folder, embedded, &note).await;
        check(&recording, &estate.folder, stream(STREAM).await, &note).await;
        check(&recording, &estate.folder, mirrored, &note).await;
        let in_cluster: Vec<_> = cluster.events(STREAM).into_iter().map(|event| event.data).collect();
        assert!(in_cluster == entries, "the stream holds the very bytes");
    });
}

/// A reading of the clock that differs by a microsecond is another ledger: the comparison would see it.
#[test]
fn a_day_told_otherwise_gives_another_checkpoint() {
    let (estate, entries, note) = recorded();
    let mut recording = Recording::of(&entries).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(check(&recording, &estate.folder, MemoryStore::new(), &note));
    let last = recording.acts.iter_mut().rev().find_map(|act| match act {
        Act::Submit { wall_us, .. } => Some(wall_us),
        _ => None,
    });
    *last.unwrap() += 1;
    let folder = tempfile::tempdir().unwrap();
    let told = replay(&recording, ORIGIN, MemoryStore::new(), &estate.folder, folder.path());
    assert_ne!(runtime.block_on(told).unwrap().note.to_string(), note);
}
