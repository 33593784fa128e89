//! A cluster that is not reached: at the start, later, for long. Reading goes on, nothing is taken, and it ends by itself.

use std::sync::Arc;

use ledger_node::cluster::{Cluster, TAKE_OVER_AFTER, TakeOverError};
use ledger_node::node::{Condition, Node};
use ledger_node::start::{StartError, start_standby};
use ledger_store::lease::MemoryLease;
use ledger_store::memory::MemoryStore;
use ledger_store::mirror::Mirrored;
use ledger_store::{AppendError, Batch, ReadError, ReadLimit, Store};
use tokio::sync::watch;

use crate::support::*;

/// The way to a store, which is there or not.
#[derive(Debug, Clone)]
struct Road {
    inner: Arc<MemoryStore>,
    is_open: Arc<watch::Sender<bool>>,
}

impl Road {
    fn to(store: &MemoryStore) -> Self {
        Self { inner: Arc::new(store.reopen()), is_open: Arc::new(watch::Sender::new(true)) }
    }

    fn open(&self, is_open: bool) {
        self.is_open.send_replace(is_open);
    }

    fn go(&self) -> Result<(), ReadError> {
        let closed = || ReadError::Unavailable { reason: "no node of the cluster answers".to_owned() };
        if *self.is_open.borrow() { Ok(()) } else { Err(closed()) }
    }
}

impl Store for Road {
    async fn head(&self) -> Result<u64, ReadError> {
        self.go()?;
        self.inner.head().await
    }

    async fn append(&self, expected_size: u64, batch: &Batch) -> Result<u64, AppendError> {
        self.go().map_err(|error| AppendError::Unavailable { reason: error.to_string() })?;
        self.inner.append(expected_size, batch).await
    }

    async fn read(&self, from: u64, limit: ReadLimit) -> Result<Vec<Vec<u8>>, ReadError> {
        self.go()?;
        self.inner.read(from, limit).await
    }

    async fn index_of(&self, leaf: [u8; 32]) -> Result<Option<u64>, ReadError> {
        self.go()?;
        self.inner.index_of(leaf).await
    }

    async fn wait_beyond(&self, size: u64) -> Result<u64, ReadError> {
        let mut is_open = self.is_open.subscribe();
        tokio::select! {
            beyond = self.inner.wait_beyond(size), if *self.is_open.borrow() => beyond,
            _ = is_open.wait_for(|is_open| !*is_open) => self.go().map(|()| size),
        }
    }
}

/// A node over a cluster and a mirror of its own.
struct Site {
    machine: Machine,
    road: Road,
    mirror: MemoryStore,
    lease: Arc<MemoryLease>,
}

type Clustered = Node<Mirrored<Road, MemoryStore>>;

impl Site {
    fn of(world: &World, lease: &Arc<MemoryLease>) -> Self {
        let (road, mirror) = (Road::to(&world.store), MemoryStore::new());
        Self { machine: Machine::of(world), road, mirror, lease: Arc::clone(lease) }
    }

    async fn start(&self) -> Result<Clustered, StartError> {
        let store = Mirrored::open(self.road.clone(), self.mirror.reopen()).await.unwrap();
        start_standby(self.machine.parts(store), Cluster::when_asked(Arc::clone(&self.lease))).await
    }

    /// The cluster, and with it the lease, are there or not.
    fn reach(&self, is_open: bool) {
        self.road.open(is_open);
        self.lease.cut_off(!is_open);
    }

    /// So much time passes, and the node looks.
    async fn wait(&self, node: &Clustered, times: u32) {
        self.machine.pass(TAKE_OVER_AFTER * times);
        node.beat().await.unwrap();
    }
}

async fn expect_served(node: &Clustered, entries: u64) {
    assert_eq!(size(node), entries);
    let last = node.entry(entries - 1).await.unwrap().unwrap();
    assert_eq!(last.entry.index, entries - 1);
    assert!(node.receipt(entries - 1).is_some());
    expect_verified(node).await;
}

#[tokio::test]
async fn a_writer_that_loses_its_cluster_for_long_serves_what_it_has_and_writes_again_by_itself() {
    let mut world = World::new().await;
    let site = Site::of(&world, &Arc::default());
    let node = site.start().await.unwrap();
    node.take_over().await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    recorded(&node.submit(locker.boots(2), 0).await);
    site.reach(false);
    let waiting = locker.boots(2);
    for _ in 0..3 {
        assert_eq!(names(&node.submit(waiting.clone(), 0).await), ["not-writer"; 2]);
        assert_eq!(node.condition(), Condition::Standby);
        expect_served(&node, 6).await;
        site.wait(&node, 4).await;
        let refused = node.take_over().await;
        assert!(matches!(refused, Err(TakeOverError::NotNow { .. })), "{refused:?}");
    }
    site.reach(true);
    // The first look finds the lease there again, and only the next that nobody writes.
    site.wait(&node, 1).await;
    assert!(node.is_standby());
    site.wait(&node, 1).await;
    assert!(node.is_ready());
    recorded(&node.submit(waiting, 0).await);
    expect_served(&node, 9).await;
}

#[tokio::test]
async fn a_node_whose_cluster_is_not_reached_at_the_start_serves_its_mirror_and_takes_over_later() {
    let mut world = World::new().await;
    let site = Site::of(&world, &Arc::default());
    let node = site.start().await.unwrap();
    node.take_over().await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    recorded(&node.submit(locker.boots(2), 0).await);
    node.shutdown().await;
    drop(node);
    site.reach(false);
    let node = site.start().await.unwrap();
    expect_served(&node, 6).await;
    assert_eq!(names(&node.submit(vec![locker.would_say(booted("1.0"))], 0).await), ["not-writer"]);
    site.wait(&node, 4).await;
    assert!(node.is_standby());
    site.reach(true);
    site.wait(&node, 1).await;
    site.wait(&node, 1).await;
    assert!(node.is_ready());
    recorded(&node.submit(locker.boots(1), 0).await);
    expect_served(&node, 8).await;
}

#[tokio::test]
async fn a_node_cut_off_alone_follows_what_was_written_meanwhile_before_anything_else() {
    let mut world = World::new().await;
    let (near, far) = (Site::of(&world, &Arc::default()), Site::of(&world, &Arc::default()));
    let [writer, other] = [near.start().await.unwrap(), far.start().await.unwrap()];
    writer.take_over().await.unwrap();
    let mut locker = world.locker(&writer, 0x20).await;
    near.reach(false);
    let statements = locker.boots(2);
    assert_eq!(names(&writer.submit(statements.clone(), 0).await), ["not-writer"; 2]);
    assert_eq!(other.take_over().await, Ok(2));
    recorded(&other.submit(statements, 0).await);
    near.reach(true);
    assert!(writer.reaches(size(&other)).await);
    assert_eq!(writer.checkpoint(), other.checkpoint());
    assert_eq!(writer.take_over().await, Ok(3));
    assert!(other.becomes(|condition| *condition == Condition::Standby).await);
    expect_verified(&writer).await;
}
