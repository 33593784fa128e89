//! Starting: the epoch, and refusing to go on from behind what was promised.

use custody::fact::Fact;
use custody::id::Digest;
use ledger_format::merkle::leaf_hash;
use ledger_format::note::{self, NoteSigner};
use ledger_node::backup::{BackupError, restore};
use ledger_node::clock::SystemClock;
use ledger_node::folder::{Folder, NodeKeys};
use ledger_node::genesis::{AUTHORITIES_MAX, AuthorityKey, InitError, init, new_device};
use ledger_node::node::{Condition, Node};
use ledger_node::start::{Parts, StartError, open, start};
use ledger_store::memory::MemoryStore;
use ledger_store::sqlite::SqliteStore;
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
    parts.known = vec![seen.into_bytes()];
    let refused = start(parts).await.unwrap_err();
    assert!(matches!(refused, StartError::Behind { size: 2, promised: 4, .. }), "{refused}");
    assert!(refused.to_string().contains("known checkpoint 1"), "{refused}");
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
        possession: vec![1; 64],
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
    assert!(node.trust().contains(&signer.verifier().to_string()));
    assert!(note::verify(&node.checkpoint().note, &[signer.verifier().clone()]).is_ok());
    assert_eq!(size(&node), 5);
}

fn two_authorities() -> [AuthorityKey; 2] {
    [3, 4].map(|seed| AuthorityKey { device: new_device().unwrap(), key: key(seed).public_key() })
}

async fn new_folder(place: &std::path::Path) -> (Folder, Digest) {
    let folder = Folder::new(place.join("data"));
    let beginning = init(&folder, ORIGIN, &two_authorities(), &SystemClock::new()).await.unwrap();
    (folder, leaf_hash(&beginning.entry))
}

async fn open_folder(folder: &Folder) -> Node<SqliteStore> {
    open(folder, Vec::new(), SystemClock::new()).await.unwrap()
}

#[tokio::test]
async fn init_makes_a_ledger_that_opens_and_whose_trust_file_names_its_genesis() {
    let place = tempfile::tempdir().unwrap();
    let (folder, genesis) = new_folder(place.path()).await;
    let trust = std::fs::read_to_string(folder.trust()).unwrap();
    assert!(trust.contains(&format!("genesis = \"{genesis}\"")), "{trust}");
    let node = open_folder(&folder).await;
    assert_eq!(node.trust(), trust);
    assert_eq!(facts(&node).await, ["genesis", "epoch_claimed"]);
    assert_eq!(node.findings().await, []);
    #[cfg(unix)]
    for path in [folder.ledger_key(), folder.node_key()] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // One process at a time.
    let second = open(&folder, Vec::new(), SystemClock::new()).await;
    assert!(matches!(second, Err(StartError::Open(_))));
    node.shutdown().await;
}

#[tokio::test]
async fn a_ledger_is_never_made_over_another_or_with_one_authority_twice() {
    let place = tempfile::tempdir().unwrap();
    let (folder, _) = new_folder(place.path()).await;
    let clock = SystemClock::new();
    let again = init(&folder, ORIGIN, &two_authorities(), &clock).await;
    assert!(matches!(again, Err(InitError::NotEmpty { .. })));
    let folder = Folder::new(place.path().join("other"));
    let [one, two] = two_authorities();
    for authorities in [vec![], vec![one], vec![one; AUTHORITIES_MAX + 1]] {
        let refused = init(&folder, ORIGIN, &authorities, &clock).await;
        assert!(matches!(refused, Err(InitError::Authorities { .. })));
    }
    let same_key = AuthorityKey { device: two.device, ..one };
    let same_device = AuthorityKey { device: one.device, ..two };
    for other in [same_key, same_device] {
        std::fs::remove_dir_all(folder.path()).ok();
        let refused = init(&folder, ORIGIN, &[one, other], &clock).await;
        assert!(matches!(refused, Err(InitError::Shared { .. })));
    }
    for origin in ["", "with space", "with+plus"] {
        std::fs::remove_dir_all(folder.path()).ok();
        assert!(init(&folder, origin, &[one, two], &clock).await.is_err());
        assert!(!folder.path().exists(), "nothing is written for a name that cannot be");
    }
}

#[tokio::test]
async fn a_copy_made_while_the_node_runs_is_restored_but_never_behind_the_head() {
    let place = tempfile::tempdir().unwrap();
    let (folder, _) = new_folder(place.path()).await;
    let node = open_folder(&folder).await;
    let copy = place.path().join("copy");
    let head = node.backup(&folder, &copy).await.unwrap();
    assert_eq!(head.checkpoint.size(), 2);
    assert!(matches!(node.backup(&folder, &copy).await, Err(BackupError::Folder(_))));
    assert!(!copy.join("ledger.key").exists() && !copy.join("node.key").exists());
    node.take_census().await.unwrap();
    node.shutdown().await;
    drop(node);

    // Over a store: never. Where the head file has seen more: never.
    assert!(matches!(restore(&copy, &folder), Err(BackupError::Folder(_))));
    std::fs::remove_file(folder.store()).unwrap();
    let refused = restore(&copy, &folder).unwrap_err();
    assert!(matches!(refused, BackupError::Behind { size: 2, promised: 3, .. }), "{refused}");
    assert!(!folder.store().exists());

    let other = Folder::new(place.path().join("other"));
    assert_eq!(restore(&copy, &other).unwrap(), 2);
    std::fs::copy(folder.ledger_key(), other.ledger_key()).unwrap();
    std::fs::copy(folder.node_key(), other.node_key()).unwrap();
    let node = open_folder(&other).await;
    assert_eq!(facts(&node).await, ["genesis", "epoch_claimed", "epoch_claimed"]);
    node.shutdown().await;
}
