//! Taking over: who writes is decided by the store alone, and nothing acknowledged is ever lost by it.

use std::sync::Arc;
use std::time::Duration;

use custody::fact::Fact;
use ledger_node::cluster::{Cluster, TAKE_OVER_AFTER, TakeOverError};
use ledger_node::node::{Condition, Node};
use ledger_node::start::start_standby;
use ledger_store::Store;
use ledger_store::lease::MemoryLease;
use ledger_store::memory::{Fault, MemoryStore};

use crate::support::*;

/// A ledger on two machines, of which the first writes.
struct Two {
    world: World,
    machines: [Machine; 2],
    lease: Arc<MemoryLease>,
    nodes: [Node<Arc<MemoryStore>>; 2],
}

impl Two {
    async fn new() -> Self {
        let world = World::new().await;
        let machines = [Machine::of(&world), Machine::of(&world)];
        let lease = Arc::new(MemoryLease::default());
        let nodes = [machines[0].start(&lease).await, machines[1].start(&lease).await];
        assert_eq!(nodes[0].take_over().await, Ok(1));
        Self { world, machines, lease, nodes }
    }

    /// That both have seen all, and see the same.
    async fn expect_same(&self) {
        let size = self.world.store.head().await.unwrap();
        for node in &self.nodes {
            assert!(node.reaches(size).await);
        }
        assert_eq!(self.nodes[0].checkpoint(), self.nodes[1].checkpoint());
    }
}

fn is_standby(condition: &Condition) -> bool {
    *condition == Condition::Standby
}

async fn epochs<S: Store>(node: &Node<S>) -> Vec<u64> {
    let mut epochs = Vec::new();
    for index in 0..size(node) {
        let fact = node.entry(index).await.unwrap().unwrap().decoded.statement.fact;
        if let Fact::EpochClaimed { epoch } = fact {
            epochs.push(epoch);
        }
    }
    epochs
}

#[tokio::test]
async fn a_takeover_loses_nothing_acknowledged_and_the_writer_before_follows() {
    let mut two = Two::new().await;
    let mut locker = two.world.locker(&two.nodes[0], 0x20).await;
    let mut acknowledged = Vec::new();
    for turn in 0..6 {
        let [writer, other] = [&two.nodes[turn % 2], &two.nodes[(turn + 1) % 2]];
        acknowledged.extend(recorded(&writer.submit(locker.boots(3), 0).await));
        let epoch = u64::try_from(turn).unwrap() + 2;
        assert_eq!(other.take_over().await, Ok(epoch));
        assert_eq!(other.condition(), Condition::Ready);
        // Nobody asks it for anything: it finds out by following.
        assert!(writer.becomes(is_standby).await);
        assert_eq!(names(&writer.submit(vec![locker.would_say(booted("1.0"))], 0).await), ["not-writer"]);
    }
    two.expect_same().await;
    for node in &two.nodes {
        for receipted in &acknowledged {
            let entry = node.entry_bytes(receipted.index).await.unwrap().unwrap();
            assert_eq!(entry, receipted.entry);
        }
        assert_eq!(epochs(node).await, (1..=7).collect::<Vec<_>>());
        assert_eq!(node.findings().await, []);
        expect_verified(node).await;
    }
}

#[tokio::test]
async fn of_two_nodes_that_claim_at_once_exactly_one_writes() {
    let world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    // No two machines read the same microsecond; `claims` shows what is where they do.
    machines[1].pass(Duration::from_micros(1));
    let (first, gate) = Gated::new(world.store.reopen());
    let second = Gated::behind(world.store.reopen(), &gate);
    let cluster = || Cluster::when_asked(Arc::new(MemoryLease::default()));
    let first = start_standby(machines[0].parts(first), cluster()).await.unwrap();
    let second = start_standby(machines[1].parts(second), cluster()).await.unwrap();
    gate.shut();
    let claim = |node: &Node<Gated>| {
        let node = node.clone();
        tokio::spawn(async move { node.take_over().await })
    };
    let claims = [claim(&first), claim(&second)];
    gate.asked_beyond(1).await;
    gate.open();
    let mut outcomes = Vec::new();
    for claim in claims {
        outcomes.push(claim.await.unwrap());
    }
    outcomes.sort_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(1), Err(TakeOverError::Taken { epoch: 1 })]);
    for node in [&first, &second] {
        assert!(node.reaches(2).await);
    }
    let ready = [&first, &second].map(Node::is_ready);
    assert!(ready == [true, false] || ready == [false, true], "{ready:?}");
    assert_eq!(world.store.head().await, Ok(2));
    expect_verified(&first).await;
}

