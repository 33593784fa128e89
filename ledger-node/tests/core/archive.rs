//! The archive: a whole ledger under one checkpoint, as files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use custody::id::Digest;
use ledger_format::checkpoint::Checkpoint;
use ledger_format::entry::Entry;
use ledger_format::merkle::{MemoryTree, leaf_hash, root_at};
use ledger_format::note::{self, Note};
use ledger_format::tile::{Tile, TileKind, decode_bundle, hash_tile, tiles};
use ledger_node::export::ExportError;
use ledger_node::start::start;
use sha2::{Digest as _, Sha256};

use crate::support::*;

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(place) = open.pop() {
        for item in fs::read_dir(place).unwrap().map(Result::unwrap) {
            if item.file_type().unwrap().is_dir() {
                open.push(item.path());
            } else {
                found.insert(item.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// Reads an archive as a stranger would: checkpoint, entries, chain, tree, evidence, and nothing else.
/// Returns how many entries it holds.
fn check_archive(folder: &Path) -> u64 {
    let note = Note::parse(&fs::read(folder.join("checkpoint")).unwrap()).unwrap();
    note::verify(&note, &[vkey()]).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    let size = checkpoint.size();
    let mut expected: BTreeSet<String> = tiles(size).map(|tile| tile.to_string()).collect();
    expected.insert("checkpoint".to_owned());
    let read = |tile: Tile| fs::read(folder.join(tile.to_string())).unwrap();
    let mut entries = Vec::new();
    for tile in tiles(size).filter(|tile| tile.kind() == TileKind::Entries) {
        let bytes = read(tile);
        entries.extend(decode_bundle(&bytes, tile.width()).unwrap().into_iter().map(<[u8]>::to_vec));
    }
    let tree: MemoryTree = entries.iter().map(|entry| leaf_hash(entry)).collect();
    assert_eq!(root_at(&tree, size), Ok(checkpoint.root()));
    for tile in tiles(size).filter(|tile| tile.kind() != TileKind::Entries) {
        assert_eq!(read(tile), hash_tile(&tree, size, tile).unwrap());
    }
    let mut previous = Digest::ZERO;
    for (index, bytes) in (0..).zip(&entries) {
        let entry = Entry::decode(bytes).unwrap();
        assert_eq!((entry.index, entry.previous), (index, previous));
        previous = leaf_hash(bytes);
        let decoded = ledger_format::statement::decode(&entry.envelope.statement).unwrap();
        if let custody::fact::Fact::ForkEvidenced { envelope, .. } = decoded.statement.fact {
            let kept = fs::read(folder.join(format!("evidence/{envelope}"))).unwrap();
            assert_eq!(Digest(Sha256::digest(kept).into()), envelope);
            expected.insert(format!("evidence/{envelope}"));
        }
    }
    assert_eq!(files(folder), expected);
    size
}

#[tokio::test]
async fn an_archive_holds_the_whole_ledger_its_evidence_and_nothing_else() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let clone = locker.would_say(booted("cloned"));
    for _ in 0..3 {
        recorded(&node.submit(locker.boots(200), 0).await);
    }
    node.submit(vec![clone], 0).await;
    let folder = world.folder.path().join("archive");
    let head = node.export_archive(&folder).await.unwrap();
    assert_eq!(head, node.checkpoint());
    assert_eq!(check_archive(&folder), 605);
    // Served over the network it is the same.
    for tile in tiles(605) {
        let served = node.tile(tile).await.unwrap().unwrap();
        assert_eq!(served, fs::read(folder.join(tile.to_string())).unwrap(), "{tile}");
    }
    for beyond in ["tile/0/002.p/94", "tile/entries/002.p/94", "tile/entries/003", "tile/1/000.p/3"] {
        assert_eq!(node.tile(beyond.parse().unwrap()).await, Ok(None), "{beyond}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_made_while_statements_arrive_is_consistent() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let requests: Vec<_> = (0..20).map(|_| locker.boots(30)).collect();
    let writing = tokio::spawn({
        let node = node.clone();
        async move {
            for statements in requests {
                recorded(&node.submit(statements, 0).await);
            }
        }
    });
    let mut sizes = Vec::new();
    while !writing.is_finished() {
        let folder = world.folder.path().join(format!("archive-{}", sizes.len()));
        let head = node.export_archive(&folder).await.unwrap();
        assert_eq!(check_archive(&folder), head.checkpoint.size());
        sizes.push(head.checkpoint.size());
    }
    writing.await.unwrap();
    assert!(sizes.is_sorted());
    let folder = world.folder.path().join("last");
    node.export_archive(&folder).await.unwrap();
    assert_eq!(check_archive(&folder), 604);
}

#[tokio::test]
async fn an_archive_is_never_written_over_anything() {
    let world = World::new().await;
    let node = world.start().await;
    let folder = world.folder.path().join("archive");
    fs::create_dir(&folder).unwrap();
    node.export_archive(&folder).await.unwrap();
    let before = files(&folder);
    assert!(matches!(node.export_archive(&folder).await, Err(ExportError::InTheWay { .. })));
    assert_eq!(files(&folder), before);
    let other = world.folder.path().join("other");
    fs::create_dir(world.folder.path().join("other.partial")).unwrap();
    assert!(matches!(node.export_archive(&other).await, Err(ExportError::InTheWay { .. })));
    assert!(!other.exists());
}

#[tokio::test]
async fn an_archive_without_the_evidence_that_the_ledger_names_is_not_made() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x20).await;
    let clone = locker.would_say(booted("cloned"));
    recorded(&node.submit(locker.boots(1), 0).await);
    node.submit(vec![clone], 0).await;
    node.shutdown().await;
    // Started anew over the same entries, with an evidence archive that was lost.
    let mut parts = world.parts(world.store.reopen());
    let lost = tempfile::tempdir().unwrap();
    parts.evidence = std::sync::Arc::new(ledger_node::evidence::Evidence::open(lost.path()).unwrap());
    let node = start(parts).await.unwrap();
    let folder = world.folder.path().join("archive");
    let refused = node.export_archive(&folder).await;
    assert!(matches!(refused, Err(ExportError::EvidenceMissing { .. })));
    assert!(!folder.exists() && !world.folder.path().join("archive.partial").exists());
}
