//! The promises about reading, looking up and following.

use std::sync::Arc;

use super::{Fixture, all, batch};
use crate::batch::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, Batch, ENTRY_BYTES_MAX};
use crate::contract::{ReadError, ReadLimit, Store};
use crate::leaf::leaf_hash;

/// Batch after batch, entry after entry, from any index on.
pub async fn entries_read_back_in_their_order(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("first", 3)).await.unwrap();
    store.append(3, &batch("second", 2)).await.unwrap();
    let expect = [batch("first", 3).entries(), batch("second", 2).entries()].concat();
    for (position, from) in (0_u64..5).enumerate() {
        let expect: Vec<_> = expect.iter().skip(position).cloned().collect();
        assert_eq!(store.read(from, ReadLimit::MAX).await, Ok(expect));
    }
}

/// One byte, the longest entry, every byte value, and lengths around the page sizes of engines.
pub async fn entries_of_every_length_survive(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    let mut size = 0;
    let mut expect = Vec::new();
    for len in [1, 2, 255, 256, 511, 4_095, 4_096, 4_097, 16_384, 65_534, ENTRY_BYTES_MAX] {
        let entry: Vec<u8> = (0..=u8::MAX).rev().cycle().take(len).collect();
        size = store.append(size, &Batch::new(vec![entry.clone()]).unwrap()).await.unwrap();
        expect.push(entry);
    }
    assert_eq!(all(&store).await, expect);
}

/// The most entries and the most bytes that a [`Batch`] can hold.
pub async fn the_largest_batches_enter(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    let many = batch("entry", BATCH_ENTRIES_MAX);
    let size = store.append(0, &many).await.unwrap();
    assert_eq!(size, many.count());
    let long = Batch::new(vec![vec![0x5a; 32_768]; BATCH_BYTES_MAX / 32_768]).unwrap();
    store.append(size, &long).await.unwrap();
    assert_eq!(all(&store).await, [many.entries(), long.entries()].concat());
}

/// Entries and bytes, whichever is reached first; yet the first entry comes, or nobody would ever get past it.
pub async fn a_read_keeps_its_limits(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    let ten = Batch::new(vec![vec![7; 10]; 10]).unwrap();
    store.append(0, &ten).await.unwrap();
    for (from, entries, bytes, expect) in [
        (0, 0, 1_000, 0),
        (0, 1, 1_000, 1),
        (0, 4, 1_000, 4),
        (8, 4, 1_000, 2),
        (0, usize::MAX, usize::MAX, 10),
        (0, 10, 0, 1),
        (0, 10, 9, 1),
        (0, 10, 10, 2),
        (0, 10, 29, 3),
        (9, 10, 0, 1),
    ] {
        let read = store.read(from, ReadLimit { entries, bytes }).await.unwrap();
        assert_eq!(read.len(), expect, "from {from}, {entries} entries, {bytes} bytes");
    }
}

/// The end is where the next entry will be; behind it there is nothing to wait for, something is wrong.
pub async fn a_read_at_the_end_is_empty_and_one_behind_it_an_error(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    store.append(0, &batch("entry", 2)).await.unwrap();
    assert_eq!(store.read(2, ReadLimit::MAX).await, Ok(vec![]));
    for from in [3, 1_000, u64::MAX] {
        let beyond = ReadError::BeyondHead { from, size: 2 };
        assert_eq!(store.read(from, ReadLimit::MAX).await, Err(beyond));
    }
}

/// The first one, where several have the same bytes.
pub async fn an_entry_is_found_by_its_leaf_hash(fixture: &mut impl Fixture) {
    let store = fixture.open().await;
    let entries = batch("entry", 3);
    store.append(0, &entries).await.unwrap();
    store.append(3, &entries).await.unwrap();
    for (index, entry) in (0_u64..).zip(entries.entries()) {
        assert_eq!(store.index_of(leaf_hash(entry)).await, Ok(Some(index)));
    }
    assert_eq!(store.index_of(leaf_hash(b"never appended")).await, Ok(None));
}

/// At once if there is more already, otherwise when it comes; and what is waited for can then be read.
pub async fn a_waiter_wakes_once_there_is_more(fixture: &mut impl Fixture) {
    let store = Arc::new(fixture.open().await);
    let waiters: Vec<_> = (0..3)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let size = store.wait_beyond(0).await.unwrap();
                (size, store.read(0, ReadLimit::MAX).await.unwrap())
            })
        })
        .collect();
    tokio::task::yield_now().await;
    store.append(0, &batch("entry", 2)).await.unwrap();
    for waiter in waiters {
        assert_eq!(waiter.await.unwrap(), (2, batch("entry", 2).entries().to_vec()));
    }
    assert_eq!(store.wait_beyond(1).await, Ok(2));
}

/// A follower that starts at the beginning sees what is read at the end, while others append.
pub async fn who_follows_misses_nothing_and_gets_nothing_twice(fixture: &mut impl Fixture) {
    const BATCHES: usize = 40;
    const EACH: usize = 3;
    let store = Arc::new(fixture.open().await);
    let follower = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            let mut seen = Vec::new();
            while seen.len() < BATCHES * EACH {
                let from = u64::try_from(seen.len()).unwrap();
                let entries = store.follow(from, ReadLimit::entries(2)).await.unwrap();
                assert!(!entries.is_empty(), "following returns only with entries");
                seen.extend(entries);
            }
            seen
        }
    });
    let mut size = 0;
    for number in 0..BATCHES {
        size = store.append(size, &batch(&format!("batch {number}"), EACH)).await.unwrap();
    }
    assert_eq!(follower.await.unwrap(), all(&*store).await);
}