#[tokio::test]
async fn a_writer_fenced_in_the_middle_of_an_append_answers_whoever_waits_and_follows() {
    let mut world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    let lease = Arc::new(MemoryLease::default());
    let (store, gate) = Gated::new(world.store.reopen());
    let cluster = Cluster::when_asked(Arc::clone(&lease));
    let old = start_standby(machines[0].parts(store), cluster).await.unwrap();
    old.take_over().await.unwrap();
    let new = machines[1].start(&lease).await;
    let mut locker = world.locker(&old, 0x20).await;
    gate.shut();
    let asked = gate.asked();
    let submit = |statements| {
        let node = old.clone();
        tokio::spawn(async move { node.submit(statements, 0).await })
    };
    let statements = locker.boots(5);
    let in_flight = submit(statements[..2].to_vec());
    gate.asked_beyond(asked).await;
    let waiting = submit(statements[2..].to_vec());
    let counting = tokio::spawn({
        let node = old.clone();
        async move { node.take_census().await }
    });
    while old.stats().queued < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(new.take_over().await, Ok(2));
    gate.open();
    assert_eq!(names(&in_flight.await.unwrap()), ["not-writer"; 2]);
    assert_eq!(names(&waiting.await.unwrap()), ["not-writer"; 3]);
    assert_eq!(counting.await.unwrap().unwrap_err().code.name(), "not-writer");
    assert!(old.becomes(is_standby).await);
    // Where they are sent instead they enter once.
    recorded(&new.submit(statements, 0).await);
    assert!(old.reaches(size(&new)).await);
    assert_eq!(old.checkpoint(), new.checkpoint());
    // And back again, on the state made anew.
    assert_eq!(old.take_over().await, Ok(3));
    recorded(&old.submit(locker.boots(2), 0).await);
    assert!(new.reaches(size(&old)).await);
    assert_eq!(old.checkpoint(), new.checkpoint());
    expect_verified(&old).await;
}

#[tokio::test]
async fn a_batch_that_entered_unanswered_before_a_takeover_is_acknowledged_and_then_the_writer_steps_down() {
    let mut world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    let lease = Arc::new(MemoryLease::default());
    let (store, gate) = Gated::new(world.store.reopen());
    let faults = store.faults();
    let cluster = Cluster::when_asked(Arc::clone(&lease));
    let old = start_standby(machines[0].parts(store), cluster).await.unwrap();
    old.take_over().await.unwrap();
    let new = machines[1].start(&lease).await;
    let mut locker = world.locker(&old, 0x20).await;
    faults(Fault::Kept);
    gate.let_through(1);
    let asked = gate.asked();
    let submitting = tokio::spawn({
        let (node, statements) = (old.clone(), locker.boots(1));
        async move { node.submit(statements, 0).await }
    });
    // The first ask entered and nobody heard it; the second waits.
    gate.asked_beyond(asked + 1).await;
    assert_eq!(new.take_over().await, Ok(2));
    gate.open();
    let receipted = recorded(&submitting.await.unwrap());
    assert!(old.becomes(is_standby).await);
    assert!(old.reaches(6).await && new.reaches(6).await);
    assert_eq!(receipted[0].entry, new.entry_bytes(receipted[0].index).await.unwrap().unwrap());
    assert_eq!(old.checkpoint(), new.checkpoint());
}

#[tokio::test]
async fn a_store_that_does_not_take_a_group_now_makes_the_writer_stand_by_and_not_stop() {
    for faults in [
        &[Fault::Unavailable][..],
        &[Fault::Full],
        &[Fault::Lost, Fault::Unavailable],
        &[Fault::Kept],
        &[Fault::Lost, Fault::Full],
    ] {
        let mut two = Two::new().await;
        let mut locker = two.world.locker(&two.nodes[0], 0x20).await;
        let statements = locker.boots(1);
        two.machines[0].store.fail_in_turn(faults.iter().copied());
        let answer = two.nodes[0].submit(statements.clone(), 0).await;
        if faults == [Fault::Kept] {
            recorded(&answer);
            continue;
        }
        assert_eq!(names(&answer), ["not-writer"], "{faults:?}");
        assert_eq!(two.nodes[0].condition(), Condition::Standby);
        // What was in doubt is settled before anything else is written.
        assert_eq!(two.nodes[0].take_over().await, Ok(2), "{faults:?}");
        let answer = two.nodes[0].submit(statements, 0).await;
        let expect = if faults.len() > 1 { "already" } else { "recorded" };
        assert_eq!(names(&answer), [expect], "{faults:?}");
        two.expect_same().await;
        expect_verified(&two.nodes[1]).await;
    }
}

#[tokio::test]
async fn what_was_in_doubt_when_another_took_over_is_settled_as_not_taken() {
    let mut two = Two::new().await;
    let mut locker = two.world.locker(&two.nodes[0], 0x20).await;
    let statements = locker.boots(2);
    two.machines[0].store.fail_in_turn([Fault::Lost, Fault::Unavailable]);
    assert_eq!(names(&two.nodes[0].submit(statements.clone(), 0).await), ["not-writer"; 2]);
    assert_eq!(two.nodes[1].take_over().await, Ok(2));
    recorded(&two.nodes[1].submit(statements, 0).await);
    assert_eq!(two.nodes[0].take_over().await, Ok(3));
    recorded(&two.nodes[0].submit(locker.boots(1), 0).await);
    two.expect_same().await;
    expect_verified(&two.nodes[0]).await;
}

