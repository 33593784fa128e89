//! The data folder: made, opened, copied and restored.

#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;

use custody::id::Digest;
use ledger_format::merkle::leaf_hash;
use ledger_node::backup::{BackupError, restore};
use ledger_node::clock::SystemClock;
use ledger_node::folder::Folder;
use ledger_node::genesis::{AUTHORITIES_MAX, AuthorityKey, InitError, init, new_device};
use ledger_node::node::Node;
use ledger_node::start::{StartError, open};
use ledger_store::sqlite::SqliteStore;

use crate::support::*;

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

#[cfg(unix)]
#[tokio::test]
async fn whatever_is_made_is_for_its_owner_alone() {
    let place = tempfile::tempdir().unwrap();
    let (folder, _) = new_folder(place.path()).await;
    let node = open_folder(&folder).await;
    expect_private(folder.path());
    let (copy, archive) = (place.path().join("copy"), place.path().join("archive"));
    node.backup(&folder, &copy).await.unwrap();
    node.export_archive(&archive).await.unwrap();
    node.shutdown().await;
    drop(node);
    expect_private(&copy);
    assert_eq!(mode(&archive), 0o700);
    // Copies travel, and come back with whatever mode the way gave them.
    std::fs::set_permissions(copy.join("ledger.sqlite"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let restored = Folder::new(place.path().join("restored"));
    restore(&copy, &restored).unwrap();
    expect_private(restored.path());
}

/// Nothing in the folder, nor the folder, is for others, except the trust file, which is for everybody.
#[cfg(unix)]
#[track_caller]
fn expect_private(folder: &std::path::Path) {
    assert_eq!(mode(folder), 0o700, "{}", folder.display());
    let mut seen = 0;
    for found in std::fs::read_dir(folder).unwrap() {
        let path = found.unwrap().path();
        if path.file_name().unwrap() != "trust.toml" {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen} files in {}", folder.display());
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
