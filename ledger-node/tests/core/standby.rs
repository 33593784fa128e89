//! Standing by: what a node that does not write checks, publishes, serves and declines.

use std::sync::Arc;

use ledger_format::entry::Entry;
use ledger_node::cluster::TakeOverError;
use ledger_node::erase::{Erasable, EraseError};
use ledger_node::node::Condition;
use ledger_node::outcome::Code;
use ledger_node::start::start;
use ledger_node::vault::{Content, VAULT_FILE, VAULT_KEYS_FILE};
use ledger_store::head::read_head_file;
use ledger_store::{Batch, ReadLimit, Store as _};

use crate::support::*;

#[tokio::test]
async fn a_standby_publishes_what_another_node_appends_under_the_same_checkpoint() {
    let mut world = World::new().await;
    let machine = Machine::of(&world);
    let standby = machine.start(&Arc::default()).await;
    let writer = world.start().await;
    let mut locker = world.locker(&writer, 0x20).await;
    let answer = writer.submit(locker.boots(200), 0).await;
    let receipted = recorded(&answer);
    assert!(standby.reaches(204).await);
    assert_eq!(standby.condition(), Condition::Standby);
    // The same keys sign the same root: whoever asks, the receipt is the same.
    assert_eq!(standby.checkpoint(), writer.checkpoint());
    assert_eq!(standby.receipt(7), writer.receipt(7));
    assert_eq!(standby.entry_bytes(203).await.unwrap().unwrap(), receipted[199].entry);
    let head = read_head_file(&machine.head()).unwrap().unwrap();
    assert_eq!(String::from_utf8(head).unwrap(), writer.checkpoint().note.to_string());
    assert_eq!(standby.findings().await, writer.findings().await);
    expect_verified(&standby).await;
}

#[tokio::test]
async fn a_standby_takes_no_statement_and_no_command_and_says_who_may() {
    let mut world = World::new().await;
    let machine = Machine::of(&world);
    let standby = machine.start(&Arc::default()).await;
    let writer = world.start().await;
    let mut locker = world.locker(&writer, 0x20).await;
    let (fact, opening) = refused_collection("reason");
    let (mut statement, hash) = locker.says(fact);
    statement.openings = vec![opening];
    recorded(&writer.submit(vec![statement.clone()], 0).await);
    assert!(standby.reaches(5).await);
    let answer = standby.submit(vec![statement, locker.would_say(booted("1.0"))], 0).await;
    assert_eq!(names(&answer), ["not-writer"; 2]);
    assert!(Code::NotWriter.is_retryable(), "the device keeps it and asks elsewhere");
    assert_eq!(standby.take_census().await.unwrap_err().code, Code::NotWriter);
    let erasing = standby.erase(&Erasable::Statement { statement: hash, field: None }, "review").await;
    // Its vault is its own and holds no such opening.
    assert!(matches!(erasing, Err(EraseError::NothingKept)), "{erasing:?}");
    assert_eq!(standby.make_round().await, 0);
    assert_eq!(size(&standby), 5);
    standby.shutdown().await;
    assert_eq!(standby.condition(), Condition::Closed);
    assert_eq!(names(&standby.submit(locker.boots(1), 0).await), ["unavailable"]);
}

#[tokio::test]
async fn a_standby_that_was_away_replays_what_it_missed() {
    let mut world = World::new().await;
    let machine = Machine::of(&world);
    let writer = world.start().await;
    let mut locker = world.locker(&writer, 0x20).await;
    for _ in 0..5 {
        recorded(&writer.submit(locker.boots(250), 0).await);
    }
    let standby = machine.start(&Arc::default()).await;
    assert_eq!(size(&standby), 1_254, "what is there at the start is published at the start");
    assert_eq!(standby.checkpoint(), writer.checkpoint());
}

