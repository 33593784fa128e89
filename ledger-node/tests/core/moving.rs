//! Moving a ledger to another store and back: one history whatever happens, and one store in which it goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use custody_proto::v1;
use ledger_node::clock::SetClock;
use ledger_node::cluster::Cluster;
use ledger_node::evidence::Evidence;
use ledger_node::folder::Folder;
use ledger_node::genesis::{AuthorityKey, init};
use ledger_node::home::HomeName;
use ledger_node::migrate::{MigrateError, Migrated, migrate};
use ledger_node::node::{Condition, Node};
use ledger_node::outcome::Code;
use ledger_node::policy::Judging;
use ledger_node::start::{Parts, StartError, open, start, start_standby};
use ledger_node::vault::Vault;
use ledger_store::copy::CopyError;
use ledger_store::lease::MemoryLease;
use ledger_store::memory::MemoryStore;
use ledger_store::sqlite::SqliteStore;
use ledger_store::{AppendError, BATCH_ENTRIES_MAX, Batch, ReadError, ReadLimit, Store};

use crate::support::*;

/// The parts of a node of this world over a store of this name.
fn at<S>(world: &World, store: S, home: HomeName) -> Parts<S, Arc<SetClock>> {
    Parts { home, ..world.parts(store) }
}

async fn all(store: &impl Store) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    while entries.len() < usize::try_from(store.head().await.unwrap()).unwrap() {
        let from = u64::try_from(entries.len()).unwrap();
        entries.extend(store.read(from, ReadLimit::MAX).await.unwrap());
    }
    entries
}

#[track_caller]
fn expect_closed<S>(refused: Result<Node<S>, StartError>, successor: &str) {
    let error = refused.map(|_| "a node").unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, StartError::Closed(_)), "{text}");
    for part in [successor, "forgery", "Start the node on that store"] {
        assert!(text.contains(part), "{text}");
    }
}

/// A ledger of some entries in `world.store`, of which nothing runs; and a locker.
async fn some_ledger(world: &mut World) -> Speaker {
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    recorded(&node.submit(locker.boots(3), 0).await);
    node.shutdown().await;
    locker
}

#[tokio::test]
async fn a_ledger_moves_there_and_back_and_its_entries_stay_the_same_bytes() {
    let mut world = World::new().await;
    let mut locker = some_ledger(&mut world).await;
    let (embedded, kurrentdb) = (HomeName::embedded(), HomeName::kurrentdb());
    let before = all(&world.store).await;

    let cluster = MemoryStore::new();
    let source = at(&world, Arc::new(world.store.reopen()), embedded.clone());
    let moved = migrate(source, &cluster, &kurrentdb).await.unwrap();
    // The epoch claimed in order to close it, and the entry that does.
    assert_eq!(moved, Migrated { closed: 8, size: 9 });
    let there = all(&cluster).await;
    assert_eq!(there[..before.len()], before);
    assert_eq!(there, all(&world.store).await, "one history: the closing is part of it");
    expect_closed(start(at(&world, world.store.reopen(), embedded.clone())).await, "called kurrentdb");

    let node = start(at(&world, cluster.reopen(), kurrentdb.clone())).await.unwrap();
    recorded(&node.submit(locker.boots(2), 0).await);
    assert_eq!(node.findings().await, []);
    expect_verified(&node).await;
    node.shutdown().await;

    let source = at(&world, Arc::new(cluster.reopen()), kurrentdb.clone());
    let moved = migrate(source, &world.store.reopen(), &embedded).await.unwrap();
    assert_eq!(moved, Migrated { closed: 13, size: 14 });
    assert_eq!(all(&world.store).await, all(&cluster).await);
    expect_closed(start(at(&world, cluster.reopen(), kurrentdb)).await, "called embedded");
    let node = world.start().await;
    recorded(&node.submit(locker.boots(1), 0).await);
    assert_eq!(node.findings().await, []);
    expect_verified(&node).await;
}

