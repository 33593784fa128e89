//! The model's faults do what an engine's faults may do, so that the node's tests can rely on them.

use ledger_store::memory::{Fault, MemoryStore};
use ledger_store::{AppendError, Store};

use crate::support::{batch, expect_entries};

fn is_unknown(result: &Result<u64, AppendError>) -> bool {
    matches!(result, Err(AppendError::Unknown { expected: 0, .. }))
}

#[tokio::test]
async fn an_unknown_outcome_is_settled_by_the_same_batch_whether_it_was_kept_or_lost() {
    for (fault, head) in [(Fault::Kept, 2), (Fault::Lost, 0)] {
        let store = MemoryStore::new();
        store.fail_next(fault);
        assert!(is_unknown(&store.append(0, &batch(0, 2)).await));
        assert_eq!(store.head().await, Ok(head));
        assert_eq!(store.append(0, &batch(0, 2)).await, Ok(2));
        expect_entries(&store, 2).await;
        assert_eq!(store.append(2, &batch(2, 1)).await, Ok(3));
    }
}

#[tokio::test]
async fn nothing_else_enters_while_an_outcome_is_unknown() {
    for (fault, head) in [(Fault::Kept, 2), (Fault::Lost, 0)] {
        let store = MemoryStore::new();
        store.fail_next(fault);
        assert!(is_unknown(&store.append(0, &batch(0, 2)).await));
        for (expected, other) in [(0, batch(0, 1)), (0, batch(0, 3)), (2, batch(2, 1)), (2, batch(0, 2))] {
            let unresolved = AppendError::Unresolved { expected: 0 };
            assert_eq!(store.append(expected, &other).await, Err(unresolved));
        }
        assert_eq!(store.head().await, Ok(head));
    }
}

#[tokio::test]
async fn an_unknown_outcome_stays_unknown_through_further_failures() {
    let store = MemoryStore::new();
    store.fail_next(Fault::Lost);
    assert!(is_unknown(&store.append(0, &batch(0, 2)).await));
    store.fail_next(Fault::Full);
    assert_eq!(store.append(0, &batch(0, 2)).await, Err(AppendError::Full));
    assert_eq!(store.append(0, &batch(0, 1)).await, Err(AppendError::Unresolved { expected: 0 }));
    store.fail_next(Fault::Lost);
    assert!(is_unknown(&store.append(0, &batch(0, 2)).await));
    assert_eq!(store.append(0, &batch(0, 2)).await, Ok(2));
}

#[tokio::test]
async fn another_writer_settles_an_unknown_outcome_as_a_conflict() {
    let store = MemoryStore::new();
    store.fail_next(Fault::Lost);
    assert!(is_unknown(&store.append(0, &batch(0, 2)).await));
    store.reopen().append(0, &batch(7, 1)).await.unwrap();
    let conflict = AppendError::Conflict { expected: 0, actual: 1 };
    assert_eq!(store.append(0, &batch(0, 2)).await, Err(conflict));
    assert_eq!(store.append(1, &batch(0, 2)).await, Ok(3), "what is settled binds no more");
}

#[tokio::test]
async fn a_refusal_that_is_definite_leaves_the_store_as_it_was() {
    let store = MemoryStore::new();
    store.fail_next(Fault::Full);
    assert_eq!(store.append(0, &batch(0, 2)).await, Err(AppendError::Full));
    store.fail_next(Fault::Unavailable);
    assert!(matches!(store.append(0, &batch(0, 2)).await, Err(AppendError::Unavailable { .. })));
    assert_eq!(store.append(0, &batch(0, 1)).await, Ok(1));
    expect_entries(&store, 1).await;
}

#[tokio::test]
async fn a_broken_store_writes_nothing_until_it_is_reopened() {
    let store = MemoryStore::new();
    store.fail_next(Fault::Broken);
    assert!(is_unknown(&store.append(0, &batch(0, 2)).await));
    assert!(matches!(store.append(0, &batch(0, 2)).await, Err(AppendError::Poisoned { .. })));
    let store = store.reopen();
    assert_eq!(store.append(0, &batch(0, 2)).await, Ok(2));
}
