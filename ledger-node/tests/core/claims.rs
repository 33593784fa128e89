//! The claim of an epoch: nothing random in it, a boot of its own for each, and what becomes of two that are the same bytes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use custody::fact::Fact;
use custody::id::BootId;
use ledger_node::cluster::Cluster;
use ledger_node::node::{Condition, Node};
use ledger_node::start::{start, start_standby};
use ledger_store::lease::MemoryLease;
use ledger_store::sqlite::SqliteStore;
use ledger_store::{Batch, ReadLimit, Store};

use crate::support::*;

/// The boots under which the node has spoken, each with the epoch that was in force.
async fn boots_of_node<S: Store>(node: &Node<S>) -> Vec<(u64, BootId)> {
    let (mut epoch, mut boots) = (0, Vec::new());
    for index in 1..size(node) {
        let statement = node.entry(index).await.unwrap().unwrap().decoded.statement;
        if let Fact::EpochClaimed { epoch: claimed } = statement.fact {
            epoch = claimed;
        }
        if statement.device == NODE {
            boots.push((epoch, statement.time.boot));
        }
    }
    boots
}

#[tokio::test]
async fn the_same_ledger_on_another_engine_at_the_same_time_has_the_same_head() {
    let mut world = World::new().await;
    let begun = world.store.read(0, ReadLimit::MAX).await.unwrap();
    let machine = Machine::of(&world);
    let here = world.start().await;
    let store = SqliteStore::create(&machine.folder.path().join("ledger.sqlite")).unwrap();
    store.append(0, &Batch::new(begun).unwrap()).await.unwrap();
    let there = start(machine.parts(store)).await.unwrap();
    assert_eq!(here.checkpoint(), there.checkpoint());
    let (proposal, hash) = world.first.says(enrolled(FIRST, &key(0x20)));
    let (approval, _) = world.second.says(approved(hash));
    for node_says in [vec![proposal], vec![approval]] {
        here.submit(node_says.clone(), 0).await;
        there.submit(node_says, 0).await;
    }
    here.take_census().await.unwrap();
    there.take_census().await.unwrap();
    assert_eq!(here.checkpoint(), there.checkpoint());
}

#[tokio::test]
async fn whoever_takes_over_speaks_under_a_boot_of_its_own_whatever_its_clocks_say() {
    let world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    let lease = Arc::new(MemoryLease::default());
    let nodes = [machines[0].start(&lease).await, machines[1].start(&lease).await];
    // One machine's clocks are an hour before the other's: within one boot that would be a clock that went back (T01).
    machines[0].pass(Duration::from_hours(1));
    for turn in 0..4 {
        nodes[turn % 2].take_over().await.unwrap();
        nodes[turn % 2].take_census().await.unwrap();
    }
    // And one that stood by, and takes over from itself after a restart of the other.
    assert!(nodes[0].reaches(size(&nodes[1])).await);
    nodes[1].shutdown().await;
    nodes[0].take_over().await.unwrap();
    let boots = boots_of_node(&nodes[0]).await;
    assert_eq!(boots.len(), 9, "five claims and four censuses");
    assert_eq!(boots.iter().collect::<BTreeSet<_>>().len(), 5, "{boots:?}");
    assert_eq!(boots.iter().map(|(_, boot)| boot).collect::<BTreeSet<_>>().len(), 5, "{boots:?}");
    assert!(boots.iter().all(|(_, boot)| boot.0[6] >> 4 == 8), "derived, not drawn: {boots:?}");
    expect_verified(&nodes[0]).await;
}

#[tokio::test]
async fn of_two_nodes_whose_claims_are_the_same_bytes_one_writes_from_the_next_entry_on() {
    let mut world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    let (first, gate) = Gated::new(world.store.reopen());
    let second = Gated::behind(world.store.reopen(), &gate);
    let cluster = || Cluster::when_asked(Arc::new(MemoryLease::default()));
    let first = start_standby(machines[0].parts(first), cluster()).await.unwrap();
    let second = start_standby(machines[1].parts(second), cluster()).await.unwrap();
    gate.shut();
    let claims = [&first, &second].map(|node| {
        let node = node.clone();
        tokio::spawn(async move { node.take_over().await })
    });
    gate.asked_beyond(1).await;
    gate.open();
    for claim in claims {
        assert_eq!(claim.await.unwrap(), Ok(1));
    }
    assert_eq!(world.store.head().await, Ok(2), "one claim is in the store");
    // One gets its statements in; what the other is asked is in nobody's ledger until it is asked of the writer.
    let mut locker = world.locker(&first, 0x20).await;
    recorded(&first.submit(locker.boots(2), 0).await);
    let late = locker.boots(1);
    assert_eq!(names(&second.submit(late.clone(), 0).await), ["not-writer"]);
    assert!(second.becomes(|condition| *condition == Condition::Standby).await);
    recorded(&first.submit(late, 0).await);
    assert!(second.reaches(size(&first)).await);
    assert_eq!(second.checkpoint(), first.checkpoint());
    assert_eq!(second.take_over().await, Ok(2));
    expect_verified(&second).await;
}