#[tokio::test]
async fn an_old_unit_started_by_mistake_says_where_the_ledger_is() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(place.path().join("node"));
    let clock = Arc::new(SetClock::new(NOON_US));
    let authorities = [
        AuthorityKey { device: FIRST, key: key(3).public_key() },
        AuthorityKey { device: SECOND, key: key(4).public_key() },
    ];
    init(&folder, ORIGIN, &authorities, &clock).await.unwrap();
    let node = open(&folder, Vec::new(), Arc::clone(&clock)).await.unwrap();
    node.take_census().await.unwrap();
    let known = node.checkpoint().note.to_string().into_bytes();
    // Nobody can migrate what a node has open.
    assert!(SqliteStore::open(&folder.store()).is_err());
    node.shutdown().await;
    drop(node);

    let parts = |store, home| Parts {
        store,
        home,
        vault: Arc::new(Vault::open(folder.path()).unwrap()),
        evidence: Arc::new(Evidence::open(folder.path()).unwrap()),
        keys: folder.read_keys().unwrap(),
        heads: vec![folder.head()],
        known: Vec::new(),
        clock: Arc::clone(&clock),
        judging: Judging::when_asked(verifier::testing::policies()),
    };
    let target = SqliteStore::create(&place.path().join("another.sqlite")).unwrap();
    let source = Arc::new(SqliteStore::open(&folder.store()).unwrap());
    let name: HomeName = "archive-room.north".parse().unwrap();
    migrate(parts(Arc::clone(&source), HomeName::embedded()), &target, &name).await.unwrap();
    drop(source);
    expect_closed(open(&folder, Vec::new(), Arc::clone(&clock)).await, "with the id");
    // Nor does it help to have an older head file, or another of what was promised.
    std::fs::write(folder.head(), &known).unwrap();
    expect_closed(open(&folder, Vec::new(), Arc::clone(&clock)).await, "with the id");
    // The store itself, under another name than it was moved to, is as little the ledger's home.
    let target = Arc::new(target);
    let path = place.path().join("another.sqlite");
    expect_closed(start(parts(Arc::clone(&target), HomeName::kurrentdb())).await, "with that name");
    let node = start(parts(target, name)).await.unwrap();
    expect_verified(&node).await;
    node.shutdown().await;
    drop(node);
    assert!(SqliteStore::open(&path).is_ok());
}

/// A store that breaks for good at an append, which is then in or not. Several share the count of appends.
#[derive(Debug)]
struct Mortal {
    inner: MemoryStore,
    appends_left: Arc<AtomicU64>,
    keeps_the_last: bool,
}

impl Store for Mortal {
    async fn head(&self) -> Result<u64, ReadError> {
        self.inner.head().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        let left =
            self.appends_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        let reason = || "the machine has lost its power".to_owned();
        match left {
            Ok(2..) => self.inner.append(expected_size, batch).await,
            Ok(_) => {
                if self.keeps_the_last {
                    self.inner.append(expected_size, batch).await?;
                }
                Err(AppendError::Poisoned { reason: reason() })
            }
            Err(_) => Err(AppendError::Poisoned { reason: reason() }),
        }
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        self.inner.read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        self.inner.index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        self.inner.wait_beyond(size).await
    }
}

#[tokio::test]
async fn a_move_that_was_interrupted_anywhere_never_leaves_two_homes_and_is_done_by_doing_it_again() {
    let (embedded, kurrentdb) = (HomeName::embedded(), HomeName::kurrentdb());
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    // More than one batch of copying.
    for _ in 0..=BATCH_ENTRIES_MAX / 250 {
        recorded(&node.submit(locker.boots(250), 0).await);
    }
    node.shutdown().await;
    let (before, head) = (all(&world.store).await, world.folder.path().join("head"));
    let promised = std::fs::read(&head).unwrap();
    let mut interrupted = 0_u64;
    for keeps_the_last in [false, true] {
        for appends in 1.. {
            let target = MemoryStore::new();
            world.store = MemoryStore::new();
            for batch in Batch::split(before.clone()).unwrap() {
                world.store.append(world.store.head().await.unwrap(), &batch).await.unwrap();
            }
            std::fs::write(&head, &promised).unwrap();
            let appends_left = Arc::new(AtomicU64::new(appends));
            let mortal = |store: &MemoryStore| Mortal {
                inner: store.reopen(),
                appends_left: Arc::clone(&appends_left),
                keeps_the_last,
            };
            let source = at(&world, Arc::new(mortal(&world.store)), embedded.clone());
            let is_done = migrate(source, &mortal(&target), &kurrentdb).await.is_ok();
            // Whoever starts whichever of them now: one is refused, or both are.
            let there = start(at(&world, target.reopen(), kurrentdb.clone())).await;
            let here = start(at(&world, world.store.reopen(), embedded.clone())).await;
            assert!(there.is_err() || here.is_err(), "{appends}: two homes");
            assert!(there.is_ok() || !is_done, "{appends}: {there:?}");
            for node in there.into_iter().chain(here) {
                node.shutdown().await;
            }
            if is_done {
                break;
            }
            interrupted += 1;
            let source = at(&world, Arc::new(world.store.reopen()), embedded.clone());
            migrate(source, &target.reopen(), &kurrentdb).await.unwrap();
            // And again, though there is nothing left to do.
            let source = at(&world, Arc::new(world.store.reopen()), embedded.clone());
            migrate(source, &target.reopen(), &kurrentdb).await.unwrap();
            assert_eq!(all(&target).await[..before.len()], before);
            expect_closed(start(at(&world, world.store.reopen(), embedded.clone())).await, "kurrentdb");
            let node = start(at(&world, target.reopen(), kurrentdb.clone())).await.unwrap();
            recorded(&node.submit(vec![locker.would_say(booted("1.0"))], 0).await);
            expect_verified(&node).await;
            node.shutdown().await;
        }
    }
    assert!(interrupted >= 8, "two batches, the epoch, the closing, the rest; lost and kept: {interrupted}");
}

