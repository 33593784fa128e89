//! What an answer promises, and what happens when it cannot be given.

use ledger_node::node::Condition;
use ledger_node::queue::{QUEUED_MAX, SUBMISSIONS_MAX};
use ledger_node::start::start;
use ledger_store::Store as _;
use ledger_store::head::read_head_file;
use ledger_store::memory::Fault;

use crate::support::*;

#[tokio::test]
async fn nothing_is_answered_before_it_is_durable_and_covered_by_a_checkpoint() {
    let mut world = World::new().await;
    let (store, gate) = Gated::new(world.store.reopen());
    let node = start(world.parts(store)).await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    let before = node.checkpoint();
    gate.shut();
    let asked = gate.asked();
    let submitting = tokio::spawn({
        let (node, statements) = (node.clone(), locker.boots(2));
        async move { node.submit(statements, 0).await }
    });
    gate.asked_beyond(asked).await;
    assert!(!submitting.is_finished());
    assert_eq!(node.checkpoint(), before, "the checkpoint covers only what is durable");
    assert_eq!(node.look(|state, _| state.size()), before.checkpoint.size());
    assert_eq!(node.receipt(before.checkpoint.size()), None);
    gate.open();
    let answer = submitting.await.unwrap();
    assert_eq!(recorded(&answer).len(), 2);
    // The head that covers it was written down before the answer left.
    let head = read_head_file(&world.folder.path().join("head")).unwrap().unwrap();
    assert_eq!(String::from_utf8(head).unwrap(), answer.checkpoint);
}

#[tokio::test]
async fn a_group_is_one_append_and_one_checkpoint() {
    let mut world = World::new().await;
    let (store, gate) = Gated::new(world.store.reopen());
    let node = start(world.parts(store)).await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    let asked = gate.asked();
    gate.shut();
    let mut statements = locker.boots(11);
    let rest = statements.split_off(1);
    let first = tokio::spawn({
        let node = node.clone();
        async move { node.submit(statements, 0).await }
    });
    gate.asked_beyond(asked).await;
    let second = tokio::spawn({
        let node = node.clone();
        async move { node.submit(rest, 0).await }
    });
    while node.stats().queued < 10 {
        tokio::task::yield_now().await;
    }
    gate.open();
    recorded(&first.await.unwrap());
    recorded(&second.await.unwrap());
    assert_eq!(gate.asked(), asked + 2, "the ten that waited went in together");
}

#[tokio::test]
async fn a_full_queue_gives_overloaded_and_a_device_s_order_is_kept() {
    let mut world = World::new().await;
    let (store, gate) = Gated::new(world.store.reopen());
    let node = start(world.parts(store)).await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    gate.shut();
    let asked = gate.asked();
    // One statement at the gate, and behind it a queue with room for a part of the last request.
    let submit = |statements| {
        let node = node.clone();
        tokio::spawn(async move { node.submit(statements, 0).await })
    };
    let mut requests = vec![submit(locker.boots(1))];
    gate.asked_beyond(asked).await;
    let room = 56;
    let mut queued = 0;
    while queued + room < QUEUED_MAX {
        let count = SUBMISSIONS_MAX.min(QUEUED_MAX - room - queued);
        requests.push(submit(locker.boots(count)));
        queued += count;
        while node.stats().queued < u64::try_from(queued).unwrap() {
            tokio::task::yield_now().await;
        }
    }
    let last = submit(locker.boots(SUBMISSIONS_MAX));
    while node.stats().queued < u64::try_from(QUEUED_MAX).unwrap() {
        tokio::task::yield_now().await;
    }
    let other = world.first.boots(1);
    assert_eq!(names(&node.submit(other, 0).await), ["overloaded"]);
    gate.open();
    for request in requests {
        recorded(&request.await.unwrap());
    }
    let names = names(&last.await.unwrap());
    assert!(names[..room].iter().all(|name| *name == "recorded"), "{names:?}");
    assert!(names[room..].iter().all(|name| *name == "overloaded"), "{names:?}");
}

