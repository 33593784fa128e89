//! The same ledger in the embedded store and in a cluster, with and without a mirror of every entry on the node's disk.
//!
//! The cluster is a server in this process that speaks the protocol and keeps its events in memory: what is measured is the
//! client, the protocol and the node, and neither a network nor a cluster's disks.

use kurrent_server::Cluster;
use kurrent_store::{Address, KurrentStore, Patience, Roles, STREAM};
use ledger_store::Store;
use ledger_store::copy::copy;
use ledger_store::mirror::Mirrored;
use ledger_store::sqlite::SqliteStore;
use tokio::runtime::{Builder, Runtime};

use crate::admissions::{in_process, judge, said};
use crate::estate::Estate;
use crate::lockers::Speaker;
use crate::rounds::{Contender, contest};
use crate::sizes::Sizes;

/// Lockers that submit single statements at once.
const SINGLES: u64 = 64;

/// Lockers that submit batches at once.
const BATCHES: u64 = 16;

/// Statements of a batch.
const BATCH: usize = 100;

pub(crate) fn run(sizes: &Sizes) {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let clusters = [runtime.block_on(cluster()), runtime.block_on(cluster())];
    let [plain, beside] = &clusters;
    let mut embedded = Side::new(&runtime, sizes, async |embedded| embedded);
    let mut bare = Side::new(&runtime, sizes, async |embedded| filled(plain, &embedded).await);
    let mut mirrored = Side::new(&runtime, sizes, async |embedded| {
        let primary = filled(beside, &embedded).await;
        Mirrored::open(primary, embedded).await.expect("the mirror has what the cluster has")
    });
    contest(
        "THE LEDGER IN A CLUSTER: signed statements, answered as above; the cluster in this process, in memory",
        "statements",
        sizes.rounds,
        vec![
            embedded.singles(&runtime, "embedded", sizes),
            bare.singles(&runtime, "cluster without mirror", sizes),
            mirrored.singles(&runtime, "cluster and mirror", sizes),
        ],
    );
    contest(
        "THE SAME in batches",
        "statements",
        sizes.rounds,
        vec![
            embedded.batches(&runtime, "embedded", sizes),
            bare.batches(&runtime, "cluster without mirror", sizes),
            mirrored.batches(&runtime, "cluster and mirror", sizes),
        ],
    );
    embedded.end(&runtime);
    bare.end(&runtime);
    mirrored.end(&runtime);
}

async fn cluster() -> Cluster {
    Cluster::start(1).await.expect("a free port of loopback")
}

/// A store in the cluster with the genesis of the embedded one.
async fn filled(cluster: &Cluster, embedded: &SqliteStore) -> KurrentStore {
    let address = Address::parse(&cluster.url(), STREAM).expect("the server's own address");
    let store = KurrentStore::open(address, &Roles::default(), Patience::default()).await.expect("it runs");
    copy(embedded, &store).await.expect("an empty stream");
    store
}

/// A ledger, and the lockers that speak to it.
struct Side<S> {
    estate: Estate<S>,
    singles: Vec<Speaker>,
    batches: Vec<Speaker>,
}

impl<S: Store> Side<S> {
    fn new(runtime: &Runtime, sizes: &Sizes, store: impl AsyncFnOnce(SqliteStore) -> S) -> Self {
        let mut estate = runtime.block_on(Estate::on(sizes.scratch(), store));
        let mut lockers = |numbers: std::ops::Range<u64>| -> Vec<Speaker> {
            numbers.map(|number| runtime.block_on(estate.locker(number))).collect()
        };
        let (singles, batches) = (lockers(0..SINGLES), lockers(SINGLES..SINGLES + BATCHES));
        Self { estate, singles, batches }
    }

    fn singles<'a>(&'a mut self, runtime: &'a Runtime, name: &str, sizes: &'a Sizes) -> Contender<'a> {
        let Self { estate, singles, .. } = self;
        Contender::ours(format!("{name}, {SINGLES} lockers, batches of 1"), move || {
            in_process(runtime, &estate.node, said(singles, sizes.statements / 2, 1))
        })
    }

    fn batches<'a>(&'a mut self, runtime: &'a Runtime, name: &str, sizes: &'a Sizes) -> Contender<'a> {
        let Self { estate, batches, .. } = self;
        Contender::ours(format!("{name}, {BATCHES} lockers, batches of {BATCH}"), move || {
            in_process(runtime, &estate.node, said(batches, sizes.statements, BATCH))
        })
    }

    fn end(self, runtime: &Runtime) {
        judge(runtime, &self.estate);
        runtime.block_on(self.estate.node.shutdown());
    }
}
