//! The promises about appending.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::{Fixture, all, batch};
use crate::contract::{AppendError, ReadLimit, Store};

/// No entry, nothing to read, nothing to find.
pub async fn a_new_store_is_empty(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    assert_eq!(store.head().await, Ok(0));
    assert_eq!(store.read(0, ReadLimit::MAX).await, Ok(vec![]));
    assert_eq!(store.index_of([0; 32]).await, Ok(None));
}

/// `expected_size + batch.count()`, and the head agrees.
pub async fn an_append_returns_the_size_behind_its_batch(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    assert_eq!(store.append(0, &batch("first", 1)).await, Ok(1));
    assert_eq!(store.append(1, &batch("second", 3)).await, Ok(4));
    assert_eq!(store.head().await, Ok(4));
}

/// Too low, too high, and absurdly high.
pub async fn an_append_at_another_size_is_a_conflict_and_writes_nothing(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("standing", 2)).await.unwrap();
    let before = all(&store).await;
    for expected in [0, 1, 3, 1_000, u64::MAX] {
        let conflict = AppendError::Conflict { expected, actual: 2 };
        assert_eq!(store.append(expected, &batch("other", 1)).await, Err(conflict));
    }
    assert_eq!(all(&store).await, before);
}

/// Eight tasks, one size: one size returned, seven conflicts that carry it, one batch in.
pub async fn of_several_appends_at_one_size_exactly_one_enters(fixture: &mut impl Fixture) {
    const RIVALS: usize = 8;
    let store = Arc::new(fixture.open().await);
    let rivals: Vec<_> = (0..RIVALS)
        .map(|rival| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.append(0, &batch(&format!("rival {rival}"), 2)).await })
        })
        .collect();
    let mut entered = Vec::new();
    for (rival, appended) in rivals.into_iter().enumerate() {
        match appended.await.unwrap() {
            Ok(size) => {
                assert_eq!(size, 2);
                entered.push(batch(&format!("rival {rival}"), 2));
            }
            Err(error) => assert_eq!(error, AppendError::Conflict { expected: 0, actual: 2 }),
        }
    }
    assert_eq!(entered.len(), 1);
    assert_eq!(all(&*store).await, entered.first().unwrap().entries());
}

/// Whoever does not know whether an append went through may ask by repeating it, also when more followed.
pub async fn a_batch_that_already_stands_there_answers_as_before_and_writes_nothing(
    fixture: &mut impl Fixture,
) {
    let store = fixture.open().await;
    store.append(0, &batch("first", 2)).await.unwrap();
    assert_eq!(store.append(0, &batch("first", 2)).await, Ok(2));
    store.append(2, &batch("second", 3)).await.unwrap();
    assert_eq!(store.append(0, &batch("first", 2)).await, Ok(2));
    assert_eq!(store.append(2, &batch("second", 3)).await, Ok(5));
    assert_eq!(store.head().await, Ok(5));
}

/// A batch longer than what stands, or equal only at its beginning, is another batch.
pub async fn a_batch_that_stands_there_only_in_part_is_a_conflict(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("entry", 3)).await.unwrap();
    let conflict = |expected| Err(AppendError::Conflict { expected, actual: 3 });
    assert_eq!(store.append(0, &batch("entry", 4)).await, conflict(0));
    assert_eq!(store.append(1, &batch("entry", 2)).await, conflict(1));
    assert_eq!(store.append(0, &batch("entry", 2)).await, Ok(2), "a beginning of what stands does stand");
}

/// The store knows bytes and places; that an entry must not come twice is for others to see.
pub async fn the_same_entries_may_come_again_at_the_end(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("entry", 2)).await.unwrap();
    assert_eq!(store.append(2, &batch("entry", 2)).await, Ok(4));
    let twice = [batch("entry", 2).entries(), batch("entry", 2).entries()].concat();
    assert_eq!(all(&store).await, twice);
}

/// Dropping the future takes nothing back; what comes later finds either all of it or nothing.
pub async fn an_append_given_up_is_wholly_in_or_not_at_all(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    {
        let given_up = batch("given up", 3);
        let mut append = pin!(store.append(0, &given_up));
        poll_fn(|context| {
            let _ = append.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
    }
    let expect = match store.append(0, &batch("later", 2)).await {
        Ok(size) => {
            assert_eq!(size, 2);
            batch("later", 2)
        }
        Err(error) => {
            assert_eq!(error, AppendError::Conflict { expected: 0, actual: 3 });
            batch("given up", 3)
        }
    };
    assert_eq!(all(&store).await, expect.entries());
}
