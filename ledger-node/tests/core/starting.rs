//! Starting: the epoch, and refusing to go on from behind what was promised.

use custody::fact::Fact;
use ledger_format::note::{self, NoteSigner};
use ledger_node::folder::NodeKeys;
use ledger_node::node::Condition;
use ledger_node::start::{Known, Parts, StartError, start};
use ledger_store::memory::MemoryStore;
use ledger_store::{Batch, ReadLimit, Store as _};

use crate::support::*;

/// Another store with the first `size` entries, each as `edit` leaves it.
async fn copied(world: &World, size: usize, edit: impl Fn(usize, &mut Vec<u8>)) -> MemoryStore {
    let mut entries = world.store.read(0, ReadLimit::MAX).await.unwrap();
    entries.truncate(size);
    entries.iter_mut().enumerate().for_each(|(index, entry)| edit(index, entry));
    let store = MemoryStore::new();
    store.append(0, &Batch::new(entries).unwrap()).await.unwrap();
    store
}

#[tokio::test]
async fn every_start_claims_the_next_epoch() {
    let world = World::new().await;
    for epoch in 1..=3 {
        let node = world.start().await;
        let shown = node.entry(epoch).await.unwrap().unwrap();
        assert_eq!(shown.decoded.statement.fact, Fact::EpochClaimed { epoch });
        assert_eq!((node.stats().epoch, size(&node)), (epoch, epoch + 1));
        assert_eq!(node.findings().await, []);
        node.shutdown().await;
    }
}

#[tokio::test]
async fn a_restarted_node_knows_what_was_recorded_and_goes_on_behind_it() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let statements = locker.boots(300);
    for part in statements.chunks(256) {
        recorded(&node.submit(part.to_vec(), 0).await);
    }
    node.shutdown().await;
    let node = world.start().await;
    let answer = node.submit(vec![statements[0].clone(), statements[299].clone()], 0).await;
    assert_eq!(names(&answer), ["already", "already"]);
    recorded(&node.submit(locker.boots(1), 0).await);
    assert_eq!(size(&node), 306);
}

#[tokio::test]
async fn a_store_behind_the_head_file_is_refused_and_the_refusal_says_what_is_at_risk() {
    let mut world = World::new().await;
    let node = world.start().await;
    world.locker(&node, 0x20).await;
    node.shutdown().await;
    let old = copied(&world, 2, |_, _| {}).await;
    let refused = start(world.parts(old)).await.unwrap_err();
    assert!(matches!(refused, StartError::Behind { size: 2, promised: 4, .. }), "{refused}");
    let text = refused.to_string();
    assert!(text.contains("2 acknowledged entries are missing"), "{text}");
    assert!(text.contains("Restore a newer copy"), "{text}");
}

#[tokio::test]
async fn a_store_whose_entries_are_not_the_promised_ones_is_refused() {
    let mut world = World::new().await;
    let node = world.start().await;
    world.locker(&node, 0x20).await;
    node.shutdown().await;
    drop(node);
    // The last entry's recording time, one microsecond later: still a well-formed, well-linked entry.
    let altered = copied(&world, 4, |index, bytes| {
        if index == 3 {
            let mut entry = ledger_format::entry::Entry::decode(bytes).unwrap();
            entry.recorded_at_us += 1;
            *bytes = entry.encode();
        }
    });
    let refused = start(world.parts(altered.await)).await.unwrap_err();
    assert!(matches!(refused, StartError::Differs { size: 4, .. }), "{refused}");
    // An earlier one breaks the chain already.
    let altered = copied(&world, 4, |index, bytes| {
        if index == 1 {
            let mut entry = ledger_format::entry::Entry::decode(bytes).unwrap();
            entry.recorded_at_us += 1;
            *bytes = entry.encode();
        }
    });
    let refused = start(world.parts(altered.await)).await.unwrap_err();
    assert!(matches!(refused, StartError::Entry { index: 2, .. }), "{refused}");
}

#[tokio::test]
async fn entries_that_no_checkpoint_covers_are_checked_as_at_admission() {
    let mut world = World::new().await;
    let head = std::fs::read(world.folder.path().join("head")).unwrap();
    let node = world.start().await;
    world.locker(&node, 0x20).await;
    node.shutdown().await;
    // As if the power had failed before any head was written: what is durable stays.
    std::fs::write(world.folder.path().join("head"), &head).unwrap();
    let node = world.start().await;
    assert_eq!(size(&node), 5);
    node.shutdown().await;
    // And with a last entry that its device never signed.
    std::fs::write(world.folder.path().join("head"), &head).unwrap();
    let forged = copied(&world, 4, |index, bytes| {
        if index == 3 {
            let mut entry = ledger_format::entry::Entry::decode(bytes).unwrap();
            entry.envelope.signature[0] ^= 1;
            *bytes = entry.encode();
        }
    });
    let refused = start(world.parts(forged.await)).await.unwrap_err();
    assert!(matches!(refused, StartError::Entry { index: 3, .. }), "{refused}");
}