#[tokio::test]
async fn a_move_that_is_done_may_be_asked_for_again_when_the_ledger_has_gone_on() {
    let mut world = World::new().await;
    let mut locker = some_ledger(&mut world).await;
    let (target, kurrentdb) = (MemoryStore::new(), HomeName::kurrentdb());
    let source = || at(&world, Arc::new(world.store.reopen()), HomeName::embedded());
    let first = migrate(source(), &target, &kurrentdb).await.unwrap();
    let node = start(at(&world, target.reopen(), kurrentdb.clone())).await.unwrap();
    recorded(&node.submit(locker.boots(2), 0).await);
    let again = migrate(source(), &target.reopen(), &kurrentdb).await.unwrap();
    assert_eq!(again, Migrated { size: first.size + 3, ..first });
}

#[tokio::test]
async fn nodes_that_write_or_follow_meanwhile_are_fenced_and_say_where_the_ledger_is() {
    let mut world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    let lease = Arc::new(MemoryLease::default());
    let (writer, standby) = (machines[0].start(&lease).await, machines[1].start(&lease).await);
    writer.take_over().await.unwrap();
    let mut locker = world.locker(&writer, 0x20).await;
    let (name, target): (HomeName, _) = ("new-cluster".parse().unwrap(), MemoryStore::new());
    let statements = locker.boots(300);
    let writing = tokio::spawn({
        let writer = writer.clone();
        async move {
            let mut acknowledged = Vec::new();
            for statement in statements {
                let answer = writer.submit(vec![statement], 0).await;
                if names(&answer) != ["recorded"] {
                    break;
                }
                acknowledged.extend(recorded(&answer));
            }
            acknowledged
        }
    });
    let third = Machine::of(&world);
    let moved = migrate(third.parts(Arc::clone(&third.store)), &target, &name).await.unwrap();
    let acknowledged = writing.await.unwrap();
    for node in [&writer, &standby] {
        assert!(node.becomes(|condition| matches!(condition, Condition::Stopped { .. })).await);
        let Condition::Stopped { reason } = node.condition() else { panic!("{node:?}") };
        assert!(reason.contains("the ledger goes on in the store with the id"), "{reason}");
        assert_eq!(size(node), moved.size, "what there is can be read");
        assert_eq!(names(&node.submit(vec![locker.would_say(booted("1.0"))], 0).await), ["unavailable"]);
    }
    let entries = all(&target).await;
    for receipted in &acknowledged {
        assert_eq!(entries[usize::try_from(receipted.index).unwrap()], receipted.entry);
    }
    let cluster = Cluster::when_asked(Arc::clone(&lease));
    let parts = Parts { home: name, ..third.parts(target) };
    let node = start_standby(parts, cluster.clone()).await.unwrap();
    node.take_over().await.unwrap();
    expect_verified(&node).await;
    let machine = &machines[0];
    expect_closed(start_standby(machine.parts(Arc::clone(&machine.store)), cluster).await, "with the id");
}

#[tokio::test]
async fn a_node_that_is_alone_and_writes_meanwhile_stops() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let source = at(&world, Arc::new(world.store.reopen()), HomeName::embedded());
    let target = MemoryStore::new();
    let moved = migrate(source, &target, &HomeName::kurrentdb()).await.unwrap();
    assert_eq!(names(&node.submit(locker.boots(1), 0).await), ["unavailable"]);
    assert!(matches!(node.condition(), Condition::Stopped { .. }));
    assert_eq!(world.store.head().await, Ok(moved.size));
}

