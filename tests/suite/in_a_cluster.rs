//! The main job in a cluster: the locker signs, the node records in the cluster, the cluster fails, the verifier proves.

use std::sync::Arc;
use std::time::Duration;

use kurrent_server::{Cluster, Fault};
use kurrent_store::Patience;
use ledger_node::clock::SetClock;
use ledger_node::config::{ClusterConfig, Limits, StoreAddress};
use ledger_node::folder::Folder;
use ledger_node::kurrent::{ClusterStore, Place};
use ledger_node::policy::Judging;
use tokio::runtime::Runtime;

use crate::estate::acts::{COURIER, OFFICER, bag, exhibit, person};
use crate::estate::node::{Running, runtime};
use crate::estate::verify::is_clean;
use crate::estate::{Estate, MINUTE_US};

/// Short enough that a test of a silent server ends, long enough that a busy machine is not taken for one.
const PATIENCE: Patience = Patience {
    call: Duration::from_secs(3),
    settle: Duration::from_secs(3),
    pause: Duration::from_millis(5),
    look: Duration::from_millis(10),
};

fn place(cluster: &Cluster, folder: &Folder) -> Place {
    let address = StoreAddress::new(cluster.url());
    Place { patience: PATIENCE, ..Place::new(folder.clone(), address, ClusterConfig::default()) }
}

/// Moves the ledger that lies in `folder` into the cluster, as `ledger-node migrate` does, and serves it from there.
fn move_there(cluster: &Cluster, folder: &Folder, clock: &Arc<SetClock>) -> Running<ClusterStore> {
    let place = place(cluster, folder);
    let runtime = runtime();
    let judging = Judging::when_asked(verifier::testing::policies());
    let node = runtime.block_on(async {
        place.move_there(Arc::clone(clock)).await.unwrap();
        let node = place.open(Vec::new(), Arc::clone(clock), judging).await.unwrap();
        node.take_over().await.unwrap();
        node
    });
    Running::serve(runtime, node, Limits::default(), folder, clock)
}

/// Moves it back, and serves it from the folder.
fn move_back(cluster: &Cluster, folder: &Folder, clock: &Arc<SetClock>) -> Running {
    let moving = place(cluster, folder);
    Runtime::new().unwrap().block_on(moving.move_back(Arc::clone(clock))).unwrap();
    Running::start(folder, clock).unwrap()
}

#[test]
fn a_deposit_made_while_the_cluster_is_down_waits_in_the_locker_and_is_proven() {
    let cluster = Runtime::new().unwrap();
    let serving = cluster.block_on(Cluster::start(3)).unwrap();
    let mut estate = Estate::new();
    let place = estate.compartments[0];
    estate.register(exhibit(1), person(OFFICER));
    let mut estate = estate.moved(|folder, clock| move_there(&serving, folder, clock));
    estate.pass(5 * MINUTE_US);

    (0..3).for_each(|member| cluster.block_on(serving.kill(member)));
    estate.deposit(exhibit(1), person(OFFICER), place);
    estate.locker_clock();
    assert!(estate.locker.try_sync().is_err(), "nothing is acknowledged that is not in the cluster");
    let waiting = estate.locker.device.waiting_count();
    assert!(waiting > 0);
    (0..3).for_each(|member| cluster.block_on(serving.revive(member)).unwrap());
    // What a standby's beat does, or an operator.
    while estate.node.wait(estate.node.node.take_over()).is_err() {}
    assert!(estate.sync_locker() >= waiting);

    // An answer that is lost, and one that is late: neither is recorded twice.
    estate.pass(60 * MINUTE_US);
    serving.fail_next(Fault::CommitThenDrop);
    serving.fail_next(Fault::CommitThenTimeout);
    let collection = estate.collect(bag(exhibit(1)), exhibit(1), person(COURIER), place);
    estate.sync_locker();
    assert_eq!(serving.faults_left(), 0);
    estate.pass(30 * MINUTE_US);

    let mut estate = estate.moved(|folder, clock| move_back(&serving, folder, clock));
    estate.receive(exhibit(1), person(COURIER), Some(collection));
    estate.pass(10 * MINUTE_US);
    let report = estate.audit();
    is_clean(&report);
    assert_eq!(report.findings, []);
    assert_eq!(report.verdicts.len(), 1);
    assert_eq!(report.counts.signatures_valid, report.counts.entries);
}