#[tokio::test]
async fn an_entry_that_does_not_follow_is_not_taken_in_whoever_appended_it() {
    type Spoil = fn(&mut Entry);
    let spoils: [(&str, Spoil); 4] = [
        ("signature", |entry| entry.envelope.signature[0] ^= 1),
        ("it follows", |entry| entry.previous.0[0] ^= 1),
        ("it says that it is entry", |entry| entry.index += 1),
        ("its link in the stream", |entry| entry.streams[0].revision += 1),
    ];
    for (what, spoil) in spoils {
        let mut world = World::new().await;
        let machine = Machine { store: Arc::default(), ..Machine::of(&world) };
        let writer = world.start().await;
        let mut locker = world.locker(&writer, 0x20).await;
        recorded(&writer.submit(locker.boots(3), 0).await);
        // The same entries in a store whose last one somebody has altered.
        let mut entries = world.store.read(0, ReadLimit::MAX).await.unwrap();
        let mut last = Entry::decode(&entries.pop().unwrap()).unwrap();
        spoil(&mut last);
        machine.store.append(0, &Batch::new(entries[..1].to_vec()).unwrap()).await.unwrap();
        let standby = machine.start(&Arc::default()).await;
        machine.store.append(1, &Batch::new(entries[1..].to_vec()).unwrap()).await.unwrap();
        machine.store.append(6, &Batch::new(vec![last.encode()]).unwrap()).await.unwrap();
        assert!(standby.becomes(|condition| matches!(condition, Condition::Stopped { .. })).await);
        let Condition::Stopped { reason } = standby.condition() else { panic!("{standby:?}") };
        assert!(reason.contains("entry 6 in the store") && reason.contains(what), "{reason}");
        assert_eq!(size(&standby), 6, "those before it are whole");
        assert!(standby.receipt(5).is_some(), "reading goes on");
        let refused = standby.take_over().await;
        assert!(matches!(refused, Err(TakeOverError::Stopped { .. })), "{refused:?}");
        standby.shutdown().await;
    }
}

#[tokio::test]
async fn what_the_writer_erases_is_destroyed_in_the_standby_s_vault_too() {
    let mut world = World::new().await;
    let writer = world.start().await;
    let mut locker = world.locker(&writer, 0x20).await;
    let (fact, opening) = refused_collection("not on the list");
    let (mut statement, hash) = locker.says(fact);
    statement.openings = vec![opening];
    recorded(&writer.submit(vec![statement], 0).await);
    writer.shutdown().await;
    drop(writer);
    // A standby's vault is a copy of the writer's.
    let machine = Machine::of(&world);
    for name in [VAULT_FILE, VAULT_KEYS_FILE] {
        std::fs::copy(world.folder.path().join(name), machine.folder.path().join(name)).unwrap();
    }
    let standby = machine.start(&Arc::default()).await;
    let contents = |machine: &Machine| {
        let kept = machine.vault().of_statement(hash).unwrap();
        kept.into_iter().map(|kept| kept.content).collect::<Vec<_>>()
    };
    assert!(matches!(contents(&machine)[..], [Content::Open(_)]));
    let writer = world.start().await;
    let erased =
        writer.erase(&Erasable::Statement { statement: hash, field: None }, "review 7").await.unwrap();
    assert!(standby.reaches(size(&writer)).await);
    // Published first and destroyed right behind it, before anything else is done.
    let taken = standby.take_over().await;
    assert!(taken.is_ok(), "{taken:?}");
    assert_eq!(contents(&machine), [Content::Erased(erased[0].index)]);
}

#[tokio::test]
async fn a_standby_whose_ledger_key_was_replaced_signs_one_last_checkpoint() {
    let mut world = World::new().await;
    let machine = Machine::of(&world);
    let standby = machine.start(&Arc::default()).await;
    let writer = world.start().await;
    let declared = custody_proto::v1::ledger_key_rotated::Declared {
        key: Some(public_key(&key(0x31))),
        possession: possession(NODE, &key(0x31)),
    };
    let fact = custody_proto::v1::LedgerKeyRotated { declared: Some(declared) };
    world.agree(&writer, custody_proto::v1::statement::Fact::LedgerKeyRotated(fact)).await;
    writer.shutdown().await;
    assert!(standby.becomes(|condition| matches!(condition, Condition::Stopped { .. })).await);
    assert!(matches!(standby.condition(), Condition::Stopped { reason } if reason.contains("rotated")));
    assert_eq!(standby.checkpoint(), writer.checkpoint());
    // Nor does it sign over what comes later, in whatever pieces it came.
    let mut parts = world.parts(world.store.reopen());
    parts.keys.ledger = key(0x31);
    start(parts).await.unwrap().shutdown().await;
    assert_eq!(size(&standby), 4);
}

#[tokio::test]
async fn a_node_that_is_alone_has_nothing_to_take_over() {
    let world = World::new().await;
    let node = world.start().await;
    assert_eq!(node.take_over().await, Err(TakeOverError::Alone));
    assert_eq!(node.beat().await, Err(TakeOverError::Alone));
}