#[tokio::test]
async fn without_a_head_file_or_with_a_foreign_one_no_node_starts() {
    let world = World::new().await;
    let head = world.folder.path().join("head");
    let ours = std::fs::read(&head).unwrap();
    std::fs::write(&head, String::from_utf8(ours.clone()).unwrap().replace("test\n1\n", "test\n2\n"))
        .unwrap();
    let refused = world.try_start().await.unwrap_err();
    assert!(matches!(refused, StartError::HeadForeign { .. }), "{refused}");
    std::fs::remove_file(&head).unwrap();
    let refused = world.try_start().await.unwrap_err();
    assert!(matches!(refused, StartError::HeadMissing(_)), "{refused}");
    // A second head file on another disk outlives the first.
    let second = world.folder.path().join("head-elsewhere");
    std::fs::write(&second, ours).unwrap();
    let mut parts = world.parts(world.store.reopen());
    parts.heads.push(second.clone());
    let node = start(parts).await.unwrap();
    assert_eq!(std::fs::read(head).unwrap(), std::fs::read(second).unwrap());
    assert_eq!(size(&node), 2);
}

#[tokio::test]
async fn a_checkpoint_that_a_witness_holds_binds_the_node_too() {
    let mut world = World::new().await;
    let node = world.start().await;
    let before = node.checkpoint().note.to_string();
    world.locker(&node, 0x20).await;
    let seen = node.checkpoint().note.to_string();
    node.shutdown().await;
    // Store and head file restored together, from before.
    std::fs::write(world.folder.path().join("head"), &before).unwrap();
    let mut parts = world.parts(copied(&world, 2, |_, _| {}).await);
    parts.known = vec![Known { place: "seen.txt".into(), bytes: seen.into_bytes() }];
    let refused = start(parts).await.unwrap_err();
    assert!(matches!(refused, StartError::Behind { size: 2, promised: 4, .. }), "{refused}");
    assert!(refused.to_string().contains("seen.txt promises 4"), "{refused}");
}

#[tokio::test]
async fn a_node_starts_only_with_the_keys_that_the_ledger_names() {
    let world = World::new().await;
    for (keys, name) in [
        (NodeKeys { ledger: key(0x77), ..node_keys() }, "ledger"),
        (NodeKeys { node: key(0x77), ..node_keys() }, "node"),
    ] {
        let parts = Parts { keys, ..world.parts(world.store.reopen()) };
        let refused = start(parts).await.unwrap_err();
        assert!(matches!(refused, StartError::WrongKey { which, .. } if which == name), "{refused}");
    }
    assert_eq!(world.store.head().await.unwrap(), 1);
}

#[tokio::test]
async fn a_ledger_key_that_was_rotated_signs_one_last_checkpoint() {
    let mut world = World::new().await;
    let node = world.start().await;
    let declared = custody_proto::v1::ledger_key_rotated::Declared {
        key: Some(public_key(&key(0x31))),
        possession: possession(node.look(|state, _| state.ledger().node()).unwrap(), &key(0x31)),
    };
    let fact = custody_proto::v1::LedgerKeyRotated { declared: Some(declared) };
    world.agree(&node, custody_proto::v1::statement::Fact::LedgerKeyRotated(fact)).await;
    assert_eq!(names(&node.submit(world.first.boots(1), 0).await), ["unavailable"]);
    assert!(matches!(node.condition(), Condition::Stopped { reason } if reason.contains("rotated")));
    node.shutdown().await;
    assert!(matches!(world.try_start().await, Err(StartError::WrongKey { which: "ledger", .. })));
    let mut parts = world.parts(world.store.reopen());
    parts.keys.ledger = key(0x31);
    let node = start(parts).await.unwrap();
    let signer = NoteSigner::new(ORIGIN, key(0x31)).unwrap();
    // The trust file has the key as of the genesis: its successors follow from the ledger.
    let first = NoteSigner::new(ORIGIN, node_keys().ledger).unwrap();
    assert!(node.trust().contains(&first.verifier().to_string()));
    assert!(!node.trust().contains(&signer.verifier().to_string()));
    assert!(note::verify(&node.checkpoint().note, &[signer.verifier().clone()]).is_ok());
    assert_eq!(size(&node), 5);
}

#[tokio::test]
async fn a_ledger_key_that_nobody_proves_to_have_is_not_proposed() {
    let world = World::new().await;
    let node = world.start().await;
    let declared = custody_proto::v1::ledger_key_rotated::Declared {
        key: Some(public_key(&key(0x31))),
        possession: possession(FIRST, &key(0x31)),
    };
    let fact = custody_proto::v1::LedgerKeyRotated { declared: Some(declared) };
    let claim = world.first.would_say(custody_proto::v1::statement::Fact::LedgerKeyRotated(fact));
    assert_eq!(names(&node.submit(vec![claim], 0).await), ["bad-signature"]);
}

#[tokio::test]
async fn a_node_whose_own_key_was_revoked_stops_when_it_would_have_to_speak() {
    let mut world = World::new().await;
    let node = world.start().await;
    world.agree(&node, revoked(NODE)).await;
    assert!(node.take_census().await.is_err());
    assert!(matches!(node.condition(), Condition::Stopped { reason } if reason.contains("may not speak")));
    node.shutdown().await;
    assert!(
        matches!(world.try_start().await, Err(StartError::Claim(reason)) if reason.contains("may not speak"))
    );
}