#[tokio::test]
async fn nothing_is_closed_where_the_target_is_no_place_for_this_ledger() {
    let mut world = World::new().await;
    some_ledger(&mut world).await;
    let before = all(&world.store).await;
    let mover = async |target: &MemoryStore, name: HomeName| {
        let source = at(&world, Arc::new(world.store.reopen()), HomeName::embedded());
        migrate(source, target, &name).await.unwrap_err()
    };
    let same = mover(&MemoryStore::new(), HomeName::embedded()).await;
    assert!(matches!(same, MigrateError::SameName { .. }), "{same}");
    let foreign = MemoryStore::new();
    foreign.append(0, &Batch::new(vec![b"another's".to_vec()]).unwrap()).await.unwrap();
    let refused = mover(&foreign, HomeName::kurrentdb()).await;
    assert!(matches!(refused, MigrateError::Copy(CopyError::Differs { index: 0 })), "{refused}");
    let longer = MemoryStore::new();
    let more = [before.clone(), vec![b"more".to_vec()]].concat();
    longer.append(0, &Batch::new(more).unwrap()).await.unwrap();
    let refused = mover(&longer, HomeName::kurrentdb()).await;
    assert!(matches!(refused, MigrateError::Copy(CopyError::Behind { .. })), "{refused}");
    assert_eq!(all(&world.store).await, before);
}

#[tokio::test]
async fn only_the_node_s_word_moves_a_ledger() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let declared = v1::store_closed::Declared { successor: vec![7; 16] };
    let fact = v1::statement::Fact::StoreClosed(v1::StoreClosed { declared: Some(declared) });
    recorded(&node.submit(vec![locker.says(fact).0], 0).await);
    recorded(&node.submit(locker.boots(1), 0).await);
    node.shutdown().await;
    assert!(world.start().await.is_ready());
}

#[tokio::test]
async fn nothing_comes_behind_the_entry_that_closes_a_store() {
    let mut world = World::new().await;
    let (store, gate) = Gated::new(world.store.reopen());
    let node = start(world.parts(store)).await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    gate.shut();
    let asked = gate.asked();
    let census = tokio::spawn({
        let node = node.clone();
        async move { node.take_census().await }
    });
    gate.asked_beyond(asked).await;
    // All of these wait for the next group.
    let closing = tokio::spawn({
        let node = node.clone();
        async move { node.close_store(&HomeName::kurrentdb()).await }
    });
    while node.stats().queued < 1 {
        tokio::task::yield_now().await;
    }
    let late = tokio::spawn({
        let (node, statements) = (node.clone(), locker.boots(2));
        async move { node.submit(statements, 0).await }
    });
    while node.stats().queued < 3 {
        tokio::task::yield_now().await;
    }
    gate.open();
    census.await.unwrap().unwrap();
    assert_eq!(closing.await.unwrap(), Ok(5));
    assert_eq!(names(&late.await.unwrap()), ["unavailable"; 2]);
    assert_eq!(world.store.head().await, Ok(6));
    assert_eq!(node.close_store(&HomeName::kurrentdb()).await.unwrap_err().code, Code::Unavailable);
}

#[tokio::test]
async fn a_lost_cluster_s_ledger_goes_on_in_a_copy_once_that_is_said() {
    let mut world = World::new().await;
    let mut locker = some_ledger(&mut world).await;
    let (embedded, kurrentdb) = (HomeName::embedded(), HomeName::kurrentdb());
    let (cluster, mirror) = (MemoryStore::new(), MemoryStore::new());
    let source = at(&world, Arc::new(world.store.reopen()), embedded.clone());
    migrate(source, &cluster, &kurrentdb).await.unwrap();
    ledger_store::copy::copy(&cluster, &mirror).await.unwrap();
    // By mistake nobody goes on in a mirror.
    expect_closed(start(at(&world, mirror.reopen(), embedded.clone())).await, "called kurrentdb");
    let node = start(at(&world, mirror.reopen(), kurrentdb)).await.unwrap();
    node.close_store(&embedded).await.unwrap();
    node.shutdown().await;
    let node = start(at(&world, mirror.reopen(), embedded)).await.unwrap();
    recorded(&node.submit(locker.boots(1), 0).await);
    expect_verified(&node).await;
}
