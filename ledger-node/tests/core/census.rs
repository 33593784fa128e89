//! The census: every stream's head, once a day and when asked.

use std::collections::BTreeMap;

use custody::fact::Fact;
use custody::id::Digest;
use ledger_format::census::{self, StreamHead};
use ledger_format::merkle::leaf_hash;
use ledger_format::stream::StreamName;
use ledger_node::node::Node;
use ledger_store::Store;

use crate::support::*;

const DAY_US: u64 = 86_400_000_000;

/// The census before an entry, from the entries alone.
async fn recomputed<S: Store>(node: &Node<S>, before: u64) -> (Digest, u64) {
    let mut heads: BTreeMap<StreamName, (u64, Digest)> = BTreeMap::new();
    for index in 0..before {
        let shown = node.entry(index).await.unwrap().unwrap();
        for (name, link) in shown.decoded.streams.iter().zip(&shown.entry.streams) {
            let next = heads.get(name).map_or((0, Digest::ZERO), |(revision, head)| (revision + 1, *head));
            assert_eq!((link.revision, link.previous), next, "{name}");
            heads.insert(*name, (link.revision, leaf_hash(&shown.bytes)));
        }
    }
    let streams = u64::try_from(heads.len()).unwrap();
    let heads = heads.into_iter().map(|(name, (revision, head))| StreamHead {
        key: name.census_key(),
        revision,
        head,
    });
    (census::root(heads), streams)
}

async fn check_census<S: Store>(node: &Node<S>, index: u64) {
    let shown = node.entry(index).await.unwrap().unwrap();
    let (root, streams) = recomputed(node, index).await;
    assert_eq!(shown.decoded.statement.fact, Fact::CensusTaken { root, streams });
}

#[tokio::test]
async fn a_census_commits_to_the_head_of_every_stream_before_it() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    recorded(&node.submit(locker.boots(3), 0).await);
    let first = node.take_census().await.unwrap();
    let (fact, _) = refused_collection("reason");
    let refusal = locker.says(fact).0;
    recorded(&node.submit(vec![refusal], 0).await);
    let second = node.take_census().await.unwrap();
    assert_eq!((first, second), (7, 9));
    check_census(&node, first).await;
    check_census(&node, second).await;
    // And from a state that was replayed.
    node.shutdown().await;
    let node = world.start().await;
    let third = node.take_census().await.unwrap();
    check_census(&node, third).await;
}

#[tokio::test]
async fn each_day_has_a_census_before_its_first_statement() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    world.clock.set(NOON_US + DAY_US / 2 - 1);
    recorded(&node.submit(locker.boots(1), 0).await);
    world.clock.set(NOON_US + DAY_US / 2);
    recorded(&node.submit(locker.boots(2), 0).await);
    recorded(&node.submit(locker.boots(1), 0).await);
    world.clock.set(NOON_US + 3 * DAY_US);
    recorded(&node.submit(locker.boots(1), 0).await);
    let expected = ["device_booted", "census_taken", "device_booted", "device_booted", "device_booted"];
    let expected = [&expected[..], &["census_taken", "device_booted"]].concat();
    assert_eq!(facts(&node).await[4..], expected);
    check_census(&node, 5).await;
    check_census(&node, 9).await;
}