#[tokio::test]
async fn after_a_failed_append_nothing_is_acknowledged_and_the_node_says_that_it_stopped() {
    for fault in [Fault::Broken, Fault::Full, Fault::Unavailable] {
        let mut world = World::new().await;
        let store = world.store.reopen();
        store.fail_next(fault);
        assert!(start(world.parts(store)).await.is_err(), "a node that cannot claim an epoch does not start");

        let (store, gate) = Gated::new(world.store.reopen());
        let faults = store.faults();
        let node = start(world.parts(store)).await.unwrap();
        let mut locker = world.locker(&node, 0x20).await;
        let before = node.checkpoint();
        gate.shut();
        let asked = gate.asked();
        let submit = |statements| {
            let node = node.clone();
            tokio::spawn(async move { node.submit(statements, 0).await })
        };
        let in_flight = submit(locker.boots(2));
        gate.asked_beyond(asked).await;
        let waiting = submit(locker.boots(1));
        while node.stats().queued < 1 {
            tokio::task::yield_now().await;
        }
        faults(fault);
        gate.open();
        assert_eq!(names(&in_flight.await.unwrap()), ["unavailable"; 2]);
        assert_eq!(names(&waiting.await.unwrap()), ["unavailable"]);
        assert_eq!(names(&node.submit(locker.boots(1), 0).await), ["unavailable"]);
        assert!(!node.is_ready());
        assert!(matches!(node.condition(), Condition::Stopped { .. }));
        assert_eq!(node.checkpoint(), before);
        // Reading goes on.
        assert!(node.receipt(0).is_some());
        node.shutdown().await;
        drop(node);
        let node = world.start().await;
        assert_eq!(size(&node), before.checkpoint.size() + 1);
    }
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_resolved_before_anything_else() {
    for fault in [Fault::Lost, Fault::Kept] {
        let mut world = World::new().await;
        let (store, _gate) = Gated::new(world.store.reopen());
        let faults = store.faults();
        let node = start(world.parts(store)).await.unwrap();
        let mut locker = world.locker(&node, 0x20).await;
        faults(fault);
        recorded(&node.submit(locker.boots(2), 0).await);
        assert!(node.is_ready());
        assert_eq!(world.store.head().await.unwrap(), 6);
    }
}

#[tokio::test]
async fn shutdown_loses_nothing_acknowledged_and_records_what_was_accepted() {
    let mut world = World::new().await;
    let (store, gate) = Gated::new(world.store.reopen());
    let node = start(world.parts(store)).await.unwrap();
    let mut locker = world.locker(&node, 0x20).await;
    gate.shut();
    let asked = gate.asked();
    let submit = |statements| {
        let node = node.clone();
        tokio::spawn(async move { node.submit(statements, 0).await })
    };
    let in_flight = submit(locker.boots(1));
    gate.asked_beyond(asked).await;
    let accepted = submit(locker.boots(3));
    while node.stats().queued < 3 {
        tokio::task::yield_now().await;
    }
    let stopping = node.clone();
    let mut ending = Box::pin(stopping.shutdown());
    tokio::select! {
        biased;
        () = &mut ending => panic!("an append is under way"),
        () = std::future::ready(()) => {}
    }
    // Once shutdown has begun nothing more is accepted.
    let late = locker.would_say(booted("late"));
    assert_eq!(names(&node.submit(vec![late], 0).await), ["unavailable"]);
    gate.open();
    ending.await;
    assert_eq!(recorded(&in_flight.await.unwrap()).len(), 1);
    assert_eq!(recorded(&accepted.await.unwrap()).len(), 3);
    assert_eq!(node.condition(), Condition::Closed);
    let before = node.checkpoint().checkpoint;
    drop(node);
    let node = world.start().await;
    assert_eq!(size(&node), before.size() + 1);
    assert_eq!(names(&node.submit(vec![], 0).await), Vec::<&str>::new());
}
