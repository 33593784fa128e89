//! Erased is erased: whatever is sent again, put back, or interrupted.

use custody::id::Digest;
use ledger_node::admission::Submission;
use ledger_node::erase::{Erasable, EraseError};
use ledger_node::node::Node;
use ledger_node::start::StartError;
use ledger_node::vault::{Content, Kept, VAULT_FILE, VAULT_KEYS_FILE, VaultError};
use ledger_store::Store;

use crate::support::*;

const AUTHORITY: &str = "review 7";

/// A locker has said something that commits to `reason`, with its opening.
async fn said(world: &mut World, node: &Node<impl Store>, reason: &str) -> (Submission, Digest) {
    let mut locker = world.locker(node, 0x33).await;
    let (fact, opening) = refused_collection(reason);
    let (mut statement, hash) = locker.says(fact);
    statement.openings = vec![opening];
    recorded(&node.submit(vec![statement.clone()], 0).await);
    (statement, hash)
}

async fn erase(node: &Node<impl Store>, statement: Digest) -> u64 {
    let erased = node.erase(&Erasable::Statement { statement, field: None }, AUTHORITY).await.unwrap();
    assert_eq!(erased.len(), 1);
    erased[0].index
}

fn contents(world: &World, statement: Digest) -> Vec<Content> {
    world.vault().of_statement(statement).unwrap().into_iter().map(|kept| kept.content).collect()
}

async fn stop(node: Node<impl Store>) {
    node.shutdown().await;
}

#[tokio::test]
async fn an_erased_opening_does_not_come_back_with_its_statement() {
    let mut world = World::new().await;
    let node = world.start().await;
    let (statement, hash) = said(&mut world, &node, "not on the list").await;
    let index = erase(&node, hash).await;
    let before = size(&node);
    // The locker never heard the answer, and sends it all again.
    assert_eq!(names(&node.submit(vec![statement], 0).await), ["already"]);
    assert_eq!(size(&node), before);
    assert_eq!(contents(&world, hash), [Content::Erased(index)]);
    stop(node).await;
}

#[tokio::test]
async fn a_vault_from_before_an_erasure_is_erased_again_before_anybody_is_served() {
    for put_back in [&[VAULT_FILE, VAULT_KEYS_FILE][..], &[VAULT_KEYS_FILE], &[VAULT_FILE]] {
        let mut world = World::new().await;
        let node = world.start().await;
        let (_, hash) = said(&mut world, &node, "not on the list").await;
        stop(node).await;
        let path = |name: &str| world.folder.path().join(name);
        let old = |name: &str| path(&format!("old-{name}"));
        for name in [VAULT_FILE, VAULT_KEYS_FILE] {
            std::fs::copy(path(name), old(name)).unwrap();
        }
        let node = world.start().await;
        let index = erase(&node, hash).await;
        stop(node).await;
        // An old backup; or the power went after the entry was durable and before anything was destroyed.
        for name in put_back {
            std::fs::copy(old(name), path(name)).unwrap();
        }
        let node = world.start().await;
        assert_eq!(contents(&world, hash), [Content::Erased(index)], "{put_back:?}");
        assert_eq!(size(&node), index + 2, "nothing is said but the start");
        assert_eq!(erase(&node, hash).await, index);
        stop(node).await;
    }
}

#[tokio::test]
async fn what_is_kept_and_erased_at_once_is_erased() {
    let mut world = World::new().await;
    let node = world.start().await;
    let mut locker = world.locker(&node, 0x33).await;
    for round in 0..20 {
        let (fact, opening) = refused_collection(&format!("reason {round}"));
        let (mut statement, hash) = locker.says(fact);
        statement.openings = vec![opening];
        recorded(&node.submit(vec![statement.clone()], 0).await);
        let what = Erasable::Statement { statement: hash, field: None };
        let again = || node.submit(vec![statement.clone()], 0);
        let (one, erased, other, twice) =
            tokio::join!(again(), node.erase(&what, AUTHORITY), again(), node.erase(&what, AUTHORITY));
        assert_eq!((names(&one), names(&other)), (vec!["already"], vec!["already"]));
        let (erased, twice) = (erased.unwrap(), twice.unwrap());
        assert_eq!(erased[0].index, twice[0].index, "it is said once");
        assert!(erased[0].is_new != twice[0].is_new);
        assert_eq!(contents(&world, hash), [Content::Erased(erased[0].index)]);
    }
    assert_eq!(node.findings().await, []);
    stop(node).await;
}

#[tokio::test]
async fn nothing_is_destroyed_that_no_entry_says() {
    let mut world = World::new().await;
    let (store, gate) = Gated::new(world.store.reopen());
    let fail_next = store.faults();
    let node = ledger_node::start::start(world.parts(store)).await.unwrap();
    let (_, hash) = said(&mut world, &node, "not on the list").await;
    assert!(gate.asked() > 0);
    fail_next(ledger_store::memory::Fault::Full);
    let what = Erasable::Statement { statement: hash, field: None };
    assert!(matches!(node.erase(&what, AUTHORITY).await, Err(EraseError::Declined(_))));
    stop(node).await;
    let kept = world.vault().of_statement(hash).unwrap();
    assert!(matches!(kept[..], [Kept { content: Content::Open(_), .. }]), "{kept:?}");
}

#[tokio::test]
async fn a_node_does_not_start_without_its_vaults_keys_or_with_anothers() {
    let mut worlds = [World::new().await, World::new().await];
    for world in &mut worlds {
        let node = world.start().await;
        said(world, &node, "not on the list").await;
        stop(node).await;
    }
    let keys = worlds.each_ref().map(|world| world.folder.path().join(VAULT_KEYS_FILE));
    std::fs::copy(&keys[1], &keys[0]).unwrap();
    let refused = ledger_node::vault::Vault::open(worlds[0].folder.path()).unwrap_err();
    assert!(matches!(refused, VaultError::OtherVault { .. }), "{refused}");
    std::fs::remove_file(&keys[0]).unwrap();
    let refused = StartError::from(ledger_node::vault::Vault::open(worlds[0].folder.path()).unwrap_err());
    assert!(refused.to_string().contains("put it there from where its copy is kept"), "{refused}");
}