#[tokio::test]
async fn a_node_whose_own_store_broke_stops_and_another_takes_over() {
    let mut two = Two::new().await;
    let mut locker = two.world.locker(&two.nodes[0], 0x20).await;
    two.machines[0].store.fail_next(Fault::Broken);
    let statements = locker.boots(1);
    assert_eq!(names(&two.nodes[0].submit(statements.clone(), 0).await), ["unavailable"]);
    assert!(matches!(two.nodes[0].condition(), Condition::Stopped { .. }));
    assert!(matches!(two.nodes[0].take_over().await, Err(TakeOverError::Stopped { .. })));
    assert_eq!(two.nodes[1].take_over().await, Ok(2));
    recorded(&two.nodes[1].submit(statements, 0).await);
}

#[tokio::test]
async fn a_standby_takes_over_when_no_mark_was_left_for_long_enough_by_its_own_clock() {
    let two = Two::new().await;
    let [writer, standby] = &two.nodes;
    let almost = TAKE_OVER_AFTER.checked_sub(Duration::from_micros(1)).unwrap();
    let look = async |passed: Duration| {
        two.machines[1].pass(passed);
        standby.beat().await.unwrap();
        standby.is_ready()
    };
    assert!(!look(TAKE_OVER_AFTER * 5).await, "it has only begun to look");
    assert!(!look(almost).await);
    writer.beat().await.unwrap();
    assert!(!look(TAKE_OVER_AFTER).await, "a mark was left since");
    assert!(!look(almost).await);
    // A lease that cannot be reached says nothing of the writer.
    two.lease.cut_off(true);
    assert!(!look(TAKE_OVER_AFTER).await);
    two.lease.cut_off(false);
    assert!(!look(TAKE_OVER_AFTER).await);
    assert!(!look(almost).await);
    assert!(look(Duration::from_micros(1)).await);
    assert_eq!(standby.stats().epoch, 2);
    assert_eq!(two.lease.renewals().1, 2, "the new writer has left a mark at once");
    assert!(writer.becomes(is_standby).await);
    two.expect_same().await;
}

#[tokio::test]
async fn a_writer_that_appends_lives_even_if_it_leaves_no_marks() {
    let mut two = Two::new().await;
    let mut locker = two.world.locker(&two.nodes[0], 0x20).await;
    let [writer, standby] = &two.nodes;
    standby.beat().await.unwrap();
    for _ in 0..5 {
        two.machines[1].pass(TAKE_OVER_AFTER * 3 / 4);
        recorded(&writer.submit(locker.boots(1), 0).await);
        assert!(standby.reaches(size(writer)).await);
        // An order is heard only when what came before was taken in.
        standby.beat().await.unwrap();
        assert!(standby.is_standby());
    }
}

#[tokio::test]
async fn a_node_takes_over_by_the_clock_only_where_it_is_meant_to() {
    let two = Two::new().await;
    let machine = Machine::of(&two.world);
    let cluster = Cluster { take_over_after: None, ..Cluster::when_asked(Arc::clone(&two.lease)) };
    let reader = start_standby(machine.parts(Arc::clone(&machine.store)), cluster).await.unwrap();
    for _ in 0..3 {
        reader.beat().await.unwrap();
        machine.pass(TAKE_OVER_AFTER * 10);
    }
    assert!(reader.is_standby());
    assert_eq!(reader.take_over().await, Ok(2));
}

/// The one test in which time passes by itself: marks are left and looked for without anybody asking.
#[tokio::test]
async fn the_beat_goes_on_by_itself() {
    let world = World::new().await;
    let machines = [Machine::of(&world), Machine::of(&world)];
    let lease = Arc::new(MemoryLease::default());
    let cluster = || Cluster {
        lease: Arc::clone(&lease),
        take_over_after: Some(Duration::ZERO),
        beat: Some(Duration::from_millis(1)),
    };
    let first = start_standby(machines[0].parts(Arc::clone(&machines[0].store)), cluster()).await.unwrap();
    assert!(first.becomes(|condition| *condition == Condition::Ready).await);
    let (marks, _) = lease.renewals();
    while lease.renewals().0 <= marks + 2 {
        tokio::task::yield_now().await;
    }
    first.shutdown().await;
    let second = start_standby(machines[1].parts(Arc::clone(&machines[1].store)), cluster()).await.unwrap();
    assert!(second.becomes(|condition| *condition == Condition::Ready).await);
    assert_eq!(second.stats().epoch, 2);
}

#[tokio::test]
async fn a_node_that_may_not_speak_goes_on_following() {
    let mut two = Two::new().await;
    two.world.agree(&two.nodes[0], revoked(NODE)).await;
    assert!(two.nodes[1].reaches(size(&two.nodes[0])).await);
    let refused = two.nodes[1].take_over().await;
    assert!(matches!(refused, Err(TakeOverError::NotNow { reason }) if reason.contains("may not speak")));
    assert!(two.nodes[1].is_standby());
}
